"""Which findings are shown where not all are: the gravest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from errlint.model import Diagnostic
from errlint.output.report import Report


def gravest_first(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Errors, then warnings, then the rest; among equals the order stays."""
    return sorted(findings, key=lambda finding: -finding.severity.rank)


def limited(report: Report, most: int) -> Report:
    """The report with its `most` gravest findings, in their order; 0 is all of them."""
    if not most or len(report.findings) <= most:
        return report
    kept = {id(finding) for finding in gravest_first(report.findings)[:most]}
    findings = tuple(finding for finding in report.findings if id(finding) in kept)
    return replace(report, findings=findings, left_out=len(report.findings) - most)

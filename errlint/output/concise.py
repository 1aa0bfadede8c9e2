"""One line a finding: `path:line:column: CODE message [name, severity]`; `[*]` where `--fix` mends it.

Lines and columns are 1-based.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from errlint.model import Diagnostic
from errlint.output.report import Report


def write(report: Report, stream: IO[str]) -> None:
    """Print a line for each finding."""
    stream.writelines(f"{line}\n" for line in lines(report.findings))


def lines(findings: Iterable[Diagnostic]) -> Iterator[str]:
    """The lines of the format."""
    for finding in findings:
        start = finding.span.start
        tail = f"[{finding.name}, {finding.severity.value}]"
        yield f"{finding.path}:{start.line}:{start.column + 1}: {finding.code} {mark(finding)}{finding.message} {tail}"


def mark(finding: Diagnostic) -> str:
    """What stands before the message where `--fix` mends the finding."""
    return "[*] " if finding.is_safely_fixable else ""

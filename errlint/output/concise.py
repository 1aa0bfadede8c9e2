"""One line a finding: `path:line:column: CODE message`. Lines and columns are 1-based."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from errlint.model import Diagnostic


def lines(findings: Iterable[Diagnostic]) -> Iterator[str]:
    """The lines of the format."""
    for finding in findings:
        start = finding.span.start
        yield f"{finding.path}:{start.line}:{start.column + 1}: {finding.code} {finding.message} [{finding.name}]"

"""The lines of pylint's `parseable` format, for what reads those: `path:line: [CODE(name), scope] message`."""

from __future__ import annotations

from typing import IO

from errlint.output.report import Report


def write(report: Report, stream: IO[str]) -> None:
    """Print a line for each finding."""
    for finding in report.findings:
        origin = f"[{finding.code}({finding.name}), {finding.scope}]"
        print(f"{finding.path}:{finding.span.start.line}: {origin} {finding.message}", file=stream)

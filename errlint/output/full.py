"""For people: each finding with its source, the range marked, and what to do; several files have headers."""

from __future__ import annotations

from itertools import groupby
from typing import IO

from errlint.output.report import Report


def write(report: Report, stream: IO[str]) -> None:
    """Print the findings; what `report.colour` leaves open is decided by the terminal. rich waits for a finding."""
    if not report.findings:
        return
    from errlint.output.frames import Page

    page = Page(report, stream)
    files = [list(findings) for _, findings in groupby(report.findings, key=lambda finding: finding.path)]
    for findings in files:
        page.print_file(findings, with_header=len(files) > 1)

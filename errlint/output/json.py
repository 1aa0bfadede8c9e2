"""A JSON array in the shape that ruff writes, and more: what reads ruff's output reads errlint's.

Rows and columns are 1-based and count characters; the end is exclusive.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

from errlint.model import Diagnostic, Fix, Position
from errlint.output.links import documentation
from errlint.output.report import Report


def write(report: Report, stream: IO[str]) -> None:
    """Print the findings as one JSON document; an empty array for none. In ASCII, which any stream can hold."""
    print(json.dumps([item(finding) for finding in report.findings], indent=2), file=stream)


def item(finding: Diagnostic) -> dict[str, Any]:
    """One finding as an object."""
    return {
        "cell": None,
        "code": finding.code,
        "name": finding.name,
        "family": finding.family,
        "severity": finding.severity.value,
        "message": finding.message,
        "filename": str(Path(finding.path).absolute()) if finding.path != "-" else "-",
        "location": place(finding.span.start),
        "end_location": place(finding.span.end),
        "noqa_row": finding.lines[0],
        "url": documentation(finding.code),
        "fix": None if finding.fix is None else _fix(finding.fix),
        "related": [
            {
                "message": related.message,
                "location": place(related.span.start),
                "end_location": place(related.span.end),
            }
            for related in finding.related
        ],
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "applicability": fix.applicability.value,
        "message": fix.title[0].upper() + fix.title[1:],
        "edits": [
            {"content": edit.text, "location": place(edit.span.start), "end_location": place(edit.span.end)}
            for edit in sorted(fix.edits)
        ],
    }


def place(position: Position) -> dict[str, int]:
    """A place as all JSON of errlint has it."""
    return {"row": position.line, "column": position.column + 1}

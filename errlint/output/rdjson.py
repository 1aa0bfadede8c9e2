"""Reviewdog's diagnostic format. Columns are 1-based and count the bytes of the line in UTF-8; ends are exclusive.

A reader offers a suggestion to be taken with one click, and there is no word for 'unsafe': only safe fixes are written.
All edits of a fix are one suggestion, since half of them would be wrong; one that would span too many lines to be
read beside the finding is left out. The lines of a suggestion end in line feeds, whatever those of the file end in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import IO, Any

from errlint.model import Applicability, Diagnostic, Edit, Fix, Position, Severity, Span
from errlint.output.links import documentation, relative
from errlint.output.report import Report
from errlint.source.lines import Lines

_HOME = "https://github.com/errlint/errlint"
_SEVERITIES = {Severity.INFO: "INFO", Severity.WARNING: "WARNING", Severity.ERROR: "ERROR"}
_LONGEST_SUGGESTION = 20
"""Lines from the first edit of a fix to its last."""


def write(report: Report, stream: IO[str]) -> None:
    """Print the findings as one JSON document. In ASCII, which any stream can hold."""
    diagnostics = [_diagnostic(finding, report.line) for finding in report.findings]
    print(json.dumps({"source": {"name": "errlint", "url": _HOME}, "diagnostics": diagnostics}, indent=2), file=stream)


def _diagnostic(finding: Diagnostic, line: Lines) -> dict[str, Any]:
    def source(number: int) -> str:
        return line(finding.path, number)

    path = relative(finding.path)
    found: dict[str, Any] = {
        "message": finding.message,
        "location": {"path": path, "range": _range(finding.span, source)},
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.code, "url": documentation(finding.code)},
    }
    if finding.related:
        found["related_locations"] = [
            {"message": related.message, "location": {"path": path, "range": _range(related.span, source)}}
            for related in finding.related
        ]
    suggestions = [] if finding.fix is None else list(_suggestions(finding.fix, source))
    if suggestions:
        found["suggestions"] = suggestions
    return found


def _suggestions(fix: Fix, source: Callable[[int], str]) -> Iterator[dict[str, Any]]:
    """The fix as one replacement of all that stands between its first edit and its last, if people can review that."""
    edits = sorted(fix.edits)
    span = Span(edits[0].span.start, edits[-1].span.end)
    if fix.applicability is Applicability.SAFE and span.end.line - span.start.line < _LONGEST_SUGGESTION:
        yield {"range": _range(span, source), "text": _edited(edits, source)}


def _edited(edits: list[Edit], source: Callable[[int], str]) -> str:
    text = edits[0].text
    for before, edit in pairwise(edits):
        text += _between(before.span.end, edit.span.start, source) + edit.text
    return text.replace("\r\n", "\n")


def _between(start: Position, end: Position, source: Callable[[int], str]) -> str:
    lines = [source(number) for number in range(start.line, end.line + 1)]
    lines[-1] = lines[-1][: end.column]
    lines[0] = lines[0][start.column :]
    return "\n".join(lines)


def _range(span: Span, source: Callable[[int], str]) -> dict[str, Any]:
    return {"start": _place(span.start, source), "end": _place(span.end, source)}


def _place(position: Position, source: Callable[[int], str]) -> dict[str, int]:
    before = source(position.line)[: position.column]
    missing = position.column - len(before)  # of a file that is gone no line can be had
    return {"line": position.line, "column": len(before.encode("utf-8", "surrogatepass")) + missing + 1}

"""Source in the page: the lines around a finding with what is meant marked, and what a fix makes of them."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile

from errlint.model import Diagnostic, Edit, Fix, Position, Span
from errlint.output.html.markup import text
from errlint.output.report import Report

_BEFORE, _AFTER = 3, 4
"""Lines shown around a finding."""
_NEAR = 1
"""Lines shown around a related place."""
_TALLEST = 12
"""Lines of a flagged range that are shown."""
_WIDEST = 320
"""Characters of a line that are shown: a generated file may have it all on one."""
_LEAD = 60
"""Characters before a mark, where the beginning of a long line is left out."""
_AROUND_EDIT = 2


@dataclass(frozen=True)
class _Mark:
    """A stretch of one line. `kind` is the CSS class, empty for the finding itself; `note` is shown behind the line."""

    start: int
    end: int
    kind: str
    note: str


def excerpt(finding: Diagnostic, report: Report) -> str:
    """The lines that a finding is about, or nothing where there are none to be had."""
    last = report.lines.get(finding.path, 0)
    numbers = _shown(finding, last)
    marks = _marks(finding)
    source = {number: report.line(finding.path, number) for number in numbers}
    while numbers and not source[numbers[0]].strip() and not marks[numbers[0]]:
        del numbers[0]
    while numbers and not source[numbers[-1]].strip() and not marks[numbers[-1]]:
        del numbers[-1]
    if not numbers:
        return ""
    margin = _indentation(source[number] for number in numbers)
    gutter, code = [], []
    previous = numbers[0] - 1
    for number in numbers:
        if number != previous + 1:
            gutter.append("\u22ee")
            code.append("")
        previous = number
        gutter.append(str(number))
        code.append(_line(source[number], marks[number], margin))
    numbered = f'<pre class="gutter" aria-hidden="true">{chr(10).join(gutter)}</pre>'
    return f'<div class="source">{numbered}<pre class="code" tabindex="0">{_lines(code)}</pre></div>'


def _lines(code: Sequence[str]) -> str:
    """Lines in a `pre`, which drops a line feed that comes first."""
    return "\n" * (code[0] == "") + "\n".join(code)


def _shown(finding: Diagnostic, last: int) -> list[int]:
    shown = set(_around(finding.span, _BEFORE, _AFTER))
    for place in finding.related:
        shown.update(_around(place.span, _NEAR, _NEAR))
    shown.update([number + 1 for number in shown if number + 2 in shown])
    return sorted(number for number in shown if 1 <= number <= last)


def _around(span: Span, before: int, after: int) -> range:
    return range(span.start.line - before, min(span.end.line, span.start.line + _TALLEST) + after + 1)


def _marks(finding: Diagnostic) -> dict[int, list[_Mark]]:
    """The marks of each line, those of the finding first: they win where two overlap."""
    marks: dict[int, list[_Mark]] = defaultdict(list)
    places = [(finding.span, "", ""), *((place.span, "related", place.message) for place in finding.related)]
    for span, kind, note in places:
        for line in range(span.start.line, min(span.end.line, span.start.line + _TALLEST) + 1):
            start = span.start.column if line == span.start.line else 0
            end = span.end.column if line == span.end.line else _WIDEST * 1000
            if end > start or line == span.start.line:
                marks[line].append(_Mark(start, max(end, start + 1), kind, note if line == span.start.line else ""))
    return marks


def _indentation(lines: Iterable[str]) -> int:
    """How many characters all lines have in common as indentation."""
    leading = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line.strip()]
    shared = takewhile(lambda same: len(set(same)) == 1, zip(*leading, strict=False))
    return sum(1 for _ in shared)


def _line(line: str, marks: Sequence[_Mark], margin: int) -> str:
    """A line as HTML, its marks around what they mean, without the indentation that all lines have."""
    first_mark = min((mark.start for mark in marks), default=0)
    begin = max(margin, first_mark - _LEAD) if len(line) > _WIDEST and first_mark > _WIDEST - _LEAD else margin
    end = min(len(line), begin + _WIDEST)
    indented = len(line) - len(line.lstrip(" \t"))
    cuts = {begin, end}
    for mark in marks:
        cuts.update(at for at in (max(mark.start, min(indented, mark.end - 1)), mark.end) if begin < at < end)
    pieces = ["\u2026"] if begin > margin else []

    def mark_of(piece: tuple[int, int]) -> _Mark | None:
        start, stop = piece
        inside = next((mark for mark in marks if mark.start <= start and stop <= mark.end), None)
        return None if inside is None or (inside.start == 0 and stop <= indented) else inside

    for inside, group in groupby(pairwise(sorted(cuts)), key=mark_of):
        parts = list(group)
        piece = text(line[parts[0][0] : parts[-1][1]])
        if inside is None:
            pieces.append(piece)
        else:
            kind = f' class="{inside.kind}"' if inside.kind else ""
            pieces.append(f"<mark{kind}>{piece}</mark>")
    if any(not mark.kind and mark.start >= len(line) for mark in marks):
        pieces.append("<mark> </mark>")
    if end < len(line):
        pieces.append("\u2026")
    pieces += [f"<small>{text(mark.note)}</small>" for mark in marks if mark.note]
    return "".join(pieces)


def change(fix: Fix, path: str, report: Report) -> str:
    """What a fix changes, as a diff of the lines that it touches."""
    last = report.lines.get(path, 0)
    parts = [_hunk(edits, path, last, report) for edits in _neighbours(fix)]
    return f'<pre class="diff" tabindex="0">{"".join(parts)}</pre>'


def _neighbours(fix: Fix) -> Iterator[list[Edit]]:
    """The edits of a fix, in groups that are shown together."""
    group: list[Edit] = []
    for edit in sorted(fix.edits):
        if group and edit.span.start.line - group[-1].span.end.line > 2 * _AROUND_EDIT:
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _hunk(edits: Sequence[Edit], path: str, last: int, report: Report) -> str:
    first = max(1, edits[0].span.start.line - _AROUND_EDIT)
    until = min(last, max(edit.span.end.line for edit in edits) + _AROUND_EDIT)
    before = [report.line(path, number) for number in range(first, until + 1)]
    after = _applied(before, first, edits)
    margin = _indentation([*before, *after])
    rows = [f"<b>line {first}</b>\n"]
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if kind == "equal":
            rows += [f"  {_short(line, margin)}\n" for line in before[start:end]]
        else:
            rows += [f"<del>- {_short(line, margin)}\n</del>" for line in before[start:end]]
            rows += [f"<ins>+ {_short(line, margin)}\n</ins>" for line in after[new_start:new_end]]
    return "".join(rows)


def _applied(lines: Sequence[str], first: int, edits: Sequence[Edit]) -> list[str]:
    """Lines, the first with its number, after some edits."""
    whole = "".join(f"{line}\n" for line in lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(place: Position) -> int:
        row = place.line - first
        return min(starts[row] + place.column, len(whole)) if row < len(starts) else len(whole)

    for edit in reversed(edits):
        new = edit.text.replace("\r\n", "\n").replace("\r", "\n")
        whole = whole[: offset(edit.span.start)] + new + whole[offset(edit.span.end) :]
    return whole.removesuffix("\n").split("\n")


def _short(line: str, margin: int) -> str:
    return text(line[margin : margin + _WIDEST]) + ("\u2026" if len(line) > margin + _WIDEST else "")

"""Where an ignore comment may stand, and how a code joins one that is there.

A comment stands on the line that a finding shows, or alone above the statement where that line has no room for it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from errlint.model import CRASH, Diagnostic, Edit, Position, Span
from errlint.source.editing import edited
from errlint.source.file import SourceFile
from errlint.source.suppressions import Origin, Suppression, comments, strings, suppressions

LONGEST_LINE = 120
"""Characters up to which a line may grow; beyond, a comment gets a line of its own."""


def is_reason(text: str) -> bool:
    """Whether a text can be the reason in an ignore comment: it is read back as it was written."""
    source = SourceFile(Path(), "", f"x  # errlint: ignore[ERR000] {text}\n")
    found = suppressions(source)
    return len(source.line_starts) == 2 and [each.reason for each in found] == [text] and found[0].until is None


def may_be_ignored(finding: Diagnostic) -> bool:
    """Whether a comment can silence it: not what errlint says of itself, of unreadable files, and of comments."""
    return finding.code != CRASH and finding.family != "meta"


def ignoring(source: SourceFile, finding: Diagnostic, reason: str, today: date) -> Edit | None:
    """What silences one finding, read again to be sure; `None` where no comment can."""
    placement = Placement(source, reason, today)
    if not placement.place(finding):
        return None
    (edit,) = placement.edits()
    return edit if _silences(source, finding, edit) else None


def _silences(source: SourceFile, finding: Diagnostic, edit: Edit) -> bool:
    """Whether the text that an edit puts in is a comment there, and covers the finding."""
    after = replace(source, text=edited(source, [edit]).text)
    moved = len(after.line_starts) - len(source.line_starts)
    first, last = (line + moved for line in finding.lines)
    return any(finding.code in each.codes and each.covers(first, last) for each in suppressions(after, only_own=True))


class Placement:
    """The ignore comments that will stand in a file; `reason` may be empty, `today` says which have expired."""

    def __init__(self, source: SourceFile, reason: str, today: date) -> None:
        own = [each for each in suppressions(source, only_own=True) if each.origin is Origin.ERRLINT]
        lapsed = [each for each in own if each.lapsed(today)]
        self._source = source
        self._reason = f" {reason}" if reason else ""
        self._strings = list(strings(source.text))
        self._commented = {source.position(offset).line for offset, _ in comments(source.text)}
        self._taken = {each.span.start.line for each in own}
        self._lapsed = lapsed
        self._present = [each for each in own if each.codes and not each.whole_file and each not in lapsed]
        self._more: dict[int, set[str]] = {}
        self._behind: dict[int, set[str]] = {}
        self._above: dict[int, set[str]] = {}

    def place(self, finding: Diagnostic) -> bool:
        """Find a comment for a finding; whether there is a place for one.

        A finding whose ignore has expired is for people: they promised to look at it.
        """
        if not may_be_ignored(finding):
            return False
        if any(each.covers(*finding.lines) and _names(each, finding) for each in self._lapsed):
            return False
        for number, comment in enumerate(self._present):
            if comment.covers(*finding.lines):
                self._more.setdefault(number, set()).add(finding.code)
                return True
        first, last = finding.lines
        shown, code = finding.span.start.line, finding.code
        others = [line for line in range(first, last + 1) if line != shown]
        return (
            self._goes_behind(shown, code, LONGEST_LINE)
            or self._goes_above(first, code)
            or any(self._goes_behind(line, code, LONGEST_LINE) for line in others)
            or any(self._goes_behind(line, code, None) for line in (shown, *others))
        )

    def edits(self) -> Iterator[Edit]:
        """What puts the comments into the text."""
        for number, codes in self._more.items():
            yield self._with_codes(self._present[number], codes)
        for line, codes in self._behind.items():
            start, end = (Position(line, len(text)) for text in (self._code(line), self._source.line(line)))
            yield Edit(Span(start, end), f"  {self._comment(codes)}")
        for line, codes in self._above.items():
            text = self._source.line(line)
            indentation = text[: len(text) - len(text.lstrip(" \t"))]
            above = Position(line, 0)
            yield Edit(Span(above, above), f"{indentation}{self._comment(codes)}{self._source.line_end(line)}")

    def _goes_behind(self, line: int, code: str, longest: int | None) -> bool:
        """Put a code into the comment at the end of a line, if one may stand there and has room."""
        codes = self._behind.get(line, set()) | {code}
        text = self._code(line)
        if line in self._taken or not text.strip() or text.lstrip().startswith("#") or self._goes_on(line):
            return False
        if longest is not None and len(f"{text}  {self._comment(codes)}") > longest:
            return False
        self._behind[line] = codes
        return True

    def _goes_above(self, line: int, code: str) -> bool:
        """Put a code into the comment alone above a line, if one may stand there."""
        if line > 1 and self._goes_on(line - 1):
            return False
        self._above.setdefault(line, set()).add(code)
        return True

    def _goes_on(self, line: int) -> bool:
        """Whether a line ends inside a string, or in a backslash: what comes next is no comment there."""
        end = self._source.offset(Position(line, len(self._source.line(line))))
        before = bisect_left(self._strings, (end,)) - 1
        if before >= 0 and end < self._strings[before][1]:
            return True
        return line not in self._commented and self._source.line(line).endswith("\\")

    def _code(self, line: int) -> str:
        return self._source.line(line).rstrip(" \t")

    def _comment(self, codes: Iterable[str]) -> str:
        return f"# errlint: ignore[{', '.join(sorted(codes))}]{self._reason}"

    def _with_codes(self, comment: Suppression, codes: Iterable[str]) -> Edit:
        """The list in a comment's brackets made longer."""
        start = comment.span.start
        line = self._source.line(start.line)
        opening = line.index("[", start.column) + 1
        closing = line.index("]", opening)
        listed = ", ".join([line[opening:closing].rstrip(", "), *sorted(codes)])
        return Edit(Span(Position(start.line, opening), Position(start.line, closing)), listed)


def _names(comment: Suppression, finding: Diagnostic) -> bool:
    return not comment.codes or finding.code in comment.codes or finding.name in comment.codes

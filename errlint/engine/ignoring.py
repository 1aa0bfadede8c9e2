"""Ignore comments written for the findings of a file, each where it silences what it is for.

A comment stands on the line that a finding shows, or alone above the statement where that line has no room for it. What
was written is read again, as fixes are: only findings may have gone, and nothing else may have changed.
"""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from errlint.engine.checking import Checker
from errlint.engine.fixing import Fixed, FixError, encoded, must_parse
from errlint.model import CRASH, Diagnostic, Edit, Position, Span, crash
from errlint.settings import Settings
from errlint.source.editing import edited
from errlint.source.file import SourceFile, Unreadable, decode
from errlint.source.suppressions import Origin, Suppression, comments, strings, suppressions

LONGEST_LINE = 120
"""Characters up to which a line may grow; beyond, a comment gets a line of its own."""
_REFUSALS = (SyntaxError, ValueError, RecursionError, MemoryError)


def is_reason(text: str) -> bool:
    """Whether a text can be the reason in an ignore comment: it is read back as it was written."""
    source = SourceFile(Path(), "", f"x  # errlint: ignore[ERR000] {text}\n")
    found = suppressions(source)
    return len(source.line_starts) == 2 and [each.reason for each in found] == [text] and found[0].until is None


@dataclass(frozen=True)
class Ignorer:
    """Writes ignore comments; takes the place of a `Fixer` in a run."""

    checker: Checker
    reason: str

    def fix(self, data: bytes, path: Path, name: str, settings: Settings, findings: tuple[Diagnostic, ...]) -> Fixed:
        """The file with a comment for each finding that one can silence. Nothing is written.

        What no comment can silence is left: problems with comments themselves, an ignore that expired, a place where
        no comment may stand. If a comment does harm, bytes and findings are those of before, with one that says so.
        """
        if not any(map(_may_be_ignored, findings)):
            return Fixed(data, findings, Counter())
        try:
            return self._ignored(data, path, name, settings, findings)
        except FixError as error:
            return Fixed(data, (*findings, crash(name, 1, f"{error}; the file was left as it is")), Counter())

    def _ignored(
        self, data: bytes, path: Path, name: str, settings: Settings, findings: tuple[Diagnostic, ...]
    ) -> Fixed:
        source = decode(data, path, name)
        page = _Page(source, self.reason, self.checker.today)
        meant = [finding for finding in findings if _may_be_ignored(finding) and page.place(finding)]
        if not meant:
            return Fixed(data, findings, Counter())
        after = edited(source, page.edits())
        new = encoded(source, data, after.text, "the ignore comments")
        found = self._read_again(new, source, after.text, settings)
        _must_hide(meant, findings, found)
        return Fixed(new, found, Counter((finding.code, finding.name) for finding in meant))

    def _read_again(self, data: bytes, before: SourceFile, text: str, settings: Settings) -> tuple[Diagnostic, ...]:
        """The findings of the new text. Raises `FixError` if it is another program."""
        try:
            source = decode(data, before.path, before.name)
            must_parse(source, before)
        except (Unreadable, *_REFUSALS) as error:
            raise FixError(f"ignore comments make code that does not parse: {error}") from error
        if source.text != text or _program(source) != _program(before):
            raise FixError("ignore comments change what the code means")
        return self.checker.check_text(data, before.path, before.name, settings)


def _may_be_ignored(finding: Diagnostic) -> bool:
    """Not what errlint says of itself, of files that it cannot read, and of ignore comments."""
    return finding.code != CRASH and finding.family != "meta"


def _must_hide(meant: Iterable[Diagnostic], before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> None:
    """Raise `FixError` unless the findings that are meant have gone, and there is none that was not there."""
    hidden = {(finding.code, finding.fingerprint) for finding in meant}
    left = Counter(finding.code for finding in before)
    for finding in after:
        line = finding.span.start.line
        if (finding.code, finding.fingerprint) in hidden:
            raise FixError(f"an ignore comment does not hide {finding.code} on line {line}")
        left[finding.code] -= 1
        if left[finding.code] < 0:
            raise FixError(f"an ignore comment makes {finding.code} on line {line}: {finding.message}")


def _program(source: SourceFile) -> str:
    """What a text means to Python, wherever it stands; text that is newer than it, without comments and blank lines."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(source.parsable))
    except _REFUSALS:
        text = source.text
        for offset, comment in reversed(list(comments(text))):
            text = text[:offset] + text[offset + len(comment) :]
        return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


class _Page:
    """A file and the comments that will stand in it."""

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

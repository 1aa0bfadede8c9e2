"""Fixes applied to one file: those that do not collide together, pass by pass, until nothing is left to mend.

What a pass made is read again before anything else happens. A text that no longer parses, or that shows a new
finding where the rule has just edited, is thrown away: the file stays as it was and errlint says that it failed.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from errlint.engine.checking import Checker
from errlint.errors import ErrlintError
from errlint.model import CRASH, Applicability, Diagnostic, Edit, Fix, Span, crash
from errlint.settings import Settings
from errlint.source.editing import Edited, collide, edited, offsets
from errlint.source.file import SourceFile, Unreadable, decode
from errlint.source.regions import parse_outline

MOST_PASSES = 10
"""Passes after which the fixes of a file are taken to work against each other."""
REFUSALS = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What `compile` raises for text that is newer than it, wrong, or too much for it."""


@dataclass(frozen=True)
class Fixed:
    """A file after its fixes: its bytes, the findings that are left, and how many were mended of each rule."""

    data: bytes
    findings: tuple[Diagnostic, ...]
    mended: Counter[tuple[str, str]]


class FixError(ErrlintError):
    """Fixes that would have done harm, and were not applied."""


@dataclass(frozen=True)
class Fixer:
    """Applies fixes; `unsafe` ones only when asked to."""

    checker: Checker
    unsafe: bool

    def applies(self, fix: Fix | None) -> bool:
        """Whether a fix may be applied in this run."""
        return fix is not None and (self.unsafe or fix.applicability is Applicability.SAFE)

    def fix(self, data: bytes, path: Path, name: str, settings: Settings, findings: tuple[Diagnostic, ...]) -> Fixed:
        """The file with all fixes of its findings applied. Nothing is written.

        If a fix does harm, the bytes and findings are those of before, with a finding that says what went wrong.
        """
        if not any(self.applies(finding.fix) for finding in findings):
            return Fixed(data, findings, Counter())
        try:
            return self._settled(data, path, name, settings, findings)
        except FixError as error:
            return Fixed(data, (*findings, crash(name, 1, f"{error}; the file was left as it is")), Counter())

    def _settled(
        self, data: bytes, path: Path, name: str, settings: Settings, findings: tuple[Diagnostic, ...]
    ) -> Fixed:
        mended: Counter[tuple[str, str]] = Counter()
        passes = 0
        while chosen := self._together(findings):
            if passes == MOST_PASSES:
                raise FixError(f"the fixes of {_codes(chosen)} did not settle in {MOST_PASSES} passes")
            source = decode(data, path, name)
            after = edited(source, (edit for finding in chosen for edit in _fix(finding).edits))
            data = encoded(source, data, after.text, f"the fix of {_codes(chosen)}")
            findings = self._read_again(data, source, after, chosen, findings, settings)
            mended.update((finding.code, finding.name) for finding in chosen)
            passes += 1
        return Fixed(data, findings, mended)

    def _together(self, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The findings that are mended in one pass, in the order of the file: the first come first."""
        wanted = [finding for finding in findings if self.applies(finding.fix)]
        last = {_fix(finding).group: finding for finding in wanted}
        sizes = Counter(_fix(finding).group for finding in wanted)
        chosen: list[Diagnostic] = []
        taken = _Taken()
        for finding in wanted:
            fix = _fix(finding)
            waits = fix.group is not None and sizes[fix.group] > 1 and last[fix.group] is finding
            if not waits and taken.admit(fix):
                chosen.append(finding)
        return chosen

    def _read_again(
        self,
        data: bytes,
        before: SourceFile,
        after: Edited,
        chosen: Sequence[Diagnostic],
        findings: Sequence[Diagnostic],
        settings: Settings,
    ) -> tuple[Diagnostic, ...]:
        """The findings of the new text. Raises `FixError` if it is worse than the old one."""
        source = read_again(data, before, f"the fix of {_codes(chosen)} makes")
        if source.text != after.text:
            raise FixError(f"the fix of {_codes(chosen)} changes how the file is decoded")
        found = self.checker.check_text(data, before.path, before.name, settings)
        if _crashes(found) > _crashes(findings):
            told = next(finding.message for finding in found if finding.code == CRASH)
            raise FixError(f"the fix of {_codes(chosen)} makes code on which errlint fails: {told}")
        mended = {id(finding) for finding in chosen}
        left = [(each.code, before.offset(each.span.start)) for each in findings if id(each) not in mended]
        now = [(each.code, source.offset(each.span.start)) for each in found]
        for finding in chosen:
            for edit in _fix(finding).edits:
                old, new = offsets(before, edit.span), after.places[edit]
                if _number_in(now, finding.code, new) > _number_in(left, finding.code, old):
                    line = finding.span.start.line
                    raise FixError(f"the fix of {finding.code} on line {line} makes the same finding again")
        return found


def read_again(data: bytes, before: SourceFile, what_makes: str) -> SourceFile:
    """What was made of a file, as source. Raises `FixError` for what Python does not take: `the fix of ERR102 makes`
    code that does not parse.
    """
    try:
        source = decode(data, before.path, before.name)
        _must_parse(source, before)
    except (Unreadable, *REFUSALS) as error:
        raise FixError(f"{what_makes} code that does not parse: {error}") from error
    return source


def _must_parse(source: SourceFile, before: SourceFile) -> None:
    """Raise `Unreadable`, or what `compile` raises, for a text that Python does not take, if it took the one before."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if _compiles(before):
            compile(source.parsable, before.name, "exec", dont_inherit=True)
        else:
            parse_outline(source)


def _crashes(findings: Iterable[Diagnostic]) -> int:
    return sum(finding.code == CRASH for finding in findings)


def _number_in(findings: Iterable[tuple[str, int]], code: str, place: tuple[int, int]) -> int:
    """How many findings of a rule begin between two offsets."""
    return sum(found == code and place[0] <= offset < place[1] for found, offset in findings)


class _Taken:
    """The places that the fixes of a pass have spoken for."""

    def __init__(self) -> None:
        self._edits: set[Edit] = set()
        self._kept: set[Span] = set()

    def admit(self, fix: Fix) -> bool:
        """Whether a fix goes together with those before it; equal edits are one."""
        edits = set(fix.edits) - self._edits
        if any(collide(edit.span, other.span) for edit in edits for other in self._edits):
            return False
        if any(collide(edit.span, kept) for edit in edits for kept in self._kept):
            return False
        if any(collide(kept, edit.span) for kept in fix.keeps for edit in self._edits):
            return False
        self._edits |= edits
        self._kept.update(fix.keeps)
        return True


def _fix(finding: Diagnostic) -> Fix:
    if finding.fix is None:
        raise TypeError(f"{finding.code} has no fix")
    return finding.fix


def _codes(findings: Iterable[Diagnostic]) -> str:
    return ", ".join(sorted({finding.code for finding in findings}))


def encoded(source: SourceFile, data: bytes, text: str, what: str) -> bytes:
    """The new text in the file's encoding, if that encoding gives back what it was given; else raises `FixError`.

    `what` names the cause of the new text.
    """
    try:
        if source.encoded(source.text) != data:
            raise FixError(f"the file's bytes are not what its text is in {source.encoding}")
        return source.encoded(text)
    except UnicodeError as error:
        raise FixError(f"{what} cannot be written in {source.encoding}") from error


def _compiles(source: SourceFile) -> bool:
    """Whether the running interpreter takes the text: it refuses some that parses, such as `return` in a class."""
    try:
        compile(source.parsable, source.name, "exec", dont_inherit=True)
    except REFUSALS:
        return False
    return True

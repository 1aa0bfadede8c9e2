"""Ignore comments written for all findings of a file.

What was written is read again, as fixes are: only findings may have gone, and nothing else may have changed.
"""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from errlint.engine.checking import Checker
from errlint.engine.fixing import REFUSALS, Fixed, FixError, encoded, read_again
from errlint.model import Diagnostic, crash
from errlint.settings import Settings
from errlint.source.editing import edited
from errlint.source.file import SourceFile, decode
from errlint.source.ignoring import Placement, may_be_ignored
from errlint.source.suppressions import without_comments


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
        if not any(map(may_be_ignored, findings)):
            return Fixed(data, findings, Counter())
        try:
            return self._ignored(data, path, name, settings, findings)
        except FixError as error:
            return Fixed(data, (*findings, crash(name, 1, f"{error}; the file was left as it is")), Counter())

    def _ignored(
        self, data: bytes, path: Path, name: str, settings: Settings, findings: tuple[Diagnostic, ...]
    ) -> Fixed:
        source = decode(data, path, name)
        placement = Placement(source, self.reason, self.checker.today)
        meant = [finding for finding in findings if placement.place(finding)]
        if not meant:
            return Fixed(data, findings, Counter())
        after = edited(source, placement.edits())
        new = encoded(source, data, after.text, "the ignore comments")
        found = self._read_again(new, source, after.text, settings)
        _must_hide(meant, findings, found)
        return Fixed(new, found, Counter((finding.code, finding.name) for finding in meant))

    def _read_again(self, data: bytes, before: SourceFile, text: str, settings: Settings) -> tuple[Diagnostic, ...]:
        """The findings of the new text. Raises `FixError` if it is another program."""
        source = read_again(data, before, "ignore comments make")
        if source.text != text or _program(source) != _program(before):
            raise FixError("ignore comments change what the code means")
        return self.checker.check_text(data, before.path, before.name, settings)


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
    except REFUSALS:
        lines = without_comments(source.text).splitlines()
        return "\n".join(line.rstrip() for line in lines if line.strip())

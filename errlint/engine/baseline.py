"""The findings that a project has looked at and lets pass for now: entries, and which finding each stands for.

An entry stands for one finding: of its fingerprint, in its file. If the file is gone, it stands for one finding of its
fingerprint anywhere: the file was renamed. A second finding of the same kind has a fingerprint of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from errlint.model import CRASH, UNREADABLE, Diagnostic

NEVER = frozenset({CRASH, UNREADABLE})
"""Codes that no baseline holds: what they hide behind them is not known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding that is let pass. `path` is relative to the baseline's folder, with `/`.

    `until` is the last day on which the entry counts, as in 2027-01-31; empty for always. `scope` and `message` are for
    those who read the baseline. `line` is where the entry stands in its file, 0 if it does not yet.
    """

    path: str
    code: str
    fingerprint: str
    scope: str = ""
    message: str = ""
    reason: str = ""
    until: str = ""
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """What the entry lets pass, for people."""
        return f"{self.path}: {self.code} {': '.join(filter(None, (self.scope, self.message)))}".rstrip()

    @property
    def order(self) -> tuple[str, ...]:
        """The place of an entry among others: two that have nothing to do with each other are seldom neighbours."""
        return (self.path, self.code, self.scope, self.message, self.fingerprint)

    def is_over(self, today: str) -> bool:
        """Whether an entry counts no more on a day, which is written like `until`."""
        return bool(self.until) and self.until < today


@dataclass(frozen=True, slots=True)
class Stored:
    """A baseline as it stands on the disk. `data` are its bytes, `None` where there is none."""

    data: bytes | None
    entries: tuple[Entry, ...]


def place_in(folder: Path, path: Path) -> str:
    """A file as the baselines in a folder name it."""
    try:
        name = Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive of Windows
        name = path.absolute().as_posix()
    return name.encode("utf-8", "backslashreplace").decode()  # names need not be text


class Matching:
    """Which entries of a baseline stand for the findings of a run. `exists` says whether there is a file at a path."""

    def __init__(self, entries: Iterable[Entry], exists: Callable[[str], bool]) -> None:
        self._exists = exists
        self._exact: dict[tuple[str, str], Entry] = {}
        self._alike: dict[str, list[Entry]] = {}
        self._taken: dict[Entry, str] = {}
        for entry in sorted(entries, key=lambda entry: entry.order):
            self._exact[entry.path, entry.fingerprint] = entry
            self._alike.setdefault(entry.fingerprint, []).append(entry)

    def entry_for(self, path: str, finding: Diagnostic) -> Entry | None:
        """The entry that stands for a finding in the file `path`. Asked again, the answer is the same."""
        if finding.code in NEVER:
            return None
        entry = self._exact.get((path, finding.fingerprint)) or self._moved(path, finding.fingerprint)
        if entry is not None:
            self._taken[entry] = path
        return entry

    def _moved(self, path: str, fingerprint: str) -> Entry | None:
        """An entry of a file that is gone, unless it stands for a finding in a third file already."""
        for entry in self._alike.get(fingerprint, ()):
            if self._taken.get(entry, path) == path and not self._exists(entry.path):
                return entry
        return None

    @property
    def moved(self) -> list[Entry]:
        """The entries that stand for findings in other files than theirs."""
        return [entry for entry, path in self._taken.items() if entry.path != path]

    def left(self) -> list[Entry]:
        """The entries that stood for nothing so far, in their order."""
        return [entry for entry in self._exact.values() if entry not in self._taken]

"""The baselines of a run: what they hide while files are checked, and what is left of them afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from errlint.engine.baseline import NEVER, Entry, Matching, Stored, place_in
from errlint.engine.selection import Selection
from errlint.model import Diagnostic, Silenced
from errlint.settings import Settings, distinct

Read: TypeAlias = Callable[[Path, str], Stored]
"""Gives the baseline at a path, which people know by a name."""


def path_of(settings: Settings) -> Path | None:
    """Where the baseline stands that settings name."""
    return None if settings.baseline is None else Path(os.path.normpath(settings.root / settings.baseline))


@dataclass(frozen=True)
class Baseline:
    """One baseline in a run. `checked` holds the files that were checked whole, with their settings."""

    path: Path
    shown: str
    stored: Stored
    matching: Matching
    checked: dict[str, Settings] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, read: Read) -> Baseline:
        """A baseline as it stands on the disk."""
        inside = os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
        stored = read(path, inside)
        return cls(path, inside, stored, Matching(stored.entries, lambda place: (path.parent / place).exists()))

    def place(self, path: Path) -> str:
        """A file as the entries name it."""
        return place_in(self.path.parent, path)


class Known:
    """What the baselines of a run know. `today` is written as in 2027-01-31."""

    def __init__(self, used: Iterable[Settings], selection: Selection, read: Read, today: str) -> None:
        """`used` are all settings of the run, whose baselines are read at once. Who learns of settings file by file, as
        an editor does, gives none: a baseline is then read when a file with its settings is first checked. Settings
        without a baseline have all their findings shown.
        """
        self._selection = selection
        self._read = read
        self._today = today
        self._used = distinct(used)
        self._by_path: dict[Path, Baseline] = {}
        self.expired: dict[Entry, Baseline] = {}
        for settings in self._used:
            self.baseline_of(settings)

    @property
    def baselines(self) -> Sequence[Baseline]:
        """Each baseline in use."""
        return tuple(self._by_path.values())

    def baseline_of(self, settings: Settings) -> Baseline | None:
        """The baseline that knows the findings in files with these settings."""
        path = path_of(settings)
        if path is None:
            return None
        if path not in self._by_path:
            self._by_path[path] = Baseline.of(path, self._read)
        return self._by_path[path]

    def split(
        self, findings: Sequence[Diagnostic], path: Path, settings: Settings
    ) -> tuple[tuple[Diagnostic, ...], tuple[Silenced, ...]]:
        """The findings in a file that are new, and those that are known. Of an expired entry its finding tells."""
        baseline = self.baseline_of(settings)
        if baseline is None:
            return tuple(findings), ()
        place = baseline.place(path)
        if any(finding.code in NEVER for finding in findings):
            baseline.checked.pop(place, None)
        else:
            baseline.checked[place] = settings
        new: list[Diagnostic] = []
        old: list[Silenced] = []
        for finding in findings:
            entry = baseline.matching.entry_for(place, finding)
            if entry is None:
                new.append(finding)
            elif entry.is_over(self._today):
                self.expired[entry] = baseline
                where = f"{baseline.shown}:{entry.line}"
                new.append(
                    replace(finding, message=f"{finding.message} (passed over until {entry.until}, see {where})")
                )
            else:
                old.append(Silenced(finding, entry.reason))
        return tuple(new), tuple(old)

    def gone(self, baseline: Baseline, paths: Iterable[Path]) -> list[Entry]:
        """The entries whose finding the run would have had, and had not; `paths` are what it was given, absolute.

        Of a file that was not checked whole, or a rule that was not selected for it, nothing is known. A file that is
        no more, below one of the paths, has no findings.
        """
        tops = list(paths)
        rules: dict[str, frozenset[str] | None] = {}
        found = []
        for entry in baseline.matching.left():
            if entry.path not in rules:
                rules[entry.path] = self._rules_asked(baseline, entry.path, tops)
            asked = rules[entry.path]
            if asked is not None and (entry.code in asked or self._selection.catalogue.rule(entry.code) is None):
                found.append(entry)
        return found

    def _rules_asked(self, baseline: Baseline, place: str, tops: Iterable[Path]) -> frozenset[str] | None:
        """The rules that would have found what there is in a file; `None` if nobody has looked."""
        path = Path(os.path.normpath(baseline.path.parent / place))
        settings = baseline.checked.get(place)
        if settings is not None:
            return frozenset(rule.code for rule in self._selection.rules_for(settings.place(path), settings))
        if not path.exists() and any(path.is_relative_to(top) for top in tops):
            return frozenset().union(*(self._selection.enabled(each) for each in self._used))
        return None

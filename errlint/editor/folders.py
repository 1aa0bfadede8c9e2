"""One folder of the editor's workspace: its settings, its files, and the checker that knows them.

A mistake in a settings file is a problem to show, and the settings that held before go on to hold.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from errlint.editor.documents import Document
from errlint.editor.options import Options
from errlint.engine.baseline import Stored
from errlint.engine.baseline_file import BaselineError, read_baseline
from errlint.engine.checking import Checker
from errlint.engine.fixing import Fixed, Fixer
from errlint.engine.known import Known
from errlint.engine.memory import Memory
from errlint.engine.registry import catalogue
from errlint.engine.run import check_settings
from errlint.engine.selection import Selection
from errlint.errors import UsageError
from errlint.model import Diagnostic
from errlint.settings import Problem, Settings, SettingsError
from errlint.settings.finder import SettingsFinder
from errlint.source.discovery import discover, is_left_out

_INSTALLED = frozenset({"site-packages", "dist-packages"})
"""Folders of other people's code, which editors open on the way to a definition."""


class Folder:
    """A folder that is open in the editor; with no `root` it stands for all files outside of such folders."""

    def __init__(self, root: Path | None, options: Options, memory: Memory, before: Folder | None = None) -> None:
        """`before` is the same folder with what held until now."""
        self.root = root
        self.options = options
        self.problems: set[Problem] = set(options.problems)
        self._memory = memory
        self._finder = SettingsFinder(None, options.overrides)
        self._good: dict[Path, Settings] = {} if before is None else before._good
        self._known: dict[Path, Settings] = {}
        self._left_out: dict[Path, bool] = {}
        self._selection = Selection(catalogue())
        self._checker: Checker | None = None

    def holds(self, path: Path) -> bool:
        """Whether a file is in the folder."""
        return self.root is None or path.is_relative_to(self.root)

    def again(self) -> Folder:
        """The same folder, of which nothing is known yet: its files, settings and what names mean are read anew."""
        return Folder(self.root, self.options, self._memory, before=self)

    def look(self) -> None:
        """Read the settings that hold in the folder itself, so that mistakes in them are known before any check."""
        if self.root is not None:
            self._settings_for(self.root)

    def renew(self, changed: Collection[Path]) -> None:
        """Some files hold another text now."""
        if self._checker is not None:
            self._checker.renew(changed)

    def check(self, document: Document) -> tuple[Diagnostic, ...]:
        """The findings in a text; none in a file that the settings leave out, or where errlint is switched off."""
        path = self._place(document)
        if not self.options.enable or self._leaves_out(path):
            return ()
        return self._checking().check_text(document.data, path, str(path), self._settings_for(path.parent))

    def fix(self, document: Document) -> Fixed:
        """The text with all its safe fixes, each of which has been checked again."""
        path = self._place(document)
        settings = self._settings_for(path.parent)
        found = self.check(document)
        return Fixer(self._checking(), unsafe=False).fix(document.data, path, str(path), settings, found)

    def _baseline(self, path: Path, shown: str) -> Stored:
        """The baseline at a path; a broken one is a problem, and lets nothing pass."""
        try:
            return read_baseline(path, shown)
        except BaselineError as error:
            self.problems.add(Problem(str(path), 0, str(error)))
            return Stored(None, ())

    def _place(self, document: Document) -> Path:
        """Where a text stands; one without a file is thought to stand in the folder itself."""
        return document.path or (self.root or Path.cwd()) / document.name

    def _leaves_out(self, path: Path) -> bool:
        if self.root is None or not path.is_relative_to(self.root):
            return not _INSTALLED.isdisjoint(path.parts)
        if path not in self._left_out:
            self._left_out[path] = is_left_out(path, self.root, self._finder)
        return self._left_out[path]

    def _checking(self) -> Checker:
        if self._checker is None:
            known = Known((), self._selection, self._baseline, date.today().isoformat())
            self._checker = Checker(self._selection, self._files(), known=known, memory=self._memory)
        return self._checker

    def _files(self) -> list[Path]:
        """The files that `errlint check` would look at, by their full paths."""
        if self.root is None:
            return []
        try:
            return [found.path for found in discover([str(self.root)], self._finder)]
        except UsageError as error:
            self.problems.add(Problem(str(self.root), 0, str(error)))
            return []

    def _settings_for(self, folder: Path) -> Settings:
        if folder not in self._known:
            self._known[folder] = self._usable(folder)
        return self._known[folder]

    def _usable(self, folder: Path) -> Settings:
        """The settings that hold in a folder; where there is a mistake in them, those that held before."""
        found = self._finder.settings_for(folder)
        wrong = [each for each in _problems(found, self._finder) if _concerns(each, folder)]
        self.problems.update(wrong)
        if not wrong:
            self._good[folder] = found
            return found
        return self._good.get(folder) or _without_environment(found)


def _problems(settings: Settings, finder: SettingsFinder) -> Iterator[Problem]:
    try:
        check_settings([settings], finder.problems, catalogue())
    except SettingsError as error:
        yield from error.problems


def _concerns(problem: Problem, folder: Path) -> bool:
    """Whether a problem is one of the settings that hold in a folder, not of others that were looked at."""
    source = Path(problem.source)
    return not source.is_absolute() or folder.is_relative_to(source.parent)


def _without_environment(settings: Settings) -> Settings:
    """Settings whose mistakes are passed over; the environment that they name may be one of them."""
    try:
        check_settings([settings], (), catalogue())
    except SettingsError:
        return replace(settings, python=None)
    return settings


def absolute(path: Path) -> Path:
    """A path without `..`, as errlint compares paths."""
    return Path(os.path.abspath(path))

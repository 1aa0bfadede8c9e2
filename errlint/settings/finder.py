"""Which settings hold for a folder: those of the nearest `errlint.toml` or `pyproject.toml [tool.errlint]`.

Files are looked for with `os.path`: before Python 3.14 pathlib raises where a folder must not be entered.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from errlint.settings import BASELINE, Problem, Settings, SettingsError
from errlint.settings.reading import load, read_settings

_ROOT_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")
"""What the folder of a project holds; globs are relative to it where there is no settings file."""
EXTENDED = frozenset({"extend_select", "extend_ignore", "extend_exclude", "per_file_ignores"})
"""Settings to which the command line adds; the others it replaces."""


class SettingsFinder:
    """Finds the settings that hold for a file, and reads each settings file once a run."""

    def __init__(self, fixed: Settings | None, overrides: Mapping[str, Any], *, isolated: bool = False) -> None:
        """`fixed` settings hold everywhere (`--config`); `overrides` are the command line's.

        An `isolated` finder reads no settings file, and still finds the root of each project, for globs and layers.
        """
        self._isolated = isolated
        self._fixed = None if fixed is None else _overridden(fixed, overrides)
        self._overrides = overrides
        self._by_folder: dict[Path, Settings] = {}
        self._by_file: dict[Path, Settings] = {}
        self._tables: dict[Path, bool] = {}
        self._roots: dict[Path, Path | None] = {}
        self._defaults: dict[Path, Settings] = {}
        self.problems: list[Problem] = []

    @property
    def overridden(self) -> frozenset[str]:
        """The attributes of settings that the command line sets or adds to."""
        return frozenset(self._overrides)

    def settings_for(self, folder: Path) -> Settings:
        """The settings that hold in a folder: those of the nearest file above it, or the defaults."""
        if self._fixed is not None:
            return self._fixed
        folder = Path(os.path.abspath(folder))
        known = self._by_folder.get(folder)
        if known is None:
            known = self._by_folder[folder] = self._own(folder) or self._inherited(folder)
        return known

    def is_project(self, folder: Path) -> bool:
        """Whether something marks a folder as that of a project: settings for errlint, or what projects have."""
        return self._marked_root(folder) == folder or os.path.isfile(folder / "errlint.toml")

    def _own(self, folder: Path) -> Settings | None:
        """The settings in a file of the folder itself."""
        if self._isolated:
            return None
        for name in ("errlint.toml", "pyproject.toml"):
            path = folder / name
            if os.path.isfile(path) and (name == "errlint.toml" or self._has_table(path)):
                return self._read(path)
        return None

    def _inherited(self, folder: Path) -> Settings:
        above = self.settings_for(folder.parent) if folder.parent != folder else None
        if above is not None and above.source is not None:
            return above
        root = self._marked_root(folder) or _unmarked_root(folder)
        if root not in self._defaults:
            self._defaults[root] = _overridden(Settings(root=root), self._overrides)
        return self._defaults[root]

    def _marked_root(self, folder: Path) -> Path | None:
        """The nearest folder that looks like the root of a project."""
        if folder not in self._roots:
            if any(os.path.exists(folder / marker) for marker in _ROOT_MARKERS):
                self._roots[folder] = folder
            else:
                self._roots[folder] = self._marked_root(folder.parent) if folder.parent != folder else None
        return self._roots[folder]

    def _has_table(self, path: Path) -> bool:
        """A pyproject.toml without the table is passed over; one that is broken is an error only if it names us."""
        if path not in self._tables:
            self._tables[path] = self._reads_as_ours(path)
        return self._tables[path]

    def _reads_as_ours(self, path: Path) -> bool:
        try:
            return b"errlint" in path.read_bytes() and load(path)[0] is not None
        except OSError as error:
            self.problems.append(Problem(str(path), 0, f"cannot be read: {error.strerror}"))
        except SettingsError as error:
            self.problems.extend(error.problems)
        return False

    def _read(self, path: Path) -> Settings:
        known = self._by_file.get(path)
        if known is None:
            try:
                settings, problems = read_settings(path)
            except SettingsError as error:
                settings, problems = Settings(root=path.parent), list(error.problems)
            self.problems.extend(problems)
            known = self._by_file[path] = _overridden(settings, self._overrides)
        return known


def _unmarked_root(folder: Path) -> Path:
    """Where nothing marks a project: the folder where errlint was started, or the one with the top-level package."""
    if folder.is_relative_to(Path.cwd()):
        return Path.cwd()
    while os.path.exists(folder / "__init__.py"):
        folder = folder.parent
    return folder


def _overridden(settings: Settings, overrides: Mapping[str, Any]) -> Settings:
    values = dict(overrides)
    for name in EXTENDED.intersection(values):
        values[name] = (*getattr(settings, name), *values[name])
    if values.get("baseline") == "":  # `--baseline` alone
        values["baseline"] = settings.baseline or BASELINE
    return replace(settings, **values)

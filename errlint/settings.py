"""Settings from the nearest `errlint.toml` or `pyproject.toml [tool.errlint]`, as one frozen object.

Reading never stops at the first mistake: all are collected, each with file, line and key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias

import tomli

from errlint.errors import ErrlintError
from errlint.suggestions import suggestion

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

PRESETS = ("recommended", "production", "critical")
"""From the smallest to the largest; each holds the ones before it."""

TEST_FILES = ("tests/", "test_*.py", "*_test.py", "conftest.py")
DEFAULT_EXCLUDES = (
    *(".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d"),
    *(".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pycache__"),
    *("__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the settings. `line` is 1-based; 0 where only the file (or the command line) is known."""

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {self.message}"


class SettingsError(ErrlintError):
    """Settings that cannot be used; `problems` holds every mistake that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Patterns:
    """Globs as in a .gitignore, relative to the project root."""

    globs: tuple[str, ...] = ()

    def matches(self, place: PurePosixPath) -> bool:
        """Whether a path below the project root, or a folder that holds it, is meant."""
        return bool(self.globs) and self._spec.match_file(str(place))

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self.globs)


@dataclass(frozen=True, slots=True)
class Layers:
    """Which modules are domain code, which speak HTTP, and which wrap third parties."""

    domain: Patterns = Patterns()
    http: Patterns = Patterns()
    adapters: Patterns = Patterns()


@dataclass(frozen=True, slots=True)
class Selector:
    """A code, prefix, family or name by which rules are chosen, and where it was written."""

    text: str
    source: str = "command line"
    line: int = 0


@dataclass(frozen=True)
class Settings:
    """All that can be configured. `root` is the folder of the settings file: globs are relative to it."""

    root: Path = field(default_factory=Path.cwd)
    source: Path | None = None
    preset: str = "recommended"
    select: tuple[Selector, ...] | None = None
    ignore: tuple[Selector, ...] = ()
    extend_select: tuple[Selector, ...] = ()
    extend_ignore: tuple[Selector, ...] = ()
    per_file_ignores: tuple[tuple[Patterns, tuple[Selector, ...]], ...] = ()
    exclude: tuple[str, ...] = DEFAULT_EXCLUDES
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    tests: Patterns = Patterns(TEST_FILES)
    layers: Layers | None = None
    reporters: tuple[str, ...] = ()
    comment_is_reason: bool = True
    require_reason: bool = False
    honor_foreign_ignores: bool = True

    def place(self, path: Path) -> PurePosixPath:
        """A path relative to the project root; a file elsewhere keeps its own path."""
        try:
            return PurePosixPath(path.absolute().relative_to(self.root))
        except ValueError:
            return PurePosixPath(path.name)


Key: TypeAlias = tuple[str, ...]
"""Where a value stands below the table: `("per-file-ignores", "tests/*.py")`."""

_ROOT_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")
"""What the folder of a project holds; globs are relative to it where there is no settings file."""

Read: TypeAlias = "Callable[[Any, Key, _Reader], Any]"

_WORD = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)"""
_DOTTED = rf"({_WORD}(?:\s*\.\s*{_WORD})*)"


class _Reader:
    """Turns one TOML table into settings and collects what is wrong with it."""

    def __init__(self, path: Path, text: str, header: Key) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.header = header
        self.problems: list[Problem] = []

    def problem(self, key: Key, message: str) -> None:
        """Note a mistake at the line of `key`."""
        self.problems.append(Problem(str(self.path), self.line_of(key), message))

    def line_of(self, key: Key) -> int:
        """The 1-based line on which a key of the table is first written; 0 if it is not found.

        tomli gives values without places, so the lines are searched: table headers, then `key =`.
        """
        wanted = (*self.header, *key)
        table: Key = ()
        for number, line in enumerate(self.lines, start=1):
            if header := re.match(rf"\s*\[{{1,2}}\s*{_DOTTED}\s*\]", line):
                table = full = _parts(header[1])
            elif assignment := re.match(rf"\s*{_DOTTED}\s*=", line):
                full = (*table, *_parts(assignment[1]))
                if "{" in line and full == wanted[: len(full)]:
                    return number
            else:
                continue
            if full[: len(wanted)] == wanted:
                return number
        return 0


def _parts(dotted: str) -> Key:
    return tuple(part.strip("\"'") for part in re.findall(_WORD, dotted))


def _shown(key: Key) -> str:
    return f"'{'.'.join(key)}'"


def _text(value: Any, key: Key, reader: _Reader) -> str | None:
    if isinstance(value, str):
        return value
    reader.problem(key, f"{_shown(key)} must be a string, not {_kind(value)}")
    return None


def _flag(value: Any, key: Key, reader: _Reader) -> bool | None:
    if isinstance(value, bool):
        return value
    reader.problem(key, f"{_shown(key)} must be true or false, not {_kind(value)}")
    return None


def _texts(value: Any, key: Key, reader: _Reader) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    reader.problem(key, f"{_shown(key)} must be a list of strings, not {_kind(value)}")
    return None


def _selectors(value: Any, key: Key, reader: _Reader) -> tuple[Selector, ...] | None:
    found = _texts(value, key, reader)
    line = reader.line_of(key)
    return None if found is None else tuple(Selector(text, str(reader.path), line) for text in found)


def _patterns(value: Any, key: Key, reader: _Reader) -> Patterns | None:
    found = _texts(value, key, reader)
    return None if found is None else Patterns(found)


def _preset(value: Any, key: Key, reader: _Reader) -> str | None:
    found = _text(value, key, reader)
    if found is not None and found not in PRESETS:
        reader.problem(key, f"'{found}' is not a preset{suggestion(found, PRESETS) or ': use ' + _one_of(PRESETS)}")
        return None
    return found


def _per_file(value: Any, key: Key, reader: _Reader) -> tuple[tuple[Patterns, tuple[Selector, ...]], ...] | None:
    if not isinstance(value, dict):
        reader.problem(key, f"{_shown(key)} must be a table of lists of rules, not {_kind(value)}")
        return None
    found = [(glob, _selectors(rules, (*key, glob), reader)) for glob, rules in value.items()]
    return tuple((Patterns((glob,)), rules) for glob, rules in found if rules is not None)


def _layers(value: Any, key: Key, reader: _Reader) -> Layers | None:
    if not isinstance(value, dict):
        reader.problem(key, f"{_shown(key)} must be a table of lists of globs, not {_kind(value)}")
        return None
    known = [f.name for f in fields(Layers)]
    for name in value:
        if name not in known:
            reader.problem((*key, name), f"{_shown((*key, name))} is not a layer{suggestion(name, known)}")
    found = {name: _patterns(value[name], (*key, name), reader) for name in known if name in value}
    return Layers(**{name: patterns for name, patterns in found.items() if patterns is not None})


_KEYS: Mapping[str, tuple[str, Read]] = {
    "preset": ("preset", _preset),
    "select": ("select", _selectors),
    "ignore": ("ignore", _selectors),
    "extend-select": ("extend_select", _selectors),
    "extend-ignore": ("extend_ignore", _selectors),
    "per-file-ignores": ("per_file_ignores", _per_file),
    "exclude": ("exclude", _texts),
    "extend-exclude": ("extend_exclude", _texts),
    "respect-gitignore": ("respect_gitignore", _flag),
    "tests": ("tests", _patterns),
    "layers": ("layers", _layers),
    "reporters": ("reporters", _texts),
    "comment-is-reason": ("comment_is_reason", _flag),
    "require-reason": ("require_reason", _flag),
    "honor-foreign-ignores": ("honor_foreign_ignores", _flag),
}


def _kind(value: Any) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)


def _one_of(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1]


def read_settings(path: Path) -> tuple[Settings, list[Problem]]:
    """The settings in a file, with what is wrong in it. Raises `SettingsError` if it cannot be read at all."""
    table, reader = _load(path)
    if table is None:
        reader.problems.append(Problem(str(path), 0, "there is no table [tool.errlint] in this file"))
        table = {}
    values: dict[str, Any] = {"root": path.absolute().parent, "source": path}
    for key, value in table.items():
        if key not in _KEYS:
            hint = suggestion(key, _KEYS)
            if key == "tool" and not reader.header:
                hint = "; this file needs no table header, its settings stand at the top: remove `[tool.errlint]`"
            reader.problem((key,), f"'{key}' is not a setting{hint}")
            continue
        name, read = _KEYS[key]
        found = read(value, (key,), reader)
        if found is not None:
            values[name] = found
    return Settings(**values), reader.problems


def _load(path: Path) -> tuple[dict[str, Any] | None, _Reader]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError([Problem(str(path), 0, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([Problem(str(path), 0, f"is not UTF-8: {error.reason}")]) from error
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise SettingsError([Problem(str(path), error.lineno, f"is not TOML: {error.msg}")]) from error
    if path.name != "pyproject.toml":
        return data, _Reader(path, text, ())
    tool = data.get("tool", {})
    table = tool.get("errlint") if isinstance(tool, dict) else None
    reader = _Reader(path, text, ("tool", "errlint"))
    if table is not None and not isinstance(table, dict):
        reader.problems.append(Problem(str(path), 0, f"[tool.errlint] must be a table, not {_kind(table)}"))
        return {}, reader
    return table, reader


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

    def settings_for(self, folder: Path) -> Settings:
        """The settings that hold in a folder: those of the nearest file above it, or the defaults."""
        if self._fixed is not None:
            return self._fixed
        folder = folder.absolute()
        known = self._by_folder.get(folder)
        if known is None:
            known = self._by_folder[folder] = self._own(folder) or self._inherited(folder)
        return known

    def _own(self, folder: Path) -> Settings | None:
        """The settings in a file of the folder itself."""
        if self._isolated:
            return None
        for name in ("errlint.toml", "pyproject.toml"):
            path = folder / name
            if path.is_file() and (name == "errlint.toml" or self._has_table(path)):
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
            if any((folder / marker).exists() for marker in _ROOT_MARKERS):
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
            return b"errlint" in path.read_bytes() and _load(path)[0] is not None
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
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder


def _overridden(settings: Settings, overrides: Mapping[str, Any]) -> Settings:
    values = dict(overrides)
    for name in ("extend_select", "extend_ignore", "extend_exclude", "per_file_ignores"):
        if name in values:
            values[name] = (*getattr(settings, name), *values[name])
    return replace(settings, **values)

"""Which files a run looks at: named files as they are, folders without what .gitignore and settings leave out."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeAlias

from errlint.errors import UsageError
from errlint.settings import Patterns, Settings
from errlint.settings.finder import SettingsFinder

Around: TypeAlias = "Callable[[Settings], Iterable[Path]]"
"""Finds the files of a project that a run leaves out; asked only if a rule needs to know what all files tell."""

_SUFFIXES = (".py", ".pyi", ".pyw")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to check and the path by which it is shown."""

    path: Path
    name: str


def discover(paths: Iterable[str], finder: SettingsFinder) -> list[Found]:
    """The files below the given paths, in a stable order, each once.

    A named file is taken whatever its suffix, and whatever leaves it out of a walk unless the settings say
    `force_exclude`. Raises `UsageError` for paths that do not exist or are neither file nor folder; all of them are
    named at once.
    """
    found: dict[Path, Found] = {}
    wrong: list[str] = []
    reach = _Reach(finder)
    for name in paths:
        path = Path(name)
        if not name:  # to pathlib it is the current folder
            wrong.append("'': no such file or folder")
            continue
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            wrong.append(f"{name}: {_why(error)}")
            continue
        if reach.forbids(path, is_folder=stat.S_ISDIR(mode)):
            continue
        if stat.S_ISDIR(mode):
            for each in _Walk(path, finder).files():
                found.setdefault(each.path.absolute(), each)
        elif stat.S_ISREG(mode):
            found.setdefault(path.absolute(), Found(path, name))
        else:
            wrong.append(f"{name}: is neither a file nor a folder")
    if wrong:
        raise UsageError("\n".join(wrong))
    return list(found.values())


def is_forbidden(path: Path, finder: SettingsFinder) -> bool:
    """Whether the settings say that a file is left out even where it is named."""
    return _Reach(finder).forbids(path, is_folder=False)


def surroundings(settings: Settings, finder: SettingsFinder) -> Iterator[Path]:
    """The Python files of the project that settings hold for, as a run over its folder would find them.

    There are none where nothing marks a folder as a project: it might be somebody's home. A folder that cannot be
    entered is passed over, for nobody has asked to check it.
    """
    if finder.is_project(settings.root):
        for file in _Walk(settings.root, finder, is_asked_for=False).files():
            yield file.path


def repository_above(folder: Path) -> Path | None:
    """The nearest folder, from this one upwards, that holds a repository, told by its `.git`: git is not asked."""
    return next((each for each in (folder, *folder.parents) if os.path.exists(each / ".git")), None)


def is_left_out(path: Path, top: Path, finder: SettingsFinder) -> bool:
    """Whether a walk below a folder would pass over a path in it; the path need not exist yet."""
    return not _Reach(finder).comes_to(path, top, is_folder=False)


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One line of a .gitignore, as pathspec reads it."""

    regex: re.Pattern[str]
    ignores: bool

    @classmethod
    def of(cls, line: str) -> _Pattern | None:
        """Read a line; blank ones and comments give nothing.

        pathspec's expression also fits all that is below a folder. Here each folder is asked for before its contents,
        so a line must fit the path itself, or `!p/` would bring back what another line leaves out of `p`.
        """
        from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

        try:
            pattern = GitIgnoreSpecPattern(line)
        except ValueError:  # not a pattern: git passes over such a line too
            return None
        if pattern.regex is None or pattern.include is None:
            return None
        expression = pattern.regex.pattern
        if pattern.regex.groupindex:  # the group marks where a folder's name ends
            expression += r"\Z"
        elif expression.endswith("/"):  # `p/**` is what p holds, not p
            expression += "."
        return cls(re.compile(expression), ignores=pattern.include)


class _Ignores:
    """The .gitignore files that hold in a folder, outermost first; in each, the last line first."""

    def __init__(self, specs: tuple[tuple[Path, tuple[_Pattern, ...]], ...] = ()) -> None:
        self._specs = specs

    def __bool__(self) -> bool:
        return bool(self._specs)

    def entering(self, folder: Path) -> _Ignores:
        """The same with the folder's own .gitignore, if it has one."""
        path = folder / ".gitignore"
        if not os.path.isfile(path):  # pathlib raises where a folder must not be entered
            return self
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError as error:
            raise UsageError(
                f"{path}: cannot be read: {_why(error)}; `respect-gitignore = false` does without"
            ) from error
        patterns = [pattern for line in reversed(lines) if (pattern := _Pattern.of(line)) is not None]
        return _Ignores((*self._specs, (folder, tuple(patterns))))

    def leave_out(self, path: Path, *, is_folder: bool) -> bool:
        """Whether git would ignore a path: in the innermost file with an opinion, the last line with one decides."""
        for folder, patterns in reversed(self._specs):
            relative = path.relative_to(folder).as_posix() + ("/" if is_folder else "")
            for pattern in patterns:
                if pattern.regex.search(relative):
                    return pattern.ignores
        return False


class _Gate:
    """What is let in at one folder: the settings that hold in it, and the .gitignore files."""

    def __init__(self, excluded: _Excluded, ignores: _Ignores) -> None:
        self._excluded = excluded
        self._ignores = ignores

    @classmethod
    def at_top(cls, folder: Path, finder: SettingsFinder) -> _Gate:
        """The gate of the folder at which a walk begins."""
        settings = finder.settings_for(folder)
        ignores = _above(folder).entering(folder) if settings.respect_gitignore else _Ignores()
        return cls(_Excluded(settings), ignores)

    def below(self, folder: Path, finder: SettingsFinder) -> _Gate:
        """The gate of a folder inside."""
        settings = finder.settings_for(folder)
        excluded = self._excluded if settings is self._excluded.settings else _Excluded(settings)
        return _Gate(excluded, self._ignores.entering(folder) if settings.respect_gitignore else self._ignores)

    def lets_in(self, path: Path, *, is_folder: bool) -> bool:
        """Whether a walk goes on to what the folder holds, given by its absolute path."""
        if self._excluded.leaves_out(path):
            return False
        return not (self._ignores and self._ignores.leave_out(path, is_folder=is_folder))


class _Reach:
    """What a walk over the whole project comes to, for paths that were named one by one."""

    def __init__(self, finder: SettingsFinder) -> None:
        self._finder = finder
        self._gates: dict[tuple[Path, Path], _Gate | None] = {}

    def forbids(self, path: Path, *, is_folder: bool) -> bool:
        """Whether the settings say `force_exclude`, and the walk leaves a path out."""
        path = Path(os.path.abspath(path))
        if not self._finder.settings_for(path if is_folder else path.parent).force_exclude:
            return False
        top = self._top(path if is_folder else path.parent)
        return path != top and not self.comes_to(path, top, is_folder=is_folder)

    def comes_to(self, path: Path, top: Path, *, is_folder: bool) -> bool:
        """Whether a walk that begins at a folder gets to a path below it."""
        gate = self._gate(path.parent, top)
        return gate is not None and gate.lets_in(path, is_folder=is_folder)

    def _top(self, folder: Path) -> Path:
        """Where the walk begins: at the repository, else the settings' root, else where errlint was started."""
        above = (folder, *folder.parents)
        others = (each for each in (self._finder.settings_for(folder).root, Path.cwd()) if each in above)
        return repository_above(folder) or next(others, folder)

    def _gate(self, folder: Path, top: Path) -> _Gate | None:
        """The gate of a folder; `None` if the walk does not enter it."""
        key = (folder, top)
        if key not in self._gates:
            if folder == top:
                self._gates[key] = _Gate.at_top(folder, self._finder)
            else:
                above = self._gate(folder.parent, top)
                is_entered = above is not None and above.lets_in(folder, is_folder=True)
                self._gates[key] = above.below(folder, self._finder) if above is not None and is_entered else None
        return self._gates[key]


class _Walk:
    """One walk below a folder. Links to folders are not followed, so a loop cannot catch it."""

    def __init__(self, top: Path, finder: SettingsFinder, *, is_asked_for: bool = True) -> None:
        """Folders that cannot be entered are a `UsageError` where the walk was asked for."""
        self._top = top
        self._finder = finder
        self._is_asked_for = is_asked_for

    def files(self) -> Iterator[Found]:
        """The Python files below the folder, sorted by name."""
        yield from self._below(self._top, _Gate.at_top(self._top.absolute(), self._finder))

    def _below(self, folder: Path, gate: _Gate) -> Iterator[Found]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if not self._is_asked_for:
                return
            remedy = "" if folder == self._top else "; `extend-exclude` leaves it out"
            raise UsageError(f"{folder}: {_why(error)}{remedy}") from error
        for entry in entries:
            path = folder / entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not _is_python(entry):
                continue
            absolute = path.absolute()
            if not gate.lets_in(absolute, is_folder=is_folder):
                continue
            if is_folder:
                yield from self._below(path, gate.below(absolute, self._finder))
            else:
                yield Found(path, str(path))


def _is_python(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a regular Python file, itself or through a link; a dangling link is not."""
    try:
        return entry.name.endswith(_SUFFIXES) and entry.is_file()
    except OSError:  # a link that loops is no file, as is_file() says of dangling ones
        return False


def _above(top: Path) -> _Ignores:
    """The .gitignore files between the root of the repository and a folder, without the folder's own."""
    root = repository_above(top)
    ignores = _Ignores()
    if root is None:
        return ignores
    inside = [folder for folder in reversed(top.parents) if folder.is_relative_to(root)]
    for folder in inside:
        ignores = ignores.entering(folder)
    return ignores


class _Excluded:
    """The `exclude` settings: plain names compare as names, anything else is a glob below the root."""

    def __init__(self, settings: Settings) -> None:
        listed = (*settings.exclude, *settings.extend_exclude)
        self._names = {name for name in listed if "/" not in name}
        self._globs = [name for name in self._names if any(mark in name for mark in "*?[")]
        self._patterns = Patterns(tuple(name for name in listed if "/" in name))
        self.settings = settings

    def leaves_out(self, path: Path) -> bool:
        """Whether a file or folder is excluded."""
        name = path.name
        if name in self._names or any(fnmatchcase(name, glob) for glob in self._globs):
            return True
        return bool(self._patterns.globs) and self._patterns.matches(self.settings.place(path))

"""Which files a run looks at: named files as they are, folders without what .gitignore and settings leave out."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from errlint.errors import UsageError
from errlint.settings import Patterns, Settings
from errlint.settings.finder import SettingsFinder

_SUFFIXES = (".py", ".pyi", ".pyw")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to check and the path by which it is shown."""

    path: Path
    name: str


def discover(paths: Iterable[str], finder: SettingsFinder) -> list[Found]:
    """The files below the given paths, in a stable order, each once.

    A named file is taken whatever its suffix. Raises `UsageError` for paths that do not exist or are neither
    file nor folder; all of them are named at once.
    """
    found: dict[Path, Found] = {}
    wrong: list[str] = []
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


def is_left_out(path: Path, top: Path, finder: SettingsFinder) -> bool:
    """Whether a walk below a folder would pass over a path in it; the path need not exist yet."""
    return _Walk(top, finder).leaves_out(path)


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
        if not path.is_file():
            return self
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
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


class _Walk:
    """One walk below a folder. Links to folders are not followed, so a loop cannot catch it."""

    def __init__(self, top: Path, finder: SettingsFinder) -> None:
        self._top = top
        self._finder = finder
        self._excluded: dict[int, _Excluded] = {}

    def files(self) -> Iterator[Found]:
        """The Python files below the folder, sorted by name."""
        top = self._top.absolute()
        settings = self._finder.settings_for(top)
        ignores = _above(top) if settings.respect_gitignore else _Ignores()
        yield from self._below(self._top, ignores)

    def leaves_out(self, path: Path) -> bool:
        """Whether the walk would not get to a path below the folder."""
        folder = self._top.absolute()
        ignores = _above(folder) if self._finder.settings_for(folder).respect_gitignore else _Ignores()
        for part in path.relative_to(folder).parts:
            settings = self._finder.settings_for(folder)
            if settings.respect_gitignore:
                ignores = ignores.entering(folder)
            folder /= part
            is_folder = folder != path
            if self._rules_out(folder, settings, ignores, is_folder=is_folder):
                return True
        return False

    def _rules_out(self, path: Path, settings: Settings, ignores: _Ignores, *, is_folder: bool) -> bool:
        excluded = self._excluded.get(id(settings))
        if excluded is None:
            excluded = self._excluded[id(settings)] = _Excluded(settings)
        return excluded.leaves_out(path) or (
            ignores.leave_out(path.absolute(), is_folder=is_folder) if ignores else False
        )

    def _below(self, folder: Path, ignores: _Ignores) -> Iterator[Found]:
        settings = self._finder.settings_for(folder)
        if settings.respect_gitignore:
            ignores = ignores.entering(folder.absolute())
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            raise UsageError(f"{folder}: {_why(error)}") from error
        for entry in entries:
            path = folder / entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not _is_python(entry):
                continue
            if self._rules_out(path, settings, ignores, is_folder=is_folder):
                continue
            if is_folder:
                yield from self._below(path, ignores)
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
    roots = [folder for folder in (top, *top.parents) if (folder / ".git").exists()]
    ignores = _Ignores()
    if not roots:
        return ignores
    inside = [folder for folder in reversed(top.parents) if folder.is_relative_to(roots[0])]
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
        self._settings = settings

    def leaves_out(self, path: Path) -> bool:
        """Whether a file or folder is excluded."""
        name = path.name
        if name in self._names or any(fnmatchcase(name, glob) for glob in self._globs):
            return True
        return bool(self._patterns.globs) and self._patterns.matches(self._settings.place(path))

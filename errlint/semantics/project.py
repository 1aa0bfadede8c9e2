"""The modules of a project, read when a name first leads into them: from disk, whichever files a run was given."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path, PurePosixPath

from errlint.semantics.entries import Entries
from errlint.semantics.environment import Environment, environment_of
from errlint.semantics.exceptions import Hierarchy
from errlint.semantics.kept import Answers, go_on
from errlint.semantics.module import Module
from errlint.semantics.names import Names
from errlint.semantics.pyproject import Script, Version, oldest_python, scripts
from errlint.semantics.reporters import Reporters
from errlint.semantics.resolver import Resolver
from errlint.semantics.survey import Survey
from errlint.settings import Settings
from errlint.source.discovery import Around
from errlint.source.file import SourceFile, Unreadable, decode
from errlint.source.outline import Outline
from errlint.source.regions import parse_outline

_SOURCE_FOLDERS = ("", "src")
"""Where packages stand in the folder of a project (packaging.python.org, 'src layout vs flat layout')."""


class Project:
    """All that is known of the code of one project besides the file at hand. Everything is read at most once, until it
    is told that a file has changed.
    """

    def __init__(
        self,
        settings: Settings,
        resolver: Resolver | None = None,
        files: Sequence[Path] = (),
        around: Around | None = None,
        unsaved: Mapping[Path, bytes] | None = None,
        checkpoint: Callable[[], None] = go_on,
    ) -> None:
        """`resolver` reads what is installed; `files` are those of the run, `around` finds those that it leaves out.

        `unsaved` is what stands for some files instead of what is on disk; `checkpoint` is called often, and may raise
        `Abandoned`.
        """
        self._settings = settings
        self._resolver = resolver
        self._files = files
        self._around = around
        self._unsaved = {} if unsaved is None else unsaved
        self.checkpoint = checkpoint
        self._answers = Answers()
        self._by_path: dict[Path, Module | None] = {}
        self._by_name: dict[str, Module] = {}
        self._wanted: set[Path] = set()
        self._roots: dict[Path, tuple[Path, ...]] = {}
        self._places: dict[tuple[Path, str], Path | None] = {}

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The exception classes of the project and of the libraries that it names."""
        return Hierarchy(self, self._resolver, lambda: self._oldest_python)

    @cached_property
    def _oldest_python(self) -> Version | None:
        return oldest_python(self._settings.root)

    @cached_property
    def survey(self) -> Survey:
        """What only a look at all files can tell."""
        others = () if self._around is None else map(_absolute, self._around(self._settings))
        return Survey(self, self._settings, (*self._files, *self._by_path), others, self._answers)

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """The commands that are installed with the project."""
        return tuple(scripts(self._settings.root))

    def text(self, path: Path) -> str | None:
        """The text of a file, as it stands now; `None` if it cannot be read, which is a finding of its own check."""
        known = self._by_path.get(path)
        if known is not None:
            return known.source.text
        try:
            return (
                self._bytes(path).decode(encoding="utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
            )
        except OSError:
            return None

    def _bytes(self, path: Path) -> bytes:
        unsaved = self._unsaved.get(path)
        return path.read_bytes() if unsaved is None else unsaved

    def renew(self, changed: Collection[Path]) -> None:
        """Some files hold another text now. All facts are worked out anew when they are asked for: any of them may
        have come from there. What the survey found in single other files is kept, though what their names stand for may
        have changed with these; whoever wants that too makes a new project.
        """
        led_to = [path for path in changed if self._by_path.get(path) is not None]
        for path in changed:
            module = self._by_path.pop(path, None)
            if module is not None:
                self._by_name.pop(module.name, None)
            self._answers.forget(path)
        for module in self._by_path.values():
            if module is not None:
                module.forget()
        for fact in ("hierarchy", "survey"):
            self.__dict__.pop(fact, None)
        for path in led_to:
            self._read(path)

    @contextmanager
    def opened(self, path: Path) -> Iterator[Module | None]:
        """The module of a file for a short look; `None` if it cannot be read."""
        known = self._by_path.get(path)
        module = known or self._module(path)
        if module is None or known is not None:
            yield module
            return
        self.begin(module)
        try:
            yield module
        finally:
            self.end(module)

    def outline(self, source: SourceFile) -> Outline:
        """The outline of a file; parsed only if that was not done before. Raises `Unreadable`."""
        known = self._by_path.get(_absolute(source.path))
        return known.outline if known is not None and known.source.text == source.text else parse_outline(source)

    def begin(self, module: Module) -> None:
        """From now on this is what its file holds: the text of an editor may be newer than the disk's."""
        self._by_path[_absolute(module.source.path)] = module
        self._by_name[module.name] = module

    def end(self, module: Module) -> None:
        """The file is done with. Its module is kept only if another one leads into it."""
        path = _absolute(module.source.path)
        if path not in self._wanted:
            self._by_path.pop(path, None)
            self._by_name.pop(module.name, None)
            module.forget()

    def name(self, path: Path, place: PurePosixPath) -> str:
        """The dotted name of a file: below the folder of its top-level package, else below the project's root.

        Of two files that would have one name, the second is called by its place in the project.
        """
        path = _absolute(path)
        parts = [path.stem] if path.stem != "__init__" else []
        folder = path.parent
        while (folder / "__init__.py").is_file() and folder.parent != folder:
            parts.insert(0, folder.name)
            folder = folder.parent
        below_root = list(place.with_suffix("").parts)
        if below_root[-1] == "__init__":
            below_root.pop()
        if below_root and below_root[0] in _SOURCE_FOLDERS:
            below_root.pop(0)
        name = ".".join(parts if len(parts) > (path.stem != "__init__") else below_root)
        taken = self._by_name.get(name)
        if taken is not None and _absolute(taken.source.path) != path:
            name = ".".join(below_root)
        return name or "__main__"

    def reporters(self, names: Names) -> Reporters:
        """The reporters of the module that some names are of."""
        return self._by_name[names.module].reporters

    def entries(self, names: Names) -> Entries:
        """The entries about the names of the module that some names are of."""
        return self._by_name[names.module].entries

    def holding(self, name: str) -> tuple[Names, str] | None:
        """The module that holds what a name stands for, as `Names` gave it, and the rest of the name."""
        head = name
        while head:
            module = self._by_name.get(head)
            if module is not None:
                return module.names, name[len(head) + 1 :]
            head = head.rpartition(".")[0]
        return None

    def locate(self, name: str, near: str, *, imported: bool = False) -> tuple[Names, str] | None:
        """The module that a dotted name of the source of the module `near` leads into, and what it names there.

        The target of an import is modules up to its last part, even where a package has something else by that name.
        """
        asking = self._by_name.get(near)
        if asking is None or name.partition(".")[0] in sys.stdlib_module_names:
            return None
        parts = name.split(".")
        for root in self._import_roots(asking):
            found = self._descend(root, parts, sure=len(parts) - 1 if imported else 0)
            if found is not None:
                return found
        return None

    def _descend(self, folder: Path, parts: list[str], sure: int) -> tuple[Names, str] | None:
        """Follow the parts of a name through packages, as far as modules go; `sure` of them are modules if they can."""
        found: Module | None = None
        for number, part in enumerate(parts):
            rest = ".".join(parts[number:])
            if found is not None and number >= sure and self._is_own_attribute(found, part):
                return found.names, rest
            path = self._place(folder, part)
            if path is None:
                return None if found is None else (found.names, rest)
            if path.suffix == ".py":
                found = self._read(path)
                if found is None:
                    return None
            else:
                found = None
            folder = path.parent if path.name == "__init__.py" else path
        return None if found is None else (found.names, "")

    def _is_own_attribute(self, package: Module, name: str) -> bool:
        """Whether a package binds a name that is not just the module of that name in it."""
        bindings = package.outline.facts(None).bindings.get(name, ())
        own = {f".{name}", f"{package.name}.{name}"}
        return any(binding.value not in own for binding in bindings)

    def _place(self, folder: Path, name: str) -> Path | None:
        """Where a module of a folder is: its file, the `__init__.py` of a package, or a folder without one."""
        key = (folder, name)
        if key not in self._places:
            candidates = (folder / name / "__init__.py", folder / f"{name}.py")
            found = next((path for path in candidates if path.is_file()), None)
            is_folder = found is None and name.isidentifier() and (folder / name).is_dir()
            self._places[key] = folder / name if is_folder else found
        return self._places[key]

    def _import_roots(self, module: Module) -> tuple[Path, ...]:
        """The folders in which a module's imports are looked for, nearest first: those above that are no packages, and
        those from which Django is started, whatever they are.
        """
        folder = _absolute(module.source.path).parent
        if folder not in self._roots:
            self._roots[folder] = tuple(_import_roots(folder, module.settings.root))
        return self._roots[folder]

    def _read(self, path: Path) -> Module | None:
        """The module of a file that another one leads into."""
        self._wanted.add(path)
        if path not in self._by_path:
            self._by_path[path] = None
            module = self._module(path)
            if module is not None:
                self.begin(module)
        return self._by_path[path]

    def _module(self, path: Path) -> Module | None:
        """A file as a module. One that cannot be read is a finding where it is checked itself."""
        try:
            source = decode(self._bytes(path), path, str(path))
            outline = parse_outline(source)
        except (OSError, Unreadable):
            return None
        place = self._settings.place(path)
        return Module(self, source, place, self._settings, outline, self.name(path, place))


class Projects:
    """The projects of one run: one for each root and Python environment, which share what is installed."""

    def __init__(
        self,
        files: Sequence[Path] = (),
        around: Around | None = None,
        unsaved: Mapping[Path, bytes] | None = None,
        checkpoint: Callable[[], None] = go_on,
    ) -> None:
        """`files` are all that the run checks; for the others see `Project`."""
        self._files = [_absolute(path) for path in files]
        self._around = around
        self._unsaved = unsaved
        self._checkpoint = checkpoint
        self._projects: dict[tuple[Path, str | None], Project] = {}
        self._resolvers: dict[Environment, Resolver] = {}

    def of(self, settings: Settings) -> Project:
        """The project that settings belong to. Raises `UsageError` if their Python environment is not there."""
        key = (settings.root, settings.python)
        if key not in self._projects:
            environment = environment_of(settings)
            resolver = self._resolvers.setdefault(environment, Resolver(environment))
            files = [path for path in self._files if path.is_relative_to(settings.root)]
            around = self._around if files else None
            self._projects[key] = Project(settings, resolver, files, around, self._unsaved, self._checkpoint)
        return self._projects[key]

    def renew(self, changed: Collection[Path]) -> None:
        """Some files hold another text now (see `Project.renew`)."""
        for project in self._projects.values():
            project.renew(changed)


def _import_roots(folder: Path, root: Path) -> Iterator[Path]:
    while True:
        if not (folder / "__init__.py").is_file() or (folder / "manage.py").is_file():
            yield from (folder / name for name in _SOURCE_FOLDERS if not name or (folder / name).is_dir())
        if folder in (root, folder.parent) or not folder.is_relative_to(root):
            return
        folder = folder.parent


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))

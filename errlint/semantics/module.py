"""What can be known about one module: each fact is computed when it is first asked for, and kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from errlint.knowledge import Knowledge, knowledge_of
from errlint.semantics.aftermath import Aftermath
from errlint.semantics.boundaries import Boundaries
from errlint.semantics.entries import Entries
from errlint.semantics.exceptions import Hierarchy
from errlint.semantics.frameworks import frameworks_in
from errlint.semantics.http_raises import HttpRaises
from errlint.semantics.kinds import ModuleKind, kind_of
from errlint.semantics.layers import Layer, layer_of
from errlint.semantics.loggers import Loggers
from errlint.semantics.names import Names
from errlint.semantics.reach import Reach
from errlint.semantics.reporters import Reporters
from errlint.settings import Settings
from errlint.source.file import SourceFile
from errlint.source.outline import Function, Outline

if TYPE_CHECKING:
    from errlint.semantics.project import Project


def _prefixes(name: str) -> Iterator[str]:
    """A dotted name, the modules that hold it, and each as `from module import *` names it."""
    while name:
        yield name
        name = name.rpartition(".")[0]
        yield f"{name}.*"


@dataclass(frozen=True)
class Module:
    """One file of a project."""

    project: Project = field(repr=False)
    source: SourceFile
    place: PurePosixPath
    """The path below the project root."""
    settings: Settings
    outline: Outline
    name: str
    """The dotted name by which the project calls it."""

    @cached_property
    def knowledge(self) -> Knowledge:
        """What is known about the libraries that the file imports, with what the settings add."""
        return knowledge_of(self.outline.packages).extended(self.settings)

    @property
    def makes_fixtures(self) -> bool:
        """Whether the file makes fixtures for pytest: it is a test, wherever it stands."""
        if "pytest" not in self.outline.packages:
            return False
        decorators = (decorator for each in self.outline.definitions for decorator in each.decorators)
        return any(decorator.removesuffix("()") in ("pytest.fixture", "fixture") for decorator in decorators)

    def forget(self) -> None:
        """Let go of all that was found out: facts refer to the module, and nothing else ends such circles in a run."""
        for name in [name for name in self.__dict__ if name not in self.__dataclass_fields__]:
            del self.__dict__[name]

    def imports_one_of(self, names: frozenset[str]) -> bool:
        """Whether the file imports one of some dotted names, or a module that holds one."""
        prefixes = {prefix for name in names for prefix in _prefixes(name)}
        return not prefixes.isdisjoint(self.outline.imported)

    @cached_property
    def names(self) -> Names:
        """What the file's names mean."""
        return Names(self.outline, self.name, self.place.stem == "__init__", self.project)

    @cached_property
    def frameworks(self) -> frozenset[str]:
        """The HTTP frameworks that the file imports."""
        return frameworks_in(self.source.text)

    @property
    def short_name(self) -> str:
        """What people call the module: the name of the file, or of the folder that it stands for."""
        return self.place.parent.name if self.place.stem in ("__init__", "__main__") else self.place.stem

    @property
    def exceptions(self) -> Hierarchy:
        """The exception classes that code can name."""
        return self.project.hierarchy

    @cached_property
    def kind(self) -> ModuleKind:
        """Whether the file is a script or a command-line tool."""
        return kind_of(self.place, self.source.text, self.outline)

    @cached_property
    def entries(self) -> Entries:
        """What the file's names stand for as ways in which functions are called."""
        return Entries(self)

    @cached_property
    def boundaries(self) -> Boundaries:
        """The functions of the file that something outside of the project calls."""
        return Boundaries(self)

    @cached_property
    def aftermath(self) -> Aftermath:
        """Who hears of the errors that leave the boundaries of the file."""
        return Aftermath(self)

    @cached_property
    def http_raises(self) -> HttpRaises:
        """The HTTP exceptions that the calls of the file raise."""
        return HttpRaises(self)

    @cached_property
    def layer(self) -> Layer:
        """Whether the file is domain code, speaks HTTP, or wraps third parties."""
        return layer_of(self)

    @cached_property
    def reporters(self) -> Reporters:
        """The reporters that the file can call."""
        return Reporters(self)

    @cached_property
    def reach(self) -> Reach:
        """What the file's code can get at, and what must be added for it."""
        return Reach(self.source, self.names, self.outline)

    @cached_property
    def loggers(self) -> Loggers:
        """The loggers that the file's code can get at."""
        return Loggers(self.source, self.names, self.outline, self.reporters, self.reach)

    def count_of_word(self, word: str) -> int:
        """How often the text of the file holds a word."""
        return len(re.findall(rf"\b{re.escape(word)}\b", self.source.text))

    def may_read_global(self, name: str, first_line: int, last_line: int) -> bool:
        """Whether code outside of some lines (1-based, inclusive) may mean a name of the module or of a class body: it
        is mentioned there, and in no function that binds the name for itself.
        """
        for match in re.finditer(rf"\b{re.escape(name)}\b", self.source.text):
            line = self.source.position(match.start()).line
            if not first_line <= line <= last_line and not self._is_local(name, line):
                return True
        return False

    def _is_local(self, name: str, line: int) -> bool:
        return any(
            definition.first_line <= line <= definition.last_line and name in self.outline.facts(definition).bindings
            for definition in self.outline.definitions
            if isinstance(definition, Function)
        )

"""From a path in the source to what the knowledge tables say of it as a way in which functions are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from errlint.knowledge import Entry, Knowledge, library_of
from errlint.source.outline import Class, Definition, Function

if TYPE_CHECKING:
    from errlint.semantics.module import Module

NO_BOUNDARY = frozenset({"auto_record_scope"})
"""Kinds of entries that call nothing by themselves."""
_LONGEST_CHAIN = 5
"""Groups of commands in groups of commands; finite for functions that decorate themselves."""


class Entries:
    """The entries about what the names of one module stand for."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def about(self, path: str, scope: Definition | None) -> tuple[Entry, ...]:
        """The entries about what a path stands for in a scope; of a method, also as a base class has it."""
        name = self._resolved(path, scope)
        if name is None:
            return ()
        return self.named(name) or next((found for base in self._inherited(name) if (found := self.named(base))), ())

    def named(self, name: str) -> tuple[Entry, ...]:
        """The entries about a dotted name of a library, or of the project where its settings say so."""
        library = library_of(name)
        found = () if library is None else library.entries_by_name.get(name, ())
        return tuple(entry for entry in (*found, *self._own.get(name, ())) if entry.kind not in NO_BOUNDARY)

    @cached_property
    def _own(self) -> Mapping[str, tuple[Entry, ...]]:
        """Those of the settings, by the names that they lead to."""
        own = Knowledge().extended(self._module.settings).entries_by_name
        return {self._module.names.follow(name).removesuffix("()"): entries for name, entries in own.items()}

    def _resolved(self, path: str, scope: Definition | None, depth: int = 0) -> str | None:
        name = self._module.reporters.resolved(path, scope)
        if name is None or depth > _LONGEST_CHAIN:
            return name
        owner, _, attribute = name.rpartition(".")
        found = self._module.names.find(owner)
        if found is None or not isinstance(found.definition, Function):
            return name
        entries = self._module.project.entries(found.names)
        for decorator in found.definition.decorators:
            made = entries._made_by(decorator, found.definition.parent, depth + 1)
            if made is not None:
                return f"{made}.{attribute}"
        return name

    def _made_by(self, decorator: str, scope: Definition | None, depth: int) -> str | None:
        """The class of what a decorator makes of a function: `@click.group` makes a `click.Group`."""
        name = self._resolved(decorator.removesuffix("()"), scope, depth)
        library = None if name is None else library_of(name)
        return None if library is None else library.factories.get(name or "")

    def _inherited(self, name: str) -> Iterator[str]:
        owner, _, method = name.rpartition(".")
        found = self._module.names.find(owner)
        if found is not None and isinstance(found.definition, Class):
            yield from (f"{base}.{method}" for base in self._module.exceptions.named_bases(owner)[1:])

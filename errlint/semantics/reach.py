"""How code at a place can get at a thing: by a name that is bound there, or by lines added to the file's header."""

from __future__ import annotations

import re
from dataclasses import dataclass

from errlint.semantics.header import Header
from errlint.semantics.names import Names
from errlint.source.file import SourceFile
from errlint.source.outline import Definition, Outline, Stands

_STAR = re.compile(r"^\s*from\s.*\bimport\s*\*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reached:
    """An expression for a thing. `lines` must be added for it: below which 1-based line (0 is the top), and what."""

    expression: str
    lines: tuple[tuple[int, tuple[str, ...]], ...] = ()
    resolved: str = ""
    """The dotted name of what the expression stands for."""


class Reach:
    """What the code of one file can get at."""

    def __init__(self, source: SourceFile, names: Names, outline: Outline) -> None:
        self._source = source
        self._names = names
        self._outline = outline
        self.header = Header(source, outline)

    def attribute(self, module: str, name: str, scope: Definition | None, line: int) -> Reached | None:
        """`contextlib.suppress` for code on a 1-based line of a scope, however the file imports it.

        `None` if the module's name means something else there, or the code runs before an import could.
        """
        wanted = f"{module}.{name}"
        for statement in self._outline.top:
            if statement.stands is not Stands.IMPORT or not self.header.has_run(statement.last_line, scope, line):
                continue
            for bound in statement.binds:
                if self._names.is_global(bound, scope):
                    meaning = self._names.resolve(bound, None)
                    if meaning == wanted:
                        return Reached(bound, resolved=wanted)
                    if meaning == module:
                        return Reached(f"{bound}.{name}", resolved=wanted)
        below = self.header.below_imports
        is_free = self.is_free(module) or self._names.resolve(module, None) == module
        if not is_free or not self._names.is_global(module, scope) or not self.header.has_run(below, scope, line):
            return None
        return Reached(wanted, ((below, self.header.spaced(below, (f"import {module}",))),), wanted)

    def by_name(self, module: str, name: str, scope: Definition | None, line: int) -> Reached | None:
        """The same, but where the file has no way to it yet, it is imported by its name if that is free."""
        found = self.attribute(module, name, scope, line)
        if found is None or not found.lines or not self.is_free(name):
            return found
        below = self.header.below_imports
        return Reached(name, ((below, self.header.spaced(below, (f"from {module} import {name}",))),), found.resolved)

    def is_free(self, name: str) -> bool:
        """Whether nothing in the file binds a name, as far as can be told."""
        scopes: list[Definition | None] = [None, *self._outline.definitions]
        if any(name in self._outline.facts(scope).bindings for scope in scopes):
            return False
        text = self._source.text
        if re.search(rf"\b(?:global|nonlocal)\b[^\n]*\b{name}\b", text):
            return False
        return not (_STAR.search(text) and re.search(rf"\b{name}\b", text))

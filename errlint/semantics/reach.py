"""How code at a place can get at a thing: by a name that is bound there, or by lines added to the file's header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from errlint.semantics.names import Names
from errlint.semantics.reporters import Reporters
from errlint.source.file import SourceFile
from errlint.source.outline import Call, Definition, Function, Outline, Stands

_LOGGER_NAMES = ("logger", "log", "_logger", "_log")
_ENCODING = re.compile(r"[ \t\f]*#.*coding[:=]")
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

    def __init__(self, source: SourceFile, names: Names, outline: Outline, reporters: Reporters) -> None:
        self._source = source
        self._names = names
        self._outline = outline
        self._reporters = reporters

    def attribute(self, module: str, name: str, scope: Definition | None, line: int) -> Reached | None:
        """`contextlib.suppress` for code on a 1-based line of a scope, however the file imports it.

        `None` if the module's name means something else there, or the code runs before an import could.
        """
        wanted = f"{module}.{name}"
        for statement in self._outline.top:
            if statement.stands is not Stands.IMPORT or not self._has_run(statement.last_line, scope, line):
                continue
            for bound in statement.binds:
                if self._names.is_global(bound, scope):
                    meaning = self._names.resolve(bound, None)
                    if meaning == wanted:
                        return Reached(bound, resolved=wanted)
                    if meaning == module:
                        return Reached(f"{bound}.{name}", resolved=wanted)
        below = self._below_imports
        is_free = self._is_free(module) or self._names.resolve(module, None) == module
        if not is_free or not self._names.is_global(module, scope) or not self._has_run(below, scope, line):
            return None
        return Reached(wanted, ((below, self._spaced(below, (f"import {module}",))),), wanted)

    def logger(self, scope: Definition | None, line: int) -> Reached | None:
        """The `exception` method of the logger that code on a 1-based line of a scope should use: the module's own, in
        whatever library's style, or one that is made for it.
        """
        return (
            self._module_logger(scope, line)
            or self._own_logger(scope)
            or self._root_logger(scope, line)
            or self._new_logger(scope, line)
        )

    def _module_logger(self, scope: Definition | None, line: int) -> Reached | None:
        for statement in self._outline.top:
            for bound in statement.binds:
                if not self._has_run(statement.last_line, scope, line) or not self._names.is_global(bound, scope):
                    continue
                resolved = self._logger_method(bound, scope)
                if resolved is not None:
                    return Reached(f"{bound}.exception", resolved=resolved)
        return None

    def _own_logger(self, scope: Definition | None) -> Reached | None:
        """A logger that a function around the code is given, or that its class keeps in an attribute."""
        while scope is not None:
            if isinstance(scope, Function):
                for name, users in self._own_candidates(scope):
                    resolved = self._logger_method(name, scope, users)
                    if resolved is not None:
                        return Reached(f"{name}.exception", resolved=resolved)
            scope = scope.parent
        return None

    def _own_candidates(self, function: Function) -> Iterator[tuple[str, list[Definition | None]]]:
        """The names by which a function may have a logger, and who shows by its use that it is one."""
        for parameter in function.parameters:
            if parameter.name in _LOGGER_NAMES:
                yield parameter.name, [function]
        owner = function.owner
        if owner is not None and function.parameters:
            methods: list[Definition | None] = [each for each in self._outline.definitions if each.parent is owner]
            yield from ((f"{function.parameters[0].name}.{name}", methods) for name in _LOGGER_NAMES)

    def _root_logger(self, scope: Definition | None, line: int) -> Reached | None:
        """`logging.exception`, in a file that writes its records so."""
        reached = self.attribute("logging", "exception", scope, line)
        if reached is None or reached.lines or not self._is_used(reached.expression.rpartition(".")[0]):
            return None
        return reached

    def _new_logger(self, scope: Definition | None, line: int) -> Reached | None:
        module, factory, argument = "logging", "getLogger", "__name__"
        if "structlog" in self._outline.packages:
            module, factory, argument = "structlog", "get_logger", ""
        if any(self._logger_method(bound, None) for statement in self._outline.top for bound in statement.binds):
            return None  # one module, one logger: that it cannot be reached from here is for the author to solve
        name = next((name for name in _LOGGER_NAMES if self._is_free(name)), None)
        below = self._below_header
        made = self.attribute(module, factory, None, below + 1)
        if name is None or made is None or not self._has_run(below, scope, line):
            return None
        statement = f"{name} = {made.expression}({argument})"
        lines: tuple[tuple[int, tuple[str, ...]], ...]
        if made.lines and made.lines[0][0] == below:
            lines = ((below, self._spaced(below, (*(text for text in made.lines[0][1] if text), "", statement))),)
        else:
            lines = (*made.lines, (below, self._spaced(below, ("", statement))))
        style = "structlog" if module == "structlog" else "logging"
        return Reached(f"{name}.exception", lines, f"{style}.new.exception")

    def _logger_method(
        self, path: str, scope: Definition | None, users: Sequence[Definition | None] = ()
    ) -> str | None:
        """The dotted name of a path's `exception` if the path is surely a logger; by its name alone only if it is used
        so, by `users` or anywhere in the file.
        """
        call = Call(f"{path}.exception", (), (), in_handler=True)
        report = self._reporters.report(call, scope)
        if report is None or not report.is_logger:
            return None
        resolved = self._reporters.resolved(call.callee, scope)
        if resolved is not None and self._reporters.is_known(resolved):
            return None if resolved == "logging.exception" else resolved
        return (resolved or call.callee) if self._is_used(path, users) else None

    def _is_used(self, path: str, users: Sequence[Definition | None] = ()) -> bool:
        """Whether methods of loggers are called on a path."""
        return any(
            call.callee.startswith(f"{path}.") and self._reporters.is_log_method(call.callee.rpartition(".")[2])
            for scope in users or (None, *self._outline.definitions)
            for call in self._outline.facts(scope).calls
        )

    def _is_free(self, name: str) -> bool:
        """Whether nothing in the file binds a name, as far as can be told."""
        scopes: list[Definition | None] = [None, *self._outline.definitions]
        if any(name in self._outline.facts(scope).bindings for scope in scopes):
            return False
        text = self._source.text
        if re.search(rf"\b(?:global|nonlocal)\b[^\n]*\b{name}\b", text):
            return False
        return not (_STAR.search(text) and re.search(rf"\b{name}\b", text))

    def _has_run(self, last_line: int, scope: Definition | None, line: int) -> bool:
        """Whether the module's statement that ends on a line has run when code on another line does."""
        while scope is not None:
            if isinstance(scope, Function):
                return True
            scope = scope.parent
        return last_line < line

    @cached_property
    def _below_imports(self) -> int:
        """The line below which an import is added: that of the last import of the header, or of the docstring."""
        imports = [statement for statement in self._outline.header if statement.stands is Stands.IMPORT]
        first = [statement for statement in self._outline.header if statement.stands is Stands.DOCSTRING]
        last = imports or first
        return self._outside_statements(last[-1].last_line) if last else self._opening_comments()

    @cached_property
    def _below_header(self) -> int:
        """The line below which a statement is added that needs the imports."""
        header = self._outline.header
        return max(self._below_imports, self._outside_statements(header[-1].last_line) if header else 0)

    def _outside_statements(self, line: int) -> int:
        """The same line, or the last one of a statement that begins on it and goes on (`import a; b = (...)`)."""
        for statement in self._outline.top:
            if statement.first_line <= line < statement.last_line:
                line = statement.last_line
        return line

    def _opening_comments(self) -> int:
        """The last line of the comments with which the file begins: `#!`, an encoding, a licence.

        An encoding counts on the first two lines, so nothing may come before these if one is there (PEP 263).
        """
        line = self._source.line
        number = next((n for n in (2, 1) if _ENCODING.match(line(n)) or line(n).startswith("#!")), 0)
        last = number
        while line(last + 1).startswith("#"):
            last += 1
        return number if line(last + 1).strip() else last  # a comment that touches code belongs to it

    def _spaced(self, below: int, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Lines with an empty one before and after, where they would touch a docstring, a comment or code."""
        lines = tuple(lines)
        while lines and not lines[0]:
            lines = lines[1:]
        is_import = lines[0].startswith("import ")
        ends = {statement.last_line: statement.stands for statement in self._outline.header}
        after_import = ends.get(below) is Stands.IMPORT
        if below and self._source.line(below).strip() and not (is_import and after_import):
            lines = ("", *lines)
        following = self._source.line(below + 1)
        if following.strip() and not (is_import and len(lines) == 1 and after_import):
            lines = (*lines, "")
        return lines

"""Which logger a new report should use: the module's own, in its library's style, or one that is made for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from errlint.semantics.names import Names
from errlint.semantics.reach import Reach, Reached
from errlint.semantics.reporters import Reporters
from errlint.source.file import SourceFile
from errlint.source.outline import Call, Class, Definition, Function, Outline

_LOGGING_CLASS = re.compile(r"(?:^|\.)(?:Log|Logging|Stream|File|Queue|Email|Syslog)?(?:Handler|Filter|Formatter)$")
_MAKING = ("__new__", "__init__", "__post_init__")
"""Methods in which an instance does not have all its attributes yet."""
_LOGGER_NAMES = ("logger", "log", "_logger", "_log")


class Loggers:
    """The loggers that the code of one file can get at."""

    def __init__(self, source: SourceFile, names: Names, outline: Outline, reporters: Reporters, reach: Reach) -> None:
        self._source = source
        self._names = names
        self._outline = outline
        self._reporters = reporters
        self._reach = reach
        self._header = reach.header

    def exception(self, scope: Definition | None, line: int) -> Reached | None:
        """The `exception` method of the logger for code on a 1-based line of a scope.

        `None` where no logger can be had, and in code that itself is part of logging: it would call itself.
        """
        if self._is_part_of_logging(scope):
            return None
        return (
            self._module_logger(scope, line)
            or self._own_logger(scope, line)
            or self._root_logger(scope, line)
            or self._new_logger(scope, line)
        )

    def _is_part_of_logging(self, scope: Definition | None) -> bool:
        """Whether code is in a class of handlers, filters or formatters of `logging`."""
        while scope is not None:
            if isinstance(scope, Class):
                bases = [self._names.resolve(base, scope.parent) or base or "" for base in scope.bases]
                if any(base.startswith("logging.") or _LOGGING_CLASS.search(base) for base in bases):
                    return True
            scope = scope.parent
        return False

    def _module_logger(self, scope: Definition | None, line: int) -> Reached | None:
        for statement in self._outline.top:
            for bound in statement.binds:
                if self._header.has_run(statement.last_line, scope, line) and self._names.is_global(bound, scope):
                    resolved = self._logger_method(bound, scope)
                    if resolved is not None:
                        return Reached(f"{bound}.exception", resolved=resolved)
        if self._header.has_run(len(self._source.line_starts), scope, line):  # in a function, all of the module has run
            for bound, bindings in self._outline.facts(None).bindings.items():
                is_set = not any(binding.value == "None" for binding in bindings)
                resolved = self._logger_method(bound, scope) if is_set else None
                if resolved is not None and self._names.is_global(bound, scope):
                    return Reached(f"{bound}.exception", resolved=resolved)
        return None

    def _own_logger(self, scope: Definition | None, line: int) -> Reached | None:
        """A logger that a function around the code makes or is given, or that its class keeps in an attribute."""
        while scope is not None:
            if isinstance(scope, Function):
                for name, users in self._own_candidates(scope, line):
                    resolved = self._logger_method(name, scope, users)
                    if resolved is not None:
                        return Reached(f"{name}.exception", resolved=resolved)
            scope = scope.parent
        return None

    def _own_candidates(self, function: Function, line: int) -> Iterator[tuple[str, list[Definition | None]]]:
        """The names by which a function may have a logger, and who shows by its use that it is one."""
        itself: list[Definition | None] = [function]
        for parameter in function.parameters:
            if parameter.name in _LOGGER_NAMES and "None" not in parameter.marks:
                yield parameter.name, itself
        yield from ((name, itself) for name in _LOGGER_NAMES if self._is_assigned_above(name, function, line))
        owner = function.owner
        if owner is None or not function.parameters or "staticmethod" in function.decorators:
            return
        methods: list[Definition | None] = [each for each in self._outline.definitions if each.parent is owner]
        is_made = function.name not in _MAKING and "classmethod" not in function.decorators
        for name in _LOGGER_NAMES:
            is_there = is_made or name in self._outline.facts(owner).bindings
            if is_there and not self._may_be_none(name, methods):
                yield f"{function.parameters[0].name}.{name}", methods

    def _may_be_none(self, attribute: str, methods: Sequence[Definition | None]) -> bool:
        """Whether some method sets an attribute to `None`, or to a parameter that is `None` unless it is given."""
        for method in methods:
            for binding in self._outline.facts(method).attributes.get(attribute, ()):
                parameters = method.parameters if isinstance(method, Function) else ()
                if binding.value in {"None", *(each.name for each in parameters if "None" in each.marks)}:
                    return True
        return False

    def _is_assigned_above(self, name: str, function: Function, line: int) -> bool:
        """Whether a statement of a function's own block, above a line, assigns to a name."""
        if name not in self._outline.facts(function).bindings:
            return False
        body = [self._source.line(number) for number in range(function.line + 1, function.last_line + 1)]
        indents = [len(text) - len(text.lstrip()) for text in body if text.strip()]
        above = body[: max(line - function.line - 1, 0)]
        return any(re.match(rf"\s{{{min(indents)}}}{name}\s*(?::[^=]*)?=[^=]", text) for text in above)

    def _root_logger(self, scope: Definition | None, line: int) -> Reached | None:
        """`logging.exception`, in a file that writes its records so."""
        reached = self._reach.attribute("logging", "exception", scope, line)
        if reached is None or reached.lines or not self._is_used(reached.expression.rpartition(".")[0]):
            return None
        return reached

    def _new_logger(self, scope: Definition | None, line: int) -> Reached | None:
        library, factory, argument = "logging", "getLogger", "__name__"
        if "structlog" in self._outline.packages:
            library, factory, argument = "structlog", "get_logger", ""
        module = self._outline.facts(None).bindings
        if any(self._logger_method(bound, None) or self._is_of_another_kind(bound, None) for bound in module):
            return None  # one module, one logger: that it cannot be reached from here is for the author to solve
        name = next((name for name in _LOGGER_NAMES if self._reach.is_free(name)), None)
        below = self._header.below_all
        made = self._reach.attribute(library, factory, None, below + 1)
        if name is None or made is None or not self._header.has_run(below, scope, line):
            return None
        statement = f"{name} = {made.expression}({argument})"
        lines = dict(made.lines)
        added = tuple(text for text in lines.get(below, ()) if text)
        lines[below] = self._header.spaced(below, (*added, "", statement))
        return Reached(f"{name}.exception", tuple(lines.items()), f"{library}.new.exception")

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
        if self._is_of_another_kind(path, scope):
            return None
        return (resolved or call.callee) if self._is_used(path, users) else None

    def _is_of_another_kind(self, path: str, scope: Definition | None) -> bool:
        """Whether a path is a logger of a library whose loggers have no `exception`, such as twisted's."""
        plain, traced = (self._reporters.resolved(f"{path}.{method}", scope) for method in ("error", "exception"))
        return self._reporters.is_known(plain or "") and not self._reporters.is_known(traced or "")

    def _is_used(self, path: str, users: Sequence[Definition | None] = ()) -> bool:
        """Whether methods of loggers are called on a path."""
        return any(
            call.callee.startswith(f"{path}.") and self._reporters.is_log_method(call.callee.rpartition(".")[2])
            for scope in users or (None, *self._outline.definitions)
            for call in self._outline.facts(scope).calls
        )

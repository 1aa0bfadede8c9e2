"""Which HTTP exceptions come out of a call: of a library's `abort`, or of a function of the project that raises one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from errlint.knowledge import knowledge_of, library_of
from errlint.semantics.names import Found, Names
from errlint.source.outline import Definition, Function, last_part
from errlint.source.outline.from_ast import path
from errlint.syntax.escapes import escaping

if TYPE_CHECKING:
    from errlint.semantics.module import Module

_DEEPEST = 2
"""The functions that are looked into, one called by the other."""
_HARMLESS_DECORATORS = frozenset({"staticmethod", "classmethod", "property", "cached_property", "override"})
_ABORTED = {
    "bottle": "bottle.HTTPResponse",
    "django": "django.http.Http404",
    "rest_framework": "django.http.Http404",
}
"""What the aborting functions of a library raise; those of the others that have some are werkzeug's."""
_WERKZEUG = "werkzeug.exceptions.HTTPException"


class HttpRaises:
    """The HTTP exceptions that the calls of one module raise."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._exceptions = module.exceptions
        self._known: dict[tuple[Definition, int], str | None] = {}

    def is_http_exception(self, name: str | None) -> bool:
        """Whether a class is answered by a web framework with a status of its own, and derives from `Exception`."""
        if name is None or not self._exceptions.maybe_derives(name, ("builtins.Exception",)):
            return False
        if self._exceptions.surely_derives(name, self._module.settings.http_exceptions):
            return True
        bases = (self._exceptions.lineage(name) or ()) + self._exceptions.named_bases(name)
        return any(base in known.http_exceptions for base in bases if (known := library_of(base)) is not None)

    def of_call(self, callee: str | None, scope: Definition | None) -> str | None:
        """The class of an HTTP exception that a call in some scope of the module may raise; `None` if none is known."""
        return self._of_call(callee, scope, self._module.names, _DEEPEST)

    def _of_call(self, callee: str | None, scope: Definition | None, names: Names, depth: int) -> str | None:
        name = names.resolve(callee, scope)
        known = None if name is None else library_of(name)
        if name is not None and known is not None and name in known.aborts:
            return _ABORTED.get(next(iter(known.libraries)), _WERKZEUG)
        found = names.find(name) if depth else None
        return None if found is None else self._of_function(found, depth - 1)

    def _of_function(self, found: Found, depth: int) -> str | None:
        function = found.definition
        if not isinstance(function, Function) or any(map(_may_change_errors, function.decorators)):
            return None
        key = (function, depth)
        if key not in self._known:
            self._known[key] = self._leaving(found, depth)
        return self._known[key]

    def _leaving(self, found: Found, depth: int) -> str | None:
        names, function = found.names, found.definition
        errors = {last_part(name) for name in knowledge_of(names.outline.packages).http_exceptions}
        for node in escaping(function.node, errors):
            if isinstance(node, ast.Call):
                raised = self._of_call(path(node.func), function, names, depth)
            else:
                made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                raised = names.resolve(path(made), function)
            if self.is_http_exception(raised):
                return raised
        return None


def _may_change_errors(decorator: str) -> bool:
    return last_part(decorator.removesuffix("()")) not in _HARMLESS_DECORATORS

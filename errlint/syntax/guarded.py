"""Does a function keep its errors to itself? Questions about the `ast` of functions that other code only names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from errlint.source.sieve import CATCH_ALL

_AROUND = (ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.If)
_HARMLESS = (ast.Pass, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)


def handles_its_errors(function: object) -> bool:
    """Whether all that a function does stands in a `try` that catches everything and raises nothing."""
    return isinstance(function, _FUNCTIONS) and _is_guarded(function.body)


def has_handlers(function: object) -> bool:
    """Whether an error is handled anywhere in a function. One that `ast` did not read may do so."""
    if not isinstance(function, _FUNCTIONS):
        return True
    return any(getattr(part, "handlers", None) for part in _own_parts(function))


def guards_its_yield(function: object) -> bool:
    """Whether a generator catches whatever is thrown into it, and does not let HTTP exceptions pass before. One that
    `ast` did not read may do so.
    """
    if not isinstance(function, _FUNCTIONS):
        return True
    tries = (part for part in _own_parts(function) if isinstance(part, ast.Try) and _yields(part.body))
    return any(any(map(_is_broad, each.handlers)) and not any(map(_is_about_http, each.handlers)) for each in tries)


def _yields(statements: list[ast.stmt]) -> bool:
    return any(isinstance(part, ast.Yield) for statement in statements for part in _own_parts(statement))


def _is_about_http(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and "HTTP" in ast.unparse(handler.type)


def _is_guarded(statements: list[ast.stmt]) -> bool:
    doing = [statement for statement in statements if not _is_harmless(statement)]
    return bool(doing) and all(_keeps_errors(statement) for statement in doing)


def _keeps_errors(statement: ast.stmt) -> bool:
    if isinstance(statement, _AROUND):
        return _is_guarded(statement.body) and (not statement.orelse if isinstance(statement, ast.If) else True)
    if getattr(statement, "finalbody", None) and not getattr(statement, "handlers", None):
        return _is_guarded(statement.body)  # type: ignore[attr-defined]
    return any(_catches_all(handler) for handler in getattr(statement, "handlers", ()))


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return _is_broad(handler) and not any(isinstance(part, ast.Raise) for part in _own_parts(handler))


def _is_broad(handler: ast.ExceptHandler) -> bool:
    named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in CATCH_ALL) for kind in named)


def _is_harmless(statement: ast.stmt) -> bool:
    """A docstring, a declaration, an assignment that calls nothing."""
    if isinstance(statement, _HARMLESS):
        return True
    if isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return)):
        return not any(isinstance(part, (ast.Call, ast.Await, ast.Subscript)) for part in ast.walk(statement))
    return False


def _own_parts(node: ast.AST) -> Iterator[ast.AST]:
    """What is in a node, without what is in functions and classes inside it."""
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        yield current
        if current is node or not isinstance(current, _SCOPES):
            stack.extend(ast.iter_child_nodes(current))

"""The coarsest question about a piece of code, asked of the `ast` before libcst reads it: could a rule find anything?

A sieve may let too much through, never too little: rules see only what passes. That both ways give the same
findings is tested on the standard library.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

Sieve: TypeAlias = "Callable[[ast.AST, bool], bool]"
"""Takes a statement or handler, and whether it stands in a handler of the same function."""

CATCH_ALL = frozenset({"Exception", "BaseException"})
"""The names of the classes that take every error."""
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def may_hold(statements: Iterable[ast.AST], sieves: Mapping[type[ast.AST], Sequence[Sieve]]) -> bool:
    """Whether a sieve of the type of some statement or handler, at any depth, lets it through."""
    stack = [(statement, False) for statement in statements]
    while stack:
        node, in_handler = stack.pop()
        for sieve in sieves.get(_kind(node), ()):
            if sieve(node, in_handler):
                return True
        if isinstance(node, _SCOPES):
            in_handler = False
        elif isinstance(node, ast.ExceptHandler):
            in_handler = True
        stack.extend((child, in_handler) for child in _inner(node))
    return False


def _kind(node: ast.AST) -> type[ast.AST]:
    """The type under which sieves are registered: `try` with `except*` counts as `try`."""
    return ast.Try if type(node).__name__ == "TryStar" else type(node)


def statements_below(node: ast.AST) -> Iterator[ast.AST]:
    """The statements and handlers inside a node, at any depth, but not those of functions and classes in it."""
    stack = list(_inner(node))
    while stack:
        current = stack.pop()
        yield current
        if not isinstance(current, _SCOPES):
            stack.extend(_inner(current))


def calls_method(node: ast.AST, names: frozenset[str]) -> bool:
    """Whether a method of one of some names is called anywhere in a node."""
    return any(
        isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in names
        for part in ast.walk(node)
    )


def names_one_of(expression: ast.AST | None, names: frozenset[str]) -> bool:
    """Whether the type of a handler may be one of some classes.

    True for a bare `except:`, for the names themselves, and for what is not written as a class is (`ERRORS`).
    """
    if expression is None:
        return True
    if isinstance(expression, ast.Tuple):
        return any(names_one_of(element, names) for element in expression.elts)
    last = getattr(expression, "attr", None) or getattr(expression, "id", None)
    return last is None or last in names or not any(letter.islower() for letter in last) or last[:1].islower()


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield from block

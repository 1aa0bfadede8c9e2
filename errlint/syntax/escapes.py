"""What leaves a function that other code only names, by its `ast`: raises and calls that it does not guard."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from errlint.source.sieve import CATCH_ALL, names_one_of

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)
_GENERATES = (ast.Yield, ast.YieldFrom)


def escaping(function: object, errors: Collection[str]) -> Iterator[ast.Raise | ast.Call]:
    """The raises and calls from which an error may leave a function when it is called, in no particular order.

    What stands in a `try` that takes everything, or something called like one of `errors`, is left out, unless its
    handler raises again. A generator, whose body runs later, and what `ast` did not read, let nothing out.
    """
    if not isinstance(function, _FUNCTIONS):
        return
    found: list[ast.Raise | ast.Call] = []
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _SCOPES):
            continue
        if isinstance(node, _GENERATES):
            return
        if isinstance(node, (ast.Raise, ast.Call)):
            found.append(node)
        waiting.extend(_outside_of_guards(node, errors))
    yield from found


def _outside_of_guards(node: ast.AST, errors: Collection[str]) -> Iterator[ast.AST]:
    """The parts of a node from which an error may get out of it."""
    handlers = getattr(node, "handlers", None)
    guarded = handlers is not None and _takes_one(handlers, frozenset(errors) | CATCH_ALL)
    body = set(map(id, getattr(node, "body", ()))) if guarded else ()
    return (child for child in ast.iter_child_nodes(node) if id(child) not in body)


def _takes_one(handlers: list[ast.ExceptHandler], errors: frozenset[str]) -> bool:
    first = next((handler for handler in handlers if names_one_of(handler.type, errors)), None)
    return first is not None and not _raises_again(first)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None

"""The name that a handler binds: which one is free for it, and who still reads it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import count

import libcst as cst

from errlint.source.tree import NESTED_SCOPES, children, walk
from errlint.syntax.enclosing import Enclosing
from errlint.syntax.handlers import HANDLERS, Handler, caught_name

EXCEPTION_NAMES = frozenset({"e", "ex", "exc", "err", "error", "exception"})
"""What parameters are called that are given an exception."""
_USUAL = ("err", "error", "exc", "cause", "caught")


def free_name(handler: Handler, around: Enclosing, text: str) -> str:
    """A name that a handler may bind, and unbind at its end, without anybody noticing.

    In a function nothing else may have it, nested functions included; outside of functions, nothing in `text`, the
    whole file. Handlers inside one another never get the same name, since the inner one would unbind it.
    """
    outside = list(around.ancestors(handler))
    functions = [node for node in outside if isinstance(node, cst.FunctionDef)]
    if functions:
        used: Collection[str] = {node.value for node in walk(functions[-1]) if isinstance(node, cst.Name)}
    else:
        used = set(re.findall(r"\w+", text))
    depth = sum(1 for node in outside if isinstance(node, HANDLERS) and _wants_a_name(node))
    free = (name for name in _candidates() if name not in used)
    return next(name for number, name in enumerate(free) if number == depth)


def _wants_a_name(handler: Handler) -> bool:
    """Whether a handler without a name raises something itself, and so may be given one too."""
    if handler.name is not None:
        return False
    inside = walk(handler.body, skip=(*NESTED_SCOPES, *HANDLERS))
    return any(isinstance(node, cst.Raise) and node.exc is not None and node.cause is None for node in inside)


def _candidates() -> Iterator[str]:
    yield from _USUAL
    yield from (f"err{number}" for number in count(2))


def is_read_beside(handler: Handler, around: Enclosing, leaving: Collection[cst.CSTNode]) -> bool:
    """Whether anything but the nodes in `leaving` may read the name that a handler binds.

    Other handlers that bind the same name for themselves do not count; all else in the function does, since the end
    of the handler unbinds the name. Of a handler in no function only the handler itself is looked at.
    """
    name = caught_name(handler)
    functions = [node for node in around.ancestors(handler) if isinstance(node, cst.FunctionDef)]
    stack: list[cst.CSTNode] = [functions[-1] if functions else handler]
    while stack:
        node = stack.pop()
        if any(node is each for each in leaving) or node is handler.name:
            continue
        if isinstance(node, HANDLERS) and node is not handler and caught_name(node) == name:
            if node.type is not None:
                stack.append(node.type)
            if any(outer is node for outer in around.ancestors(handler)):
                stack.append(node.body)
            continue
        if isinstance(node, cst.Name) and node.value == name:
            return True
        if isinstance(node, (cst.Attribute, cst.Arg)):  # neither an attribute's name nor a keyword reads anything
            stack.append(node.value)
        else:
            stack.extend(children(node))
    return False

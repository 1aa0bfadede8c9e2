"""Tasks and futures, as far as the code around an `await` says whose they are."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from errlint.source.tree import NESTED_SCOPES, walk
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.raises import last_name
from errlint.syntax.texts import code

_SETTLES = frozenset({"cancel", "set_exception", "set_result"})
_OUTCOMES = frozenset({"result", "exception"})


def awaits(block: cst.CSTNode) -> bool:
    """Whether code may be suspended in a block, and so be cancelled there: `await`, `async for`, `async with`."""
    return any(
        isinstance(node, cst.Await)
        or (isinstance(node, (cst.For, cst.With, cst.CompFor)) and node.asynchronous is not None)
        for node in walk(block, skip=NESTED_SCOPES)
    )


def waits_for_settled(block: cst.CSTNode, function: cst.CSTNode, *, or_later: bool = False) -> bool:
    """Whether a block waits for tasks or futures that its function itself cancels or settles: before it or in it, where
    what comes out of `await task` is the answer to `task.cancel()`, or later too.

    A call whose name tells of cancelling (`self._cancel_tasks()`) may have cancelled any of them.
    """
    loops: list[cst.For] = []
    settled: set[str] = set()
    for node in walk(function) if or_later else _until_end_of(block, function):
        if isinstance(node, cst.For):
            loops.append(node)
        elif isinstance(node, cst.Call):
            name = last_name(node.func) or ""
            if name not in _SETTLES and "cancel" in name.strip("_").split("_"):
                return True
            if name in _SETTLES and isinstance(node.func, cst.Attribute):
                settled.add(code(node.func.value))
    for loop in loops:
        if code(loop.target) in settled:
            settled.update(code(part) for part in walk(loop.iter) if isinstance(part, (cst.Name, cst.Attribute)))
    settled.discard("self")
    return any(isinstance(part, (cst.Name, cst.Attribute)) and code(part) in settled for part in walk(block))


def takes_outcome(statement: cst.CSTNode | None) -> bool:
    """Whether a statement takes the outcome off a task or future, and drops it: `task.result()`."""
    call = statement.value if isinstance(statement, cst.Expr) else None
    return isinstance(call, cst.Call) and not call.args and last_name(call.func) in _OUTCOMES


def _until_end_of(block: cst.CSTNode, function: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes of a function up to the end of a block in it, in the order of the source."""
    inside = {id(node) for node in walk(block)}
    entered = False
    for node in walk(function):
        if id(node) in inside:
            entered = True
        elif entered:
            return
        yield node


def is_shielded(item: cst.WithItem) -> bool:
    """Whether a context manager keeps cancellation out: `anyio.CancelScope(shield=True)`."""
    if not isinstance(item.item, cst.Call):
        return False
    shield = keyword_argument(item.item, "shield")
    return shield is not None and is_literal(shield.value, "True")

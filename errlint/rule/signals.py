"""Exceptions that are meant for a framework: do they get past a handler, and how are they let through?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import libcst as cst

from errlint.model import Fix
from errlint.rule.context import Context
from errlint.rule.definition import Remedy
from errlint.syntax.handlers import Handler


@dataclass(frozen=True)
class Signal:
    """Something that raises such an exception: the node, how it is written, and the class of what it raises."""

    node: cst.CSTNode
    source: str
    raised: str
    expression: str | None
    """The class as the code already writes it."""

    @property
    def shown(self) -> str:
        """The class for a message."""
        return self.expression or self.raised


def arrives(signal: Signal, handler: Handler, ctx: Context) -> bool:
    """Whether nothing between a signal and a handler may take it."""
    for attempt in ctx.around.tries(signal.node):
        for clause in attempt.handlers:
            if clause is handler:
                return True
            if ctx.handlers.is_catch_all(clause) or _may_take(clause, signal, ctx):
                return False
    return False


def _may_take(clause: Handler, signal: Signal, ctx: Context) -> bool:
    caught = ctx.handlers.caught(clause)
    return any(name is None or ctx.exceptions.maybe_derives(signal.raised, (name,)) for name in caught)


def let_through(remedy: Remedy, signals: Iterable[Signal], handler: Handler, ctx: Context) -> Fix | None:
    """A clause in front of a handler that raises the classes of some signals again."""
    names: dict[str, None] = {}
    edits = []
    for signal in signals:
        if signal.expression is not None:
            names[signal.expression] = None
            continue
        module, _, last = signal.raised.rpartition(".")
        reached = ctx.reach(module, last, handler)
        if reached is None:
            return None
        names[reached[0]] = None
        edits += reached[1]
    caught = next(iter(names)) if len(names) == 1 else f"({', '.join(names)})"
    return remedy.by(ctx.edit.insert_handler_before(handler, f"except {caught}:", "raise"), *edits)

"""Handlers that tell nobody of their error: on which ways, in which words, and the report that they lack."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from errlint.model import Edit, Fix
from errlint.rule.context import Context
from errlint.rule.definition import Remedy
from errlint.syntax.handlers import Handler, is_empty, statements
from errlint.syntax.paths import Effect, Exit, Path
from errlint.syntax.tree import NESTED_SCOPES, walk


def silent_way(handler: Handler, ctx: Context) -> Path | None:
    """The way through a catch-all on which nobody hears of the error, if there is one; silence without a condition says
    most. Handlers that do nothing at all, and those that may be silent, are left to themselves.
    """
    if is_empty(handler) or not ctx.handlers.is_catch_all(handler) or ctx.excuses.may_be_silent(handler):
        return None
    silent = (path for path in ctx.handlers.paths(handler) if path.is_silent)
    return min(silent, key=lambda path: path.branch is not None, default=None)


def silence_of(path: Path, ctx: Context, silently: str = "without a word") -> str:
    """`returns without a word`, and where: `returns without a word where `debug` is false`."""
    said = "with no more than a print or a record below `warning`" if path.effects & Effect.WHISPERS else silently
    what = f"{path.exit.value} {said}"
    branch = path.branch
    if branch is None:
        return what
    if isinstance(branch.node, cst.If):
        return f"{what} where `{ctx.code(branch.node.test)}` is {'true' if branch.taken else 'false'}"
    return f"{what} where no case matches"


def reported_where_silent(remedy: Remedy, handler: Handler, ctx: Context) -> Fix | None:
    """A report on the silent ways only: at the top if all are silent, else where they part from the others."""
    report = ctx.new_report(handler)
    if report is None:
        return None
    call, elsewhere = report
    if all(path.is_silent for path in ctx.handlers.paths(handler)):
        return remedy.by(ctx.edit.insert_first(handler.body, call), *elsewhere)
    places = _silent_ends(handler, call, ctx)
    return None if places is None else remedy.by(*places, *elsewhere)


def reported_before(
    remedy: Remedy, statements: Iterable[cst.BaseSmallStatement], body: cst.BaseSuite, ctx: Context
) -> Fix | None:
    """A report before some statements of a block; at its top if the only one is its last, and nothing branches off."""
    places = list(statements)
    report = ctx.new_report(places[0])
    if report is None:
        return None
    call, elsewhere = report
    if len(places) == 1 and _runs_straight_to(places[0], body):
        return remedy.by(ctx.edit.insert_first(body, call), *elsewhere)
    return remedy.by(*(ctx.edit.insert_statement_before(place, call) for place in places), *elsewhere)


def _runs_straight_to(statement: cst.BaseSmallStatement, body: cst.BaseSuite) -> bool:
    """Whether a statement is the last of a block in which nothing branches off."""
    is_straight = all(isinstance(line, (cst.SimpleStatementLine, cst.BaseSmallStatement)) for line in body.body)
    return is_straight and statements(body)[-1] is statement


def _silent_ends(handler: Handler, call: str, ctx: Context) -> list[Edit | None] | None:
    """A report before every statement at which silent ways end; `None` if others end there too."""
    edits: list[Edit | None] = []
    for statement in walk(handler.body, skip=NESTED_SCOPES):
        if not isinstance(statement, (cst.Return, cst.Break, cst.Continue)):
            continue
        through = ctx.handlers.paths_through(handler, statement)
        silent = [path for path in through if path.is_silent]
        if silent and len(silent) < len(through):
            return None
        if silent and any(path.end is statement for path in silent):
            edits.append(ctx.edit.insert_statement_before(statement, call))
    falling = [path for path in ctx.handlers.paths(handler) if path.exit is Exit.FALL]
    if any(path.is_silent for path in falling):
        if not all(path.is_silent for path in falling):
            return None
        edits += ctx.edit.insert_last(handler.body, call)
    return edits

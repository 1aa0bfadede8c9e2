"""ERR116: a note is added to a caught exception that nobody gets to see."""

from __future__ import annotations

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.paths import Effect, Exit, Path
from errlint.syntax.raises import last_name
from errlint.syntax.sieve import calls_method
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR116",
    name="unraised-note",
    since="0.1",
    preset="recommended",
    words=("add_note",),
    summary="A note is added to a caught exception that is neither raised again nor kept",
    message="the note on `{name}` is lost: nobody raises or keeps the exception; raise it, or report the text",
    help="end the handler with `raise`, or report what the note says",
    why="Notes are printed below a traceback. This exception ends with its handler, and its note with it.",
    bad=(
        Bad("""
            def load(rows):
                for row in rows:
                    try:
                        row.load()
                    except ValueError as err:
                        err.add_note(f"in row {row.number}")  # expect: ERR116 "the note on `err` is lost"
        """),
        Bad("""
            import logging

            log = logging.getLogger(__name__)

            def load(row):
                try:
                    row.load()
                except ValueError as err:
                    err.add_note(f"in row {row.number}")  # expect: ERR116
                    log.warning("cannot load: %s", err)
        """),
    ),
    good=(
        Good("""
            def load(row):
                try:
                    row.load()
                except ValueError as err:
                    err.add_note(f"in row {row.number}")
                    raise
        """),
        Good("""
            def load(rows):
                failures = []
                for row in rows:
                    try:
                        row.load()
                    except ValueError as err:
                        err.add_note(f"in row {row.number}")
                        failures.append(err)
                if failures:
                    raise ExceptionGroup("cannot load", failures)
        """),
    ),
)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A handler that adds a note to something."""
    return node.name is not None and calls_method(node, frozenset({"add_note"}))


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """Only if the exception is lost on every way by the note: it may be meant for one of them."""
    func = node.func
    if not isinstance(func, cst.Attribute) or func.attr.value != "add_note" or not isinstance(func.value, cst.Name):
        return
    name = func.value.value
    handler = ctx.around.handler_that_names(name, node)
    if handler is None or _reports_traceback(handler, ctx):
        return
    if all(_is_lost(path) for path in ctx.handlers.paths_through(handler, node)):
        yield rule.at(node, ((handler, "the exception is caught here"),), name=name)


def _reports_traceback(handler: Handler, ctx: Context) -> bool:
    """Whether a handler reports a traceback, and with it the notes. Adding one is none, whatever `err` is called."""
    return any(
        isinstance(part, cst.Call)
        and last_name(part.func) != "add_note"
        and (report := ctx.report(part)) is not None
        and report.counts
        and report.traced
        for part in walk(handler.body, skip=NESTED_SCOPES)
    )


def _is_lost(path: Path) -> bool:
    """Whether an exception is gone at the end of a path."""
    return path.exit not in (Exit.RAISE, Exit.END) and not path.effects & Effect.USES

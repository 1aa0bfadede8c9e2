"""ERR220: a `raise` in `finally` takes the place of the exception in flight."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.calls import is_literal
from errlint.syntax.handlers import HANDLERS, TRIES, Try
from errlint.syntax.paths import Exit
from errlint.syntax.raises import rebinds
from errlint.syntax.sieve import statements_below
from errlint.syntax.texts import identifiers
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR220",
    name="raise-in-finally",
    since="0.1",
    preset="production",
    words=("finally",),
    summary="A `raise` in `finally` replaces the exception in flight",
    message="`{raised}` in `finally` replaces an exception that is on its way; raise it behind the `try`",
    help="move the `raise` behind the `try`, or raise only where nothing else is on its way",
    why="A caller that handles the error of the block never sees it: what arrives is the one about cleaning up.",
    bad=(
        Bad("""
            def run(process, job):
                try:
                    job.run(process)
                finally:
                    process.terminate()
                    if process.is_alive():
                        raise RuntimeError("the process does not stop")  # expect: ERR220
        """),
    ),
    good=(
        Good("""
            def run(process, job):
                try:
                    job.run(process)
                finally:
                    process.terminate()
                if process.is_alive():
                    raise RuntimeError("the process does not stop")
        """),
        Good("""
            def run(process, job):
                try:
                    job.run(process)
                except Exception:
                    logger.exception("%s failed", job)
                finally:
                    if not process.stop():
                        raise RuntimeError("the process does not stop")
        """),
        Good("""
            def run(process, job):
                finished = False
                try:
                    job.run(process)
                    finished = True
                finally:
                    if finished and process.is_alive():
                        raise RuntimeError("the process does not stop")
        """),
        Good("""
            def run(process, job):
                try:
                    job.run(process)
                finally:
                    try:
                        process.stop()
                    except OSError as error:
                        raise ProcessError("the process does not stop") from error
        """),
    ),
)

_IN_FLIGHT = frozenset({"exc_info", "exception"})
"""How code asks whether an exception is on its way: `sys.exc_info()`, `sys.exception()`."""


@rule.sieve(ast.Try)
def may_apply(node: ast.Try, in_handler: bool) -> bool:
    """Something new is raised anywhere in the `finally`."""
    below = (inner for statement in node.finalbody for inner in (statement, *statements_below(statement)))
    return any(isinstance(inner, ast.Raise) and inner.exc is not None for inner in below)


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """A bare `raise` replaces nothing. One in a handler says more of a failure that would go on anyway."""
    attempt = _cleaned_up(node, ctx)
    if node.exc is None or attempt is None or _is_older(node, attempt, ctx) or _asks(node, attempt, ctx):
        return
    if _lets_through(attempt, ctx):
        yield rule.at(node, raised=f"raise {ctx.code(node.exc)}")


def _cleaned_up(node: cst.Raise, ctx: Context) -> cst.Try | cst.TryStar | None:
    """The `try` in whose `finally` a `raise` stands, if no handler inside has to do with it."""
    current: cst.CSTNode = node
    for around in ctx.around.ancestors(node):
        if isinstance(around, (*NESTED_SCOPES, *HANDLERS)):
            return None
        if isinstance(around, TRIES) and isinstance(current, cst.Finally):
            return around
        if isinstance(around, TRIES) and current is around.body and around.handlers:
            return None
        current = around
    return None


def _is_older(node: cst.Raise, attempt: Try, ctx: Context) -> bool:
    """Whether what is raised was known before the `try`, which only cleans up: it is in a handler, or has a cause."""
    caused = node.cause is not None and not is_literal(node.cause.item, "None")
    return caused or ctx.handler_of(attempt) is not None


def _lets_through(attempt: Try, ctx: Context) -> bool:
    """Whether an error may leave the `try` before its `finally`: nothing takes them all, or a handler raises."""
    if attempt.orelse is not None or not any(ctx.handlers.is_catch_all(handler) for handler in attempt.handlers):
        return True
    return any(path.exit is Exit.RAISE for handler in attempt.handlers for path in ctx.handlers.paths(handler))


def _asks(node: cst.Raise, attempt: Try, ctx: Context) -> bool:
    """Whether the `raise` depends on how the `try` went: on a flag, on an exception that was kept, or by asking."""
    tests = [around.test for around in ctx.around.between(node, attempt) if isinstance(around, cst.If)]
    names = {name for place in (node, *tests) for name in identifiers(place)}
    return any(_is_about_flight(test) for test in tests) or any(
        rebinds(part, name)
        for part in walk(attempt, skip=NESTED_SCOPES)
        if isinstance(part, HANDLERS) or (isinstance(part, cst.Assign) and _is_flag(part.value))
        for name in names
    )


def _is_flag(value: cst.BaseExpression) -> bool:
    """Whether what is assigned tells how far the `try` came: a constant, or the exception in flight."""
    constant = isinstance(value, (cst.BaseNumber, cst.BaseString)) or is_literal(value, "True", "False", "None")
    return constant or _is_about_flight(value)


def _is_about_flight(value: cst.BaseExpression) -> bool:
    return not _IN_FLIGHT.isdisjoint(identifiers(value))

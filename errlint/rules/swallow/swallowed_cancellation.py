"""ERR205: the cancellation of a task is swallowed."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Handler, Rule, Unsafe
from errlint.syntax.handlers import HANDLERS, is_empty, statements
from errlint.syntax.paths import Effect, Exit, Path
from errlint.syntax.sieve import names_one_of
from errlint.syntax.tasks import awaits, is_shielded, waits_for_settled
from errlint.syntax.texts import identifiers
from errlint.syntax.tree import NESTED_SCOPES, walk

_RERAISE = Unsafe("raise again at the end of the handler", because="what went on after the `try` no longer runs")

rule = Rule(
    code="ERR205",
    name="swallowed-cancellation",
    since="0.1",
    preset="recommended",
    words=("except",),
    fixes=(_RERAISE,),
    same_as=(
        *("ruff:ASYNC103", "ruff:BLE001", "ruff:blind-except", "ruff:E722", "ruff:bare-except"),
        *("pylint:broad-except", "pylint:broad-exception-caught", "pylint:W0718"),
        *("pylint:bare-except", "pylint:W0702"),
    ),
    supersedes=("ERR201", "ERR202", "ERR203", "ERR204", "ERR401"),
    summary="Cancellation is caught in async code and not raised again",
    message="`{header}` swallows the cancellation of the task, which then goes on; {advice}",
    help="end the handler with `raise`, or catch `Exception`, which leaves cancellation alone",
    why="Who cancels a task waits for it to stop. Timeouts and task groups are made of cancellation and break with it.",
    bad=(
        Bad(
            """
            import asyncio

            async def price(client, article):
                try:
                    return await client.fetch(article)
                except asyncio.CancelledError:  # expect: ERR205
                    logger.warning("cancelled")
        """,
            fixed="""
            import asyncio

            async def price(client, article):
                try:
                    return await client.fetch(article)
                except asyncio.CancelledError:
                    logger.warning("cancelled")
                    raise
        """,
        ),
        Bad("""
            async def work(queue):
                while True:
                    job = await queue.get()
                    try:
                        await job.run()
                    except BaseException:  # expect: ERR205 "catch `Exception`"
                        logger.exception("%s failed", job)
        """),
    ),
    good=(
        Good("""
            async def work(queue):
                while True:
                    job = await queue.get()
                    try:
                        await job.run()
                    except Exception:
                        logger.exception("%s failed", job)
        """),
        Good("""
            import asyncio

            async def restart(self):
                self.task.cancel()
                try:
                    await self.task
                except asyncio.CancelledError:
                    pass
                self.task = asyncio.create_task(self.work())
        """),
        Good("""
            import asyncio

            async def work(queue):
                try:
                    while True:
                        job = await queue.get()
                        await job.run()
                except asyncio.CancelledError:
                    logger.info("stopped")
        """),
    ),
)

_CANCELLATION = ("asyncio.CancelledError", "trio.Cancelled", "anyio.get_cancelled_exc_class()")
_NAMES = frozenset({"BaseException", "CancelledError", "Cancelled"})
_TEARDOWN = frozenset({"aclose", "aexit", "cleanup", "close", "disconnect", "dispose", "shutdown", "stop", "terminate"})
_STARTS = frozenset({"ensure_future", "start_soon", "start", "spawn", "run", "run_until_complete"})
_BODIES = frozenset({"main", "run", "serve", "start", "work", "worker"})
_ASKS = re.compile(r"abort|cancel|clos|done|shut|stop")
"""What a condition reads that asks whether the task was meant to stop."""


@rule.sieve(ast.Try)
def may_apply(node: ast.Try, in_handler: bool) -> bool:
    """A type that takes cancellation, or one that is not spelled out, around something to wait for."""
    return any(
        names_one_of(handler.type, _NAMES) and not isinstance(handler.body[0], ast.Raise) for handler in node.handlers
    ) and any(
        isinstance(part, (ast.Await, ast.AsyncFor, ast.AsyncWith)) or getattr(part, "is_async", False)
        for statement in node.body
        for part in ast.walk(statement)
    )


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """In async code this rule speaks for bare handlers and `BaseException` too: cancellation is what arrives there."""
    if not _takes_cancellation(node, ctx) or not awaits(ctx.around.try_of(node).body):
        return
    swallowing = [path for path in ctx.handlers.paths(node) if _swallows(path)]
    if not swallowing or _is_taken_earlier(node, ctx) or _is_expected(node, ctx) or _obeys(node, swallowing, ctx):
        return
    first = swallowing[0]
    place = first.branch.node if first.branch is not None else first.end
    related = ((place, f"here it {first.exit.value}"),) if place is not None else ()
    advice = "catch `Exception`, or raise it again" if _is_broad(node, ctx) else "raise it again"
    yield rule.at(node, related, _reraised(node, swallowing, ctx), header=ctx.header(node), advice=advice)


def _reraised(node: Handler, swallowing: list[Path], ctx: Context) -> Fix | None:
    """`raise` at the end, if that is where all swallowing ways end. An empty handler wants more than that, and one that
    takes errors together with cancellation wants to be two.
    """
    falling = [path for path in ctx.handlers.paths(node) if path.exit is Exit.FALL]
    if not _is_broad(node, ctx) and not all(_is_cancellation(name, ctx) for name in ctx.handlers.caught(node)):
        return None
    if is_empty(node) or swallowing != falling:
        return None
    return _RERAISE.by(*ctx.edit.insert_last(node.body, "raise"))


def _is_broad(handler: Handler, ctx: Context) -> bool:
    return handler.type is None or "builtins.BaseException" in ctx.handlers.caught(handler)


def _is_cancellation(name: str | None, ctx: Context) -> bool:
    return ctx.exceptions.surely_derives(name, _CANCELLATION)


def _takes_cancellation(handler: Handler, ctx: Context) -> bool:
    return _is_broad(handler, ctx) or any(_is_cancellation(name, ctx) for name in ctx.handlers.caught(handler))


def _swallows(path: Path) -> bool:
    """Whether the task goes on, and nothing was decided about the cancellation."""
    return path.exit not in (Exit.RAISE, Exit.END) and not path.effects & (Effect.USES | Effect.DECIDES)


def _is_taken_earlier(handler: Handler, ctx: Context) -> bool:
    """Whether a clause further up takes cancellation, or may do so by its name: it is judged there."""
    for clause in ctx.around.try_of(handler).handlers:
        if clause is handler:
            return False
        if _takes_cancellation(clause, ctx) or (clause.type is not None and "cancel" in ctx.code(clause.type).lower()):
            return True
    return False


def _is_expected(handler: Handler, ctx: Context) -> bool:
    """Whether the cancellation is not the task's own, or not lost.

    The function cancels what it waits for, cleans up, holds cancellation off, or raises it later.
    """
    attempt = ctx.around.try_of(handler)
    function = ctx.around.body(attempt)
    return (
        _is_held_off(attempt, ctx)
        or _cleans_up(handler, ctx)
        or _asks_whether_to_stop(handler)
        or waits_for_settled(attempt.body, function, or_later=True)
        or _waits_for_shared(attempt.body, ctx)
        or _raises_later(function)
        or ctx.handlers.ends_behind(attempt)
    )


def _is_held_off(attempt: cst.CSTNode, ctx: Context) -> bool:
    """Whether cancellation cannot arrive, or something else is in flight that goes on: in a handler or a `finally`."""
    current = attempt
    for around in ctx.around.ancestors(attempt):
        if isinstance(around, NESTED_SCOPES):
            return False
        if isinstance(around, cst.Finally) or (isinstance(around, HANDLERS) and around.body is current):
            return True
        if isinstance(around, cst.With) and any(is_shielded(item) for item in around.items):
            return True
        current = around
    return False


def _cleans_up(handler: Handler, ctx: Context) -> bool:
    function = ctx.function_of(handler)
    return function is not None and not _TEARDOWN.isdisjoint(function.name.split("_"))


def _asks_whether_to_stop(handler: Handler) -> bool:
    """Whether a handler tells its own cancellation from another's: `if self._closing: raise`."""
    tests = (node.test for node in walk(handler.body, skip=NESTED_SCOPES) if isinstance(node, (cst.If, cst.IfExp)))
    return any(_ASKS.search(name.lower()) for test in tests for name in identifiers(test))


def _waits_for_shared(block: cst.CSTNode, ctx: Context) -> bool:
    """Whether a block waits for a task that other code of the file cancels: `self.consumer.cancel()`."""
    outline = ctx.file.outline
    calls = (call.callee for scope in (None, *outline.definitions) for call in outline.facts(scope).calls)
    cancelled = {callee.removesuffix(".cancel") for callee in calls if callee.endswith(".cancel")}
    local = outline.facts(ctx.scope_of(block)).bindings
    return any(
        isinstance(node, (cst.Name, cst.Attribute)) and ctx.code(node) in cancelled and ctx.code(node) not in local
        for node in walk(block, skip=NESTED_SCOPES)
    )


def _raises_later(function: cst.CSTNode) -> bool:
    """Whether a function raises a cancellation that it has kept or made: `raise cancelled`."""
    raises = (node for node in walk(function, skip=NESTED_SCOPES) if isinstance(node, cst.Raise))
    return any("cancel" in name.lower() for node in raises for name in identifiers(node))


def _obeys(handler: Handler, swallowing: list[Path], ctx: Context) -> bool:
    """Whether a task that is told to stop does so: it is a task of its own and ends, or, told by name, leaves its loop.

    A command is told so by Ctrl-C, and ends in its own way; a handler that names KeyboardInterrupt too is ERR204's.
    """
    if _is_body(handler, ctx) and all(_ends_function(path, handler, ctx) for path in swallowing):
        return True
    if _is_broad(handler, ctx):
        return False
    if ctx.file.kind.speaks_to_a_person or "builtins.KeyboardInterrupt" in ctx.handlers.caught(handler):
        return True
    if any(_is_endless(loop) for loop in ctx.around.loops(handler)):
        return all(path.exit in (Exit.RETURN, Exit.BREAK) for path in swallowing)
    return any(_is_endless(node) for node in walk(ctx.around.try_of(handler).body, skip=NESTED_SCOPES))


def _is_endless(node: cst.CSTNode) -> bool:
    """Whether a loop is of the kind that a task runs until it is cancelled."""
    return isinstance(node, cst.While) or (isinstance(node, cst.For) and node.asynchronous is not None)


def _is_body(handler: Handler, ctx: Context) -> bool:
    """Whether a task is made of the handler's function: by the file, `create_task(self.work())`, or by its name."""
    function, outline = ctx.function_of(handler), ctx.file.outline
    if function is None or not _BODIES.isdisjoint(function.name.split("_")):
        return function is not None
    calls = (call for scope in (None, *outline.definitions) for call in outline.facts(scope).calls)
    return any(
        function.name == (argument or "").removesuffix("()").rpartition(".")[2]
        for call in calls
        if _starts_task(call.callee.rpartition(".")[2])
        for argument in (*call.arguments, *(value for _, value in call.keywords))
    )


def _starts_task(name: str) -> bool:
    return name in _STARTS or "task" in name.lower()


def _ends_function(path: Path, handler: Handler, ctx: Context) -> bool:
    """Whether nothing is done any more on a path, except to return."""
    if path.exit is Exit.RETURN:
        return True
    current: cst.CSTNode = ctx.around.try_of(handler)
    for around in ctx.around.ancestors(current):
        if isinstance(around, NESTED_SCOPES):
            return True
        if isinstance(around, (cst.For, cst.While)):
            return False
        if isinstance(around, cst.BaseSuite):
            block = statements(around)
            if not all(isinstance(statement, cst.Return) for statement in block[block.index(current) + 1 :]):
                return False
        current = around
    return True

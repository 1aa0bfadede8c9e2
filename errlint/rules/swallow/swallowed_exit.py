"""ERR204: a request to stop is swallowed."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Handler, Rule, Unsafe
from errlint.syntax.handlers import has_written_comment, is_empty, statements
from errlint.syntax.paths import Effect, Exit, Path
from errlint.syntax.raises import last_name
from errlint.syntax.sieve import names_one_of
from errlint.syntax.tree import NESTED_SCOPES, walk

_RERAISE = Unsafe("raise again at the end of the handler", because="what went on after the `try` no longer runs")

rule = Rule(
    code="ERR204",
    name="swallowed-exit",
    since="0.1",
    preset="recommended",
    words=("except",),
    fixes=(_RERAISE,),
    same_as=(
        "pylint:broad-except",
        "pylint:broad-exception-caught",
        "pylint:W0718",
        "ruff:BLE001",
        "ruff:blind-except",
    ),
    settings=("comment-is-reason",),
    supersedes=("ERR202", "ERR203", "ERR209"),
    summary="KeyboardInterrupt, SystemExit or GeneratorExit is caught and not raised again",
    message="`{header}` swallows {signals}, so the program cannot be stopped here; raise it again",
    help="end the handler with `raise`, or catch `Exception`",
    why="These are requests to stop, not errors: who swallows them makes a process that ignores Ctrl-C or shutdown.",
    bad=(
        Bad(
            """
            def work(queue):
                while True:
                    try:
                        queue.get().run()
                    except BaseException:  # expect: ERR204
                        logger.exception("a job failed")
        """,
            fixed="""
            def work(queue):
                while True:
                    try:
                        queue.get().run()
                    except BaseException:
                        logger.exception("a job failed")
                        raise
        """,
        ),
        Bad("""
            def download(urls):
                for url in urls:
                    try:
                        fetch(url)
                    except (OSError, KeyboardInterrupt):  # expect: ERR204 "KeyboardInterrupt"
                        logger.warning("skipped %s", url)
        """),
    ),
    good=(
        Good("""
            def work(queue):
                while True:
                    try:
                        queue.get().run()
                    except Exception:
                        logger.exception("a job failed")
        """),
        Good("""
            def work(queue):
                try:
                    queue.get().run()
                except (KeyboardInterrupt, SystemExit):
                    raise
                except BaseException:
                    logger.exception("a job failed")
        """),
        Good("""
            import argparse

            def main():
                try:
                    serve()
                except KeyboardInterrupt:
                    print("stopped")
        """),
        Good("""
            class Task:
                def run(self):
                    try:
                        self.result = self.target()
                    except BaseException as error:
                        self.error = error
        """),
    ),
)

_SIGNALS = ("builtins.KeyboardInterrupt", "builtins.SystemExit", "builtins.GeneratorExit")
_STARTING = frozenset(
    {"main", "cli", "run", "serve", "serve_forever", "run_forever", "start", "loop", "mainloop", "repl"}
)
_SETTLED = frozenset({"done", "cancelled", "set_running_or_notify_cancel"})
_WAITS = frozenset({"wait", "communicate", "waitpid", "call"})
_NAMES = frozenset({"BaseException", "KeyboardInterrupt", "SystemExit", "GeneratorExit"})


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A type that takes a signal, or one that is not spelled out."""
    return node.type is not None and names_one_of(node.type, _NAMES) and not isinstance(node.body[0], ast.Raise)


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """Named signals and `BaseException`; a bare `except:` is ERR201's."""
    signals = [signal for signal in _signals(node, ctx) if not _is_raised_earlier(node, signal, ctx)]
    if _is_at_the_top(node, ctx):
        signals = [signal for signal in signals if signal == "builtins.GeneratorExit"]
    if not signals or _is_meant(node, ctx):
        return
    swallowing = next((path for path in ctx.handlers.paths(node) if _swallows(path, node, ctx)), None)
    if swallowing is None or (signals == ["builtins.GeneratorExit"] and not _yields_on(node, swallowing, ctx)):
        return
    names = " and ".join(signal.removeprefix("builtins.") for signal in signals[:2])
    place = swallowing.branch.node if swallowing.branch is not None else swallowing.end
    related = ((place, f"here it {swallowing.exit.value}"),) if place is not None else ()
    yield rule.at(node, related, _reraised(node, ctx), header=ctx.header(node), signals=names)


def _reraised(node: Handler, ctx: Context) -> Fix | None:
    """`raise` at the end, if that is where all swallowing ways end. An empty handler wants more than that, and one that
    takes errors together with signals wants to be two.
    """
    swallowing = [path for path in ctx.handlers.paths(node) if _swallows(path, node, ctx)]
    falling = [path for path in ctx.handlers.paths(node) if path.exit is Exit.FALL]
    caught = ctx.handlers.caught(node)
    if "builtins.BaseException" not in caught and not set(caught) <= set(_SIGNALS):
        return None
    if is_empty(node) or swallowing != falling:
        return None
    return _RERAISE.by(*ctx.edit.insert_last(node.body, "raise"))


def _signals(handler: Handler, ctx: Context) -> list[str]:
    caught = ctx.handlers.caught(handler)
    if "builtins.BaseException" in caught:
        return list(_SIGNALS[:2])
    return [signal for signal in _SIGNALS if signal in caught]


def _is_raised_earlier(handler: Handler, signal: str, ctx: Context) -> bool:
    """Whether a clause further up takes the signal, where it is judged; one whose types are not known and that raises
    again is there for signals.
    """
    for clause in ctx.around.try_of(handler).handlers:
        if clause is handler:
            return False
        caught = ctx.handlers.caught(clause)
        if ctx.exceptions.surely_derives(signal, [name for name in caught if name]):
            return True
        if None in caught and all(path.exit is Exit.RAISE for path in ctx.handlers.paths(clause)):
            return True
    return False


def _is_meant(handler: Handler, ctx: Context) -> bool:
    """Whether the signal is not lost: the `try` does nothing but raise it, or the code behind ends the process.

    One that is caught by its own name may have a comment that says why, or have gone to a child process as well that
    is waited for.
    """
    attempt = ctx.around.try_of(handler)
    body = statements(attempt.body)
    if ctx.handlers.ends_behind(attempt):
        return True
    if "builtins.BaseException" in ctx.handlers.caught(handler):
        return isinstance(body[0], cst.Raise)
    says_why = ctx.settings.comment_is_reason and has_written_comment(handler)
    return says_why or (len(body) == 1 and isinstance(body[0], cst.Expr) and _waits_for_process(body[0].value))


def _waits_for_process(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Call) and last_name(node.func) in _WAITS


def _is_at_the_top(handler: Handler, ctx: Context) -> bool:
    """Ctrl-C ends a command: where a person started it, catching it by name is the last thing that happens."""
    if "builtins.BaseException" in ctx.handlers.caught(handler):
        return False
    function = ctx.function_of(handler)
    starts = function is None or not _STARTING.isdisjoint((function.name, *function.name.strip("_").split("_")))
    return ctx.file.kind.speaks_to_a_person or starts


def _swallows(path: Path, handler: Handler, ctx: Context) -> bool:
    """Whether the program goes on. A signal that is caught by its own name and ends an endless loop was obeyed."""
    if path.exit in (Exit.RAISE, Exit.END) or path.effects & (Effect.USES | Effect.DECIDES) or _has_no_taker(path):
        return False
    if "builtins.BaseException" in ctx.handlers.caught(handler) or "builtins.GeneratorExit" in _signals(handler, ctx):
        return True
    return not _ends_endless_loop(path, handler, ctx)


def _has_no_taker(path: Path) -> bool:
    """Whether the signal would be handed to somebody, who waits no more: `if not future.done():`."""
    if path.branch is None or not isinstance(path.branch.node, cst.If):
        return False
    calls = (node for node in walk(path.branch.node.test) if isinstance(node, cst.Call))
    return any(last_name(call.func) in _SETTLED for call in calls)


def _ends_endless_loop(path: Path, handler: Handler, ctx: Context) -> bool:
    """Whether the signal is what stops a `while` loop: one in the `try`, or one around it that the path leaves."""
    attempt = ctx.around.try_of(handler)
    if any(isinstance(node, cst.While) for node in walk(attempt.body, skip=NESTED_SCOPES)):
        return True
    inside = any(isinstance(loop, cst.While) for loop in ctx.around.loops(handler))
    return inside and path.exit in (Exit.RETURN, Exit.BREAK)


def _yields_on(handler: Handler, path: Path, ctx: Context) -> bool:
    """Whether the generator yields after it was told to stop: in the handler, or in the loop that goes on."""
    if any(isinstance(node, cst.Yield) for node in walk(handler.body, skip=NESTED_SCOPES)):
        return True
    if path.exit not in (Exit.FALL, Exit.CONTINUE):
        return False
    loop = next(ctx.around.loops(handler), None)
    inside = () if loop is None else walk(loop.body, skip=NESTED_SCOPES)
    return any(isinstance(node, cst.Yield) for node in inside)

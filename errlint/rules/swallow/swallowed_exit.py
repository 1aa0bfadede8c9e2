"""ERR204: a request to stop is swallowed."""

import ast
import re
from collections.abc import Sequence
from itertools import takewhile

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Handler, Rule, Unsafe
from errlint.syntax.handlers import has_written_comment, is_empty, statements
from errlint.syntax.paths import Effect, Exit, Path
from errlint.syntax.raises import last_name
from errlint.syntax.sieve import names_one_of
from errlint.syntax.tasks import takes_outcome
from errlint.syntax.tree import NESTED_SCOPES, walk

_RERAISE = Unsafe("raise again at the end of the handler", because="what went on after the `try` no longer runs")

rule = Rule(
    code="ERR204",
    name="swallowed-exit",
    since="0.1",
    preset="production",
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
    supersedes=("ERR202", "ERR203", "ERR209", "ERR401"),
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
_STOPS = re.compile(r"\^c|abort|cancel|exit|interrupt|quit|shut|stop")
_INTERRUPTED = frozenset(
    {"wait", "communicate", "waitpid", "call", "input", "getpass", "prompt", "cmdloop", "interact"}
)
"""Calls that a person ends by Ctrl-C and that want no more than that: of child processes, of prompts."""
_NAMES = frozenset({"BaseException", "KeyboardInterrupt", "SystemExit", "GeneratorExit"})


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A type that takes a signal, or one that is not spelled out."""
    return node.type is not None and names_one_of(node.type, _NAMES) and not isinstance(node.body[0], ast.Raise)


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """Named signals and `BaseException`; a bare `except:` is ERR201's."""
    signals = [signal for signal in _signals(node, ctx) if not _is_taken_earlier(node, signal, ctx)]
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


def _is_taken_earlier(handler: Handler, signal: str, ctx: Context) -> bool:
    """Whether a clause further up takes the signal, where it is judged.

    Who names one of the signals before `BaseException` has told them apart, and so has one who raises again what is not
    known by name here.
    """
    told = (signal, *_SIGNALS[:2]) if "builtins.BaseException" in ctx.handlers.caught(handler) else (signal,)
    clauses: Sequence[Handler] = ctx.around.try_of(handler).handlers
    for clause in takewhile(lambda clause: clause is not handler, clauses):
        caught = ctx.handlers.caught(clause)
        known = [name for name in caught if name is not None]
        if any(ctx.exceptions.surely_derives(each, known) for each in told):
            return True
        is_unknown = any(ctx.exceptions.lineage(name) is None for name in caught)
        if is_unknown and all(path.exit is Exit.RAISE for path in ctx.handlers.paths(clause)):
            return True
    return False


def _is_meant(handler: Handler, ctx: Context) -> bool:
    """Whether the signal is not lost: the code behind the `try` ends the process, or what was caught is no signal: the
    `try` raises it itself, or asks a task for its outcome.
    """
    attempt = ctx.around.try_of(handler)
    only = statements(attempt.body)[0] if len(statements(attempt.body)) == 1 else None
    if ctx.handlers.ends_behind(attempt) or isinstance(only, cst.Raise) or takes_outcome(only):
        return True
    return "builtins.BaseException" not in ctx.handlers.caught(handler) and _is_obeyed(handler, ctx)


def _is_obeyed(handler: Handler, ctx: Context) -> bool:
    """Whether a handler that names the signal says that it means it: by a comment, by a word (`self.stopped = True`,
    `print("interrupted")`, `def ignoring_interrupts`), or because Ctrl-C went to a prompt or to a child process.
    """
    attempt, function = ctx.around.try_of(handler), ctx.function_of(handler)
    if ctx.settings.comment_is_reason and (has_written_comment(handler) or _is_text(statements(handler.body)[0])):
        return True
    if any("builtins.EOFError" in ctx.handlers.caught(clause) for clause in attempt.handlers):
        return True
    calls = (node for node in walk(attempt.body, skip=NESTED_SCOPES) if isinstance(node, cst.Call))
    if any(last_name(call.func) in _INTERRUPTED for call in calls):
        return True
    name = "" if function is None else function.qualname
    said = (node.value for node in walk(handler.body) if isinstance(node, (cst.Name, cst.SimpleString)))
    return "interrupt" in name.lower() or any(_STOPS.search(word.lower()) for word in said)


def _is_text(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.Expr) and isinstance(statement.value, (cst.SimpleString, cst.ConcatenatedString))


def _is_at_the_top(handler: Handler, ctx: Context) -> bool:
    """Ctrl-C ends a command: where a person started it, catching it by name is the last thing that happens."""
    if "builtins.BaseException" in ctx.handlers.caught(handler):
        return False
    function = ctx.function_of(handler)
    starts = function is None or not _STARTING.isdisjoint((function.name, *function.name.strip("_").split("_")))
    return ctx.file.kind.speaks_to_a_person or starts


def _swallows(path: Path, handler: Handler, ctx: Context) -> bool:
    """Whether the program goes on. A signal that is caught by its own name and ends an endless loop was obeyed."""
    if path.exit in (Exit.RAISE, Exit.END) or path.effects & (Effect.USES | Effect.DECIDES):
        return False
    if _is_kept_otherwise(path, handler, ctx):
        return False
    if "builtins.BaseException" in ctx.handlers.caught(handler) or "builtins.GeneratorExit" in _signals(handler, ctx):
        return True
    return not _ends_endless_loop(path, handler, ctx)


def _is_kept_otherwise(path: Path, handler: Handler, ctx: Context) -> bool:
    """Whether the other side of a fork keeps the exception, and this one does nothing: somebody waits for it no more,
    or has one already.
    """
    if path.branch is None or path.effects & Effect.REPORTS:
        return False
    return any(other.effects & Effect.USES for other in ctx.handlers.paths(handler))


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

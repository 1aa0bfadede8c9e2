"""ERR216: a catch-all in library code ends the process."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.paths import Effect
from errlint.syntax.raises import last_name
from errlint.syntax.tree import walk

rule = Rule(
    code="ERR216",
    name="exit-in-broad-handler",
    since="0.1",
    preset="production",
    words=("exit", "_exit", "quit"),
    summary="A catch-all outside of a command ends the process",
    message="`{call}` in `{header}` ends the process on any error, and no caller can prevent it; raise the error",
    help="raise the error, and exit where the command begins",
    why="A worker that calls this dies with its other requests, and what it exits with says nothing of the cause.",
    bad=(
        Bad("""
            import sys

            def load_settings(path):
                try:
                    return parse(path.read_text())
                except Exception as error:
                    logger.error("cannot read %s: %s", path, error)
                    sys.exit(1)  # expect: ERR216
        """),
    ),
    good=(
        Good("""
            def load_settings(path):
                try:
                    return parse(path.read_text())
                except Exception as error:
                    raise SettingsError(f"cannot read {path}") from error
        """),
        Good("""
            import sys

            def main():
                try:
                    serve(load_settings())
                except Exception:
                    logger.exception("the server failed")
                    sys.exit(1)
        """),
        Good("""
            import sys

            def load_settings(path):
                try:
                    return parse(path.read_text())
                except FileNotFoundError:
                    sys.exit(f"{path} is missing")
        """),
    ),
)

_EXITS = ("sys.exit", "os._exit", "builtins.exit", "builtins.quit")
_SHOWN = frozenset({"builtins.print", "sys.stderr.write", "traceback.print_exc"})
_NAMES = frozenset({"exit", "_exit", "quit"})
_COMMANDS = frozenset({"cli", "cmd", "command", "commands", "main", "console"})
"""Folders and modules of commands."""
_STARTING = re.compile(r"(^|_)(main|cli|run|serve|start|exit|die|quit|fatal|command|child|loop|worker)(_|$)")
"""Names of functions that begin a program, or whose callers know that they may end it."""

_IN_CHARGE = re.compile(r"input|fork(pty)?|exec[lv]p?e?")


@rule.sieve(ast.ExceptHandler)
def may_exit(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A call that may end the process, anywhere in the handler."""
    calls = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
    return any((getattr(callee, "attr", None) or getattr(callee, "id", None)) in _NAMES for callee in calls)


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """The innermost handler around the call is the one that decides."""
    if last_name(node.func) not in _NAMES:
        return
    handler = ctx.handler_of(node)
    if handler is None or not ctx.handlers.is_catch_all(handler) or ctx.resolve_callee(node) not in _EXITS:
        return
    if _belongs_to_command(node, ctx) or _is_in_charge(node, ctx) or _tells_a_person(handler, ctx):
        return
    if not (_is_last_resort(node, handler, ctx) or ctx.is_command(node)):
        yield rule.at(node, call=ctx.code(node), header=ctx.header(handler))


def _belongs_to_command(node: cst.Call, ctx: Context) -> bool:
    """Whether the code runs because somebody started this very program."""
    function = ctx.function_of(node)
    if function is None or _STARTING.search(function.name) or ctx.file.kind.speaks_to_a_person:
        return True
    return not _COMMANDS.isdisjoint((*ctx.file.place.parent.parts, ctx.file.place.stem))


def _is_in_charge(node: cst.Call, ctx: Context) -> bool:
    """Whether the function talks to who started the program, has itself made the process that it ends, or ends it
    where nothing has failed, too.
    """
    return any(
        _IN_CHARGE.fullmatch(last_name(part.func) or "")
        or (ctx.resolve_callee(part) in _EXITS and ctx.handler_of(part) is None)
        for part in walk(ctx.around.body(node))
        if isinstance(part, cst.Call)
    )


def _tells_a_person(handler: Handler, ctx: Context) -> bool:
    """Whether somebody sits at the terminal, who is told what went wrong there."""
    calls = (part for part in walk(handler.body) if isinstance(part, cst.Call))
    return any(ctx.resolve_callee(call) in _SHOWN for call in calls)


def _is_last_resort(node: cst.Call, handler: Handler, ctx: Context) -> bool:
    """Whether the process is killed with a full report: `os._exit` is what is left where raising leads nowhere."""
    if ctx.resolve_callee(node) != "os._exit":
        return False
    full = Effect.REPORTS | Effect.TRACED
    return all(full in path.effects for path in ctx.handlers.paths_through(handler, node))

"""How a new exception names its cause: for the rules that ask for one."""

from __future__ import annotations

import libcst as cst

from errlint.model import Fix
from errlint.rule.context import Context
from errlint.rule.definition import Remedy
from errlint.syntax.handlers import Handler, caught_name
from errlint.syntax.paths import Exit
from errlint.syntax.raises import rebinds

_ENDS_THE_STORY = (
    *("builtins.SystemExit", "builtins.KeyboardInterrupt", "builtins.StopIteration", "builtins.StopAsyncIteration"),
    *("argparse.ArgumentTypeError", "argparse.ArgumentError"),
    *("click.ClickException", "click.Abort", "click.exceptions.Exit", "typer.Exit", "typer.Abort"),
    *("django.http.Http404", "django.core.management.CommandError"),
)


def ends_the_story(name: str | None, ctx: Context) -> bool:
    """Whether nobody reads the traceback of a class: it ends a process, a loop or a request with a text of its own."""
    return ctx.exceptions.surely_derives(name, _ENDS_THE_STORY)


def chained(remedy: Remedy, node: cst.Raise, handler: Handler, ctx: Context) -> Fix | None:
    """What a handler caught as the cause of a `raise`, with a name for a handler that has none.

    There is no fix where the name may mean something else by then.
    """
    if handler.name is not None:
        name = caught_name(handler)
        if name is None or rebinds(handler.body, name):
            return None
        return remedy.by(ctx.edit.cause(node, name), keeps=[ctx.edit.span(handler.name)])
    if handler.type is None and any(path.exit is not Exit.RAISE for path in ctx.handlers.paths(handler)):
        return None  # such a handler should be given another type (ERR201), not the one that it has
    name = ctx.free_name(handler)
    return remedy.by(ctx.edit.cause(node, name), *ctx.edit.name_handler(handler, name))

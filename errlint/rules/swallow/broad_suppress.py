"""ERR207: `contextlib.suppress` of all errors."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.handlers import statements
from errlint.syntax.raises import last_name
from errlint.syntax.sieve import names_one_of
from errlint.syntax.tasks import takes_outcome, waits_for_settled

rule = Rule(
    code="ERR207",
    name="broad-suppress",
    since="0.1",
    cwe=(390,),
    preset="recommended",
    words=("suppress",),
    summary="`suppress(Exception)` hides every error",
    message="`{call}` also hides bugs in its block, and nobody hears of them; name the errors that are expected",
    help="name the expected types, or handle the error in an `except` that reports it",
    why="A typo in the block looks like the error that was expected, and what follows runs without its result.",
    bad=(
        Bad("""
            from contextlib import suppress

            def prefetch(urls, cache):
                for url in urls:
                    with suppress(Exception):  # expect: ERR207
                        cache[url] = fetch(url)
        """),
        Bad("""
            from contextlib import ExitStack, suppress

            def prefetch(urls, cache):
                with ExitStack() as stack:
                    stack.enter_context(suppress(OSError, BaseException))  # expect: ERR207 "BaseException"
                    cache.update(fetch_all(urls))
        """),
    ),
    good=(
        Good("""
            from contextlib import suppress

            def prefetch(urls, cache):
                for url in urls:
                    with suppress(ConnectionError, TimeoutError):
                        cache[url] = fetch(url)
        """),
        Good("""
            from contextlib import suppress

            def forget(connection):
                with suppress(Exception):
                    connection.close()
        """),
    ),
)

_ALL = ("builtins.Exception", "builtins.BaseException")
_NAMES = frozenset({"Exception", "BaseException"})
_WAITS = frozenset({"wait", "join", "poll"})
_ENDS = frozenset(
    {
        *("aclose", "close", "disconnect", "shutdown", "stop", "terminate", "kill", "cancel", "cleanup", "dispose"),
        *("unlink", "rmtree", "rmdir", "release", "detach", "abort", "quit", "__exit__", "__aexit__"),
    }
)
"""Calls after which nothing is expected of an object any more."""


@rule.sieve(ast.With)
def may_suppress(node: ast.With, in_handler: bool) -> bool:
    """A context manager that is given a type that may be broad."""
    return any(_may_be_broad(item.context_expr) for item in node.items)


@rule.sieve(ast.Expr)
def may_enter(node: ast.Expr, in_handler: bool) -> bool:
    """A call that is given such a context manager."""
    return isinstance(node.value, ast.Call) and any(_may_be_broad(argument) for argument in node.value.args)


def _may_be_broad(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and any(names_one_of(argument, _NAMES) for argument in node.args)


@rule.on(cst.With)
def check_block(node: cst.With, ctx: Context) -> Findings:
    """`with suppress(Exception):`, unless its block only ends something."""
    for item in node.items:
        if isinstance(item.item, cst.Call) and _hides_all(item.item, ctx) and not _is_excused(node, ctx):
            yield rule.at(item.item, call=ctx.code(item.item))


@rule.on(cst.Expr)
def check_stack(node: cst.Expr, ctx: Context) -> Findings:
    """`stack.enter_context(suppress(Exception))`: the block is that of the stack."""
    if not isinstance(node.value, cst.Call) or last_name(node.value.func) != "enter_context":
        return
    for argument in node.value.args:
        if isinstance(argument.value, cst.Call) and _hides_all(argument.value, ctx):
            yield rule.at(argument.value, call=ctx.code(argument.value))


def _hides_all(call: cst.Call, ctx: Context) -> bool:
    broad = any(ctx.resolve(argument.value) in _ALL for argument in call.args)
    return broad and ctx.resolve_callee(call) == "contextlib.suppress"


def _is_excused(node: cst.With, ctx: Context) -> bool:
    """Whether nobody is left to tell, the block only ends something, or what it waits for has been told already. In a
    handler that raises or tells its own error, that one must not be lost to a second.
    """
    handler = ctx.handler_of(node)
    return (
        _is_last_chance(node, ctx)
        or (handler is not None and not any(path.is_silent for path in ctx.handlers.paths(handler)))
        or _only_ends_something(node.body)
        or waits_for_settled(node.body, ctx.around.body(node))
    )


def _is_last_chance(node: cst.With, ctx: Context) -> bool:
    """In `__del__`, or in a function that is registered with `atexit`."""
    function, outline = ctx.function_of(node), ctx.file.outline
    if function is None or function.name == "__del__":
        return function is not None
    calls = (call for scope in (None, *outline.definitions) for call in outline.facts(scope).calls)
    registered = {call.arguments[0] for call in calls if call.callee == "atexit.register" and call.arguments}
    return function.name in registered or "atexit.register" in function.decorators


def _only_ends_something(block: cst.BaseSuite) -> bool:
    """Calls that close, stop or remove, and wait for that, or that take the outcome off a future and drop it."""
    parts = statements(block)
    return _ends_something(parts[0], _ENDS) and all(_ends_something(part, _ENDS | _WAITS) for part in parts)


def _ends_something(statement: cst.CSTNode, words: frozenset[str]) -> bool:
    if not isinstance(statement, cst.Expr):
        return False
    value = statement.value.expression if isinstance(statement.value, cst.Await) else statement.value
    name = (last_name(value.func) if isinstance(value, cst.Call) else None) or ""
    return takes_outcome(statement) or not words.isdisjoint((name, *name.strip("_").split("_")))

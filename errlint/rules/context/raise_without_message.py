"""ERR101: an exception is raised with nothing said."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.calls import is_literal
from errlint.syntax.handlers import has_no_effect, statements
from errlint.syntax.raises import last_name, raised_callee

rule = Rule(
    code="ERR101",
    name="raise-without-message",
    since="0.1",
    preset="recommended",
    words=("raise",),
    settings=("comment-is-reason",),
    summary="An exception is raised without a message",
    message="`{raised}` says nothing; give it a message with the values that explain it",
    help="pass a message: what was expected, and what was found",
    why="The type alone does not tell the operator which value was wrong, nor the caller what to change.",
    bad=(
        Bad("""
            def withdraw(account, amount):
                if amount > account.balance:
                    raise ValueError  # expect: ERR101
                account.balance -= amount
        """),
    ),
    good=(
        Good("""
            def withdraw(account, amount):
                if amount > account.balance:
                    raise ValueError(f"cannot withdraw {amount}: the balance is {account.balance}")
        """),
        Good("""
            class QuotaError(Exception):
                def __str__(self):
                    return "the quota of this user is used up"

            def reserve(user, size):
                if size > user.quota:
                    raise QuotaError
        """),
        Good("""
            class Shape:
                def area(self):
                    raise NotImplementedError
        """),
    ),
)

_SIGNALS = (
    *("builtins.NotImplementedError", "builtins.StopIteration", "builtins.StopAsyncIteration"),
    *("builtins.GeneratorExit", "builtins.SystemExit", "builtins.KeyboardInterrupt", "builtins.EOFError"),
    *("builtins.TimeoutError", "builtins.IndexError", "asyncio.CancelledError"),
    "builtins.AssertionError",
)
"""Types whose name is the whole message: by the protocol that they belong to, or as the mark of what cannot happen."""


_LEFT_ALONE = frozenset(name.rpartition(".")[2] for name in _SIGNALS)


def _is_called_error(name: str) -> bool:
    """Whether a class has the name of an error that is no signal."""
    return name.endswith(("Error", "Exception")) and name not in _LEFT_ALONE


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """An error alone, or a call of it without arguments, with nothing chained to it that says more."""
    if isinstance(node.exc, ast.Call) and (node.exc.args or node.exc.keywords):
        return False
    if node.cause is not None and not isinstance(node.cause, ast.Constant):
        return False
    callee = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = getattr(callee, "id", getattr(callee, "attr", None))
    return name is not None and _is_called_error(name)


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """A builtin, or a call of it with no argument: the class of a project says by its name which fault it is."""
    exc = node.exc
    if exc is None or (isinstance(exc, cst.Call) and exc.args):
        return
    if node.cause is not None and not is_literal(node.cause.item, "None"):
        return
    callee = raised_callee(exc)
    if callee is None or not _is_called_error(last_name(callee) or ""):
        return
    name = ctx.resolve(callee)
    if name is None or not name.startswith("builtins.") or ctx.exceptions.maybe_derives(name, _SIGNALS):
        return
    if _is_protocol(name, node, ctx) or _is_caught_here(name, node, ctx) or _is_all_it_does(node, ctx):
        return
    if any(ctx.handlers.surely_catches(attempt, name) for attempt in ctx.around.tries(node)):
        return
    if not ctx.is_explained(node):
        yield rule.at(node, raised=f"raise {ctx.code(exc)}")


def _is_caught_here(name: str, node: cst.Raise, ctx: Context) -> bool:
    """Whether a private function raises what its file catches by name: a signal, whose name is its message."""
    function = ctx.function_of(node)
    if function is None or not function.name.startswith("_"):
        return False
    last = re.escape(name.rpartition(".")[2])
    return re.search(rf"\bexcept\b[^\n:]*\b{last}\b", ctx.file.source.text) is not None


def _is_all_it_does(node: cst.Raise, ctx: Context) -> bool:
    """Whether a function does nothing but refuse: a stub for those that derive, with no value that could be named."""
    function = next((each for each in ctx.around.ancestors(node) if isinstance(each, cst.FunctionDef)), None)
    body = () if function is None else statements(function.body)
    return any(each is node for each in body) and all(each is node or has_no_effect(each) for each in body)


def _is_protocol(name: str, node: cst.Raise, ctx: Context) -> bool:
    """`AttributeError` from a property or `__getattribute__` asks `__getattr__`."""
    function = ctx.function_of(node)
    if function is None or name != "builtins.AttributeError":
        return False
    attribute = any(worn.endswith(("property", ".setter", ".getter", ".deleter")) for worn in function.decorators)
    return attribute or function.name in ("__getattr__", "__getattribute__", "__get__")

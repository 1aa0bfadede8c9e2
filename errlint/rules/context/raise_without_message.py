"""ERR101: an exception is raised with nothing said."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Found, Good, Rule
from errlint.syntax.raises import raised_callee

rule = Rule(
    code="ERR101",
    name="raise-without-message",
    since="0.1",
    preset="recommended",
    words=("raise",),
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
        Bad("""
            class QuotaExceeded(Exception):
                pass

            def reserve(user, size):
                if size > user.quota:
                    raise QuotaExceeded()  # expect: ERR101
        """),
    ),
    good=(
        Good("""
            def withdraw(account, amount):
                if amount > account.balance:
                    raise ValueError(f"cannot withdraw {amount}: the balance is {account.balance}")
        """),
        Good("""
            class QuotaExceeded(Exception):
                def __str__(self):
                    return "the quota of this user is used up"

            def reserve(user, size):
                if size > user.quota:
                    raise QuotaExceeded
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
)
"""Types whose name is the whole message by the protocol that they belong to."""


_LEFT_ALONE = frozenset(name.rpartition(".")[2] for name in _SIGNALS)


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """A class alone, or a call without arguments; not what is no class by its looks, nor a signal."""
    if isinstance(node.exc, ast.Call):
        return not node.exc.args and not node.exc.keywords
    return isinstance(node.exc, ast.Attribute) or (isinstance(node.exc, ast.Name) and node.exc.id not in _LEFT_ALONE)


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """A class, or a call of it with no argument; only of types that surely take a message."""
    exc = node.exc
    if exc is None or (isinstance(exc, cst.Call) and exc.args):
        return
    callee = raised_callee(exc)
    name = None if callee is None else ctx.resolve(callee)
    if name is None or not _takes_message(name, ctx) or ctx.exceptions.maybe_derives(name, _SIGNALS):
        return
    if _is_protocol(name, node, ctx) or _is_caught_here(name, node, ctx):
        return
    if any(ctx.handlers.surely_catches(attempt, name) for attempt in ctx.around.tries(node)):
        return
    yield rule.at(node, raised=f"raise {ctx.code(exc)}")


def _takes_message(name: str, ctx: Context) -> bool:
    """A builtin, or a class of the project all of whose bases are known and which says nothing by itself."""
    lineage = ctx.exceptions.lineage(name)
    if lineage is None or "builtins.BaseException" not in lineage:
        return False
    found = [ctx.exceptions.class_of(part) for part in lineage if not part.startswith("builtins.")]
    return all(part is not None and not _says_something(part) for part in found)


def _says_something(found: Found) -> bool:
    """Whether a class of the project has a text of its own, or anything by which it could make one."""
    made = found.definition
    return made.documented or bool(made.decorators) or bool(found.names.outline.facts(made).bindings)


def _is_caught_here(name: str, node: cst.Raise, ctx: Context) -> bool:
    """A signal, whose name is its message: a class of this file that is caught by its name in this file, or a builtin
    that a private function raises and that is caught so.
    """
    function = ctx.function_of(node)
    is_private = function is not None and function.name.startswith("_")
    if name.startswith("builtins.") and not is_private:
        return False
    last = re.escape(name.rpartition(".")[2])
    return re.search(rf"\bexcept\b[^\n:]*\b{last}\b", ctx.file.source.text) is not None


def _is_protocol(name: str, node: cst.Raise, ctx: Context) -> bool:
    """`AttributeError` from a property or `__getattribute__` asks `__getattr__`."""
    function = ctx.function_of(node)
    if function is None or name != "builtins.AttributeError":
        return False
    attribute = any(worn.endswith(("property", ".setter", ".getter", ".deleter")) for worn in function.decorators)
    return attribute or function.name in ("__getattr__", "__getattribute__", "__get__")

"""ERR208: an `__exit__` that swallows whatever its block raises."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.calls import is_literal
from errlint.syntax.handlers import statements
from errlint.syntax.raises import last_name
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR208",
    name="exit-swallows",
    since="0.1",
    cwe=(390,),
    preset="recommended",
    words=("__exit__", "__aexit__"),
    summary="`__exit__` returns true whatever happened in the block",
    message="`{method}` ends in `{answer}` on every path, which swallows all that its block raises; return nothing",
    help="return nothing, or return true only for the types that are meant to be swallowed",
    why="A true result tells Python to drop the exception, Ctrl-C included. Who writes `with` does not expect that.",
    bad=(
        Bad("""
            class Connection:
                def __enter__(self):
                    return self

                def __exit__(self, kind, error, traceback):  # expect: ERR208
                    self.close()
                    return True
        """),
        Bad("""
            class Session:
                async def __aexit__(self, *details):  # expect: ERR208 "`__aexit__`"
                    if self.is_open:
                        await self.close()
                    return True
        """),
    ),
    good=(
        Good("""
            class Connection:
                def __exit__(self, kind, error, traceback):
                    self.close()
        """),
        Good("""
            class Timeout:
                def __exit__(self, kind, error, traceback):
                    self.timer.cancel()
                    return kind is TimeoutError
        """),
        Good("""
            class Collect:
                def __exit__(self, kind, error, traceback):
                    if kind is not None:
                        self.errors.append(error)
                    return True
        """),
        Good("""
            class IgnoreErrors:
                def __exit__(self, *details):
                    return True
        """),
    ),
)

_METHODS = frozenset({"__exit__", "__aexit__"})
_MEANT = re.compile(
    r"suppress|ignor|swallow|silen|catch|assert|expect|raises|mute|toler|quiet|collect|captur", re.IGNORECASE
)
"""What classes are called that are made for it."""


@rule.sieve(ast.FunctionDef)
def may_exit(node: ast.FunctionDef, in_handler: bool) -> bool:
    """The method, with a result at its end."""
    return node.name in _METHODS and isinstance(node.body[-1], ast.Return)


@rule.sieve(ast.AsyncFunctionDef)
def may_exit_async(node: ast.AsyncFunctionDef, in_handler: bool) -> bool:
    """The method, with a result at its end."""
    return node.name in _METHODS and isinstance(node.body[-1], ast.Return)


@rule.on(cst.FunctionDef)
def check(node: cst.FunctionDef, ctx: Context) -> Findings:
    """Nothing in the method asks whether there was an exception, and of which kind."""
    if node.name.value not in _METHODS or not isinstance(statements(node.body)[-1], cst.Return):
        return
    inside = list(walk(node.body, skip=NESTED_SCOPES))
    returns = [part for part in inside if isinstance(part, cst.Return)]
    owner = ctx.scope_of(node)
    if owner is None or _MEANT.search(owner.name) or not all(_is_true(part.value) for part in returns):
        return
    if any(isinstance(part, cst.Raise) for part in inside) or _looks_at_exception(node, ctx):
        return
    yield rule.at(node, method=node.name.value, answer=ctx.code(returns[0]))


def _is_true(value: cst.BaseExpression | None) -> bool:
    """Whether a result is a constant that counts as true."""
    if isinstance(value, cst.Integer):
        return value.evaluated_value != 0
    return value is not None and is_literal(value, "True")


def _looks_at_exception(node: cst.FunctionDef, ctx: Context) -> bool:
    """Whether the method reads what it is told of the exception, other than to hand it to another `__exit__`."""
    told = {part.name.value for part in walk(node.params) if isinstance(part, cst.Param)}
    told.discard(node.params.params[0].name.value if node.params.params else "")
    return any(
        (isinstance(part, cst.Name) and part.value in told and not _is_handed_on(part, ctx))
        or last_name(part) in ("exc_info", "exception")
        for part in walk(node.body)
    )


def _is_handed_on(name: cst.Name, ctx: Context) -> bool:
    argument = ctx.around.parent(name)
    call = None if argument is None else ctx.around.parent(argument)
    return isinstance(argument, cst.Arg) and isinstance(call, cst.Call) and last_name(call.func) in _METHODS

"""ERR206: a jump out of `finally` discards the exception in flight."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.sieve import statements_below
from errlint.syntax.tree import NESTED_SCOPES

rule = Rule(
    code="ERR206",
    name="jump-in-finally",
    since="0.1",
    cwe=(584,),
    preset="recommended",
    words=("finally",),
    same_as=(
        *("ruff:B012", "ruff:jump-statement-in-finally", "ruff:SIM107", "pylint:lost-exception", "pylint:W0150"),
        *("pylint:return-in-finally", "pylint:W0134", "pylint:break-in-finally", "pylint:continue-in-finally"),
    ),
    in_tests=True,
    summary="`return`, `break` or `continue` leaves a `finally` block",
    message="`{jump}` in `finally` discards an exception in flight; move it behind the `try`",
    help="move the jump out of `finally`",
    why="Python drops the exception that was on its way when a `finally` block jumps (PEP 765 makes this a warning).",
    bad=(
        Bad("""
            def read(path):
                text = ""
                try:
                    text = path.read_text()
                finally:
                    return text  # expect: ERR206
        """),
        Bad("""
            def first(paths):
                for path in paths:
                    try:
                        check(path)
                    finally:
                        break  # expect: ERR206
        """),
    ),
    good=(
        Good("""
            def read(path):
                handle = path.open()
                try:
                    return handle.read()
                finally:
                    handle.close()
        """),
        Good("""
            def close_all(handles):
                try:
                    work(handles)
                finally:
                    for handle in handles:
                        if handle.closed:
                            continue
                        handle.close()
        """),
    ),
)


@rule.sieve(ast.Try)
def may_apply(node: ast.Try, in_handler: bool) -> bool:
    """A jump anywhere in the `finally`."""
    below = (inner for statement in node.finalbody for inner in (statement, *statements_below(statement)))
    return any(isinstance(inner, (ast.Return, ast.Break, ast.Continue)) for inner in below)


@rule.on(cst.Return)
def check_return(node: cst.Return, ctx: Context) -> Findings:
    """A `return` leaves whatever stands around it in the function."""
    if _leaves_finally(node, ctx, stop_at_loops=False):
        yield rule.at(node, jump="return")


@rule.on(cst.Break, cst.Continue)
def check_jump(node: cst.Break | cst.Continue, ctx: Context) -> Findings:
    """`break` and `continue` leave the `finally` only where their loop stands outside of it."""
    if _leaves_finally(node, ctx, stop_at_loops=True):
        yield rule.at(node, jump="break" if isinstance(node, cst.Break) else "continue")


def _leaves_finally(node: cst.CSTNode, ctx: Context, *, stop_at_loops: bool) -> bool:
    current = node
    for parent in ctx.around.ancestors(node):
        if isinstance(parent, cst.Finally):
            return True
        if isinstance(parent, NESTED_SCOPES):
            return False
        if stop_at_loops and isinstance(parent, (cst.For, cst.While)) and current is parent.body:
            return False
        current = parent
    return False

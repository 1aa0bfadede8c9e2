"""ERR104: an exception of no particular type is raised."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.raises import last_name, raised_callee

rule = Rule(
    code="ERR104",
    name="generic-raise",
    since="0.1",
    cwe=(397,),
    preset="recommended",
    words=("Exception", "BaseException"),
    same_as=("ruff:TRY002", "ruff:raise-vanilla-class", "pylint:broad-exception-raised", "pylint:W0719"),
    summary="`Exception` or `BaseException` itself is raised",
    message="`{raised}` can only be caught together with everything else; raise a type of its own",
    help="raise a specific builtin, or define an exception for this fault",
    why="A caller that wants to handle this fault has to catch `Exception`, and with it every bug.",
    bad=(
        Bad("""
            def charge(card, amount):
                if card.expired:
                    raise Exception(f"card {card.id} is expired")  # expect: ERR104
        """),
    ),
    good=(
        Good("""
            class CardExpired(Exception):
                def __init__(self, card):
                    super().__init__(f"card {card.id} is expired")

            def charge(card, amount):
                if card.expired:
                    raise CardExpired(card)
        """),
        Good(
            """
            def main():
                raise Exception("no input given")
            """,
            path="scripts/convert.py",
        ),
    ),
)

_NAMES = frozenset({"Exception", "BaseException"})
_GENERIC = frozenset({"builtins.Exception", "builtins.BaseException"})


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """The root by its own name: a class attribute or parameter that holds it is for others to set."""
    callee = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return getattr(callee, "attr", getattr(callee, "id", None)) in _NAMES


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """Only the two roots themselves. Scripts have no callers, and what is caught in the same function reaches none."""
    callee = None if node.exc is None else raised_callee(node.exc)
    if callee is None or node.exc is None or last_name(callee) not in _NAMES:
        return
    name = ctx.resolve(callee)
    if name not in _GENERIC or ctx.file.kind.is_script:
        return
    if any(ctx.handlers.surely_catches(attempt, name) for attempt in ctx.around.tries(node)):
        return
    yield rule.at(node, raised=f"raise {ctx.code(node.exc)}")

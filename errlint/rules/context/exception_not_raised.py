"""ERR112: an exception is made, and nobody raises it."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, FileContext, Findings, Good, Rule, Unsafe
from errlint.syntax.expectations import is_expected_to_fail
from errlint.syntax.raises import reads_like_class, reads_like_exception

_CALL_OF_CLASS = re.compile(r"[\n\f:;][ \t(]*(?:\w+\.)*_*[A-Z]\w*\(")
"""Where a statement may begin, and what it begins with if it makes an instance of a class."""


def _may_drop_instance(file: FileContext) -> bool:
    """Most files hold no such statement: asking their text is faster than walking their trees."""
    return _CALL_OF_CLASS.search(f"\n{file.source.text}") is not None


_RAISE = Unsafe("raise it", because="code that went on so far stops at this place")

rule = Rule(
    code="ERR112",
    name="exception-not-raised",
    since="0.1",
    preset="recommended",
    words=("(",),
    applies_to=_may_drop_instance,
    fixes=(_RAISE,),
    in_tests=True,
    same_as=(
        *("ruff:PLW0133", "ruff:useless-exception-statement"),
        *("pylint:pointless-exception-statement", "pylint:W0133"),
    ),
    summary="An exception is made, and nobody raises it",
    message="`{made}` is made and dropped, so nothing happens; {advice}",
    help="put `raise` in front of it",
    why="The check is there, and it fails, but the code goes on as if it had passed.",
    bad=(
        Bad(
            """
            def withdraw(account, amount):
                if amount > account.balance:
                    ValueError(f"cannot withdraw {amount}")  # expect: ERR112
                account.balance -= amount
        """,
            fixed="""
            def withdraw(account, amount):
                if amount > account.balance:
                    raise ValueError(f"cannot withdraw {amount}")
                account.balance -= amount
        """,
        ),
        Bad("""
            def connect(host, *, secure=True):
                if not secure:
                    DeprecationWarning("secure=False will go")  # expect: ERR112 "hand it to `warnings.warn`"
                return open_connection(host, secure)
        """),
    ),
    good=(
        Good("""
            def withdraw(account, amount):
                if amount > account.balance:
                    raise ValueError(f"cannot withdraw {amount}")
                account.balance -= amount
        """),
        Good("""
            def refuse(future, amount):
                future.set_exception(ValueError(f"cannot withdraw {amount}"))
        """),
        Good("""
            import pytest

            def test_a_reason_is_needed():
                with pytest.raises(TypeError):
                    UnicodeDecodeError("utf-8")
        """),
    ),
)

_CONSTRUCTORS = ("__init__", "__new__", "__post_init__")
_WITHOUT_EFFECT = frozenset(
    {
        *("__init__", "__new__", "super", "str", "repr", "format", "join", "len", "type", "isinstance", "getattr"),
        *("list", "tuple", "dict", "set", "sorted", "map", "int", "get", "items", "values", "keys", "pop", "setattr"),
    }
)
"""What constructors of exceptions call to put a message together."""


@rule.sieve(ast.Expr)
def may_apply(node: ast.Expr, in_handler: bool) -> bool:
    """What reads like a class is called."""
    if not isinstance(node.value, ast.Call):
        return False
    callee = node.value.func
    name = callee.id if isinstance(callee, ast.Name) else callee.attr if isinstance(callee, ast.Attribute) else ""
    return name.lstrip("_")[:1].isupper()


@rule.on(cst.Expr)
def check(node: cst.Expr, ctx: Context) -> Findings:
    """A statement that is nothing but a call of an exception class, which does no more than keep what it is given."""
    made = node.value
    if not isinstance(made, cst.Call) or not reads_like_class(made.func):
        return
    name = ctx.resolve(made.func)
    if name is None or not _may_be_exception(name, ctx):
        return
    if not ctx.exceptions.surely_derives(name, ["builtins.BaseException"]) or _may_have_effects(name, ctx):
        return
    if is_expected_to_fail(node, ctx.around):
        return
    if ctx.exceptions.surely_derives(name, ["builtins.Warning"]):
        yield rule.at(node, made=ctx.code(made), advice="hand it to `warnings.warn`")
    elif name.endswith("Warning"):
        yield rule.at(node, made=ctx.code(made), advice="report it, or raise it")
    else:
        fix = _RAISE.by(ctx.edit.insert_before(made, "raise "))
        yield rule.at(node, fix=fix, made=ctx.code(made), advice="raise it")


def _may_be_exception(name: str, ctx: Context) -> bool:
    """Whether it is worth the time to look a class up: a file of a library may have to be read for it."""
    known = ctx.file.knowledge
    in_project = ctx.exceptions.class_of(name) is not None
    return in_project or reads_like_exception(name) or name in known.bases or name in known.aliases


def _may_have_effects(name: str, ctx: Context) -> bool:
    """Whether a constructor in the project does more than put an exception together: it logs, exits, counts."""
    for each in ctx.exceptions.lineage(name) or ():
        made = ctx.exceptions.class_of(each)
        if made is None:
            continue
        outline = made.names.outline
        found = (outline.find(f"{made.definition.qualname}.{constructor}") for constructor in _CONSTRUCTORS)
        calls = [call.callee for constructor in found if constructor for call in outline.facts(constructor).calls]
        if not _WITHOUT_EFFECT.issuperset(callee.rpartition(".")[2] for callee in calls):
            return True
    return False

"""ERR110: what is raised is not an exception."""

import ast
import builtins
import re

import libcst as cst

from errlint.rule import Bad, Context, Definition, FileContext, Findings, Fix, Function, Good, Rule, Safe
from errlint.syntax.expectations import is_expected_to_fail
from errlint.syntax.raises import raised_callee, reads_like_class

_NOT_IMPLEMENTED_ERROR = Safe("raise `NotImplementedError`")
_BUILTIN_EXCEPTIONS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)
_OTHER_BUILTINS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and not issubclass(value, BaseException)
) - {"type", "super"}
"""Classes whose instances nobody can raise; `type` makes classes, and `super` stands for something else."""
_CLASS_RAISED = re.compile(r"raise[ \t(]+((?:\w+\.)*_*[A-Z]\w*)")


def _raises_plain_class(definition: Definition, file: FileContext) -> bool:
    """Whether a function raises a class that is no exception. A sieve cannot tell: it knows no classes."""
    if not isinstance(definition, Function):
        return False
    starts = file.source.line_starts
    end = starts[definition.last_line] if definition.last_line < len(starts) else None
    raised = set(_CLASS_RAISED.findall(file.source.text[starts[definition.first_line - 1] : end]))
    return any(_is_plain_class(file.names.resolve(each, definition), file) for each in raised - _BUILTIN_EXCEPTIONS)


def _is_plain_class(name: str | None, file: FileContext) -> bool:
    """Whether a class of the project, and all that it derives from, is known to be no exception."""
    if file.exceptions.class_of(name) is None:
        return False
    lineage = file.exceptions.lineage(name)
    if lineage is None or not _MAY_BE_RAISED.isdisjoint(lineage):
        return False
    return all(_is_what_it_looks_like(each, file) for each in lineage)


_MAY_BE_RAISED = frozenset({"builtins.BaseException", "builtins.type"})
"""What an exception class derives from, and what it is an instance of."""


def _is_what_it_looks_like(name: str, file: FileContext) -> bool:
    """Whether a class is defined once, not decorated, and makes its own instances."""
    found = file.exceptions.class_of(name)
    if found is None:
        return True
    made, outline = found.definition, found.names.outline
    namesakes = sum(each.qualname == made.qualname for each in outline.definitions)
    return namesakes == 1 and not made.decorators and "__new__" not in outline.facts(made).bindings


rule = Rule(
    code="ERR110",
    name="raise-non-exception",
    since="0.1",
    preset="recommended",
    words=("raise",),
    regions=_raises_plain_class,
    fixes=(_NOT_IMPLEMENTED_ERROR,),
    in_tests=True,
    same_as=(
        *("ruff:F901", "ruff:raise-not-implemented", "pylint:notimplemented-raised", "pylint:E0711"),
        *("pylint:raising-bad-type", "pylint:E0702", "pylint:raising-non-exception", "pylint:E0710"),
        *("ruff:B016", "ruff:raise-literal"),
    ),
    summary="What is raised is not an exception",
    message="`{raised}` fails with a TypeError, because {reason}; {advice}",
    help="raise an instance of a class that derives from `Exception`",
    why="The caller gets a TypeError that speaks of exception classes, and what was meant to be said is lost.",
    bad=(
        Bad(
            """
            class Reader:
                def read(self):
                    raise NotImplemented("read")  # expect: ERR110 "raise `NotImplementedError`"
        """,
            fixed="""
            class Reader:
                def read(self):
                    raise NotImplementedError("read")
        """,
        ),
        Bad("""
            def withdraw(account, amount):
                if amount > account.balance:
                    raise f"cannot withdraw {amount}"  # expect: ERR110 "a string is not an exception"
        """),
        Bad("""
            class AccountLocked:
                def __init__(self, account):
                    self.account = account

            def withdraw(account):
                if account.locked:
                    raise AccountLocked(account)  # expect: ERR110 "`AccountLocked` does not derive"
        """),
    ),
    good=(
        Good("""
            class Reader:
                def read(self):
                    raise NotImplementedError("read")
        """),
        Good("""
            class Amount:
                def __add__(self, other):
                    return NotImplemented
        """),
        Good("""
            from shop.errors import AccountLocked

            def withdraw(account):
                if account.locked:
                    raise AccountLocked(account)
        """),
    ),
)

_LITERALS: tuple[tuple[tuple[type[cst.BaseExpression], ...], str], ...] = (
    ((cst.SimpleString, cst.ConcatenatedString, cst.FormattedString, cst.TemplatedString), "a string"),
    ((cst.Tuple,), "a tuple"),
    ((cst.List, cst.ListComp), "a list"),
    ((cst.Dict, cst.DictComp), "a dictionary"),
    ((cst.Set, cst.SetComp), "a set"),
    ((cst.Integer, cst.Float, cst.Imaginary), "a number"),
    ((cst.Comparison,), "the result of a comparison"),
    ((cst.Lambda,), "a function"),
    ((cst.GeneratorExp,), "a generator"),
    ((cst.Ellipsis,), "`...`"),
)
_CONSTANTS = ("None", "True", "False")
_TEXT_METHODS = ("format", "join")
_NEITHER = frozenset({*_TEXT_METHODS, *_OTHER_BUILTINS, "NotImplemented"})
"""What a raise names if it names no exception, and no class of the project."""


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """No class of the project: functions that raise one are asked for with `regions`."""
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = getattr(raised, "id", getattr(raised, "attr", None))
    return raised is not None and (name is None or name in _NEITHER)


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """Literals first, then names: a class must be known with all that it derives from."""
    if node.exc is None:
        return
    for value in _outcomes(node.exc):
        verdict = _not_implemented(value, ctx) or _literal(value) or _plain_class(value, ctx)
        if verdict is None:
            continue
        if _is_wanted(node, ctx):
            return
        reason, advice = verdict
        yield rule.at(node, fix=_mended(value, ctx), raised=f"raise {ctx.code(node.exc)}", reason=reason, advice=advice)
        return


def _outcomes(expression: cst.BaseExpression) -> tuple[cst.BaseExpression, ...]:
    """What an expression may give: both sides of `A if x else B`."""
    if isinstance(expression, cst.IfExp):
        return (*_outcomes(expression.body), *_outcomes(expression.orelse))
    return (expression,)


def _is_wanted(node: cst.Raise, ctx: Context) -> bool:
    """Whether the TypeError is what the code wants."""
    return is_expected_to_fail(node, ctx.around) or any(
        ctx.handlers.surely_catches(attempt, "builtins.TypeError") for attempt in ctx.around.tries(node)
    )


def _is_not_implemented(value: cst.BaseExpression, ctx: Context) -> bool:
    callee = raised_callee(value)
    return callee is not None and ctx.resolve(callee) == "builtins.NotImplemented"


def _not_implemented(value: cst.BaseExpression, ctx: Context) -> tuple[str, str] | None:
    if not _is_not_implemented(value, ctx):
        return None
    return "`NotImplemented` is a value that operators return", "raise `NotImplementedError`"


def _literal(value: cst.BaseExpression) -> tuple[str, str] | None:
    kind = _kind(value)
    if kind is None:
        return None
    advice = "raise one of them" if kind == "a tuple" else "raise an exception that says it"
    return f"{kind} is not an exception", advice


def _kind(value: cst.BaseExpression) -> str | None:
    """What a literal is in words; a string that is formatted on the spot stays a string."""
    if isinstance(value, cst.Name):
        return f"`{value.value}`" if value.value in _CONSTANTS else None
    if isinstance(value, cst.BinaryOperation):
        return _kind(value.left) if _kind(value.left) == "a string" else None
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute):
        is_formatted = value.func.attr.value in _TEXT_METHODS and _kind(value.func.value) == "a string"
        return "a string" if is_formatted else None
    return next((words for kinds, words in _LITERALS if isinstance(value, kinds)), None)


def _plain_class(value: cst.BaseExpression, ctx: Context) -> tuple[str, str] | None:
    """A class that derives from no exception, or an instance of it."""
    callee = raised_callee(value)
    if callee is None:
        return None
    name = ctx.resolve(callee)
    if name is not None and name.removeprefix("builtins.") in _OTHER_BUILTINS:
        return f"`{ctx.code(callee)}` is not an exception class", "raise an exception that says it"
    if not reads_like_class(callee) or ctx.function_of(callee) is None or not _is_plain_class(name, ctx.file):
        return None
    return f"`{ctx.code(callee)}` does not derive from `BaseException`", "derive it from `Exception`"


def _mended(value: cst.BaseExpression, ctx: Context) -> Fix | None:
    callee = raised_callee(value)
    if callee is None or not _is_not_implemented(value, ctx):
        return None
    is_name = isinstance(callee, cst.Name) and callee.value == "NotImplemented"
    if not is_name or not ctx.is_builtin("NotImplementedError", callee):
        return None
    return _NOT_IMPLEMENTED_ERROR.by(ctx.edit.replace(callee, "NotImplementedError"))

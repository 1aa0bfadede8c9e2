"""ERR211: an `except` clause that names what is no exception class."""

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from errlint.rule import Bad, Context, Edit, Findings, Good, Handler, Rule, Safe
from errlint.syntax.handlers import HANDLERS
from errlint.syntax.raises import reads_like_class, reads_like_exception

_NAME = Safe("name the exception classes")

rule = Rule(
    code="ERR211",
    name="invalid-except-type",
    since="0.1",
    preset="recommended",
    words=("except",),
    fixes=(_NAME,),
    in_tests=True,
    same_as=(
        *("ruff:B029", "ruff:except-with-empty-tuple", "ruff:B030", "ruff:except-with-non-exception-classes"),
        *("ruff:PLW0711", "ruff:binary-op-exception", "pylint:binary-op-exception", "pylint:W0711"),
        *("pylint:catching-non-exception", "pylint:E0712", "pylint:wrong-exception-operation", "pylint:W0716"),
    ),
    summary="An `except` clause names something other than exception classes",
    message="`{type}` {fault}; {advice}",
    help="name an exception class, or several in a tuple: `except (A, B)`",
    why="Python looks at the types only when an exception comes by. Then the handler does not run, or a TypeError "
    "about the clause hides what went wrong.",
    bad=(
        Bad(
            """
            def load(path):
                try:
                    return path.read_text()
                except FileNotFoundError or PermissionError:  # expect: ERR211 "catches `FileNotFoundError` only"
                    return ""
        """,
            fixed="""
            def load(path):
                try:
                    return path.read_text()
                except (FileNotFoundError, PermissionError):
                    return ""
        """,
        ),
        Bad(
            """
            def load(path):
                try:
                    return path.read_text()
                except [OSError, ValueError] as error:  # expect: ERR211 "is a list"
                    raise StorageError(path) from error
        """,
            fixed="""
            def load(path):
                try:
                    return path.read_text()
                except (OSError, ValueError) as error:
                    raise StorageError(path) from error
        """,
        ),
        Bad(
            """
            NETWORK_ERRORS = (ConnectionError, TimeoutError)

            def load(url):
                try:
                    return fetch(url)
                except (NETWORK_ERRORS, ValueError) as error:  # expect: ERR211 "is a tuple in a tuple"
                    raise StorageError(url) from error
        """,
            fixed="""
            NETWORK_ERRORS = (ConnectionError, TimeoutError)

            def load(url):
                try:
                    return fetch(url)
                except (*NETWORK_ERRORS, ValueError) as error:
                    raise StorageError(url) from error
        """,
        ),
        Bad("""
            class NotFound:
                pass

            def load(path):
                try:
                    return path.read_text()
                except NotFound:  # expect: ERR211 "`NotFound` is no exception class"
                    return ""
        """),
    ),
    good=(
        Good("""
            NETWORK_ERRORS = (ConnectionError, TimeoutError)

            def load(url):
                try:
                    return fetch(url)
                except NETWORK_ERRORS + (ValueError,) as error:
                    raise StorageError(url) from error
        """),
        Good("""
            def attempt(call, expected=None):
                try:
                    return call()
                except expected or Exception as error:
                    return error
        """),
        Good("""
            async def run(group):
                try:
                    await group.run()
                except ExceptionGroup as errors:
                    return errors.exceptions
        """),
    ),
)

_BUILTIN = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
) - {"ExceptionGroup", "BaseExceptionGroup"}


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """Anything but builtin exceptions and names that read like one. A tuple is looked into, an empty one is a fault."""
    types = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return not types or any(kind is not None and not _is_like_exception(kind) for kind in types)


def _is_like_exception(kind: ast.expr) -> bool:
    last = getattr(kind, "attr", getattr(kind, "id", ""))
    return last in _BUILTIN or reads_like_exception(last)


_WHAT: dict[type[cst.CSTNode], str] = {
    **dict.fromkeys((cst.List, cst.ListComp), "a list"),
    **dict.fromkeys((cst.Set, cst.SetComp), "a set"),
    **dict.fromkeys((cst.Dict, cst.DictComp), "a dictionary"),
    **dict.fromkeys((cst.SimpleString, cst.ConcatenatedString, cst.FormattedString), "a string"),
    **dict.fromkeys((cst.Integer, cst.Float, cst.Imaginary), "a number"),
    cst.GeneratorExp: "a generator",
    cst.Lambda: "a function",
    cst.Ellipsis: "an ellipsis",
    cst.Comparison: "a comparison",
}
_CALLED = {
    **{f"builtins.{name}": f"a {name}" for name in ("list", "set", "frozenset", "dict")},
    **dict.fromkeys(("builtins.str", "builtins.repr", "builtins.format"), "a string"),
    **dict.fromkeys(("builtins.iter", "builtins.map", "builtins.filter", "builtins.reversed"), "an iterator"),
    "builtins.sorted": "a list",
}
"""What calls of builtins give, where that is neither a class nor a tuple."""
_CONSTANTS = frozenset({"builtins.True", "builtins.False", "builtins.None", "builtins.NotImplemented"})
_EXCEPTION = ("builtins.BaseException",)
_GROUP = ("builtins.BaseExceptionGroup",)
_TUPLE = "a tuple in a tuple"


@dataclass(frozen=True)
class _Fault:
    """What is wrong with a type, what to do, and the edit that does it."""

    says: str
    advice: str
    edit: Edit | None = None


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """One finding a handler, for the first type at fault."""
    if isinstance(node.type, cst.Tuple) and not node.type.elements:
        advice = "name the types, or remove the handler"
        yield rule.at(node, type=ctx.code(node.type), fault="is empty, so this handler catches nothing", advice=advice)
        return
    found = ((kind, _fault(kind, ctx)) for kind in _types(node))
    for kind, fault in found:
        if fault is not None:
            fix = _NAME.by(fault.edit)
            yield rule.at(node, fix=fix, type=ctx.code(kind), fault=fault.says, advice=fault.advice)
            return


def _types(node: Handler) -> Iterator[cst.BaseExpression]:
    """The types that a handler spells out; what is unpacked into its tuple (`*ERRORS`) is left aside."""
    if isinstance(node.type, cst.Tuple):
        yield from (element.value for element in node.type.elements if isinstance(element, cst.Element))
    elif node.type is not None:
        yield node.type


def _fault(kind: cst.BaseExpression, ctx: Context) -> _Fault | None:
    if isinstance(kind, cst.BooleanOperation):
        return _alternatives(kind, ctx)
    if isinstance(kind, cst.BinaryOperation):
        return _operation(kind, ctx)
    if isinstance(kind, (cst.List, cst.Set)):
        return _Fault(_fails(_WHAT[type(kind)]), "write a tuple", _as_tuple(kind, ctx))
    if isinstance(kind, cst.Tuple):
        return _Fault(_fails(_TUPLE), "write one tuple", _as_tuple(kind, ctx))
    if isinstance(kind, cst.Call):
        return _call(kind, ctx)
    if isinstance(kind, (cst.Name, cst.Attribute)):
        return _named(kind, ctx)
    what = _WHAT.get(type(kind))
    return None if what is None else _Fault(_fails(what), "name an exception class")


def _fails(what: str) -> str:
    return f"is {what}, so catching fails with a TypeError"


def _alternatives(kind: cst.BooleanOperation, ctx: Context) -> _Fault | None:
    """`A or B` is `A` and `A and B` is `B`, as classes are true. Of values this may be meant: `given or Exception`."""
    operands = list(_operands(kind, cst.BooleanOperation))
    if not all(_is_class(operand, ctx) for operand in operands):
        return None
    is_or = isinstance(kind.operator, cst.Or)
    says = f"catches `{ctx.code(operands[0 if is_or else -1])}` only"
    return _Fault(says, f"write `({', '.join(map(ctx.code, operands))})`", _tuple_of(kind, operands, ctx))


def _operation(kind: cst.BinaryOperation, ctx: Context) -> _Fault | None:
    """Tuples may be added; with a class among the operands it comes to nothing that could be caught."""
    operands = list(_operands(kind, cst.BinaryOperation))
    are_classes = [_is_class(operand, ctx) for operand in operands]
    if not all(are_classes) and not any(_is_exception(operand, ctx) for operand in operands):
        return None
    is_union = isinstance(kind.operator, cst.BitOr)
    what = "a union of types" if is_union else "computed from a class"
    joins = all(are_classes) and isinstance(kind.operator, (cst.BitOr, cst.Add))
    return _Fault(_fails(what), "write a tuple", _tuple_of(kind, operands, ctx) if joins else None)


def _call(kind: cst.Call, ctx: Context) -> _Fault | None:
    if _is_exception(kind.func, ctx):
        name = ctx.edit.text(kind.func)
        alone = ctx.edit.replace(kind, f"({name})" if kind.lpar else name)
        return _Fault(_fails("an instance"), "name the class alone", alone)
    return _result(ctx.resolve(kind.func), kind, ctx)


def _result(called: str | None, kind: cst.BaseExpression, ctx: Context) -> _Fault | None:
    """The fault of what a call of a builtin gives. A tuple is right, as long as it stands in no other one."""
    if called == "builtins.tuple" and _is_element(kind, ctx):
        return _unpacked(kind, ctx)
    what = _CALLED.get(called or "")
    return None if what is None else _Fault(_fails(what), "make it a tuple")


def _unpacked(kind: cst.BaseExpression, ctx: Context) -> _Fault:
    star = ctx.edit.insert_before(kind, "*") if _may_be_unpacked(kind, ctx) else None
    return _Fault(_fails(_TUPLE), f"unpack it: `*{ctx.code(kind)}`", star)


def _named(kind: cst.Name | cst.Attribute, ctx: Context) -> _Fault | None:
    if _is_element(kind, ctx) and ctx.file.names.members(ctx.code(kind), ctx.scope_of(kind)) is not None:
        return _unpacked(kind, ctx)
    name = ctx.resolve(kind)
    if name is None:
        return None
    if name in _CONSTANTS:
        return _Fault(_fails("a constant"), "name an exception class")
    if name in ctx.file.outline.packages:
        return _Fault(_fails("a module"), "name an exception class of it")
    if name.endswith("()"):
        return _result(name.removesuffix("()"), kind, ctx)
    if _in_star_handler(kind, ctx) and ctx.exceptions.surely_derives(name, _GROUP):
        return _Fault("is a group, which `except*` refuses with a TypeError", "name what the group holds")
    if _is_no_exception(name, ctx):
        return _Fault("is no exception class, so catching fails with a TypeError", "name one, or derive it from one")
    return None


def _is_no_exception(name: str, ctx: Context) -> bool:
    """Whether a class is known up to `object`, and no exception."""
    lineage = ctx.exceptions.lineage(name) or ()
    return "builtins.object" in lineage and "builtins.BaseException" not in lineage


def _is_exception(node: cst.BaseExpression, ctx: Context) -> bool:
    """Whether an expression surely is one exception class."""
    return ctx.exceptions.surely_derives(ctx.resolve(node), _EXCEPTION)


def _is_class(node: cst.BaseExpression, ctx: Context) -> bool:
    """Whether an expression surely is a class: an exception class, or an imported or own one that reads like it."""
    name = ctx.resolve(node)
    return _is_exception(node, ctx) or (name is not None and "(" not in name and reads_like_class(node))


def _operands(node: cst.BaseExpression, kind: type[cst.CSTNode]) -> Iterator[cst.BaseExpression]:
    if isinstance(node, kind) and isinstance(node, (cst.BooleanOperation, cst.BinaryOperation)):
        yield from _operands(node.left, kind)
        yield from _operands(node.right, kind)
    else:
        yield node


def _is_element(kind: cst.BaseExpression, ctx: Context) -> bool:
    return isinstance(ctx.around.parent(kind), cst.Element)


def _may_be_unpacked(kind: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a star may stand where a type does: `except A, *B:` is no Python."""
    return not any(isinstance(node, cst.Tuple) and not node.lpar for node in ctx.around.ancestors(kind))


def _in_star_handler(kind: cst.BaseExpression, ctx: Context) -> bool:
    around = next(node for node in ctx.around.ancestors(kind) if isinstance(node, HANDLERS))
    return isinstance(around, cst.ExceptStarHandler)


def _tuple_of(kind: cst.BaseExpression, operands: Sequence[cst.BaseExpression], ctx: Context) -> Edit | None:
    """The operands in a tuple, or in the one that they stand in; none if one of them is at fault itself."""
    if any(_fault(operand, ctx) is not None for operand in operands):
        return None
    text = ", ".join(ctx.edit.text(operand) for operand in operands)
    return ctx.edit.replace(kind, text if _is_element(kind, ctx) else f"({text})")


def _as_tuple(kind: cst.List | cst.Set | cst.Tuple, ctx: Context) -> Edit | None:
    """The elements of a display in a tuple, or in the one that it stands in."""
    values = [element.value for element in kind.elements if isinstance(element, cst.Element)]
    if not kind.elements or any(_fault(value, ctx) is not None for value in values):
        return None
    if len(values) < len(kind.elements) and not _may_be_unpacked(kind, ctx):
        return None
    text = ", ".join(ctx.edit.text(element).rstrip().removesuffix(",") for element in kind.elements)
    if _is_element(kind, ctx):
        return ctx.edit.replace(kind, text)
    return ctx.edit.replace(kind, f"({text})" if values else f"({text},)")

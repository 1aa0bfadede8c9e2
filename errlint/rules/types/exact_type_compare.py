"""ERR511: a handler asks for the exact class of its exception."""

from __future__ import annotations

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Handler, Rule, Unsafe
from errlint.syntax.handlers import HANDLERS, caught_name
from errlint.syntax.raises import reads_like_class, rebinds
from errlint.syntax.tree import NESTED_SCOPES

_ISINSTANCE = Unsafe("ask with `isinstance`", because="subclasses are then told apart like their bases")

rule = Rule(
    code="ERR511",
    name="exact-type-compare",
    since="0.1",
    preset="recommended",
    words=("type", "__class__"),
    fixes=(_ISINSTANCE,),
    same_as=("ruff:E721", "ruff:type-comparison", "pylint:unidiomatic-typecheck", "pylint:C0123"),
    summary="A handler compares the exact class of its exception",
    message="`{test}` {flaw}; {advice}",
    help="ask with `isinstance`, or give the class an `except` clause of its own",
    why="`except` takes subclasses too; a library that makes its errors finer one day takes another branch here.",
    bad=(
        Bad(
            """
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:
                    if type(error) is FileNotFoundError:  # expect: ERR511 "misses subclasses"
                        return ""
                    raise
        """,
            fixed="""
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:
                    if isinstance(error, FileNotFoundError):
                        return ""
                    raise
        """,
        ),
        Bad("""
            def send(mail, server):
                try:
                    server.send(mail)
                except MailError as error:
                    if error.__class__.__name__ == "Refused":  # expect: ERR511 "goes by the name of the class"
                        mail.drop()
                    raise
        """),
    ),
    good=(
        Good("""
            def load(path):
                try:
                    return path.read_text()
                except FileNotFoundError:
                    return ""
        """),
        Good("""
            def load(path):
                try:
                    return path.read_text()
                except ValueError as error:
                    if type(error) is ValueError:  # not UnicodeDecodeError and the like
                        return ""
                    raise
        """),
        Good("""
            def send(mail, server):
                try:
                    server.send(mail)
                except Exception as error:
                    if type(error).__name__ == "Refused":  # which the server makes at run time
                        mail.drop()
                    raise
        """),
        Good("""
            def describe(error):
                return type(error) is OSError
        """),
    ),
)

_PLAIN = ("builtins.Exception", "builtins.BaseException")
_EQUAL = (cst.Equal, cst.Is)
_UNEQUAL = (cst.NotEqual, cst.IsNot)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A class is compared: `type(error)`, `error.__class__`."""
    return node.name is not None and any(
        any(map(_may_be_class, ast.walk(part))) for part in ast.walk(node) if isinstance(part, ast.Compare)
    )


def _may_be_class(part: ast.AST) -> bool:
    if isinstance(part, ast.Call):
        return isinstance(part.func, ast.Name) and part.func.id == "type"
    return isinstance(part, ast.Attribute) and part.attr == "__class__"


@rule.on(cst.Comparison)
def check(node: cst.Comparison, ctx: Context) -> Findings:
    """The class of the caught exception, or its name, on one side of a comparison."""
    if len(node.comparisons) != 1:
        return
    operator, right = node.comparisons[0].operator, node.comparisons[0].comparator
    for side, other in ((node.left, right), (right, node.left)):
        exception = _exception_of(side)
        if exception is not None and (handler := _handler_of(node, exception, ctx)) is not None:
            yield from _by_class(node, exception, operator, other, handler, ctx)
            return
        exception = _exception_of(named) if (named := _named_class(side)) is not None else None
        if exception is None or (handler := _handler_of(node, exception, ctx)) is None:
            continue
        if _is_text(other) and (not ctx.handlers.is_catch_all(handler) or _is_at_hand(other, node, ctx)):
            flaw = "goes by the name of the class, which subclasses do not have and other classes may"
            yield rule.at(node, test=ctx.code(node), flaw=flaw, advice="ask for the class itself")
            return


def _exception_of(side: cst.BaseExpression) -> str | None:
    """The name of what is asked for its class: `error` in `type(error)` and `error.__class__`."""
    asked: cst.CSTNode | None = None
    if isinstance(side, cst.Call) and isinstance(side.func, cst.Name) and side.func.value == "type":
        asked = side.args[0].value if len(side.args) == 1 else None
    elif isinstance(side, cst.Attribute) and side.attr.value == "__class__":
        asked = side.value
    return asked.value if isinstance(asked, cst.Name) else None


def _named_class(side: cst.BaseExpression) -> cst.BaseExpression | None:
    """The class whose name an expression is: `type(error)` in `type(error).__name__`."""
    if not isinstance(side, cst.Attribute) or side.attr.value not in ("__name__", "__qualname__"):
        return None
    return side.value


def _is_text(value: cst.BaseExpression) -> bool:
    """A string, or some to choose from."""
    if isinstance(value, (cst.Tuple, cst.List, cst.Set)):
        return bool(value.elements) and all(_is_text(element.value) for element in value.elements)
    return isinstance(value, (cst.SimpleString, cst.ConcatenatedString))


def _is_at_hand(value: cst.BaseExpression, node: cst.CSTNode, ctx: Context) -> bool:
    """Whether a text is the name of a class that the code may write as it is: a builtin, or one that it imports.

    Others may be made at run time, or belong to a library that need not be there.
    """
    text = value.evaluated_value if isinstance(value, (cst.SimpleString, cst.ConcatenatedString)) else None
    return isinstance(text, str) and ctx.file.names.resolve(text, ctx.scope_of(node)) is not None


def _handler_of(node: cst.CSTNode, name: str, ctx: Context) -> Handler | None:
    """The handler of the same function that binds a name, if it does so throughout."""
    for around in ctx.around.ancestors(node):
        if isinstance(around, NESTED_SCOPES):
            return None
        if isinstance(around, HANDLERS) and caught_name(around) == name:
            return None if rebinds(around.body, name) else around
    return None


def _by_class(
    node: cst.Comparison,
    exception: str,
    operator: cst.BaseCompOp,
    other: cst.BaseExpression,
    handler: Handler,
    ctx: Context,
) -> Findings:
    classes = _classes(operator, other)
    if not classes or any(_is_all_that_is_caught(each, handler, ctx) for each in classes):
        return
    test = f"isinstance({exception}, {_tuple_of(classes, ctx)})"
    text = f"not {test}" if isinstance(operator, (*_UNEQUAL, cst.NotIn)) else test
    fix = _asked(node, f"({text})" if node.lpar else text, ctx)
    yield rule.at(node, fix=fix, test=ctx.code(node), flaw="misses subclasses", advice=f"write `{text}`")


def _classes(operator: cst.BaseCompOp, other: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The classes that are compared with; none if one of them may be a variable."""
    if isinstance(operator, (*_EQUAL, *_UNEQUAL)):
        found = [other]
    elif isinstance(operator, (cst.In, cst.NotIn)) and isinstance(other, (cst.Tuple, cst.List, cst.Set)):
        found = [element.value for element in other.elements]
    else:
        return []
    return found if all(reads_like_class(each) for each in found) else []


def _is_all_that_is_caught(kind: cst.BaseExpression, handler: Handler, ctx: Context) -> bool:
    """Whether all that a handler catches is of a class: `isinstance` would always hold, so the exact class is meant.

    So it is with `Exception`, which is raised by those who had no class for it.
    """
    name = ctx.resolve(kind)
    if name in _PLAIN:
        return True
    caught = ctx.handlers.caught(handler)
    if handler.type is not None and ctx.code(handler.type) == ctx.code(kind):
        return True
    return bool(caught) and name is not None and all(ctx.exceptions.surely_derives(each, [name]) for each in caught)


def _tuple_of(classes: list[cst.BaseExpression], ctx: Context) -> str:
    codes = [ctx.edit.text(each) for each in classes]
    return codes[0] if len(codes) == 1 else f"({', '.join(codes)})"


def _asked(node: cst.Comparison, text: str, ctx: Context) -> Fix | None:
    return _ISINSTANCE.by(ctx.edit.replace(node, text)) if ctx.is_builtin("isinstance", node) else None

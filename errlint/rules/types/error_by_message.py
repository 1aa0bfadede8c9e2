"""ERR510: a handler decides by the text of its exception."""

from __future__ import annotations

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.handlers import caught_name
from errlint.syntax.raises import rebinds
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR510",
    name="error-by-message",
    since="0.1",
    preset=None,
    words=("except",),
    summary="A handler decides by the text of its exception",
    message="`{test}` decides by the text of the error, which its authors may reword; {advice}",
    help="catch the class that says it, or read an attribute of the error",
    why="Messages are written for people: they are reworded, translated and wrapped, and no test of theirs notices.",
    bad=(
        Bad("""
            def book(slot, calendar):
                try:
                    calendar.book(slot)
                except BookingError as error:
                    if "already taken" in str(error):  # expect: ERR510
                        return None
                    raise
        """),
        Bad("""
            def read(path):
                try:
                    return path.read_text()
                except OSError as error:
                    if str(error).startswith("[Errno 2]"):  # expect: ERR510 "compare `error.errno`"
                        return ""
                    raise
        """),
    ),
    good=(
        Good("""
            def book(slot, calendar):
                try:
                    calendar.book(slot)
                except SlotTaken:
                    return None
        """),
        Good("""
            import errno

            def read(path):
                try:
                    return path.read_text()
                except OSError as error:
                    if error.errno == errno.ENOENT:
                        return ""
                    raise
        """),
        Good("""
            def settings(names, values):
                try:
                    return [values[name] for name in names]
                except KeyError as error:
                    if error.args[0] == "color":
                        return None
                    raise
        """),
    ),
)

_FORMATTERS = frozenset({"str", "repr", "format"})
_STRING_METHODS = frozenset({"lower", "upper", "strip", "casefold", "lstrip", "rstrip", "replace"})
_TESTS = frozenset({"startswith", "endswith"})
_SEARCHES = frozenset({"re.search", "re.match", "re.fullmatch", "re.findall"})
_STATUS = re.compile(r"[45]\d\d")
"""A status of HTTP; in a text it is any number."""
_ESCAPE = re.compile(r"\\[a-zA-Z]")
"""`\\b` and the like: letters of a pattern that are no words."""
_ONLY_TEXT = (
    *("builtins.KeyError", "builtins.StopIteration", "builtins.StopAsyncIteration", "builtins.SystemExit"),
    *("builtins.TypeError", "builtins.RecursionError"),
)
_COMPARISONS = (cst.In, cst.NotIn, cst.Equal, cst.NotEqual)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A named exception, and a condition with a string in it."""
    return node.name is not None and any(_is_condition(part) for part in ast.walk(node))


def _is_condition(part: ast.AST) -> bool:
    return isinstance(part, (ast.If, ast.While, ast.IfExp)) and any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) for each in ast.walk(part.test)
    )


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """One finding for a handler, at its first condition on the text; not where the text is all that there can be."""
    name = caught_name(node)
    if name is None or _has_no_message(node, ctx) or rebinds(node.body, name):
        return
    tests = [part for part in walk(node.body, skip=NESTED_SCOPES) if _is_test_of_text(part, name, node, ctx)]
    asked = [test for test in tests if _is_asked(test, ctx)]
    if asked:
        others = tuple((test, "and so it does here") for test in asked[1:])
        yield rule.at(asked[0], others, test=ctx.code(asked[0]), advice=_advice(asked[0], name, node, ctx))


def _is_test_of_text(node: cst.CSTNode, name: str, handler: Handler, ctx: Context) -> bool:
    """Whether an expression looks for words in the text of an exception."""
    if isinstance(node, cst.Comparison):
        if len(node.comparisons) != 1 or not isinstance(node.comparisons[0].operator, _COMPARISONS):
            return False
        left, right = node.left, node.comparisons[0].comparator
        return any(
            _is_wording(wording) and _is_text_of(text, name, handler)
            for wording, text in ((left, right), (right, left))
        )
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute) or not node.args:
        return False
    if not _is_wording(node.args[0].value):
        return False
    if node.func.attr.value in _TESTS:
        return _is_text_of(node.func.value, name, handler)
    if len(node.args) < 2 or not _is_text_of(node.args[1].value, name, handler):
        return False
    return ctx.resolve(node.func) in _SEARCHES


def _is_asked(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether an expression is part of the condition of an `if` or a loop."""
    current: cst.CSTNode = node
    for around in ctx.around.ancestors(node):
        if isinstance(around, (cst.If, cst.While, cst.IfExp)):
            return current is around.test
        if isinstance(around, (cst.BaseSmallStatement, *NESTED_SCOPES)):
            return False
        current = around
    return False


def _is_wording(value: cst.BaseExpression) -> bool:
    """A string of words, or some to choose from; codes as `ORA-22858` are not reworded."""
    if isinstance(value, (cst.Tuple, cst.List, cst.Set)):
        return bool(value.elements) and all(_is_wording(element.value) for element in value.elements)
    if not isinstance(value, (cst.SimpleString, cst.ConcatenatedString)):
        return False
    text = value.evaluated_value
    if not isinstance(text, str):
        return False
    return any(map(str.islower, _ESCAPE.sub("", text))) or _STATUS.fullmatch(text) is not None


def _is_text_of(value: cst.BaseExpression, name: str, handler: Handler) -> bool:
    """Whether an expression is what an exception says: `str(error).lower()`, or a name for it."""
    text = _without_methods(value)
    if isinstance(text, cst.Name):
        return any(_is_said(_without_methods(each), name) for each in _assigned(handler, text.value))
    return _is_said(text, name)


def _without_methods(value: cst.BaseExpression) -> cst.BaseExpression:
    """`text` of `text.strip().lower()`."""
    while isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute):
        if value.func.attr.value not in _STRING_METHODS:
            break
        value = value.func.value
    return value


def _is_said(value: cst.BaseExpression, name: str) -> bool:
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Name) and len(value.args) == 1:
        return value.func.value in _FORMATTERS and _reads(value.args[0].value, name)
    if isinstance(value, cst.FormattedString):
        parts = [part.expression for part in value.parts if isinstance(part, cst.FormattedStringExpression)]
        return len(parts) == 1 and _reads(parts[0], name)
    return _is_first_argument(value, name)


def _is_first_argument(value: cst.BaseExpression, name: str) -> bool:
    """`error.args[0]`."""
    if not isinstance(value, cst.Subscript) or len(value.slice) != 1:
        return False
    index = value.slice[0].slice
    is_first = isinstance(index, cst.Index) and isinstance(index.value, cst.Integer) and index.value.value == "0"
    base = value.value
    return is_first and isinstance(base, cst.Attribute) and base.attr.value == "args" and _reads(base.value, name)


def _reads(value: cst.BaseExpression, name: str) -> bool:
    return isinstance(value, cst.Name) and value.value == name


def _assigned(handler: Handler, name: str) -> list[cst.BaseExpression]:
    """What a handler assigns to a name."""
    return [
        node.value
        for node in walk(handler.body, skip=NESTED_SCOPES)
        if isinstance(node, cst.Assign)
        and any(isinstance(target.target, cst.Name) and target.target.value == name for target in node.targets)
    ]


def _has_no_message(handler: Handler, ctx: Context) -> bool:
    """Whether all that is caught has no text of its own (the key of a KeyError), or nothing but a text: the TypeError
    that Python raises for a wrong call.
    """
    caught = ctx.handlers.caught(handler)
    return bool(caught) and all(ctx.exceptions.surely_derives(each, _ONLY_TEXT) for each in caught)


def _advice(test: cst.CSTNode, name: str, handler: Handler, ctx: Context) -> str:
    """What to ask instead: some classes have an attribute for it."""
    if any(isinstance(part, cst.SimpleString) and _STATUS.fullmatch(part.raw_value) for part in walk(test)):
        return "compare the status that the error carries"
    caught = ctx.handlers.caught(handler)
    if caught and all(ctx.exceptions.surely_derives(each, ["builtins.OSError"]) for each in caught):
        return f"compare `{name}.errno`"
    is_import = caught and all(ctx.exceptions.surely_derives(each, ["builtins.ImportError"]) for each in caught)
    if is_import and "No module named" in ctx.code(test):
        return f"compare `{name}.name`"
    return "catch a class of its own, or read an attribute"

"""ERR510: a handler decides by the text of an exception that carries a code for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.handlers import caught_name
from errlint.syntax.raises import rebinds
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR510",
    name="error-by-message",
    since="0.1",
    preset="recommended",
    words=("except",),
    summary="A handler decides by the text of an exception that carries a code",
    message="`{test}` decides by the text of the error, which its authors may reword; {advice}",
    help="read the code that the error carries, or catch the class that stands for it",
    why=(
        "Messages are written for people: they are reworded, translated and wrapped, and no test of theirs notices. "
        "The system, databases and servers say the same in a code that does not change."
    ),
    bad=(
        Bad("""
            def read(path):
                try:
                    return path.read_text()
                except OSError as error:
                    if str(error).startswith("[Errno 2]"):  # expect: ERR510 "compare `error.errno`"
                        return ""
                    raise
        """),
        Bad("""
            from sqlalchemy.exc import IntegrityError

            def book(slot, session):
                try:
                    session.add(slot)
                    session.commit()
                except IntegrityError as error:
                    if "unique constraint" in str(error).lower():  # expect: ERR510
                        return None
                    raise
        """),
    ),
    good=(
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
            def book(slot, calendar):
                try:
                    calendar.book(slot)
                except BookingError as error:
                    if "already taken" in str(error):  # there may be nothing else to go by
                        return None
                    raise
        """),
    ),
)


@dataclass(frozen=True)
class _Carrier:
    """Exceptions that carry a code, the texts that stand for one, and what to do instead of reading these."""

    classes: tuple[str, ...]
    texts: re.Pattern[str]
    advice: str


_SYSTEM = re.compile(
    r"\b(errno|winerror)\b|no such file or directory|permission denied|file exists|(not|is) a directory|"
    r"directory not empty|connection (refused|reset by peer|timed out)|broken pipe|address already in use|"
    r"no space left|too many open files|network is unreachable|no route to host|read-only file system|"
    r"name or service not known|operation not permitted|temporarily unavailable|resource busy|bad file descriptor"
)
_PHRASES = (status.phrase.lower() for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST)
_STATUS = re.compile(rf"(?<!\d)[45]\d\d(?!\d)|{'|'.join(map(re.escape, _PHRASES))}")
_DATABASE = re.compile(
    r"\b(unique|foreign key) constraint\b(?! failed: )|duplicate key value|duplicate entry|deadlock (detected|found)|"
    r"could not serialize access"
)
"""What PostgreSQL and others say, in the language of the server. SQLite names columns: `... failed: user.name`; no code
of it does.
"""
_CARRIERS = (
    _Carrier(("builtins.OSError",), _SYSTEM, "compare `{name}.errno`"),
    _Carrier(("builtins.ImportError",), re.compile(r"^no module named"), "compare `{name}.name`"),
    _Carrier(
        ("botocore.exceptions.ClientError", "botocore.client.ClientError"),
        re.compile(r"^[a-z]+(\.[a-z]+)*$"),
        'compare `{name}.response["Error"]["Code"]`',
    ),
    _Carrier(("pymongo.errors.OperationFailure",), re.compile(""), "compare `{name}.code`"),
    _Carrier(
        ("requests.exceptions.HTTPError", "httpx.HTTPStatusError"), _STATUS, "compare `{name}.response.status_code`"
    ),
    _Carrier(("aiohttp.client_exceptions.ClientResponseError",), _STATUS, "compare `{name}.status`"),
    _Carrier(("urllib.error.HTTPError",), _STATUS, "compare `{name}.code`"),
)
_ASK_THE_DATABASE = "catch the class that stands for it, or compare the code that the database gives"
_FORMATTERS = frozenset({"str", "repr", "format"})
_STRING_METHODS = frozenset({"lower", "upper", "strip", "casefold", "lstrip", "rstrip", "replace"})
_TESTS = frozenset({"startswith", "endswith"})
_SEARCHES = frozenset({"re.search", "re.match", "re.fullmatch", "re.findall"})
_COMPARISONS = (cst.In, cst.NotIn, cst.Equal, cst.NotEqual)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A named exception, a text of something, and a condition with a string in it."""
    return node.name is not None and any(map(_may_be_text, ast.walk(node))) and any(map(_is_condition, ast.walk(node)))


def _may_be_text(part: ast.AST) -> bool:
    if isinstance(part, ast.Call):
        return isinstance(part.func, ast.Name) and part.func.id in _FORMATTERS
    return isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Attribute) and part.attr == "args")


def _is_condition(part: ast.AST) -> bool:
    return isinstance(part, (ast.If, ast.While, ast.IfExp)) and any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) for each in ast.walk(part.test)
    )


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """One finding for a handler, at its first condition on a text that stands for a code."""
    name = caught_name(node)
    if name is None or rebinds(node.body, name):
        return
    tests = [(part, _wording(part, name, node, ctx)) for part in walk(node.body, skip=NESTED_SCOPES)]
    asked = [(test, words) for test, words in tests if words and _is_asked(test, ctx)]
    found = [(test, advice) for test, words in asked if (advice := _advice(words, name, node, ctx))]
    if found:
        (test, advice), *others = found
        yield rule.at(
            test, tuple((each, "and so it does here") for each, _ in others), test=ctx.code(test), advice=advice
        )


def _wording(node: cst.CSTNode, name: str, handler: Handler, ctx: Context) -> Sequence[str]:
    """The words that an expression looks for in the text of an exception."""
    if isinstance(node, cst.Comparison):
        if len(node.comparisons) != 1 or not isinstance(node.comparisons[0].operator, _COMPARISONS):
            return ()
        left, right = node.left, node.comparisons[0].comparator
        both = ((left, right), (right, left))
        return next((_words(words) for words, text in both if _words(words) and _is_text_of(text, name, handler)), ())
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute) or not node.args:
        return ()
    words = _words(node.args[0].value)
    if not words:
        return ()
    if node.func.attr.value in _TESTS:
        return words if _is_text_of(node.func.value, name, handler) else ()
    is_search = len(node.args) > 1 and _is_text_of(node.args[1].value, name, handler)
    return words if is_search and ctx.resolve(node.func) in _SEARCHES else ()


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


def _words(value: cst.BaseExpression) -> Sequence[str]:
    """The text of a string, or those to choose from, in lower case; empty if one is no literal."""
    if isinstance(value, (cst.Tuple, cst.List, cst.Set)):
        each = [_words(element.value) for element in value.elements]
        return [word for words in each for word in words] if all(each) else ()
    text = value.evaluated_value if isinstance(value, (cst.SimpleString, cst.ConcatenatedString)) else None
    return (text.lower(),) if isinstance(text, str) else ()


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


def _advice(words: Sequence[str], name: str, handler: Handler, ctx: Context) -> str | None:
    """What to ask instead, where all the words stand for a code that all of what is caught carries."""
    caught = ctx.handlers.caught(handler)
    for carrier in _CARRIERS:
        is_code = bool(caught) and all(map(carrier.texts.search, words))
        if is_code and all(ctx.exceptions.surely_derives(each, carrier.classes) for each in caught):
            return carrier.advice.format(name=name)
    is_from_elsewhere = not any(each is not None and each.startswith("builtins.") for each in caught)
    if all(map(_DATABASE.search, words)) and (is_from_elsewhere or ctx.handlers.is_catch_all(handler)):
        return _ASK_THE_DATABASE
    return None

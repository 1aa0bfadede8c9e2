"""ERR408: a log message is put together before the logger is asked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from errlint.rule import Bad, Context, Edit, Findings, Fix, Good, Rule, Safe
from errlint.syntax.calls import keyword_argument
from errlint.syntax.placeholders import Placeholders, message_text, percent_placeholders
from errlint.syntax.sieve import calls_method
from errlint.syntax.tree import NESTED_SCOPES, walk

_HAND_OVER = Safe("hand the values to the logger")

rule = Rule(
    code="ERR408",
    name="eager-log-message",
    since="0.1",
    preset=None,
    words=(*(".exception(", ".error(", ".critical(", ".fatal(", ".warning(", ".warn(", ".log(", ".info(", ".debug("),),
    fixes=(_HAND_OVER,),
    same_as=(
        *("ruff:G001", "ruff:logging-string-format", "ruff:G002", "ruff:logging-percent-format", "ruff:G004"),
        *("ruff:logging-f-string", "pylint:logging-fstring-interpolation", "pylint:W1203"),
        *("pylint:logging-format-interpolation", "pylint:W1202", "pylint:logging-not-lazy", "pylint:W1201"),
    ),
    summary="A log message is formatted before the logger sees it",
    message="`{call}` is given a finished text{how}; hand the values over as arguments",
    help='give the logger the text and its values: `logger.error("cannot load %s", path)`',
    why="Records of the same fault have different texts, so that nothing can group them, and the formatting is paid "
    "for when nobody logs it.",
    bad=(
        Bad(
            """
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error(f"cannot refresh {feed.url!r}: {error} (100%)")  # expect: ERR408 "f-string"
        """,
            fixed="""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("cannot refresh %r: %s (100%%)", feed.url, error)
        """,
        ),
        Bad(
            """
            import logging

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logging.error("cannot refresh %s: %s" % (feed.url, error))  # expect: ERR408 "`%`"
        """,
            fixed="""
            import logging

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logging.error("cannot refresh %s: %s", feed.url, error)
        """,
        ),
    ),
    good=(
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("cannot refresh %s: %s", feed.url, error)
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                logger.info(f"refreshing {feed.url}")
        """),
        Good("""
            from loguru import logger

            def refresh(feed):
                try:
                    feed.load()
                except OSError:
                    logger.error(f"cannot refresh {feed.url}")
        """),
    ),
)

_METHODS = frozenset(word[1:-1] for word in rule.words)
_NUMBER = re.compile(r"(?P<sign>[+ ]?)(?P<alternate>#?)(?P<width>0?\d*)(?P<precision>\.\d+)?(?P<kind>[dxXofFeEgG])")
"""Formats of numbers that `%` has too; without the letter of a kind, each type has its own way."""
_TEXT = re.compile(r"(?:(?P<align>[<>]?)(?P<width>[1-9]\d*))?(?P<precision>\.\d+)?")
"""Formats of text."""
_WHOLE = frozenset("dxXo")
_FIELD = re.compile(r"\{\{|\}\}|(?P<field>\{(?P<key>\w*)(?:!(?P<conversion>[sra]))?(?::(?P<layout>[^{}]*))?\})")
_EMPTY = cst.Module(body=[])
_SIMPLE = (cst.Name, cst.Attribute, cst.Integer, cst.Float, cst.SimpleString)
_MAY_BE_TUPLE = re.compile(
    r"args|argv|tuple|pair|values|params|parts|items|fields|info|data|row|version", re.IGNORECASE
)
_NOT_MOVED = (cst.Yield, cst.Lambda, cst.NamedExpr)
"""What means something else, or reads badly, outside of the braces."""


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A log method is called in a handler."""
    return calls_method(node, _METHODS)


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """An f-string, `%` or `.format()` as the message of a logger that surely is one of `logging`."""
    method = node.func
    if not isinstance(method, cst.Attribute) or method.attr.value not in _METHODS or ctx.handler_of(node) is None:
        return
    message = _message(node, method.attr.value)
    how = None if message is None else _way(message.value)
    if message is None or how is None or not _is_standard(node, ctx):
        return
    fix = None if message.keyword is not None else _handed_over(node, message, ctx)
    yield rule.at(node, fix=fix, call=f"{ctx.code(method)}(...)", how=how)


def _message(node: cst.Call, method: str) -> cst.Arg | None:
    at = 1 if method == "log" else 0
    leading = node.args[: at + 1]
    if len(leading) == at + 1 and not any(argument.star or argument.keyword for argument in leading):
        return leading[at]
    return keyword_argument(node, "msg")


def _way(value: cst.BaseExpression) -> str | None:
    """How a text is put together, for the message."""
    if isinstance(value, (cst.FormattedString, cst.ConcatenatedString)):
        return ", an f-string" if any(True for _ in _expressions(value)) else None
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Modulo):
        return " made with `%`" if not isinstance(value.left, (cst.Integer, cst.Float)) else None
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and value.func.attr.value == "format":
        is_text = isinstance(value.func.value, (cst.SimpleString, cst.ConcatenatedString))
        return " made with `.format()`" if is_text else None
    return None


def _expressions(value: cst.BaseExpression) -> Iterator[cst.FormattedStringExpression]:
    """The expressions of an f-string, which may be one of several strings side by side."""
    for leaf in _leaves(value):
        parts = leaf.parts if isinstance(leaf, cst.FormattedString) else ()
        yield from (part for part in parts if isinstance(part, cst.FormattedStringExpression))


def _leaves(value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(value, cst.ConcatenatedString):
        yield from _leaves(value.left)
        yield from _leaves(value.right)
    else:
        yield value


def _is_standard(node: cst.Call, ctx: Context) -> bool:
    """Whether a logger surely formats as `logging` does."""
    name = ctx.resolve_callee(node) or ""
    written = (ctx.resolve(node.func) or "").rpartition(".")[0].removesuffix("()")
    return name.startswith("logging.") and ctx.file.reporters.is_known(name) and ctx.file.names.find(written) is None


def _handed_over(node: cst.Call, message: cst.Arg, ctx: Context) -> Fix | None:
    """The text and its values as arguments; nothing if there are values already, which are for fields of their own."""
    positional = [argument for argument in node.args if argument.keyword is None]
    if positional[-1] is not message or any(argument.star for argument in node.args):
        return None
    value = message.value
    if isinstance(value, cst.BinaryOperation):
        return _from_percent(value, ctx)
    return _from_format(value, ctx) if isinstance(value, cst.Call) else _from_f_string(value, ctx)


def _from_f_string(value: cst.BaseExpression, ctx: Context) -> Fix | None:
    values: list[str] = []
    edits: list[Edit | None] = []
    for leaf in _leaves(value):
        text = _translated_leaf(leaf, values, ctx)
        if text is None:
            return None
        edits += [ctx.edit.replace(leaf, text)] if text != ctx.edit.text(leaf) else []
    return _HAND_OVER.by(*edits, ctx.edit.insert_after(value, "".join(f", {each}" for each in values)))


def _translated_leaf(leaf: cst.BaseExpression, values: list[str], ctx: Context) -> str | None:
    """The source of one string of a message with fields of `%`; its values are added to `values`."""
    if isinstance(leaf, cst.SimpleString):
        prefix = leaf.value[: len(leaf.prefix)]
        return None if "b" in leaf.prefix.lower() else f"{prefix}{leaf.quote}{_escaped(leaf.raw_value)}{leaf.quote}"
    if not isinstance(leaf, cst.FormattedString):
        return None
    parts = []
    for part in leaf.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append(_escaped(part.value).replace("{{", "{").replace("}}", "}"))
            continue
        field = _field_of(part) if isinstance(part, cst.FormattedStringExpression) else None
        if field is None or not isinstance(part, cst.FormattedStringExpression) or not _may_move(part.expression):
            return None
        name = _shown_name(part)
        if name is None:
            return None
        parts.append(f"{name}{field}")
        values.append(_as_argument(part.expression, ctx))
    return f"{re.sub('[fF]', '', leaf.start)}{''.join(parts)}{leaf.end}"


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _field_of(part: cst.FormattedStringExpression) -> str | None:
    """The field of `%` that shows a value as an expression of an f-string does."""
    layout = part.format_spec
    if layout is None:
        conversion = part.conversion or ("r" if part.equal is not None else "s")
        return f"%{conversion}"
    if not all(isinstance(each, cst.FormattedStringText) for each in layout):
        return None
    text = "".join(each.value for each in layout if isinstance(each, cst.FormattedStringText))
    return _field(part.conversion, text)


def _field(conversion: str | None, layout: str) -> str | None:
    """The field of `%` for a conversion and a format, if there is one that gives the same for every value."""
    if not layout:
        return f"%{conversion or 's'}"
    if conversion is not None:
        found = _TEXT.fullmatch(layout)
        if found is None:
            return None
        width = found["width"] or ""
        left = "-" if width and found["align"] != ">" else ""
        return f"%{left}{width}{found['precision'] or ''}{conversion}"
    found = _NUMBER.fullmatch(layout)
    if (
        found is None
        or (found["kind"] in _WHOLE and found["precision"])
        or (found["kind"] == "o" and found["alternate"])
    ):
        return None
    return f"%{found['sign']}{found['alternate']}{found['width']}{found['precision'] or ''}{found['kind']}"


def _shown_name(part: cst.FormattedStringExpression) -> str | None:
    """What `{name=}` shows before the value; nothing for other expressions, `None` for more than a name."""
    if part.equal is None:
        return ""
    if not isinstance(part.expression, cst.Name):
        return None
    shown = f"{part.expression.value}="
    return shown if _EMPTY.code_for_node(part)[1:].partition("!")[0].rstrip("}") == shown else None


def _may_move(expression: cst.BaseExpression) -> bool:
    return not any(isinstance(part, _NOT_MOVED) for part in walk(expression, skip=NESTED_SCOPES))


def _as_argument(expression: cst.BaseExpression, ctx: Context) -> str:
    """The source of a value as an argument: `{a, b}` is a tuple, and a generator needs parentheses of its own."""
    text = ctx.edit.text(expression)
    return f"({text})" if isinstance(expression, cst.Tuple) and not expression.lpar else text


def _from_percent(value: cst.BinaryOperation, ctx: Context) -> Fix | None:
    """`"...", a, b` for `"..." % (a, b)`."""
    values = value.right
    text = message_text(value.left)
    asked = None if text is None else percent_placeholders(text)
    if asked is None or isinstance(value.left, cst.FormattedString):
        return None
    if isinstance(values, cst.Tuple):
        elements = values.elements
        if asked != Placeholders(len(elements)) or any(isinstance(each, cst.StarredElement) for each in elements):
            return None
        sources = [_as_argument(element.value, ctx) for element in elements]
    elif _stands_alone(values, asked):
        sources = [ctx.edit.text(values)]
    else:
        return None
    if not sources:
        return None
    return _HAND_OVER.by(ctx.edit.replace(value, ", ".join([ctx.edit.text(value.left), *sources])))


def _stands_alone(value: cst.BaseExpression, asked: Placeholders) -> bool:
    """Whether a value surely is the one that a text asks for, and no tuple of values."""
    if asked.named:
        return not asked.positional and isinstance(value, cst.Dict) and bool(value.elements)
    if asked != Placeholders(1):
        return False
    if isinstance(value, (cst.Name, cst.Attribute)):
        name = value.value if isinstance(value, cst.Name) else value.attr.value
        return _MAY_BE_TUPLE.search(name) is None
    called = value.func if isinstance(value, cst.Call) else None
    is_text = isinstance(called, cst.Name) and called.value in ("str", "repr", "len", "type", "int", "float")
    return is_text or isinstance(value, (cst.SimpleString, cst.FormattedString, cst.Integer, cst.Float, cst.List))


def _from_format(value: cst.Call, ctx: Context) -> Fix | None:
    """`"... %s", a` for `"... {}".format(a)`."""
    literal = value.func.value if isinstance(value.func, cst.Attribute) else None
    given = _given(value.args)
    if not isinstance(literal, cst.SimpleString) or given is None or "\\N{" in literal.raw_value:
        return None
    fields = [field for field in _FIELD.finditer(literal.raw_value) if field["field"]]
    keys = [field["key"] or str(number) for number, field in enumerate(fields)]
    shown = [_field(field["conversion"], field["layout"] or "") for field in fields]
    if message_text(literal) is None or set(keys) != set(given) or None in shown or _mixes(fields):
        return None
    in_order = keys == list(given)
    if not in_order and not all(isinstance(each, _SIMPLE) for each in given.values()):
        return None  # what is called would be called in another order, or twice
    text = _with_fields(literal.raw_value, [each or "" for each in shown])
    if re.search(r"[{}]", _FIELD.sub("", literal.raw_value)):
        return None
    prefix = literal.value[: len(literal.prefix)]
    sources = [_as_argument(given[key], ctx) for key in keys]
    return _HAND_OVER.by(
        ctx.edit.replace(value, ", ".join([f"{prefix}{literal.quote}{text}{literal.quote}", *sources]))
    )


def _mixes(fields: Sequence[re.Match[str]]) -> bool:
    """Whether some fields have numbers and others have none, which `.format()` refuses."""
    return len({bool(field["key"]) for field in fields if not field["key"] or field["key"].isdigit()}) > 1


def _given(arguments: Sequence[cst.Arg]) -> Mapping[str, cst.BaseExpression] | None:
    """The values of `.format()` by the numbers and names that its text has for them."""
    if any(argument.star for argument in arguments):
        return None
    return {
        str(number) if argument.keyword is None else argument.keyword.value: argument.value
        for number, argument in enumerate(arguments)
    }


def _with_fields(text: str, fields: Sequence[str]) -> str:
    """A text with other fields, and what stands for one character written as `%` wants it."""
    waiting = iter(fields)
    parts = []
    at = 0
    for found in _FIELD.finditer(text):
        parts += [_escaped(text[at : found.start()]), next(waiting) if found["field"] else found[0][0]]
        at = found.end()
    return "".join([*parts, _escaped(text[at:])])

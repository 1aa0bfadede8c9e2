"""ERR404: the text of the exception stands twice in one record."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Edit, Findings, Fix, Good, Handler, Rule, Safe
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.handlers import caught_name
from errlint.syntax.messages import (
    BRACES,
    PERCENT,
    number_of_fields,
    without_colon,
    without_last_expression,
    without_last_field,
)
from errlint.syntax.raises import mentions, rebinds
from errlint.syntax.sieve import calls_method
from errlint.syntax.tree import walk

_SHORTEN = Safe("leave the exception out of the message")

rule = Rule(
    code="ERR404",
    name="redundant-exception-text",
    since="0.1",
    preset="recommended",
    words=(".exception(", ".aexception("),
    fixes=(_SHORTEN,),
    same_as=("ruff:TRY401", "ruff:verbose-log-message"),
    summary="A report with traceback repeats the exception in its message",
    message="`{call}` already logs the exception with its traceback; {advice}",
    help="say what was being done instead of repeating the exception",
    why="The traceback ends with the exception's text, and a message that varies cannot be grouped.",
    bad=(
        Bad(
            """
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.exception("cannot refresh %s: %s", feed.url, error)  # expect: ERR404
        """,
            fixed="""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError:
                    logger.exception("cannot refresh %s", feed.url)
        """,
        ),
        Bad(
            """
            import logging

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logging.exception(f"cannot refresh: {error}")  # expect: ERR404
        """,
            fixed="""
            import logging

            def refresh(feed):
                try:
                    feed.load()
                except OSError:
                    logging.exception("cannot refresh")
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
                    logger.exception("cannot refresh %s (errno %s)", feed.url, error.errno)
        """),
        Good("""
            import structlog

            logger = structlog.get_logger()

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.exception("refresh_failed", error=str(error))
        """),
        Good("""
            def watch(task):
                try:
                    task.run()
                except OSError as error:
                    task.exception("failed: %s", error)
        """),
    ),
)

_WRAPPERS = frozenset({"str", "repr", "format"})


_METHODS = frozenset({"exception", "aexception"})


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A named exception and a call of `.exception(...)`."""
    return node.name is not None and calls_method(node, _METHODS)


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """`.exception(...)` of a logger, with the caught exception itself among its message's values."""
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in ("exception", "aexception"):
        return
    handler = ctx.handler_of(node)
    name = None if handler is None else caught_name(handler)
    if handler is None or name is None or rebinds(handler.body, name):
        return
    report = ctx.report(node)
    if report is None or not report.is_logger or not report.traced:
        return
    traceback = keyword_argument(node, "exc_info")
    if traceback is not None and is_literal(traceback.value, "False", "None"):
        return  # then the text is all that the record has
    message = [argument for argument in node.args if argument.keyword is None and not argument.star]
    if any(_repeats(argument, name) for argument in message):
        alone = len(message) == 1 and _is_exception(message[0].value, name)
        advice = "say in words what failed" if alone else f"leave `{name}` out of the message"
        fix = _shortened(node, message, handler, ctx)
        yield rule.at(node, fix=fix, call=f"{ctx.code(node.func)}(...)", advice=advice)


def _shortened(node: cst.Call, message: list[cst.Arg], handler: Handler, ctx: Context) -> Fix | None:
    """The message without the exception, where that stands at the end and what is left can be read."""
    name = caught_name(handler) or ""
    if sum(_repeats(argument, name) for argument in message) != 1 or any(argument.star for argument in node.args):
        return None
    if not _repeats(message[-1], name):
        return None
    edits = _without_value(node, message, ctx) if len(message) > 1 else _without_exception(message[0].value, name, ctx)
    if not edits:
        return None
    return _SHORTEN.by(*edits, *ctx.without_name(handler, message[-1]), group=ctx.edit.span(handler))


def _without_value(node: cst.Call, message: list[cst.Arg], ctx: Context) -> list[Edit | None]:
    """`("cannot load %s", path)` for `("cannot load %s: %s", path, error)`."""
    style = BRACES if (ctx.resolve_callee(node) or "").startswith("loguru.") else PERCENT
    literal, values = message[0].value, message[1:]
    if number_of_fields(literal, style) != len(values):
        return []
    changed = without_last_field(literal, style, is_only=len(values) == 1)
    return [*_replaced(changed, ctx), ctx.edit.delete_argument(node, values[-1])] if changed else []


def _without_exception(value: cst.BaseExpression, name: str, ctx: Context) -> list[Edit | None]:
    """A text that was made with the exception, made without it."""
    if isinstance(value, cst.FormattedString):
        last = [part for part in value.parts if isinstance(part, cst.FormattedStringExpression)][-1]
        times = sum(mentions(part, name) for part in value.parts)
        text = without_last_expression(value) if times == 1 and _is_exception(last.expression, name) else None
        return [] if text is None else [ctx.edit.replace(value, text)]
    if isinstance(value, cst.BinaryOperation) and _is_exception(value.right, name):
        if isinstance(value.operator, cst.Modulo) and number_of_fields(value.left, PERCENT) == 1:
            return _left_alone(value, value.left, without_last_field(value.left, PERCENT, is_only=True), ctx)
        text = without_colon(value.left) if isinstance(value.operator, cst.Add) else None
        return [] if text is None else [ctx.edit.replace(value, text)]
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and value.func.attr.value == "format":
        literal = value.func.value
        if len(value.args) == 1 and value.args[0].keyword is None and number_of_fields(literal, BRACES) == 1:
            return _left_alone(value, literal, without_last_field(literal, BRACES, is_only=True), ctx)
    return []


def _left_alone(
    value: cst.BaseExpression, literal: cst.BaseExpression, changed: list[tuple[cst.SimpleString, str]], ctx: Context
) -> list[Edit | None]:
    """A changed literal without what was done to it: `% error`, `.format(error)`."""
    return [*_replaced(changed, ctx), ctx.edit.delete_behind(value, literal)] if changed else []


def _replaced(changed: list[tuple[cst.SimpleString, str]], ctx: Context) -> list[Edit | None]:
    return [ctx.edit.replace(part, text) for part, text in changed]


def _repeats(argument: cst.Arg, name: str) -> bool:
    """Whether an argument is the exception, its text, or a string made with it."""
    value = argument.value
    if isinstance(value, (cst.FormattedString, cst.ConcatenatedString)):
        parts = [part.expression for part in walk(value) if isinstance(part, cst.FormattedStringExpression)]
        return any(_is_exception(part, name) for part in parts)
    if isinstance(value, cst.BinaryOperation):
        return any(_is_exception(part, name) for part in _operands(value))
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and value.func.attr.value == "format":
        return any(_is_exception(part.value, name) for part in value.args)
    return _is_exception(value, name)


def _operands(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation):
        return [*_operands(node.left), *_operands(node.right)]
    if isinstance(node, cst.Tuple):
        return [element.value for element in node.elements]
    return [node]


def _is_exception(node: cst.BaseExpression, name: str) -> bool:
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _WRAPPERS:
        return len(node.args) == 1 and _is_exception(node.args[0].value, name)
    return isinstance(node, cst.Name) and node.value == name

"""ERR409: a report says that something failed, and not for which."""

import ast
import re
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.paths import Exit
from errlint.syntax.placeholders import is_interpolated, message_text
from errlint.syntax.raises import mentions
from errlint.syntax.sieve import calls_method
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR409",
    name="report-without-values",
    since="0.1",
    preset="critical",
    words=(
        *(".exception(", ".error(", ".critical(", ".fatal(", ".warning(", ".warn(", ".aexception(", ".aerror("),
        *(".acritical(", ".awarning("),
    ),
    summary="A report leaves out the value that says which",
    message="`{call}` says the same for every `{value}`; put the value into the record",
    help='give the record the value: `logger.exception("cannot load %s", path)`',
    why="Whoever reads the log knows that it failed, and cannot tell for which record, file or user.",
    bad=(
        Bad("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feeds, feed_id):
                try:
                    feeds.load(feed_id)
                except OSError:
                    logger.exception("cannot refresh")  # expect: ERR409 "every `feed_id`"
        """),
        Bad("""
            import logging

            def remove_all(paths):
                for path in paths:
                    try:
                        path.unlink()
                    except OSError as error:
                        logging.error("cannot remove: %s", error.strerror)
                        logging.warning("left a file behind")  # expect: ERR409 "every `path`"
        """),
    ),
    good=(
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feeds, feed_id):
                try:
                    feeds.load(feed_id)
                except OSError:
                    logger.exception("cannot refresh %s", feed_id)
        """),
        Good("""
            import structlog

            log = structlog.get_logger()

            def refresh(feeds, feed_id):
                try:
                    feeds.load(feed_id)
                except OSError:
                    log.exception("refresh_failed", feed_id=feed_id)
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feeds, interval):
                try:
                    feeds.load(interval)
                except OSError:
                    logger.exception("cannot refresh")
        """),
    ),
)

_METHODS = frozenset(word[1:-1] for word in rule.words)
_IDENTIFIES = re.compile(
    r"(?:\A|_)(?:id|pk|uuid|guid|name|slug|path|file|filename|filepath|url|uri|code|number|email|username|key)\Z"
)
_LEFT_OUT = re.compile(
    r"password|passwd|secret|token|credential|signature|auth|hash|api_?key|private|access_key"
    r"|(?:tracking|store|registry|database|db|base|root|config|server|host)_(?:uri|url|path|file|filename|name)\Z"
)
"""Secrets, and what is the same for a whole process."""
_IMPORT = ("builtins.ImportError",)
_BINDS = frozenset({"bind", "contextualize", "bind_contextvars", "bound_contextvars", "set_tag", "set_context"})
"""Methods by which every record gets the values that it needs."""


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A log method is called in a handler."""
    return calls_method(node, _METHODS)


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """One constant text, in a handler of code that worked on what an identifier names."""
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in _METHODS or not _says_one_thing(node):
        return
    handler = ctx.handler_of(node)
    report = None if handler is None else ctx.report(node)
    if (
        handler is None
        or report is None
        or not report.is_logger
        or not report.counts
        or _is_said_elsewhere(handler, ctx)
    ):
        return
    value = next(_worked_on(handler, ctx), None)
    if value is not None and not _has_context(node, handler, value, ctx):
        yield rule.at(node, call=f"{ctx.code(node.func)}({ctx.code(node.args[0].value)})", value=value)


def _says_one_thing(node: cst.Call) -> bool:
    """Whether a call is given one constant text; how the traceback goes with it does not matter."""
    values = [argument for argument in node.args if argument.keyword is None or argument.keyword.value != "exc_info"]
    if len(values) != 1 or values[0].star or values[0].keyword is not None:
        return False
    value = values[0].value
    return message_text(value) is not None and not is_interpolated(value)


def _is_said_elsewhere(handler: Handler, ctx: Context) -> bool:
    """Whether a handler raises, so that others can say more, or answers a missing module, which no value explains."""
    raises = any(path.exit is Exit.RAISE for path in ctx.handlers.paths(handler))
    return raises or any(ctx.exceptions.surely_derives(name, _IMPORT) for name in ctx.handlers.caught(handler))


def _worked_on(handler: Handler, ctx: Context) -> Iterator[str]:
    """The identifiers, among parameters and loop variables, that the `try` of a handler reads."""
    attempt = ctx.around.try_of(handler)
    for name in _given(handler, ctx):
        lowered = name.lower()
        if _IDENTIFIES.search(lowered) and not _LEFT_OUT.search(lowered) and mentions(attempt.body, name):
            yield name


def _given(handler: Handler, ctx: Context) -> Iterator[str]:
    """The variables of the loops around a handler, the innermost first, and the parameters of its function."""
    for loop in ctx.around.loops(handler):
        if isinstance(loop, cst.For):
            yield from (part.value for part in walk(loop.target) if isinstance(part, cst.Name))
    function = ctx.function_of(handler)
    yield from () if function is None else (parameter.name for parameter in function.parameters)


def _has_context(node: cst.Call, handler: Handler, value: str, ctx: Context) -> bool:
    """Whether the value is on record all the same: another call of the handler takes it, or the logger has it."""
    function = next((each for each in ctx.around.ancestors(handler) if isinstance(each, NESTED_SCOPES)), handler)
    for part in walk(function):
        if isinstance(part, cst.Attribute) and part.attr.value in _BINDS:
            return True
        if isinstance(part, cst.Name) and part.value in _BINDS:
            return True
    return any(isinstance(part, cst.Call) and part is not node and mentions(part, value) for part in walk(handler.body))

"""ERR415: a report has no place for what it is given, or none for what it promises."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Rule, Safe
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.handlers import caught_name
from errlint.syntax.messages import with_field_at_end
from errlint.syntax.placeholders import (
    Placeholders,
    brace_placeholders,
    is_interpolated,
    message_text,
    percent_placeholders,
)
from errlint.syntax.raises import rebinds

_PLACE = Safe("give the values a place in the message")
_LEAVE_OUT = Safe("leave the exception to the traceback")
_INTERPOLATE = Safe("make the text an f-string")
_HAND_OVER = Safe("hand the exception over as loguru wants it")

rule = Rule(
    code="ERR415",
    name="report-malformed",
    since="0.1",
    preset="recommended",
    words=(
        *(".exception(", ".error(", ".critical(", ".fatal(", ".warning(", ".warn(", ".log(", ".info(", ".debug("),
        *(".aexception(", ".aerror(", ".acritical(", ".afatal(", ".awarning(", ".alog(", ".ainfo(", ".adebug("),
        *(".success(", ".trace("),
    ),
    fixes=(_PLACE, _LEAVE_OUT, _INTERPOLATE, _HAND_OVER),
    same_as=(
        *(
            "ruff:RUF027",
            "ruff:missing-f-string-syntax",
            "ruff:PLE1205",
            "ruff:logging-too-many-args",
            "ruff:PLE1206",
            "ruff:logging-too-few-args",
        ),
        *("pylint:logging-too-many-args", "pylint:E1205", "pylint:logging-too-few-args", "pylint:E1206"),
        *("pylint:logging-unsupported-format", "pylint:E1200", "pylint:logging-format-truncated", "pylint:E1201"),
    ),
    supersedes=("ERR402", "ERR404", "ERR409"),
    summary="A report loses what it was meant to say",
    message="`{call}` {problem}; {advice}",
    help="give each value a placeholder, in the style of the library",
    why="The report is written when something fails, and then it fails itself: the record is lost, or what it was for.",
    bad=(
        Bad(
            """
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("cannot refresh", error)  # expect: ERR415 "no placeholder for `error`"
        """,
            fixed="""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("cannot refresh: %s", error)
        """,
        ),
        Bad(
            """
            from loguru import logger

            def refresh(feed):
                try:
                    feed.load()
                except OSError:
                    logger.warning("cannot refresh", exc_info=True)  # expect: ERR415 "no traceback"
        """,
            fixed="""
            from loguru import logger

            def refresh(feed):
                try:
                    feed.load()
                except OSError:
                    logger.opt(exception=True).warning("cannot refresh")
        """,
        ),
        Bad(
            """
            from loguru import logger

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("cannot refresh %s: %s", feed.url, error)  # expect: ERR415 "`{}`"
        """,
            fixed="""
            from loguru import logger

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("cannot refresh {}: {}", feed.url, error)
        """,
        ),
        Bad("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("cannot refresh %s: %s", error)  # expect: ERR415 "2 placeholders and 1 value"
        """),
    ),
    good=(
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("%d%% of %s: %s", feed.done, feed.url, error)
                    logger.error("cannot refresh %(url)s", {"url": feed.url})
        """),
        Good("""
            from loguru import logger

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("cannot refresh {}: {}", feed.url, error)
                    logger.warning("cannot refresh", url=feed.url)
        """),
        Good("""
            import structlog

            log = structlog.get_logger()

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    log.error("refresh_failed", url=feed.url, error=str(error))
        """),
    ),
)

_METHODS = frozenset(word[1:-1] for word in rule.words)
_GIVEN_LEVEL = frozenset({"log", "alog"})
_TRACED = frozenset({"exception", "aexception"})
_LIBRARIES = frozenset({"logging", "loguru", "structlog"})
_SURELY_PLACEHOLDER = re.compile(r"(?<!%)%[srd](?![a-zA-Z])")
_NAME_IN_BRACES = re.compile(r"\{(?P<name>[A-Za-z_]\w*)(?:\.[A-Za-z_]\w*)*(?:![rsa])?\}")
_UNFILLED = re.compile(rf"{_SURELY_PLACEHOLDER.pattern}|{_NAME_IN_BRACES.pattern}")
_NO_MAPPING = (
    *(cst.SimpleString, cst.ConcatenatedString, cst.FormattedString, cst.Integer, cst.Float, cst.Tuple, cst.List),
    cst.Set,
)
_TO_BRACES = {"%s": "{}", "%r": "{!r}", "%%": "%"}
_FROM_BRACES = {"{}": "%s", "{!r}": "%r", "{!s}": "%s", "{{": "{", "}}": "}"}
"""Placeholders, and what stands for one character of a text, in one style and in the other."""
_PLAIN = (cst.Name, cst.Attribute)


@dataclass(frozen=True)
class _Record:
    """What a call of a logger is given."""

    call: cst.Call
    method: cst.Attribute
    library: str
    message: cst.Arg
    values: tuple[cst.Arg, ...]
    exception: str | None
    """The name of what the handler around it caught."""

    @property
    def is_open(self) -> bool:
        """Whether only the run knows how many values there are."""
        return any(argument.star for argument in self.call.args)

    @property
    def keywords(self) -> frozenset[str]:
        """The keywords that it is given, `exc_info` left out."""
        names = (argument.keyword.value for argument in self.call.args if argument.keyword is not None)
        return frozenset(names) - {"exc_info"}

    @property
    def given(self) -> str:
        """`2 values`."""
        return _counted(len(self.values), "value")

    def is_exception(self, argument: cst.Arg) -> bool:
        """Whether an argument is what the handler caught."""
        return isinstance(argument.value, cst.Name) and argument.value.value == self.exception


@rule.sieve(ast.Expr)
def may_apply(node: ast.Expr, in_handler: bool) -> bool:
    """A log method with values, or with what loguru does not know."""
    call = node.value.value if isinstance(node.value, ast.Await) else node.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr not in _METHODS:
        return False
    texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    return (
        len(call.args) > 1
        or bool(call.keywords)
        or any(isinstance(text, str) and _UNFILLED.search(text) for text in texts)
    )


@rule.on(cst.Expr)
def check(node: cst.Expr, ctx: Context) -> Findings:
    """Calls of what is surely a logger whose formatting is known: those that report, or stand in a handler."""
    call = node.value.expression if isinstance(node.value, cst.Await) else node.value
    record = _record(call, ctx) if isinstance(call, cst.Call) else None
    if record is None:
        return
    found = _ignored_exception(record, ctx) or _forgotten_f(record, ctx) or _misplaced(record, ctx)
    if found is None:
        return
    problem, advice, fix = found
    yield rule.at(record.call, fix=fix, call=f"{ctx.code(record.method)}(...)", problem=problem, advice=advice)


_Problem = tuple[str, str, "Fix | None"]


def _record(call: cst.Call, ctx: Context) -> _Record | None:
    method = call.func
    if not isinstance(method, cst.Attribute) or method.attr.value not in _METHODS:
        return None
    given = [argument for argument in call.args if argument.keyword is None and not argument.star]
    first = 1 if method.attr.value in _GIVEN_LEVEL else 0
    leading = call.args[: first + 1]
    if len(given) <= first or any(argument.star or argument.keyword for argument in leading):
        return None
    library = _library(call, ctx)
    report = ctx.report(call)
    handler = ctx.handler_of(call)
    if library is None or report is None or not (report.counts or handler is not None):
        return None
    name = None if handler is None or rebinds(handler.body, caught_name(handler) or "") else caught_name(handler)
    return _Record(call, method, library, given[first], tuple(given[first + 1 :]), name)


def _library(call: cst.Call, ctx: Context) -> str | None:
    """The library that formats what a call logs; a class of the project between them may do it in its own way."""
    name = ctx.resolve_callee(call)
    if name is None or not ctx.file.reporters.is_known(name):
        return None
    library = name.partition(".")[0]
    written = ctx.resolve(call.func) or ""
    is_own = ctx.file.names.find(written.rpartition(".")[0].removesuffix("()")) is not None
    return library if library in _LIBRARIES and not is_own else None


def _ignored_exception(record: _Record, ctx: Context) -> _Problem | None:
    """`exc_info`, which to loguru is a value like others."""
    given = keyword_argument(record.call, "exc_info")
    if record.library != "loguru" or given is None or is_literal(given.value, "False", "None"):
        return None
    options = _options(record.method.value)
    if record.method.attr.value in _TRACED or (options and keyword_argument(options, "exception")):
        return None
    logger, exception = record.method.value, ctx.edit.text(given.value)
    way = f"exception={exception}"
    added = ctx.edit.insert_after(logger, f".opt({way})") if options is None else ctx.edit.add_argument(options, way)
    fix = _HAND_OVER.by(added, ctx.edit.delete_argument(record.call, given))
    return (
        "logs no traceback: loguru does not know `exc_info`",
        f"use `.opt({way}).{record.method.attr.value}(...)`",
        fix,
    )


def _options(logger: cst.BaseExpression) -> cst.Call | None:
    """The call of `opt` in a chain of calls: a second one would take back what the first has set."""
    while isinstance(logger, cst.Call) and isinstance(logger.func, cst.Attribute):
        if logger.func.attr.value == "opt":
            return logger
        logger = logger.func.value
    return None


def _misplaced(record: _Record, ctx: Context) -> _Problem | None:
    """Values without a placeholder, placeholders without a value."""
    if record.library == "loguru":
        return _misplaced_in_braces(record, ctx) if record.values or record.keywords else None
    if not record.values:
        return _unfilled(record, ctx)
    if record.is_exception(record.message):
        exception = ctx.code(record.message.value)
        return f"takes `{exception}` for its message, which has no placeholders", "begin with a text", None
    text = message_text(record.message.value)
    return None if text is None else _misplaced_in_percent(record, percent_placeholders(text), ctx)


def _unfilled(record: _Record, ctx: Context) -> _Problem | None:
    """A placeholder that nothing fills, where an error is handled; elsewhere it may be a text about placeholders."""
    text = message_text(record.message.value) or ""
    found = _SURELY_PLACEHOLDER.search(text)
    if found is None or record.is_open or is_interpolated(record.message.value) or ctx.handler_of(record.call) is None:
        return None
    return f"has no value for `{found[0]}`, which is logged as it stands", "give it one", None


def _forgotten_f(record: _Record, ctx: Context) -> _Problem | None:
    """`"cannot load {path}"` with a `path` at hand: an f-string whose `f` is missing."""
    message = record.message.value
    if record.values or record.is_open or record.keywords - {"extra"} or not isinstance(message, cst.SimpleString):
        return None
    found = list(_NAME_IN_BRACES.finditer(message_text(message) or ""))
    if not found or not all(_is_local(each["name"], record.call, ctx) for each in found):
        return None
    fix = None
    if "u" not in message.prefix and not re.search(r"[{}]", _NAME_IN_BRACES.sub("", message.raw_value)):
        fix = _INTERPOLATE.by(ctx.edit.insert_before(message, "f")) if not message.lpar else None
    return f"logs `{found[0][0]}` as it stands: its text is no f-string", "put an `f` in front of it", fix


def _is_local(name: str, node: cst.CSTNode, ctx: Context) -> bool:
    """Whether a function around a node has a variable of some name."""
    scope = ctx.scope_of(node)
    while scope is not None:
        if name in ctx.file.outline.facts(scope).bindings:
            return True
        scope = scope.parent
    return False


def _misplaced_in_percent(record: _Record, asked: Placeholders | None, ctx: Context) -> _Problem | None:
    lost = "and no record is written" if record.library == "logging" else "and the call fails"
    if asked is None:
        if is_interpolated(record.message.value):
            return None
        return f"has a `%` that begins no placeholder, {lost}", "write `%%` for the sign itself", None
    if asked.named:
        return _misplaced_by_name(record, asked, lost, ctx)
    number = len(record.values)
    if number == asked.positional or (record.is_open and number < asked.positional):
        return None
    if asked.positional == 0:
        if number == 1 and _is_mapping(record.values[0].value):
            return None
        in_braces = brace_placeholders(message_text(record.message.value) or "")
        if in_braces is not None and in_braces != Placeholders(0) and ctx.survey.makes_loggers:
            return None
        if in_braces == Placeholders(number):
            return f"has placeholders of `str.format`, {lost}", "use `%s`", _translated(record, _FROM_BRACES, ctx)
        return (
            f"has no placeholder for `{ctx.code(record.values[0].value)}`, {lost}",
            "write `%s` where it belongs",
            _placed(record, "%s", ctx),
        )
    return (
        f"has {_counted(asked.positional, 'placeholder')} and {record.given}, {lost}",
        "give one value for each",
        None,
    )


def _misplaced_by_name(record: _Record, asked: Placeholders, lost: str, ctx: Context) -> _Problem | None:
    """One mapping for all names."""
    if record.is_open or asked.positional:
        return None
    if len(record.values) > 1:
        return f"has placeholders with names and {record.given}, {lost}", "give one mapping", None
    value = record.values[0].value
    if isinstance(value, _NO_MAPPING) or record.is_exception(record.values[0]):
        return f"has placeholders with names, but `{ctx.code(value)}` is no mapping, {lost}", "give a mapping", None
    missing = sorted(asked.named - _keys(value)) if isinstance(value, cst.Dict) else []
    if not missing or None in _keys(value):
        return None
    return f"asks for `%({missing[0]})s`, which it is not given, {lost}", "give it", None


def _keys(mapping: cst.BaseExpression) -> frozenset[str | None]:
    """The keys of a dictionary that is written out; `None` stands for those that only the run knows."""
    elements = mapping.elements if isinstance(mapping, cst.Dict) else ()
    return frozenset(
        message_text(element.key)
        if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString)
        else None
        for element in elements
    )


def _misplaced_in_braces(record: _Record, ctx: Context) -> _Problem | None:
    text = message_text(record.message.value)
    if text is None or (is_interpolated(record.message.value) and not record.values):
        return None
    asked = brace_placeholders(text)
    if asked is None:
        return "has braces that are no placeholders, and the call fails", "write `{{` for the sign itself", None
    number = len(record.values)
    missing = sorted(asked.named - record.keywords - {"record"})
    if missing and not record.is_open:
        return f"asks for `{{{missing[0]}}}`, which it is not given, and the call fails", "give it", None
    if number < asked.positional and not record.is_open:
        counted = _counted(asked.positional, "placeholder")
        return f"has {counted} and {record.given}, and the call fails", "give one value for each", None
    if number <= asked.positional or (record.is_open and asked.positional):
        return None
    value = ctx.code(record.values[asked.positional].value)
    problem = f"has no placeholder for `{value}`, and loguru leaves it out"
    if asked.positional or asked.named:
        return problem, "write `{}` where it belongs", None
    percent = percent_placeholders(text)
    if percent is not None and percent.positional == number and not percent.named:
        fix = _translated(record, _TO_BRACES, ctx)
        return "has placeholders of `%`, which loguru does not know", "use `{}`", fix
    return problem, "write `{}` where it belongs", _placed(record, "{}", ctx)


def _is_mapping(value: cst.BaseExpression) -> bool:
    """Whether a single value is a dictionary, as it is written: logging keeps it for formatters that want one."""
    if isinstance(value, cst.Call):
        return isinstance(value.func, cst.Name) and value.func.value in ("dict", "locals", "vars")
    return isinstance(value, (cst.Dict, cst.DictComp))


def _placed(record: _Record, field: str, ctx: Context) -> Fix | None:
    """Fields at the end of the message; the caught exception needs none where the traceback ends with it."""
    if record.is_open:
        return None
    handler = ctx.handler_of(record.call)
    if record.method.attr.value in _TRACED and len(record.values) == 1 and record.is_exception(record.values[0]):
        if handler is None or keyword_argument(record.call, "exc_info") is not None:
            return None
        unnamed = ctx.without_name(handler, record.values[0])
        removed = ctx.edit.delete_argument(record.call, record.values[0])
        return _LEAVE_OUT.by(removed, *unnamed, group=ctx.edit.span(handler))
    if is_interpolated(record.message.value):
        return _placed_in_f_string(record, ctx)
    changed = with_field_at_end(record.message.value, ", ".join(field for _ in record.values))
    return None if changed is None else _PLACE.by(ctx.edit.replace(*changed))


def _placed_in_f_string(record: _Record, ctx: Context) -> Fix | None:
    """`f"cannot load {path}: {error}"`, where a value is simple enough to stand in a string."""
    if len(record.values) != 1 or not isinstance(record.values[0].value, _PLAIN):
        return None
    changed = with_field_at_end(record.message.value, f"{{{ctx.code(record.values[0].value)}}}")
    if changed is None:
        return None
    return _PLACE.by(ctx.edit.replace(*changed), ctx.edit.delete_argument(record.call, record.values[0]))


def _translated(record: _Record, fields: Mapping[str, str], ctx: Context) -> Fix | None:
    """Placeholders of another style, where those of the message ask for nothing but the value."""
    message = record.message.value
    if not isinstance(message, cst.SimpleString) or "\\N" in message.raw_value:
        return None
    pattern = re.compile("|".join(map(re.escape, fields)))
    if re.search(r"[%{}]", pattern.sub("", message.raw_value)):
        return None
    text = pattern.sub(lambda found: fields[found[0]], message.raw_value)
    prefix = message.value[: len(message.prefix)]
    return _PLACE.by(ctx.edit.replace(message, f"{prefix}{message.quote}{text}{message.quote}"))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"

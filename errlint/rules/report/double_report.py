"""ERR412: one exception is reported twice from one place."""

from __future__ import annotations

import ast
import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from errlint.rule import (
    GIVEN_ERRORS,
    Bad,
    Behaviour,
    Boundary,
    Context,
    Edit,
    Finding,
    Findings,
    Fix,
    Function,
    Good,
    Handler,
    Level,
    Rule,
    Unsafe,
)
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.caught_names import EXCEPTION_NAMES
from errlint.syntax.handlers import caught_name, holds_comment
from errlint.syntax.raises import mentions, rebinds
from errlint.syntax.sieve import calls_method
from errlint.syntax.texts import identifiers
from errlint.syntax.tree import NESTED_SCOPES, walk

_KEEP_ONE = Unsafe("keep one of the two reports", because="one record less is written")

rule = Rule(
    code="ERR412",
    name="double-report",
    since="0.1",
    preset="recommended",
    words=(
        *("capture_exception", "print_exc", "print_exception", "format_exc", "exc_info"),
        *(".exception(", ".error(", ".critical(", ".fatal(", ".aexception(", ".aerror(", ".acritical("),
    ),
    fixes=(_KEEP_ONE,),
    summary="One exception is reported twice from one place",
    message="`{call}` and {other} report the same exception{where}; {instead}",
    help="report an exception once, with its traceback",
    why="Each report is an alert, an issue and a page of traceback; somebody has to find out that two are one fault. "
    "Where a crash reporter knows the exception again and drops it, as Sentry does, the second call only looks useful.",
    bad=(
        Bad(
            """
            import logging

            import sentry_sdk

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.exception("cannot refresh %s", feed.url)
                    sentry_sdk.capture_exception(error)  # expect: ERR412 "to Sentry; keep `logger.exception(...)`"
        """,
            fixed="""
            import logging

            import sentry_sdk

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
            import traceback

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("cannot refresh: %s", error)
                    traceback.print_exc()  # expect: ERR412 "use `logger.exception(...)` alone"
        """,
            fixed="""
            import logging
            import traceback

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.exception("cannot refresh: %s", error)
        """,
        ),
        Bad("""
            import logging

            from fastapi import FastAPI
            from fastapi.responses import JSONResponse

            logger = logging.getLogger(__name__)
            app = FastAPI()

            @app.exception_handler(Exception)
            async def answer(request, exc):
                logger.error("failed", exc_info=exc)  # expect: ERR412 "fastapi's own record in `uvicorn.error`"
                return JSONResponse({"error": "internal"}, status_code=500)
        """),
    ),
    good=(
        Good("""
            import logging

            import sentry_sdk

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.warning("cannot refresh %s", feed.url)
                    sentry_sdk.capture_exception(error)
        """),
        Good("""
            import logging

            import sentry_sdk
            from sentry_sdk.integrations.logging import LoggingIntegration

            logger = logging.getLogger(__name__)
            sentry_sdk.init(integrations=[LoggingIntegration(event_level=None)])

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.exception("cannot refresh %s", feed.url)
                    sentry_sdk.capture_exception(error)
        """),
        Good("""
            import logging

            from flask import Flask

            logger = logging.getLogger(__name__)
            app = Flask(__name__)

            @app.errorhandler(Exception)
            def answer(error):
                logger.error("failed", exc_info=error)
                return {"error": "internal"}, 500
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError:
                    if feed.is_old:
                        logger.exception("cannot refresh the old %s", feed.url)
                    else:
                        logger.exception("cannot refresh %s", feed.url)
        """),
    ),
)

_ERROR = (Level.ERROR, Level.CRITICAL)
_METHODS = frozenset(
    {
        *("exception", "error", "critical", "fatal", "aexception", "aerror", "acritical"),
        *("capture_exception", "print_exc", "print_exception"),
    }
)
_PRINTED = frozenset({"traceback.print_exc", "traceback.print_exception"})
_CAPTURED = frozenset({"sentry_sdk.capture_exception", "sentry_sdk.api.capture_exception"})
_HEARD_BY_SENTRY = ("logging.", "loguru.")
_WITH_TRACEBACK = {"error": "exception", "aerror": "aexception"}
_DEAF = re.compile(
    r"event_level\s*=\s*(?:None|[\w.]*(?:CRITICAL|FATAL))|default_integrations\s*=\s*False"
    r"|\bdisabled_integrations\b|\bignore_logger\("
)
"""Settings of Sentry by which it makes no events of log records, or of fewer."""

_TEXTS = (cst.SimpleString, cst.FormattedStringText)
_STRINGS = (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)
_LABEL = re.compile(r"(?:%[a-z]|\\n|[\W_]|traceback|trace|stack|exception|error)*", re.IGNORECASE)
"""A message that says nothing of what failed: `Traceback: %s`."""
_WITH_ABORT = frozenset({"flask", "quart"})
_ABORTS = re.compile(r"\babort\(\s*(?:code=)?(?:500|[\w.]*INTERNAL_SERVER_ERROR)|\bInternalServerError\(")
"""How the code of a project answers with a status of 500 itself."""
_LOG, _SENTRY, _STDERR = "log", "Sentry", "stderr"


class _About(enum.Enum):
    """What a record without a traceback speaks of."""

    THE_EXCEPTION = enum.auto()
    THE_FAULT = enum.auto()
    SOMETHING_ELSE = enum.auto()
    """A part of the exception: `error.output`."""


@dataclass(frozen=True, eq=False)
class _Report:
    """A statement that reports what its handler caught."""

    call: cst.Call
    statement: cst.Expr
    channel: str
    callee: str
    traced: bool
    has_message: bool
    """Whether it says more than the exception and its traceback."""
    about: _About


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """Two calls that are named like reports."""
    calls = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
    names = (func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in calls)
    return sum(name in _METHODS for name in names) > 1


@rule.sieve(ast.FunctionDef)
def may_be_registered(node: ast.FunctionDef, in_handler: bool) -> bool:
    """A function that is given an error, and a call that is named like a report."""
    return _takes_error(node) and calls_method(node, _METHODS)


@rule.sieve(ast.AsyncFunctionDef)
def may_be_registered_too(node: ast.AsyncFunctionDef, in_handler: bool) -> bool:
    """The same of a coroutine."""
    return _takes_error(node) and calls_method(node, _METHODS)


def _takes_error(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return any(argument.arg in EXCEPTION_NAMES for argument in arguments)


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: Handler, ctx: Context) -> Findings:
    """What a handler reports twice by itself."""
    name = caught_name(node)
    if name is not None and rebinds(node.body, name):
        name = None
    for goes, stays in _doubled(list(_reports(node.body, name, node, ctx)), ctx):
        yield _finding(goes, stays, node, ctx)


@rule.on(cst.FunctionDef)
def check_hook(node: cst.FunctionDef, ctx: Context) -> Findings:
    """What a function reports that a framework gives its errors to: twice by itself, or beside the framework."""
    function = ctx.around.definition(node)
    if not isinstance(function, Function):
        return
    name = next((each.name for each in function.parameters if each.name in EXCEPTION_NAMES), None)
    reports = [] if name is None or rebinds(node.body, name) else list(_reports(node.body, name, None, ctx))
    hooks = [each for each in ctx.file.boundaries.of(function) if _is_hook(function, each)] if reports else []
    if not hooks:
        return
    doubled = list(_doubled(reports, ctx))
    for goes, stays in doubled:
        yield _finding(goes, stays, None, ctx)
    besides = [] if doubled else [ctx.file.aftermath.besides(function, hook) for hook in hooks]
    if not besides or None in besides or _answers(node, hooks) or _is_only_record(hooks, node, ctx):
        return
    for report in reports:
        if report.channel == _LOG and _is_about(report, hooks, name, ctx):
            yield _beside_framework(report, hooks[0], besides[0], ctx)
            return


def _is_hook(function: Function, boundary: Boundary) -> bool:
    return boundary.kind in GIVEN_ERRORS or (boundary.library == "django" and function.name == "process_exception")


def _answers(node: cst.FunctionDef, hooks: Sequence[Boundary]) -> bool:
    """Whether a `process_exception` of django answers by itself: then django makes no record with the traceback."""
    returned = (part.value for part in walk(node.body, skip=NESTED_SCOPES) if isinstance(part, cst.Return))
    is_asked = node.name.value == "process_exception" and hooks[0].library == "django"
    return is_asked and any(value is not None and not is_literal(value, "None") for value in returned)


def _is_only_record(hooks: Sequence[Boundary], node: cst.FunctionDef, ctx: Context) -> bool:
    """Whether a handler for 500 is given what the code answers with that status itself, of which nobody else knows."""
    handles = {each for hook in hooks for each in hook.handles}
    is_flask = any(hook.library in _WITH_ABORT for hook in hooks)
    if not is_flask or handles.isdisjoint({"500", "werkzeug.exceptions.InternalServerError"}):
        return False
    return "original_exception" in identifiers(node) or ctx.survey.holds(_ABORTS)


def _is_about(report: _Report, hooks: Sequence[Boundary], name: str | None, ctx: Context) -> bool:
    """Whether a record is of the error, whenever there is one: an observer may report what is wrong with itself."""
    if any(hook.kind == "error_observer" for hook in hooks) and report.about is not _About.THE_EXCEPTION:
        return False
    for around in ctx.around.ancestors(report.statement):
        if isinstance(around, cst.FunctionDef):
            return True
        if isinstance(around, cst.If):
            if not mentions(around.test, name) or "isinstance" in identifiers(around.test):
                return False
        elif not isinstance(around, (cst.With, cst.BaseSuite, cst.SimpleStatementLine)):
            return False
    return False


def _beside_framework(report: _Report, hook: Boundary, behaviour: Behaviour | None, ctx: Context) -> Finding:
    logger = "" if behaviour is None or behaviour.logger is None or "<" in behaviour.logger else behaviour.logger
    other = f"{hook.library}'s own record" + (f" in `{logger}`" if logger else "")
    instead = f"leave the record to {hook.library}, or switch its logger off"
    return rule.at(report.call, call=ctx.code(report.call), other=other, where="", instead=instead)


def _doubled(reports: Sequence[_Report], ctx: Context) -> Iterator[tuple[_Report, _Report]]:
    """Each report that should go, with the one that stays instead."""
    gone: list[_Report] = []
    for number, later in enumerate(reports):
        for earlier in reports[:number]:
            if earlier not in gone and _runs_before(earlier, later, ctx) and _are_doubled(earlier, later, ctx):
                goes, stays = (earlier, later) if _is_better(later, earlier) else (later, earlier)
                gone.append(goes)
                yield goes, stays
                break


def _reports(body: cst.CSTNode, name: str | None, handler: Handler | None, ctx: Context) -> Iterator[_Report]:
    """The statements that report the error of a handler, or of a function that is given one, as the source has them."""
    for part in walk(body, skip=NESTED_SCOPES):
        if isinstance(part, cst.Expr) and ctx.handler_of(part) is handler:
            value = part.value.expression if isinstance(part.value, cst.Await) else part.value
            channel = _channel(value, name, ctx) if isinstance(value, cst.Call) else None
            if isinstance(value, cst.Call) and channel is not None:
                is_log = channel == _LOG
                traced = not is_log or _is_traced(value, ctx)
                says = is_log and _has_message(value, name)
                yield _Report(value, part, channel, ctx.resolve_callee(value) or "", traced, says, _about(value, name))


def _channel(call: cst.Call, name: str | None, ctx: Context) -> str | None:
    """Where a call reports the caught exception, if it surely does."""
    callee = ctx.resolve_callee(call)
    if callee in _CAPTURED:
        return _SENTRY if _is_given(call, name) else None
    if callee in _PRINTED:
        prints = callee == "traceback.print_exc" or (call.args and _is_given(call, name))
        return _STDERR if prints and keyword_argument(call, "file") is None else None
    report = ctx.report(call)
    if report is None or not report.is_logger or report.level not in _ERROR:
        return None
    given = keyword_argument(call, "exc_info")
    is_another = given is not None and not is_literal(given.value, name or "", "True", "False", "None")
    return None if is_another else _LOG


def _is_given(call: cst.Call, name: str | None) -> bool:
    """Whether a call is given the caught exception, or takes up the one that is being handled."""
    return not call.args or (name is not None and mentions(call.args[0].value, name))


def _is_traced(call: cst.Call, ctx: Context) -> bool:
    """Whether the record has the traceback, as such or as a text."""
    given = keyword_argument(call, "exc_info")
    if given is not None and is_literal(given.value, "False", "None"):
        return False
    report = ctx.report(call)
    return (report is not None and report.traced) or "format_exc" in identifiers(call)


def _has_message(call: cst.Call, name: str | None) -> bool:
    """Whether the message of a log call is more than the exception, its traceback, or a label for them."""
    values = [argument.value for argument in call.args if argument.keyword is None]
    texts = [part for value in values for part in walk(value) if isinstance(part, _TEXTS)]
    words = "".join(part.raw_value if isinstance(part, cst.SimpleString) else part.value for part in texts)
    if not _LABEL.fullmatch(words):
        return True
    return any(
        not (isinstance(value, _STRINGS) or mentions(value, name) or "format_exc" in identifiers(value))
        for value in values
    )


def _about(call: cst.Call, name: str | None) -> _About:
    """Whether a call has the exception itself among its values, or only attributes of it."""
    if name is None or not any(mentions(argument, name) for argument in call.args):
        return _About.THE_FAULT
    parts = [part for argument in call.args for part in walk(argument)]
    reached = {id(part.value) for part in parts if isinstance(part, cst.Attribute)}
    itself = any(isinstance(part, cst.Name) and part.value == name and id(part) not in reached for part in parts)
    return _About.THE_EXCEPTION if itself else _About.SOMETHING_ELSE


def _runs_before(earlier: _Report, later: _Report, ctx: Context) -> bool:
    """Whether one report is made whenever the other is, and first. What goes to Sentry is often made on a condition."""
    inside = (cst.With, cst.If, cst.Else) if later.channel == _SENTRY else (cst.With,)
    blocks = {id(block) for block in _blocks(earlier.statement, (cst.With,), ctx)}
    return any(id(block) in blocks for block in _blocks(later.statement, inside, ctx))


def _blocks(statement: cst.Expr, inside: tuple[type[cst.CSTNode], ...], ctx: Context) -> Iterator[cst.CSTNode]:
    """The blocks around a statement, as far as it is in nothing but compound statements of some types."""
    for around in ctx.around.ancestors(statement):
        if isinstance(around, cst.BaseSuite):
            yield around
        elif not isinstance(around, (cst.SimpleStatementLine, *inside)):
            return


def _are_doubled(earlier: _Report, later: _Report, ctx: Context) -> bool:
    """Whether two reports end in the same place."""
    channels = {earlier.channel, later.channel}
    if channels == {_LOG, _SENTRY}:
        log, capture = (earlier, later) if earlier.channel == _LOG else (later, earlier)
        if not log.callee.startswith(_HEARD_BY_SENTRY) or ctx.survey.holds(_DEAF):
            return False
        # Sentry drops the second of two events that hold one exception: the first one may be made for what it adds.
        return not log.traced or capture is later or not _adds(capture, ctx)
    if _STDERR in channels:
        return _SENTRY not in channels and not ctx.file.kind.speaks_to_a_person
    return channels == {_LOG} and _logger(earlier) == _logger(later) and _are_one_record(earlier, later)


def _are_one_record(earlier: _Report, later: _Report) -> bool:
    """Whether two records of a logger hold the same: both the traceback, or one of them the rest of the other."""
    if earlier.traced and later.traced:
        return True
    traced, other = (earlier, later) if earlier.traced else (later, earlier)
    return (
        traced.traced
        and other.about is not _About.SOMETHING_ELSE
        and (other.about is _About.THE_EXCEPTION or not traced.has_message)
    )


def _adds(capture: _Report, ctx: Context) -> bool:
    """Whether an event is made with more than the exception: other arguments, or a scope with tags."""
    is_scoped = any(isinstance(around, cst.With) for around in ctx.around.ancestors(capture.statement))
    return len(capture.call.args) > 1 or is_scoped


def _logger(report: _Report) -> str:
    func = report.call.func
    return cst.Module(body=[]).code_for_node(func.value) if isinstance(func, cst.Attribute) else ""


def _finding(goes: _Report, stays: _Report, handler: Handler | None, ctx: Context) -> Finding:
    """At the report that should go."""
    other = f"`{ctx.code(stays.call.func)}(...)`"
    where = " to Sentry" if goes.channel == _SENTRY else ""
    if not stays.traced:
        instead = _with_traceback(stays, handler)
    elif goes.has_message and stays.has_message:
        instead = "make it one record"
    else:
        instead = f"keep {other} alone"
    related = ((stays.call, "the other report"),)
    fix = _one_kept(goes, stays, handler, ctx)
    return rule.at(goes.call, related, fix, call=ctx.code(goes.call), other=other, where=where, instead=instead)


def _is_better(one: _Report, other: _Report) -> bool:
    """Whether a report should rather stay than another: a log call, and the one with a message."""
    return (one.channel == _LOG, one.has_message) > (other.channel == _LOG, other.has_message)


def _with_traceback(report: _Report, handler: Handler | None) -> str:
    """What to do so that a record has the traceback; outside of a handler there is none for `.exception(...)`."""
    func = report.call.func
    method = func.attr.value if isinstance(func, cst.Attribute) else ""
    if method in _WITH_TRACEBACK and handler is not None:
        return f"use `{_logger(report)}.{_WITH_TRACEBACK[method]}(...)` alone"
    return f"give `{_logger(report)}.{method}(...)` the traceback, and keep it alone"


def _one_kept(goes: _Report, stays: _Report, handler: Handler | None, ctx: Context) -> Fix | None:
    """One report less, and the traceback with the other; none where a message would be lost, or a comment on it."""
    if goes.has_message or (goes.channel == _SENTRY and _adds(goes, ctx)):
        return None
    line = ctx.around.parent(goes.statement)
    if line is None or holds_comment(line):
        return None
    edits: list[Edit | None] = [ctx.edit.delete_statement(goes.statement)]
    if not stays.traced:
        edits.append(_traced(stays, ctx))
    if handler is None:
        return _KEEP_ONE.by(*edits) if stays.traced else None
    return _KEEP_ONE.by(*edits, *ctx.without_name(handler, goes.call), group=ctx.edit.span(handler))


def _traced(report: _Report, ctx: Context) -> Edit | None:
    """`.exception(...)` instead of `.error(...)`, where the logger is known to have both."""
    func = report.call.func
    beside = _WITH_TRACEBACK.get(func.attr.value) if isinstance(func, cst.Attribute) else None
    if beside is None or not isinstance(func, cst.Attribute) or keyword_argument(report.call, "exc_info") is not None:
        return None
    known = f"{report.callee.rpartition('.')[0]}.{beside}"
    return ctx.edit.replace(func.attr, beside) if ctx.file.reporters.is_known(known) else None

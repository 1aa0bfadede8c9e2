"""ERR402: an error is logged without its traceback, and goes no further."""

import ast
import re
from collections.abc import Iterable

import libcst as cst

from errlint.rule import (
    Bad,
    Context,
    Edit,
    Findings,
    Fix,
    Good,
    Handler,
    Level,
    Rule,
    Safe,
    Told,
    Unsafe,
    catches_outside,
    may_be_overheard,
)
from errlint.syntax.calls import keyword_argument
from errlint.syntax.handlers import HANDLERS, caught_name, comments
from errlint.syntax.paths import Effect, Exit, Path
from errlint.syntax.raises import last_name
from errlint.syntax.sieve import calls_method
from errlint.syntax.tree import NESTED_SCOPES, walk

_TRACE = Safe("log with the traceback")
_TRACE_BY_NAME = Unsafe("log with the traceback", because="the logger is known by its name alone")

rule = Rule(
    code="ERR402",
    name="report-without-traceback",
    since="0.1",
    preset="recommended",
    words=(".error(", ".critical(", ".fatal(", ".log(", ".aerror(", ".acritical(", ".afatal(", ".alog("),
    fixes=(_TRACE, _TRACE_BY_NAME),
    same_as=("ruff:TRY400", "ruff:error-instead-of-exception"),
    summary="An error is logged without its traceback and ends here",
    message="`{call}` leaves the traceback out, and {otherwise}; use `{instead}`",
    help="log with the traceback: `.exception(...)` or `exc_info=True`",
    why="The record says that something failed; where, and because of what, is lost when the handler ends.",
    bad=(
        Bad(
            """
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:
                    logger.error("cannot refresh: %s", error)  # expect: ERR402 "logger.exception"
        """,
            fixed="""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:
                    logger.exception("cannot refresh: %s", error)
        """,
        ),
        Bad("""
            import logging

            from fastapi import HTTPException

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:
                    logger.error("cannot refresh: %s", error)  # expect: ERR402
                    raise HTTPException(500) from error
        """),
    ),
    good=(
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception:
                    logger.exception("cannot refresh")
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except OSError as error:
                    logger.error("cannot refresh")
                    raise RefreshError(feed) from error
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:
                    logger.error("cannot refresh", exc_info=error)
        """),
    ),
)

_ERROR = (Level.ERROR, Level.CRITICAL)
_LEAVING = (cst.Return, cst.Raise, cst.Continue, cst.Break)
_SECRECY = re.compile(
    r"\b(?:secrets?|sensitive|leak(?:s|ing|ed)?|redact\w*|scrub\w*|saniti[sz]\w*)\b"
    r"|(?:\bnot|n't|\bnever|\bavoid|\bwithout)\s+(?:the\s+|a\s+)?(?:log|traceback|stack)",
    re.IGNORECASE,
)
"""What comments say of an error that is not for the log."""
_LOOPS = (cst.For, cst.While)
_BRANCHES = (cst.If, cst.For, cst.While, cst.Try, cst.TryStar, cst.Match, *NESTED_SCOPES)
_WITH_TRACEBACK = {"error": "exception", "aerror": "aexception"}
_METHODS = frozenset({"error", "critical", "fatal", "log", "aerror", "acritical", "afatal", "alog"})


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A call that is named like a log method at error level."""
    return calls_method(node, _METHODS)


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """Judged by the ways through the handler: a traceback elsewhere on the way, or a raise, is enough."""
    handler = ctx.handler_of(node)
    if handler is None or not isinstance(node.func, cst.Attribute):
        return
    report = ctx.report(node)
    if report is None or not report.is_logger or report.level not in _ERROR or report.traced:
        return
    through = ctx.handlers.paths_through(handler, node, lambda each: _is_failure(each, ctx))
    losing = [path for path in through if _loses_traceback(path, ctx)]
    if not ctx.handlers.is_catch_all(handler):
        # A narrow handler expects its error, and a record in words is a decision; but a failed operation that is
        # answered to a client as an HTTP error, which does not blame the client, leaves no other trace.
        losing = [path for path in losing if _takes_blame(path, handler, ctx)]
    if not losing or _is_traced_elsewhere(node, ctx) or _is_discreet(node, handler, ctx):
        return
    if _is_tried_again(losing, handler, ctx):
        return
    logger = ctx.code(node.func.value)
    instead = _way(node, node.func, ctx).format(logger=logger)
    answered = all(_answers_http(path, ctx) for path in losing)
    otherwise = "nobody logs the HTTP error that follows" if answered else "nothing else carries the error on"
    call = f"{logger}.{node.func.attr.value}(...)"
    yield rule.at(node, fix=_traced(node, node.func, ctx), call=call, otherwise=otherwise, instead=instead)


def _traced(node: cst.Call, method: cst.Attribute, ctx: Context) -> Fix | None:
    """The same call with the traceback, as the logger's library wants it; in a loop the record would be made again."""
    if any(isinstance(each, _LOOPS) for each in ctx.around.between(node, ctx.handler_of(node) or node)):
        return None
    name = ctx.resolve_callee(node) or ""
    reporters = ctx.file.reporters
    remedy = _TRACE if reporters.is_known(name) else _TRACE_BY_NAME
    keyword = reporters.exception_keyword(name) or ("" if reporters.is_known(name) else "exc_info")
    given = keyword_argument(node, "exc_info" if name.startswith("loguru.") else keyword)
    if name.startswith("loguru."):
        edits = [] if given is None else [ctx.edit.delete_argument(node, given)]
        return remedy.by(*edits, _traced_by_loguru(method, ctx))
    if given is not None:
        return remedy.by(ctx.edit.replace(given.value, "True"))
    if _has_exception(method, name, ctx):
        return remedy.by(ctx.edit.replace(method.attr, _WITH_TRACEBACK[method.attr.value]))
    return remedy.by(ctx.edit.add_argument(node, f"{keyword}=True")) if keyword else None


def _has_exception(method: cst.Attribute, name: str, ctx: Context) -> bool:
    """Whether the logger has `exception` beside `error`, as twisted's has not; one that is not known should have it."""
    beside = _WITH_TRACEBACK.get(method.attr.value)
    known = ctx.file.reporters.is_known
    return beside is not None and (not known(name) or known(f"{name.rpartition('.')[0]}.{beside}"))


def _way(node: cst.Call, method: cst.Attribute, ctx: Context) -> str:
    """How the library of a logger logs with the traceback."""
    name = ctx.resolve_callee(node) or ""
    if _has_exception(method, name, ctx):
        return "{logger}.exception(...)"
    if name.startswith("loguru."):
        return "{logger}.opt(exception=True)"
    if ctx.file.reporters.is_known(f"{name.rpartition('.')[0]}.failure"):
        return "{logger}.failure(...)"
    return f"{ctx.file.reporters.exception_keyword(name) or 'exc_info'}=True"


def _traced_by_loguru(method: cst.Attribute, ctx: Context) -> Edit | None:
    """`.exception`, or `.opt(exception=True)`; a second `.opt()` would take back the options of the first."""
    if method.attr.value in _WITH_TRACEBACK:
        return ctx.edit.replace(method.attr, _WITH_TRACEBACK[method.attr.value])
    made = method.value
    if isinstance(made, cst.Call) and isinstance(made.func, cst.Attribute) and made.func.attr.value == "opt":
        return ctx.edit.add_argument(made, "exception=True")
    return ctx.edit.insert_after(made, ".opt(exception=True)")


def _is_discreet(node: cst.Call, handler: Handler, ctx: Context) -> bool:
    """Whether a record must not show the text of the error: it names its class alone, or a comment says so."""
    if ctx.settings.comment_is_reason and any(map(_SECRECY.search, comments(handler))):
        return True
    parts = [part for argument in node.args for part in walk(argument.value)]
    name = caught_name(handler)
    mentioned = sum(isinstance(part, cst.Name) and part.value == name for part in parts)
    named = sum(isinstance(part, cst.Attribute) and ctx.code(part) in _class_names(name) for part in parts)
    return 0 < mentioned == named


def _class_names(name: str | None) -> list[str]:
    """`type(error).__name__`, and how else it is written."""
    classes = (f"type({name})", f"{name}.__class__")
    return [f"{each}.{attribute}" for each in classes for attribute in ("__name__", "__qualname__")]


def _is_tried_again(losing: list[Path], handler: Handler, ctx: Context) -> bool:
    """Whether a loop goes on to try the same again, whatever the error is, and the last attempt raises."""
    loop = next(ctx.around.loops(ctx.around.try_of(handler)), None)
    repeats = isinstance(loop, cst.While) or (isinstance(loop, cst.For) and _counts(loop.iter))
    if not repeats or any(path.effects & Effect.DECIDES for path in losing):
        return False
    if any(path.exit not in (Exit.FALL, Exit.CONTINUE) for path in losing):
        return False
    return any(path.exit is Exit.RAISE for path in ctx.handlers.paths(handler))


def _counts(iterated: cst.BaseExpression) -> bool:
    """Whether a loop counts; in steps, it goes through something."""
    if not isinstance(iterated, cst.Call):
        return False
    return last_name(iterated.func) in ("range", "count") and len(iterated.args) < 3


def _is_traced_elsewhere(node: cst.Call, ctx: Context) -> bool:
    """Whether another call, on every way that comes by this one, is the one to be given the traceback: one that stands
    before it, or one behind the branch that it stands in.
    """
    current: cst.CSTNode = node
    goes_on = True
    for outer in ctx.around.ancestors(node):
        if isinstance(outer, (cst.SimpleStatementLine, cst.BaseSuite)):
            at = next(number for number, sibling in enumerate(outer.body) if sibling is current)
            before, behind = outer.body[:at], outer.body[at + 1 :]
            in_branch = isinstance(current, cst.BaseCompoundStatement)
            if any(_reports(sibling, ctx) for sibling in (*before, *(behind if goes_on and in_branch else ()))):
                return True
            goes_on = goes_on and not any(_leaves(sibling) for sibling in behind)
        if isinstance(outer, HANDLERS):
            return False
        current = outer
    return False


def _reports(statement: cst.CSTNode, ctx: Context) -> bool:
    """Whether a statement, in any case, makes a record at error level without a traceback."""
    return any(_is_untraced(part, ctx) for part in _always(statement))


def _leaves(statement: cst.CSTNode) -> bool:
    return any(isinstance(part, _LEAVING) for part in _always(statement))


def _always(statement: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """The parts of a statement that run whenever it does."""
    return () if isinstance(statement, _BRANCHES) else walk(statement, skip=_BRANCHES)


def _is_untraced(node: cst.CSTNode, ctx: Context) -> bool:
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return False
    report = ctx.report(node)
    return report is not None and report.is_logger and report.level in _ERROR and not report.traced


def _loses_traceback(path: Path, ctx: Context) -> bool:
    if path.effects & (Effect.TRACED | Effect.USES):
        return False
    return path.exit not in (Exit.RAISE, Exit.END) or _answers_http(path, ctx)


def _answers_http(path: Path, ctx: Context) -> bool:
    """Whether the path ends in a response for a fault of our own, or in an exception that a web framework turns into a
    response, and nobody makes a record with the traceback of it.
    """
    answer = None if path.end is None else ctx.answers.given(path.end)
    if path.end is None or answer is None or answer.protocol != "http":
        return False
    told = ctx.file.aftermath.of_answer(answer, ctx.function_of(path.end))
    if told is Told.RECORD or told is None:
        return False
    if path.exit is not Exit.RAISE:
        return answer.is_failure
    return catches_outside(path.end, [answer.name], ctx) is None and not may_be_overheard(path.end, ctx)


def _takes_blame(path: Path, handler: Handler, ctx: Context) -> bool:
    """Whether the path ends in an answer of a fault of our own, or of a failure that is not the client's."""
    answer = None if path.end is None else ctx.answers.given(path.end)
    if path.end is None or answer is None or answer.is_refusal:
        return False
    if answer.is_failure and answer.protocol == "http" and ctx.is_web_layer(path.end):
        return True
    return ctx.handlers.hides_failure(handler) and _answers_http(path, ctx)


def _is_failure(statement: cst.CSTNode, ctx: Context) -> bool:
    """Whether a statement answers with a fault of our own; what it says of the error is lost to operators."""
    answer = ctx.answers.given(statement)
    return answer is not None and answer.is_failure

"""ERR403: an error is reported and raised to where it is reported again."""

import ast
from collections.abc import Iterator

import libcst as cst

from errlint.rule import (
    Bad,
    Context,
    Findings,
    Fix,
    Function,
    Good,
    Handler,
    Level,
    Rule,
    Told,
    Unsafe,
    catches_outside,
    is_guarded,
    surely_takes,
)
from errlint.syntax.calls import is_literal
from errlint.syntax.guarded import has_handlers
from errlint.syntax.handlers import caught_name, raises_again, statements
from errlint.syntax.paths import Effect, Exit
from errlint.syntax.raises import raised_callee
from errlint.syntax.sieve import calls_method
from errlint.syntax.tree import NESTED_SCOPES, walk

_REMOVE = Unsafe("remove the report", because="the record with the text of this handler is no longer made")

rule = Rule(
    code="ERR403",
    name="log-and-raise",
    since="0.1",
    preset="recommended",
    words=(".error(", ".exception(", ".critical(", ".fatal(", ".log(", ".aerror(", ".aexception(", ".acritical("),
    fixes=(_REMOVE,),
    settings=("loggers", "boundaries"),
    summary="An error is reported, and raised to where it is reported again",
    message="`{call}` reports an error that {who} reports again; {instead}",
    help="let the error pass, and add what is known here with `add_note` or a cause",
    why="Two records of one error count twice and alarm twice, and nobody can tell that they belong together.",
    bad=(
        Bad(
            """
            import logging

            from flask import Flask

            app = Flask(__name__)
            logger = logging.getLogger(__name__)

            @app.route("/orders")
            def orders():
                try:
                    return load_orders()
                except ConnectionError:
                    logger.exception("cannot load the orders")  # expect: ERR403 "what calls this function"
                    raise
        """,
            fixed="""
            import logging

            from flask import Flask

            app = Flask(__name__)
            logger = logging.getLogger(__name__)

            @app.route("/orders")
            def orders():
                try:
                    return load_orders()
                except ConnectionError:
                    raise
        """,
        ),
        Bad("""
            from celery import shared_task
            from celery.utils.log import get_task_logger

            logger = get_task_logger(__name__)

            @shared_task(bind=True)
            def send(self, message):
                try:
                    message.send()
                except ConnectionError as error:
                    logger.error("cannot send: %s", error)  # expect: ERR403 "at every attempt"
                    raise self.retry(exc=error)
        """),
        Bad("""
            import logging

            logger = logging.getLogger(__name__)

            def load(orders):
                try:
                    for order in orders:
                        try:
                            order.load()
                        except ConnectionError as error:
                            logger.error("cannot load %s", order)  # expect: ERR403 "the handler `except RuntimeError`"
                            raise RuntimeError(f"no order {order}") from error
                except RuntimeError:
                    logger.exception("cannot load the orders")
        """),
    ),
    good=(
        Good("""
            import logging

            from fastapi import APIRouter, HTTPException

            logger = logging.getLogger(__name__)
            router = APIRouter()

            @router.get("/orders")
            def orders():
                try:
                    return load_orders()
                except ConnectionError as error:
                    logger.exception("cannot load the orders")
                    raise HTTPException(502) from error
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def main():
                try:
                    run()
                except Exception:
                    logger.exception("failed")
                    raise

            if __name__ == "__main__":
                main()
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def load_orders(source):
                try:
                    return source.load()
                except ConnectionError:
                    logger.exception("cannot load the orders")
                    raise
        """),
    ),
)

_ERROR = (Level.ERROR, Level.CRITICAL)
_PROCESS_EDGES = ("lambda_handler", "lifespan")
"""Kinds of boundaries at which a process ends with the error: the second record is its obituary."""
_METHODS = frozenset(
    {"error", "exception", "critical", "fatal", "log", "aerror", "aexception", "acritical", "afatal", "alog"}
)
_ANY = "builtins.Exception"
"""What a catch-all lets pass: above all what nobody expects, whatever handlers there are for what somebody does."""
_WITHOUT_RECORD = (
    *("builtins.KeyboardInterrupt", "builtins.SystemExit", "builtins.GeneratorExit", "asyncio.CancelledError"),
)
"""What frameworks let pass as a wish to stop."""


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A call that is named like a log method at error level, and a `raise` or a retry."""
    leaves = any(isinstance(part, ast.Raise) for part in ast.walk(node)) or calls_method(node, frozenset({"retry"}))
    return leaves and calls_method(node, _METHODS)


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """Only where every way behind the report raises what is sure to be reported again."""
    handler = ctx.handler_of(node)
    if handler is None or not isinstance(node.func, cst.Attribute) or not _reports_error(node, ctx):
        return
    if not _always_raises(node, handler, ctx):
        return
    raises = list(_raises_behind(node, handler, ctx))
    again = {_reported_again(each, handler, ctx) for each in raises}
    if len(again) != 1 or None in again:
        return
    who, instead = again.pop() or ("", "")
    related = ((raises[0], "raised here"),)
    fix = _removed(node, handler, raises, ctx)
    yield rule.at(node, related, fix, call=f"{ctx.code(node.func)}(...)", who=who, instead=instead)


def _reports_error(node: cst.Call, ctx: Context) -> bool:
    report = ctx.report(node)
    return report is not None and report.is_logger and report.level in _ERROR


def _always_raises(node: cst.Call, handler: Handler, ctx: Context) -> bool:
    """Whether every way that comes by a report raises, or retries at its end."""
    last = statements(handler.body)[-1]
    ends_in_retry = isinstance(last, cst.Expr) and _is_retry(last.value, ctx)
    exits = {path.exit for path in ctx.handlers.paths_through(handler, node)}
    return exits <= ({Exit.RAISE, Exit.FALL} if ends_in_retry else {Exit.RAISE})


def _raises_behind(node: cst.Call, handler: Handler, ctx: Context) -> Iterator[cst.BaseSmallStatement]:
    """The statements behind a report that raise, as far as they may run after it."""
    for statement in ctx.around.after(ctx.around.statement(node), handler):
        for part in walk(statement, skip=NESTED_SCOPES):
            if isinstance(part, cst.Raise) or (isinstance(part, cst.Expr) and _is_retry(part.value, ctx)):
                yield part


_ONCE = "report it once: let it pass here, or raise it with what is known"


def _reported_again(statement: cst.BaseSmallStatement, handler: Handler, ctx: Context) -> tuple[str, str] | None:
    """Who reports again what a statement raises, and what to do; `None` if nobody surely does."""
    if _is_retry(_raised(statement), ctx):
        return "is tried again, so that it does so at every attempt, and Celery", "report it below `error` until then"
    names = _names_raised(statement, handler, ctx)
    if not names or any(ctx.exceptions.surely_derives(name, _silent_names(ctx)) for name in names):
        return None
    above = catches_outside(statement, names, ctx)
    if above is not None:
        reports = surely_takes(above, names, ctx) and _always_reports(above, ctx)
        return (f"the handler `{ctx.header(above)}`", _ONCE) if reports else None
    function = ctx.function_of(statement)
    if function is None or is_guarded(statement, ctx):
        return None
    if raises_again(statement, caught_name(handler)) and ctx.handlers.is_catch_all(handler):
        names = (_ANY,)
    if all(_is_told(function, name, ctx) for name in names):
        return "what calls this function", _ONCE
    return None


def _names_raised(statement: cst.BaseSmallStatement, handler: Handler, ctx: Context) -> tuple[str | None, ...]:
    """The classes of what is raised again, or with the caught exception as its cause; `None` is any class."""
    name = caught_name(handler)
    if raises_again(statement, name):
        caught = ctx.handlers.caught(handler)
        return (None,) if ctx.handlers.is_catch_all(handler) else caught
    if not isinstance(statement, cst.Raise) or statement.exc is None or statement.cause is None or name is None:
        return ()
    cause, raised = statement.cause.item, raised_callee(statement.exc)
    if raised is None or not is_literal(cause, name):
        return ()
    resolved = ctx.resolve(raised)
    return () if resolved is None else (resolved,)


def _is_told(function: Function, name: str | None, ctx: Context) -> bool:
    """Whether an error that leaves a function is sure to be in a record with its traceback."""
    if name is not None and ctx.exceptions.surely_derives(name, ctx.file.knowledge.http_exceptions):
        return ctx.file.aftermath.of_http_exception(name) is Told.RECORD and not ctx.answers.refuses(name)
    if _is_heard_from(function, name, ctx):
        return True
    callers = _only_callers(function, ctx)
    return bool(callers) and all(_is_heard_from(caller, name, ctx) for caller in callers)


def _is_heard_from(function: Function, name: str | None, ctx: Context) -> bool:
    """Whether an error that leaves a boundary is in a record with its traceback, and the process goes on."""
    if any(boundary.kind in _PROCESS_EDGES for boundary in ctx.file.boundaries.of(function)):
        return False
    if any("throws" in dict(call.keywords) for call in function.decorator_calls):
        return False  # Celery takes these for an ordinary outcome
    return ctx.file.aftermath.of_error(function, name) is Told.RECORD


def _only_callers(function: Function, ctx: Context) -> list[Function]:
    """All functions that may call a private function, if none of them has a handler, and it is not handed on."""
    outline = ctx.file.outline
    if not function.name.startswith("_") or function.name.startswith("__"):
        return []
    scopes = [each for each in outline.definitions if isinstance(each, Function)]
    calls = [(each, call) for each in scopes for call in outline.facts(each).calls]
    callers = [each for each, call in calls if call.callee in (function.name, f"self.{function.name}")]
    mentions = ctx.file.count_of_word(function.name)
    if mentions != len(callers) + 1 or any(has_handlers(each.node) for each in callers):
        return []
    return callers


def _silent_names(ctx: Context) -> tuple[str, ...]:
    known = ctx.file.knowledge
    return (*_WITHOUT_RECORD, *(known.control_flow - known.logged_control_flow))


def _always_reports(handler: Handler, ctx: Context) -> bool:
    """Whether a handler reports at error level, whatever becomes of its error."""
    if any(not path.effects & Effect.REPORTS for path in ctx.handlers.paths(handler)):
        return False
    calls = (part for part in walk(handler.body, skip=NESTED_SCOPES) if isinstance(part, cst.Call))
    return any(_reports_error(call, ctx) for call in calls)


def _raised(statement: cst.BaseSmallStatement) -> cst.BaseExpression | None:
    if isinstance(statement, cst.Raise):
        return statement.exc
    return statement.value if isinstance(statement, cst.Expr) else None


def _is_retry(node: cst.BaseExpression | None, ctx: Context) -> bool:
    """Whether a Celery task asks to be run again: by `self.retry()` where it is bound, or by the task itself."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute) or node.func.attr.value != "retry":
        return False
    if ctx.resolve_callee(node) == "celery.Task.retry":
        return True
    function = ctx.function_of(node)
    if function is None or not function.parameters or not is_literal(node.func.value, function.parameters[0].name):
        return False
    return any(dict(call.keywords).get("bind") == "True" for call in function.decorator_calls)


def _removed(node: cst.Call, handler: Handler, raises: list[cst.BaseSmallStatement], ctx: Context) -> Fix | None:
    """The handler without a report that says nothing of its own, where what it caught is raised as it is."""
    name = caught_name(handler)
    statement = ctx.around.statement(node)
    if not isinstance(statement, cst.Expr) or statement.value is not node or not _says_little(node, name):
        return None
    if not all(raises_again(each, name) for each in raises) or len(statements(handler.body)) == 1:
        return None
    unused = [] if any(isinstance(each, cst.Raise) and each.exc is not None for each in raises) else [statement]
    leaving = ctx.without_name(handler, *unused) if unused else []
    return _REMOVE.by(ctx.edit.delete_statement(statement), *leaving)


def _says_little(node: cst.Call, name: str | None) -> bool:
    """Whether a report says no more than a fixed text and the exception."""
    return all(
        isinstance(argument.value, cst.SimpleString)
        or is_literal(argument.value, "True", *([] if name is None else [name]))
        for argument in node.args
    )

"""ERR401: a boundary answers an error that nobody ever hears of."""

import ast
import re
from collections.abc import Iterator, Sequence

import libcst as cst

from errlint.rule import (
    COMMAND_KINDS,
    WEB_KINDS,
    Answer,
    Bad,
    By,
    Context,
    Definition,
    ErrorHandler,
    FileContext,
    Finding,
    Findings,
    Function,
    Good,
    Handler,
    Rule,
    Told,
    Unsafe,
    catches_outside,
    may_be_overheard,
    reported_before,
    reported_where_silent,
    silence_of,
    silent_way,
)
from errlint.syntax.calls import is_literal
from errlint.syntax.caught_names import EXCEPTION_NAMES
from errlint.syntax.guarded import has_handlers
from errlint.syntax.handlers import TRIES, is_empty
from errlint.syntax.paths import Effect, Exit, Path
from errlint.syntax.raises import last_name, mentions
from errlint.syntax.tree import NESTED_SCOPES, walk

_REPORT = Unsafe("report the error", because="errors that nobody heard of are logged")


def _is_concerned(definition: Definition, file: FileContext) -> bool:
    """Whether a definition is an exception handler of the project, or a function with handlers in a boundary."""
    if _registered(definition, file) is not None:
        return True
    has_some = file.source.holds("except", definition.first_line, definition.last_line)
    around: Definition | None = definition if has_some and has_handlers(definition.node) else None
    while isinstance(around, Function):
        if any(True for _ in file.boundaries.of(around)):
            return True
        around = around.parent
    return False


rule = Rule(
    code="ERR401",
    name="boundary-forgets-report",
    since="0.1",
    preset="recommended",
    regions=_is_concerned,
    fixes=(_REPORT,),
    settings=("reporters", "boundaries", "http-exceptions"),
    supersedes=("ERR203", "ERR209", "ERR405", "ERR406"),
    summary="A boundary answers an error, and nobody ever hears of it",
    message="{where} {does}, and {heard}; report the error",
    help="call `logger.exception(...)` before the answer, or let the error pass",
    why="Most frameworks log nothing of an answer that they are given: the client sees a 500, the operator nothing.",
    bad=(
        Bad(
            """
            from fastapi import APIRouter, HTTPException

            router = APIRouter()

            @router.get("/orders/{key}")
            def show(key, orders):
                try:
                    return orders.load(key)
                except ConnectionError as error:  # expect: ERR401 "answers with status 502, and nobody logs the error"
                    raise HTTPException(502, "no orders today") from error
        """,
            fixed="""
            from fastapi import APIRouter, HTTPException
            import logging

            logger = logging.getLogger(__name__)

            router = APIRouter()

            @router.get("/orders/{key}")
            def show(key, orders):
                try:
                    return orders.load(key)
                except ConnectionError as error:
                    logger.exception("show failed")
                    raise HTTPException(502, "no orders today") from error
        """,
        ),
        Bad("""
            from flask import Flask, jsonify

            app = Flask(__name__)

            @app.errorhandler(Exception)
            def answer(error):  # expect: ERR401 "`answer` answers with status 500"
                return jsonify(error=str(error)), 500
        """),
        Bad("""
            import sys

            def main():
                try:
                    run()
                except Exception:  # expect: ERR401 "ends with exit code 1 and says nothing"
                    sys.exit(1)

            if __name__ == "__main__":
                main()
        """),
    ),
    good=(
        Good("""
            import logging

            from fastapi import APIRouter, HTTPException

            logger = logging.getLogger(__name__)
            router = APIRouter()

            @router.get("/orders/{key}")
            def show(key, orders):
                try:
                    return orders.load(key)
                except KeyError as error:
                    raise HTTPException(404, "no such order") from error
                except ConnectionError as error:
                    logger.exception("cannot load order %s", key)
                    raise HTTPException(502, "no orders today") from error
        """),
        Good("""
            from fastapi import FastAPI
            from fastapi.responses import JSONResponse

            app = FastAPI()

            @app.exception_handler(Exception)
            async def answer(request, error):
                return JSONResponse({"error": "sorry"}, status_code=500)
        """),
        Good("""
            import click

            @click.command()
            def load():
                try:
                    run()
                except OSError as error:
                    raise click.ClickException(f"cannot load: {error}") from error
        """),
    ),
)

_INTERNAL = 500
_NOT_IMPLEMENTED = 501
"""A status of the server that tells of no error."""
_UNAVAILABLE = 503
_PROBE = re.compile(
    r"(?:^|_)(?:health|healthz|healthcheck|live|livez|liveness|ping|probe|ready|readyz|readiness)(?:_|$)"
)
"""Names of functions whose answer is the report, or of their modules."""
_OUT_OF_REACH = re.compile(r"Connect|Offline|Unreachable|Unavailable|Timeout")
_REFUSAL = re.compile(r"4\d\d|bad_?request|denied|forbidden|invalid|not_?found|redirect|unauthori[sz]ed", re.IGNORECASE)
_BROAD = re.compile(r"noqa(?!:)|BLE001|E722|W070[23]|W0718|bare-except|broad-except|broad-exception-caught")
_ANSWERING_KINDS = frozenset({*WEB_KINDS, "grpc_servicer"})
_LAST_KINDS = frozenset(
    {
        *(WEB_KINDS - {"dependency", "permission", "request_hook"}),
        *COMMAND_KINDS,
        *("admin_action", "background_task", "consumer", "grpc_servicer", "periodic_task", "process_body"),
        *("sched_job", "signal_receiver", "socket_handler", "task", "thread_body", "workflow"),
    }
)
"""Kinds of boundaries behind which nobody waits for an error: what they keep to themselves is lost."""


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """Anything but raising again at once."""
    first = node.body[0]
    return not (isinstance(first, ast.Raise) and first.exc is None)


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check_handler(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """An answer first, which says most, then silence, then an exit. Handlers that do nothing at all are ERR202's."""
    if is_empty(node):
        return
    yield from _answered(node, ctx) or _silent(node, ctx) or _exited(node, ctx)


def _answered(node: Handler, ctx: Context) -> list[Finding]:
    answers = list(_unheard_answers(node, ctx))
    if not answers:
        return []
    statement, answer, heard = answers[0]
    fix = reported_before(_REPORT, [each for each, _, _ in answers], node.body, ctx)
    does, related = f"answers with {_status(answer, ctx)}", ((statement, "the answer"),)
    return [rule.at(node, related, fix, where=f"`{ctx.header(node)}`", does=does, heard=heard)]


def _silent(node: Handler, ctx: Context) -> list[Finding]:
    """Where the boundary ends in the handler; what goes on behind it may make do without what has failed.

    A catch-all that is accepted by a comment for another tool is left to ERR203, which such a comment silences.
    """
    if _is_accepted(node, ctx):
        return []
    if _LAST_KINDS.isdisjoint(boundary.kind for boundary in ctx.boundaries_of(node)):
        return []
    silent = silent_way(node, ctx)
    if silent is None or not _ends_boundary(silent, node, ctx):
        return []
    place = silent.branch.node if silent.branch is not None else silent.end
    related = ((place, "the silent path"),) if place is not None else ()
    fix = reported_where_silent(_REPORT, node, ctx)
    if silent.effects & Effect.WHISPERS and not _only_prints(node, ctx):
        return []
    does, heard = silence_of(silent, ctx, "without a report"), "no other place will see the error"
    return [rule.at(node, related, fix, where=f"`{ctx.header(node)}`", does=does, heard=heard)]


def _exited(node: Handler, ctx: Context) -> list[Finding]:
    code = _silent_exit(node, ctx)
    if code is None:
        return []
    leaving = ctx.around.statement(code)
    fix = reported_before(_REPORT, [leaving], node.body, ctx) if isinstance(leaving, cst.BaseSmallStatement) else None
    does, heard = f"ends with exit code {ctx.code(code)} and says nothing", "nobody will know why"
    return [rule.at(node, (), fix, where=f"`{ctx.header(node)}`", does=does, heard=heard)]


@rule.on(cst.FunctionDef)
def check_registered(node: cst.FunctionDef, ctx: Context) -> Findings:
    """An exception handler of the project that reports nowhere, where its framework does not either."""
    function = ctx.around.definition(node)
    registered = None if function is None else _registered(function, ctx.file)
    if registered is None or not isinstance(function, Function):
        return
    error = _error_parameter(function)
    for statement in _ends(node, registered, error, ctx):
        paths = ctx.handlers.paths_of_function(node, error, statement, lambda each: _is_answer(each, ctx))
        if not any(_is_unheard(path) for path in paths):
            continue
        answer = ctx.answers.given(statement)
        does = f"answers with {_status(answer, ctx)}" if answer is not None and answer.status else "answers every error"
        told = Told.NOTHING if answer is None else ctx.file.aftermath.of_answer(answer, function)
        related = ((statement, "the answer"),)
        yield rule.at(node, related, where=f"`{function.name}`", does=does, heard=_heard(told, paths))
        return


def _is_accepted(node: Handler, ctx: Context) -> bool:
    comment = node.body.header.comment if isinstance(node.body, cst.IndentedBlock) else None
    honored = comment is not None and ctx.settings.honor_foreign_ignores
    return honored and comment is not None and _BROAD.search(comment.value) is not None


def _only_prints(node: Handler, ctx: Context) -> bool:
    """Whether a handler makes no record at all; one below `warning` is ERR406's."""
    calls = (part for part in walk(node.body, skip=NESTED_SCOPES) if isinstance(part, cst.Call))
    return all(ctx.report(call) is None for call in calls)


def _ends_boundary(silent: Path, node: Handler, ctx: Context) -> bool:
    """Whether a way through a handler is the end of its function, for better or worse: not the caller's fault, and in
    no other `try`, where it makes do or cleans up.
    """
    attempt = ctx.around.try_of(node)
    function = ctx.around.function_node(attempt)
    if function is None or any(isinstance(each, TRIES) for each in ctx.around.between(attempt, function)):
        return False
    if isinstance(silent.end, cst.Return):
        return not _is_refusal(silent.end, ctx)
    goes_round = any(True for _ in ctx.around.loops(attempt))
    return silent.exit is Exit.FALL and not goes_round and not any(True for _ in ctx.around.after(attempt, function))


def _is_refusal(statement: cst.Return, ctx: Context) -> bool:
    """Whether an answer blames the caller, by its status, or by the name of what makes it: `self.response_404()`."""
    answer = ctx.answers.given(statement)
    if answer is not None:
        return answer.is_refusal
    called = statement.value.func if isinstance(statement.value, cst.Call) else None
    return called is not None and _REFUSAL.search(last_name(called) or "") is not None


def _unheard_answers(node: Handler, ctx: Context) -> Iterator[tuple[cst.BaseSmallStatement, Answer, str]]:
    """The statements of a handler that answer with a fault of our own that nobody reports on any way to them, and what
    is heard of it.
    """
    kinds = {boundary.kind for boundary in ctx.boundaries_of(node)}
    if kinds.isdisjoint(_ANSWERING_KINDS):
        return
    for statement in walk(node.body, skip=NESTED_SCOPES):
        if not isinstance(statement, cst.BaseSmallStatement) or ctx.handler_of(statement) is not node:
            continue
        answer = ctx.answers.given(statement)
        if answer is None or not answer.is_failure or _is_said_otherwise(answer, node, ctx):
            continue
        told = ctx.file.aftermath.of_answer(answer, ctx.function_of(node))
        if answer.status != _INTERNAL and _is_cut_off(statement) and not ctx.handlers.is_catch_all(node):
            continue
        if told is Told.BARE and answer.status == _UNAVAILABLE and _is_out_of_reach(node, ctx):
            continue  # the status says all of it
        if told is Told.RECORD or (answer.by in _RAISED and _may_be_heard(statement, answer, told, kinds, ctx)):
            continue
        goes_with = lambda each, statement=statement: ctx.answers.goes_with(each, statement)  # noqa: E731
        paths = ctx.handlers.paths_through(node, statement, goes_with)
        if paths and all(_is_unheard(path) for path in paths):
            yield statement, answer, _heard(told, paths)


_RAISED = (By.EXCEPTION, By.ABORT)


def _may_be_heard(
    statement: cst.BaseSmallStatement, answer: Answer, told: Told | None, kinds: set[str], ctx: Context
) -> bool:
    """Whether somebody may report an HTTP exception on its way out."""
    if told is None:
        return True
    if kinds == {"middleware"} and not answer.name.startswith("aiohttp."):
        return True  # in front of what turns such an exception into a response, it is an error like any other
    return catches_outside(statement, [answer.name], ctx) is not None or may_be_overheard(statement, ctx)


def _is_said_otherwise(answer: Answer, node: Handler, ctx: Context) -> bool:
    """Whether a status is no sign of an error that should be reported: what is not implemented, a probe's answer."""
    function = ctx.function_of(node)
    names = (ctx.file.names.module.rpartition(".")[2], "" if function is None else function.name)
    is_probe = any(_PROBE.search(name) for name in names)
    return answer.status == _NOT_IMPLEMENTED or (is_probe and answer.status == _UNAVAILABLE)


def _is_cut_off(statement: cst.BaseSmallStatement) -> bool:
    """`raise ... from None`: what was caught is said to be of no interest."""
    cause = statement.cause if isinstance(statement, cst.Raise) else None
    return cause is not None and is_literal(cause.item, "None")


def _is_out_of_reach(node: Handler, ctx: Context) -> bool:
    """Whether all that a handler catches says by its name that something is out of reach."""
    caught = ctx.handlers.caught(node)
    return bool(caught) and all(name is not None and _OUT_OF_REACH.search(name.rpartition(".")[2]) for name in caught)


def _is_unheard(path: Path) -> bool:
    return not path.effects & (Effect.REPORTS | Effect.USES)


def _status(answer: Answer, ctx: Context) -> str:
    if answer.protocol == "rpc" and answer.status_node is not None:
        return f"`{ctx.code(answer.status_node)}`"
    return f"status {answer.status}"


def _heard(told: Told | None, paths: Sequence[Path]) -> str:
    if any(path.effects & Effect.WHISPERS for path in paths):
        return "no more than a print or a record below `warning` tells of the error"
    return "only the status is logged, not the error" if told is Told.BARE else "nobody logs the error"


def _silent_exit(node: Handler, ctx: Context) -> cst.Integer | None:
    """The exit code of a command that ends in a handler which does nothing else."""
    if not ctx.is_command(node) or not (ctx.handlers.is_catch_all(node) or ctx.handlers.hides_failure(node)):
        return None
    calls = [part for part in walk(node.body, skip=NESTED_SCOPES) if isinstance(part, cst.Call)]
    if len(calls) != 1 or not _is_exit(calls[0], ctx) or len(calls[0].args) != 1:
        return None
    code = calls[0].args[0].value
    return code if isinstance(code, cst.Integer) and code.evaluated_value else None


def _is_exit(call: cst.Call, ctx: Context) -> bool:
    return ctx.resolve_callee(call) in _EXITS


_EXITS = (
    *("sys.exit", "os._exit", "builtins.exit", "builtins.quit", "builtins.SystemExit"),
    *("typer.Exit", "click.exceptions.Exit", "click.Context.exit"),
)


def _registered(definition: Definition, file: FileContext) -> ErrorHandler | None:
    """As what a function is registered that is given errors and reports none, nor does its framework."""
    name = f"{file.name}.{definition.qualname}"
    handlers = [each for each in file.project.survey.error_handlers if each.name == name]
    for handler in handlers:
        if handler.kind != "exception_handler" or handler.reports or handler.handles_failure:
            return None
        if handler.handles_everything and not file.aftermath.leaves_report_to(handler):
            return None
    return handlers[0] if handlers else None


def _error_parameter(function: Function) -> str | None:
    """The parameter that is the error: by its name, or the last one."""
    names = [parameter.name for parameter in function.parameters]
    named = [name for name in names if name in EXCEPTION_NAMES]
    return next(iter(named or names[-1:]), None)


def _ends(
    node: cst.FunctionDef, registered: ErrorHandler, error: str | None, ctx: Context
) -> Iterator[cst.BaseSmallStatement]:
    """The statements by which an exception handler answers errors of our own: with a 5xx, or in any way if it is given
    every error, and does not look at which one it is.
    """
    for statement in walk(node.body, skip=NESTED_SCOPES):
        if not isinstance(statement, cst.BaseSmallStatement):
            continue
        answer = ctx.answers.given(statement)
        is_failure = answer is not None and answer.is_failure and answer.status != _NOT_IMPLEMENTED
        is_last = registered.handles_everything and isinstance(statement, cst.Return) and statement.value is not None
        if is_failure or (is_last and not _depends_on(statement, error, ctx)):
            yield statement


def _is_answer(statement: cst.CSTNode, ctx: Context) -> bool:
    is_tuple = isinstance(statement, cst.Return) and isinstance(statement.value, cst.Tuple)
    return is_tuple or ctx.answers.given(statement) is not None


def _depends_on(statement: cst.CSTNode, error: str | None, ctx: Context) -> bool:
    """Whether a statement is in a branch on the error itself."""
    tests = (each.test for each in ctx.around.ancestors(statement) if isinstance(each, cst.If))
    return any(mentions(test, error) for test in tests)

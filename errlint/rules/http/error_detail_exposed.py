"""ERR308: the text of an exception, or its traceback, goes into a response."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Rule, Unsafe
from errlint.rule.showing import Shown, cleans, shown_among
from errlint.syntax.caught_names import EXCEPTION_NAMES
from errlint.syntax.exception_text import ExceptionText
from errlint.syntax.handlers import caught_name
from errlint.syntax.inputs import only_reads_input
from errlint.syntax.messages import without_colon, without_last_expression
from errlint.syntax.paths import Effect, Exit
from errlint.syntax.raises import last_name, mentions
from errlint.syntax.texts import code
from errlint.syntax.tree import NESTED_SCOPES, walk

_REPLACE = Unsafe("answer with a generic text", because="clients no longer see the text of the error")

rule = Rule(
    code="ERR308",
    name="error-detail-exposed",
    since="0.1",
    cwe=(209,),
    preset="recommended",
    words=("except", "e", "ex", "exc", "err", "error", "exception", "traceback", "format_exc", "format_exception"),
    fixes=(_REPLACE,),
    settings=("public-errors", "sanitizers"),
    same_as=(),
    summary="The text of an exception goes into a response",
    message="`{text}` shows the client {what}; {advice}",
    help="answer with a text that was written for the client, and log the exception",
    why=(
        "The text of an unexpected error names tables, paths, hosts and queries (CWE-209). It helps whoever attacks "
        "the service, tells nothing to those who use it, and is missing in the log."
    ),
    bad=(
        Bad(
            """
            import logging

            from fastapi import APIRouter, HTTPException

            logger = logging.getLogger(__name__)
            router = APIRouter()

            @router.post("/orders")
            def create(order: Order):
                try:
                    return orders.create(order)
                except Exception as error:
                    raise HTTPException(500, detail=str(error))  # expect: ERR308 "the text of any error"
        """,
            fixed="""
            import logging

            from fastapi import APIRouter, HTTPException

            logger = logging.getLogger(__name__)
            router = APIRouter()

            @router.post("/orders")
            def create(order: Order):
                try:
                    return orders.create(order)
                except Exception:
                    logger.exception("create failed")
                    raise HTTPException(500, detail="internal error")
        """,
        ),
        Bad("""
            import traceback

            from flask import Blueprint, jsonify

            pages = Blueprint("pages", __name__)

            @pages.route("/report")
            def report():
                try:
                    return jsonify(build_report())
                except Exception as error:
                    body = {"error": "no report", "trace": traceback.format_exc()}
                    return jsonify(body), 500  # expect: ERR308 "`body` shows the client"
        """),
        Bad("""
            from fastapi import FastAPI
            from fastapi.responses import JSONResponse

            app = FastAPI()

            @app.exception_handler(Exception)
            async def answer(request, exc):
                return JSONResponse({"detail": str(exc)}, status_code=500)  # expect: ERR308
        """),
    ),
    good=(
        Good("""
            import logging

            from fastapi import APIRouter, HTTPException

            logger = logging.getLogger(__name__)
            router = APIRouter()

            @router.post("/orders")
            def create(order: Order):
                try:
                    return orders.create(order)
                except Exception as error:
                    logger.exception("cannot create an order")
                    raise HTTPException(500, detail="the order could not be created") from error
        """),
        Good("""
            from fastapi import APIRouter, HTTPException

            class OutOfStock(Exception):
                pass

            router = APIRouter()

            @router.post("/orders")
            def create(order: Order):
                try:
                    return orders.create(order)
                except OutOfStock as error:
                    raise HTTPException(409, detail=str(error)) from error
        """),
        Good("""
            from flask import Blueprint, jsonify
            from marshmallow import ValidationError

            pages = Blueprint("pages", __name__)

            @pages.route("/orders", methods=["POST"])
            def create():
                try:
                    order = schema.load(request.json)
                except ValidationError as error:
                    return jsonify(errors=str(error)), 400
                return jsonify(orders.create(order))
        """),
        Good("""
            from django.conf import settings
            from django.http import JsonResponse

            def show(request):
                try:
                    return JsonResponse(build_report())
                except Exception as error:
                    if settings.DEBUG:
                        return JsonResponse({"error": str(error)}, status=500)
                    raise
        """),
    ),
)

_ANY = ("builtins.Exception", "builtins.BaseException")
_OPERATIONS = frozenset({"cloud", "db", "http_client", "mail", "network", "os", "queue", "rpc", "saas", "subprocess"})
"""Families of errors whose text speaks of what stands behind the service, and was written for whoever runs it."""
_OF_THE_SYSTEM = frozenset(
    {"builtins.OSError", "builtins.ConnectionError", "builtins.ConnectionRefusedError", "builtins.ConnectionResetError"}
)
"""Builtin errors that projects do not raise themselves. The text of the others is mostly theirs, and is meant for the
client unless the answer says that nobody expected it.
"""
_ABOUT_VALUES = ("builtins.", "http.client.")
_UNEXPECTED = 500
_FORMATTERS = frozenset({"format_exc", "format_exception", "format_exception_only", "format_tb", "format_stack"})
_TRACEBACKS = frozenset(f"traceback.{name}" for name in _FORMATTERS)
_READS = re.compile(r"valid|parse|decod|unsign|to_python|to_internal|cast_|coerce")
"""What functions are called that say what is wrong with an input."""
_READERS = re.compile(r"(validate|clean)(_|$)|to_internal_value$")
"""The methods of forms and serializers that do so."""
_DEBUG = re.compile(
    r"debug|\bdev\b|is_dev|_dev\b|develop|testing|\bprod\b|is_prod|production|show_|expos|verbose", re.IGNORECASE
)
_OUR_FAULT = '"internal error"'
_REFUSAL = '"the request could not be handled"'


@dataclass(frozen=True)
class _Source:
    """Where an exception gets a name, and what it may be; `handler` is `None` for a function that is given it."""

    name: str | None
    caught: tuple[str, ...]
    place: cst.CSTNode
    handler: cst.ExceptHandler | None

    @property
    def is_any(self) -> bool:
        return not self.caught or not set(_ANY).isdisjoint(self.caught)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """The exception is read, or its traceback."""
    read = {getattr(part, "id", None) or getattr(part, "attr", None) for part in ast.walk(node)}
    return (node.name is not None and node.name in read) or not _FORMATTERS.isdisjoint(read)


@rule.sieve(ast.FunctionDef)
def may_be_given(node: ast.FunctionDef, in_handler: bool) -> bool:
    """A parameter that is named as exceptions are, or a traceback."""
    return any(argument.arg in EXCEPTION_NAMES for argument in node.args.args) or _reads_traceback(node)


@rule.sieve(ast.AsyncFunctionDef)
def may_be_given_async(node: ast.AsyncFunctionDef, in_handler: bool) -> bool:
    """The same of a coroutine."""
    return any(argument.arg in EXCEPTION_NAMES for argument in node.args.args) or _reads_traceback(node)


def _reads_traceback(node: ast.AST) -> bool:
    read = {getattr(part, "id", None) or getattr(part, "attr", None) for part in ast.walk(node)}
    return not _FORMATTERS.isdisjoint(read)


@rule.on(cst.ExceptHandler)
def check_handler(node: cst.ExceptHandler, ctx: Context) -> Findings:
    """The handler, and the rest of its function, into which names may carry the text."""
    caught = ctx.handlers.caught(node)
    known = tuple(name for name in caught if name is not None)
    if len(known) < len(caught):
        return
    source = _Source(caught_name(node), known, node, node)
    text = _text(source, ctx)
    shown = list(shown_among(walk(node.body, skip=NESTED_SCOPES), text, ctx))
    if text.is_held and any(path.exit in (Exit.FALL, Exit.CONTINUE, Exit.BREAK) for path in ctx.handlers.paths(node)):
        text.forget_exception()
        function = ctx.around.body(node)
        for statement in ctx.around.after(ctx.around.try_of(node), function):
            shown += shown_among(walk(statement, skip=NESTED_SCOPES), text, ctx)
    yield from _findings(shown, source, ctx)


@rule.on(cst.FunctionDef)
def check_function(node: cst.FunctionDef, ctx: Context) -> Findings:
    """An exception handler that the framework gives the exception to; of any other function only a traceback."""
    name = next((each.name.value for each in node.params.params if each.name.value in EXCEPTION_NAMES), None)
    boundaries = [each for each in ctx.boundaries_of(node.body) if each.kind == "exception_handler"]
    handled = tuple(each for boundary in boundaries for each in boundary.handles)
    if boundaries and (name is None or handled) and not any(each.isdigit() for each in handled):
        source = _Source(name, handled, node, None)
        yield from _findings(shown_among(walk(node.body, skip=NESTED_SCOPES), _text(source, ctx), ctx), source, ctx)
    elif any(
        isinstance(part, (cst.Name, cst.Attribute)) and last_name(part) in _FORMATTERS for part in walk(node.body)
    ):
        source = _Source(None, (), node, None)
        outside = walk(node.body, skip=(*NESTED_SCOPES, cst.ExceptHandler))
        yield from _findings(shown_among(outside, _text(source, ctx), ctx), source, ctx)


def _text(source: _Source, ctx: Context) -> ExceptionText:
    return ExceptionText(
        source.name,
        makes_text=lambda call: ctx.resolve(call.func) in _TRACEBACKS,
        cleans=lambda call: cleans(call, ctx),
    )


# Which of it must not be shown


def _findings(shown: Iterable[Shown], source: _Source, ctx: Context) -> Findings:
    """One for each place in the handler that shows the text; if it is carried out of the handler, one at its header."""
    found = [each for each in shown if _is_secret(source, each, ctx) and not _is_about_input(each, source, ctx)]
    if not found or _minds_debugging(source, ctx):
        return
    for each in found:
        if _is_decided(each, source, ctx):
            continue
        is_inside = any(around is source.place for around in ctx.around.ancestors(each.place))
        reports = _is_reported(each, source, ctx)
        yield rule.at(
            each.place if is_inside else source.place,
            ((source.place, "the exception") if is_inside else (each.place, "the response"),),
            _generic(each, source, ctx, reports=reports) if is_inside else None,
            text=ctx.code(each.part),
            what=_what(each, source, ctx),
            advice="answer with a text of your own" if reports else "answer with a text of your own, and log the error",
        )
        if not is_inside:
            return


def _is_secret(source: _Source, shown: Shown, ctx: Context) -> bool:
    """Whether some class of what is caught has a text that was not written for clients; no traceback was."""
    is_secret = source.is_any or any(_is_secret_class(name, shown, ctx) for name in source.caught)
    return is_secret or _is_traceback(shown.part, ctx)


def _is_traceback(part: cst.BaseExpression, ctx: Context) -> bool:
    return any(isinstance(each, cst.Call) and ctx.resolve(each.func) in _TRACEBACKS for each in walk(part))


def _is_secret_class(name: str, shown: Shown, ctx: Context) -> bool:
    exceptions = ctx.exceptions
    if exceptions.class_of(name) is not None or exceptions.surely_derives(name, ctx.settings.public_errors):
        return False
    if exceptions.surely_derives(name, ctx.file.knowledge.http_exceptions):
        return False
    if name.startswith(_ABOUT_VALUES) and name not in _OF_THE_SYSTEM:
        return shown.status == _UNEXPECTED and name != "builtins.NotImplementedError"
    roots = ctx.file.knowledge.error_roots
    families = {root.family for each, root in roots.items() if exceptions.surely_derives(name, (each,))}
    return not families.isdisjoint(_OPERATIONS)


def _is_about_input(shown: Shown, source: _Source, ctx: Context) -> bool:
    """Whether what was tried is no more than reading what the client has sent, and the answer says that it is wrong.
    What is reported besides was not expected of any input.
    """
    if source.handler is None or shown.status is None or shown.status >= 500:
        return False
    function = ctx.function_of(source.handler)
    if function is not None and function.owner is not None and _READERS.match(function.name):
        return True
    readers = None if _is_reported(shown, source, ctx) else _READS
    return only_reads_input(ctx.around.try_of(source.handler).body, or_calls=readers)


def _minds_debugging(source: _Source, ctx: Context) -> bool:
    """Whether the code around asks whether this is a debugging session, or is there for one."""
    function = source.place if source.handler is None else ctx.around.function_node(source.place)
    if isinstance(function, cst.FunctionDef) and "debug" in function.name.value:
        return True
    return any(isinstance(part, (cst.If, cst.IfExp)) and _DEBUG.search(code(part.test)) for part in walk(source.place))


def _is_decided(shown: Shown, source: _Source, ctx: Context) -> bool:
    """Whether the code looked at the exception before it chose to show it."""
    current = shown.place
    for around in ctx.around.ancestors(shown.place):
        if around is source.place:
            break
        if isinstance(around, cst.If) and current is around.body and mentions(around.test, source.name):
            return True
        if isinstance(around, cst.MatchCase):
            return True
        current = around
    return False


def _is_reported(shown: Shown, source: _Source, ctx: Context) -> bool:
    if source.handler is None:
        return any(
            isinstance(part, cst.Call) and (report := ctx.report(part)) is not None and report.counts
            for part in walk(source.place)
        )
    paths = ctx.handlers.paths(source.handler)
    statement = ctx.around.statement(shown.place)
    ending = [path for path in paths if path.end is statement]
    through = ending or ctx.handlers.paths_through(source.handler, shown.place) or paths
    return all(path.effects & Effect.REPORTS for path in through)


def _what(shown: Shown, source: _Source, ctx: Context) -> str:
    if source.name is None or _is_traceback(shown.part, ctx):
        return "the traceback"
    if source.is_any:
        return "the text of any error"
    secret = next(name for name in source.caught if _is_secret_class(name, shown, ctx))
    return f"the text of a `{secret.removeprefix('builtins.')}`"


# The fix


def _generic(shown: Shown, source: _Source, ctx: Context, *, reports: bool) -> Fix | None:
    """Another text where the exception's is put into the response itself, and a report if there is none."""
    is_refusal = shown.status is not None and shown.status < 500
    text = _generic_text(shown.part, _REFUSAL if is_refusal else _OUR_FAULT)
    if source.handler is None or text is None:
        return None
    edits = [ctx.edit.replace(shown.part, text), *ctx.without_name(source.handler, shown.part)]
    if not reports:
        report = ctx.new_report(source.handler)
        if report is None:
            return None
        edits += [ctx.edit.insert_first(source.handler.body, report[0]), *report[1]]
    return _REPLACE.by(*edits, group=ctx.edit.span(source.handler))


def _generic_text(part: cst.BaseExpression, otherwise: str) -> str | None:
    """`"cannot load"` for `f"cannot load: {err}"`; `None` for what is no text that stands for itself."""
    if isinstance(part, cst.FormattedString):
        return without_last_expression(part) or otherwise
    if isinstance(part, cst.BinaryOperation) and isinstance(part.operator, cst.Add):
        return without_colon(part.left) or (otherwise if isinstance(part.left, cst.BaseString) else None)
    if isinstance(part, cst.BinaryOperation) and isinstance(part.left, cst.BaseString):
        return otherwise
    is_made = isinstance(part, cst.Call) and isinstance(part.func, cst.Name) and part.func.value in ("str", "repr")
    return otherwise if is_made else None

"""ERR306: a catch-all blames the caller, by a status of 4xx, and nobody hears of the error."""

import ast
import re

import libcst as cst

from errlint.rule import Answer, Bad, By, Context, Findings, Good, Rule, Told
from errlint.syntax.inputs import only_reads_input
from errlint.syntax.paths import Effect, Path
from errlint.syntax.sieve import CATCH_ALL, names_one_of

rule = Rule(
    code="ERR306",
    name="server-fault-as-client-error",
    since="0.1",
    preset="recommended",
    words=("except",),
    settings=("reporters", "http-exceptions"),
    supersedes=("ERR203", "ERR209", "ERR401"),
    summary="A catch-all blames the caller for any error, and reports nothing",
    message="`{header}` blames the caller for any error by a {status}, unreported; catch what a request can cause",
    help="catch the errors that a request can cause, and let others be answered and reported as 500",
    why=(
        "A bug or an outage of ours reaches the client as a fault of the request: it is not retried, no alarm rings, "
        "and nothing is in the log."
    ),
    bad=(
        Bad("""
            from fastapi import APIRouter, HTTPException

            router = APIRouter()

            @router.get("/orders/{number}")
            def show(number: int):
                try:
                    return orders.find(number)
                except Exception:  # expect: ERR306 "blames the caller for any error by a 404"
                    raise HTTPException(404, "no such order")
        """),
        Bad("""
            from rest_framework.response import Response
            from rest_framework.views import APIView

            class Orders(APIView):
                def post(self, request):
                    try:
                        order = create(request.data)
                    except Exception as error:  # expect: ERR306
                        return Response({"error": "no order"}, status=400)
                    return Response(order)
        """),
    ),
    good=(
        Good("""
            from fastapi import APIRouter, HTTPException

            router = APIRouter()

            @router.get("/orders/{number}")
            def show(number: int):
                try:
                    return orders.find(number)
                except KeyError:
                    raise HTTPException(404, "no such order")
        """),
        Good("""
            import logging

            from fastapi import APIRouter, HTTPException

            logger = logging.getLogger(__name__)
            router = APIRouter()

            @router.get("/orders/{number}")
            def show(number: int):
                try:
                    return orders.find(number)
                except Exception:
                    logger.exception("cannot find order %s", number)
                    raise HTTPException(404, "no such order")
        """),
        Good("""
            from fastapi import APIRouter, HTTPException, Request

            router = APIRouter()

            @router.post("/orders")
            async def create(request: Request):
                try:
                    order = await request.json()
                except Exception:
                    raise HTTPException(400, "this is no JSON")
                return orders.create(order)
        """),
    ),
)


_CHECKS = re.compile(r"valid|verif|check|parse|decod|decrypt|authent|unsign|signature|to_python|to_internal")
_GUARDED = (401, 403)
"""Statuses of guards, which refuse whatever fails."""
_ABOUT_INPUT = ("ValidationError", "ParseError")
"""Exceptions that are raised about an input by those who read it."""


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A catch-all."""
    return names_one_of(node.type, CATCH_ALL)


@rule.on(cst.ExceptHandler)
def check(node: cst.ExceptHandler, ctx: Context) -> Findings:
    """Path by path: one way that refuses without a report is enough."""
    function = ctx.function_of(node)
    if not ctx.handlers.is_catch_all(node) or (function is not None and _CHECKS.search(function.name)):
        return
    if _only_checks(ctx.around.try_of(node).body):
        return
    for path in ctx.handlers.paths(node):
        if path.effects & (Effect.REPORTS | Effect.DECIDES) or path.end is None:
            continue
        refusal = _refusal(path, ctx)
        if refusal is not None:
            related = ((path.end, "the answer"),)
            yield rule.at(node, related, header=ctx.header(node), status=str(refusal.status))
            return


def _only_checks(block: cst.BaseSuite) -> bool:
    """Whether what is tried is no more than a look at what the request brought."""
    return only_reads_input(block, or_calls=_CHECKS)


def _refusal(path: Path, ctx: Context) -> Answer | None:
    """The answer with a status of 4xx in which a way through the handler ends, unless the project reports those. The
    class of a project says by its name which fault it is, and was chosen for that.
    """
    end = path.end
    value = end.exc if isinstance(end, cst.Raise) else end.value if isinstance(end, (cst.Return, cst.Expr)) else None
    answer = None if value is None else ctx.answers.answer(value)
    if answer is None or not answer.is_refusal or answer.status in _GUARDED or answer.protocol != "http":
        return None
    if answer.name.endswith(_ABOUT_INPUT) or ctx.exceptions.class_of(answer.name) is not None:
        return None
    is_raised = answer.by in (By.EXCEPTION, By.ABORT)
    may_be_reported = is_raised and ctx.file.aftermath.of_http_exception(answer.name) in (Told.RECORD, None)
    return None if may_be_reported else answer

"""ERR309: a route answers an error with a body that says so, and a status that says the contrary."""

import ast
import re
from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst

from errlint.rule import Bad, By, Context, Findings, Good, Handler, Rule
from errlint.syntax.calls import is_literal
from errlint.syntax.raises import last_name
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR309",
    name="error-with-success-status",
    since="0.1",
    cwe=(393,),
    preset="recommended",
    words=("except",),
    summary="An error is answered with a status of success",
    message="`{body}` tells of an error, and the status says success; answer with a status of 4xx or 5xx",
    help="raise an HTTP exception, or give the response a status that tells of the error",
    why=(
        "Clients, caches, retries and monitoring go by the status. With a 200 every one of them takes the error for "
        "an answer."
    ),
    bad=(
        Bad("""
            from fastapi import APIRouter

            router = APIRouter()

            @router.get("/orders/{number}")
            def show(number: int):
                try:
                    return orders.find(number)
                except KeyError:
                    return {"error": "no such order"}  # expect: ERR309 "tells of an error"
        """),
        Bad("""
            from django.http import JsonResponse

            def show(request, number):
                try:
                    return JsonResponse(orders.find(number))
                except Exception:
                    logger.exception("cannot show %s", number)
                    return JsonResponse({"success": False, "message": "try again"})  # expect: ERR309
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
            from django.http import JsonResponse

            def show(request, number):
                try:
                    return JsonResponse(orders.find(number))
                except Exception:
                    logger.exception("cannot show %s", number)
                    return JsonResponse({"success": False, "message": "try again"}, status=500)
        """),
        Good("""
            from fastapi import APIRouter, Response

            router = APIRouter()

            @router.get("/orders/{number}")
            def show(number: int, response: Response):
                try:
                    return orders.find(number)
                except KeyError:
                    response.status_code = 404
                    return {"error": "no such order"}
        """),
    ),
)

_ERROR_KEYS = frozenset({"error", "errors", "err", "exception", "error_message", "errormessage", "traceback"})
_FAILED_KEYS = frozenset({"success", "ok", "succeeded", "is_success", "successful"})
_STATE_KEYS = frozenset({"status", "state", "result", "type"})
_FAILED_STATES = frozenset({"error", "failed", "fail", "failure", "exception"})
_BESIDE = frozenset(
    {
        *("message", "msg", "detail", "details", "code", "error_code", "reason", "description", "title", "hint"),
        *("error_type", "error_description", "trace", "timestamp", "time", "request_id", "help", "data"),
    }
)
"""Keys that an error's body has beside those that tell of it."""
_ASKS = re.compile(
    r"test|check|valid|verif|health|live|ready|status|ping|probe|preview|hook|callback|diagnos|connect|"
    r"jsonrpc|rpc|graphql|batch|bulk",
    re.IGNORECASE,
)
"""Routes whose answer is whether something fails, or whose protocol has errors of its own."""
_SUCCESS = range(200, 300)
_PLAIN_BODIES = frozenset({"", "fastapi", "flask", "quart", "litestar", "apiflask", "flask_restful", "ninja", "bottle"})
"""Libraries that answer with the dict that a route returns, and 200; of a route by its look, none is known."""
_SETS_STATUS = frozenset({"set_status", "send_error", "abort"})

_ABSENT = ("builtins.ImportError",)
_FILLED = "media"
"""The attribute by which falcon is given a body."""
_WRITES = frozenset({"finish", "write"})
"""The methods by which tornado is given one."""

_Fields: TypeAlias = Sequence[tuple[str, cst.BaseExpression]]


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """Something is returned, or given to the response."""
    return any(_may_answer(part) for part in ast.walk(node))


def _may_answer(part: ast.AST) -> bool:
    if isinstance(part, ast.Return):
        return part.value is not None
    return isinstance(part, ast.Attribute) and (part.attr == _FILLED or part.attr in _WRITES)


@rule.on(cst.Return)
def check(node: cst.Return, ctx: Context) -> Findings:
    """The body first, then the status, then the question whether it is a route's."""
    handler = ctx.handler_of(node)
    function = ctx.function_of(node)
    if handler is None or function is None or node.value is None or _ASKS.search(function.qualname):
        return
    fields = _fields(node.value)
    if not _tells_of_error(fields) or _sets_status(handler.body) or _is_expected(fields, handler, ctx):
        return
    if _is_success(node.value, ctx):
        yield rule.at(node, ((handler, "the error"),), body=ctx.code(node.value))


@rule.on(cst.Assign)
def check_filled(node: cst.Assign, ctx: Context) -> Findings:
    """`resp.media = ...`, in a function that leaves the status as it is."""
    target = node.targets[0].target
    if isinstance(target, cst.Attribute) and target.attr.value == _FILLED:
        yield from _given(node, node.value, "falcon", ctx)


@rule.on(cst.Expr)
def check_written(node: cst.Expr, ctx: Context) -> Findings:
    """`self.finish(...)`, likewise."""
    call = node.value.expression if isinstance(node.value, cst.Await) else node.value
    if isinstance(call, cst.Call) and last_name(call.func) in _WRITES and len(call.args) == 1:
        yield from _given(node, call.args[0].value, "tornado", ctx)


def _given(node: cst.BaseSmallStatement, body: cst.BaseExpression, library: str, ctx: Context) -> Findings:
    handler, function, fields = ctx.handler_of(node), ctx.around.function_node(node), _fields(body)
    if handler is None or function is None or _ASKS.search(function.name.value) or not _tells_of_error(fields):
        return
    is_route = any(each.kind == "http_route" and each.library == library for each in ctx.boundaries_of(node))
    if is_route and not _sets_status(function.body) and not _is_expected(fields, handler, ctx):
        yield rule.at(node, ((handler, "the error"),), body=ctx.code(body))


def _is_success(value: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a client is surely given what is returned, with a status of 2xx."""
    answer = ctx.answers.answer(value)
    if answer is not None:
        is_success = answer.by is not By.EXCEPTION and answer.status in _SUCCESS
        return is_success and answer.protocol == "http" and ctx.is_web_layer(value)
    routes = [each for each in ctx.boundaries_of(value) if each.kind == "http_route"]
    return isinstance(value, cst.Dict) and any(each.library in _PLAIN_BODIES for each in routes)


def _is_expected(fields: _Fields, handler: Handler, ctx: Context) -> bool:
    """Whether an error is a state that the client knows of: a package that is not installed, or what an envelope tells.
    An error that nobody expected is none of those.
    """
    if ctx.handlers.is_catch_all(handler):
        return False
    caught = ctx.handlers.caught(handler)
    is_absence = all(name is not None and ctx.exceptions.surely_derives(name, _ABSENT) for name in caught)
    return is_absence or _is_enveloped(fields, handler, ctx)


def _is_enveloped(fields: _Fields, handler: Handler, ctx: Context) -> bool:
    """Whether what the function answers otherwise has the same flag, by which the client goes."""
    function = ctx.around.function_node(handler)
    flags = {key.lower() for key, _ in fields} & (_FAILED_KEYS | _STATE_KEYS)
    return function is not None and any(
        key.lower() in flags
        for part in walk(function.body, skip=(*NESTED_SCOPES, cst.ExceptHandler))
        if isinstance(part, (cst.Dict, cst.Call))
        for key, _ in _fields(part)
    )


# The body


def _fields(value: cst.BaseExpression) -> _Fields:
    """The keys and values of the body that is returned, if it is written out; those of `dict(error=...)` too."""
    if isinstance(value, cst.Tuple) and value.elements:
        return _fields(value.elements[0].value)
    if isinstance(value, cst.Dict):
        written = _written(value)
        body = dict(written).get("body") if "statusCode" in dict(written) else None
        return written if body is None else _fields(body)
    if not isinstance(value, cst.Call) or not value.args:
        return ()
    first = value.args[0]
    if first.keyword is None or first.keyword.value in ("content", "data"):
        return _fields(first.value) if isinstance(first.value, (cst.Dict, cst.Call)) else ()
    if last_name(value.func) == "dumps":
        return _fields(first.value)
    is_body = last_name(value.func) in ("jsonify", "dict")
    return [(each.keyword.value, each.value) for each in value.args if each.keyword is not None] if is_body else ()


def _written(body: cst.Dict) -> _Fields:
    found = []
    for element in body.elements:
        if not isinstance(element, cst.DictElement) or not isinstance(element.key, cst.SimpleString):
            return ()
        found.append((str(element.key.evaluated_value), element.value))
    return found


def _tells_of_error(fields: _Fields) -> bool:
    """Whether a body says that something failed, and nothing else."""
    marks = [(key.lower(), value) for key, value in fields if key.lower() not in _BESIDE]
    return any(_is_mark(key, value) for key, value in marks) and all(_may_be_beside(*mark) for mark in marks)


def _is_mark(key: str, value: cst.BaseExpression) -> bool:
    if key in _FAILED_KEYS:
        return is_literal(value, "False")
    if key in _STATE_KEYS:
        return isinstance(value, cst.SimpleString) and str(value.evaluated_value).lower() in _FAILED_STATES
    return key in _ERROR_KEYS and not is_literal(value, "None", "False")


def _may_be_beside(key: str, value: cst.BaseExpression) -> bool:
    is_empty = isinstance(value, (cst.List, cst.Dict, cst.Tuple)) and not value.elements
    return _is_mark(key, value) or is_empty or is_literal(value, "None")


def _sets_status(block: cst.BaseSuite) -> bool:
    """Whether a block gives the response a status in another way."""
    for part in walk(block, skip=NESTED_SCOPES):
        if isinstance(part, cst.AssignTarget) and last_name(part.target) in ("status", "status_code", "status_int"):
            return True
        if isinstance(part, cst.Call) and last_name(part.func) in _SETS_STATUS:
            return True
    return False

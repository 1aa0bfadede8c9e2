"""ERR305: the status of another service is handed on as our own."""

import ast
import re
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, By, Context, Findings, Good, Handler, Rule
from errlint.syntax.raises import mentions
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR305",
    name="upstream-status-passthrough",
    since="0.1",
    preset="recommended",
    words=("status_code", "status", "code"),
    applies_to=lambda file: not file.settings.proxies.matches(file.place),
    settings=("proxies",),
    summary="The status of another service is handed on as our own",
    message="`{status}` is another service's status, answered here as our own; choose one for our caller",
    help="map what the other service says: 502 where it fails, a status of your own where the caller can do something",
    why=(
        "A 401 from the payment service tells our caller to sign in again, and its 404 that our page is gone. Its "
        "statuses speak of our request to it. Monitoring blames the caller for what is between two services."
    ),
    bad=(
        Bad("""
            import httpx
            from fastapi import HTTPException

            async def rate(currency):
                async with httpx.AsyncClient() as client:
                    response = await client.get(f"https://rates.example/{currency}")
                if response.is_error:
                    raise HTTPException(status_code=response.status_code)  # expect: ERR305
                return response.json()
        """),
        Bad("""
            import requests
            from flask import abort

            def rate(session, currency):
                try:
                    return fetch(session, currency)
                except requests.HTTPError as error:
                    abort(error.response.status_code)  # expect: ERR305 "`error.response.status_code` is"
        """),
    ),
    good=(
        Good("""
            import httpx
            from fastapi import HTTPException

            async def rate(currency):
                async with httpx.AsyncClient() as client:
                    response = await client.get(f"https://rates.example/{currency}")
                if response.status_code == 404:
                    raise HTTPException(404, "no such currency")
                if response.is_error:
                    raise HTTPException(502, "the rates service failed")
                return response.json()
        """),
        Good("""
            import requests
            from shop.errors import RatesError

            def rate(currency):
                response = requests.get(f"https://rates.example/{currency}")
                if not response.ok:
                    raise RatesError(status_code=response.status_code)
                return response.json()
        """),
        Good("""
            from fastapi import FastAPI, HTTPException
            from fastapi.responses import JSONResponse

            app = FastAPI()

            @app.exception_handler(HTTPException)
            async def refused(request, exc):
                return JSONResponse({"error": exc.detail}, status_code=exc.status_code)
        """),
        Good(
            """
            import httpx
            from starlette.responses import Response

            def forward(request):
                answer = httpx.get(f"https://rates.example{request.url.path}")
                return Response(answer.content, status_code=answer.status_code)
            """
        ),
    ),
)

_STATUSES = frozenset({"status_code", "status", "code"})
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "send", "fetch"})
_CLIENTS = frozenset({"httpx", "requests", "aiohttp", "urllib3"})
_OUTSIDE = frozenset({"cloud", "http_client", "saas"})
"""The families of errors that hold what another service has answered."""
_PROXY = re.compile(r"prox|pass_?through|forward|relay|gateway", re.IGNORECASE)
"""What names have in them of code whose purpose is to hand on answers."""


@rule.sieve(ast.Raise)
def may_raise(node: ast.Raise, in_handler: bool) -> bool:
    """A status is read in what is raised."""
    return node.exc is not None and _reads_status(node.exc)


@rule.sieve(ast.Return)
def may_return(node: ast.Return, in_handler: bool) -> bool:
    """A status is read in what is returned."""
    return node.value is not None and _reads_status(node.value)


@rule.sieve(ast.Expr)
def may_abort(node: ast.Expr, in_handler: bool) -> bool:
    """A status is given to a call."""
    return _reads_status(node.value)


@rule.sieve(ast.Assign)
def may_make(node: ast.Assign, in_handler: bool) -> bool:
    """A status is given to a call whose result is kept."""
    return _reads_status(node.value)


def _reads_status(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr in _STATUSES for part in ast.walk(node))


@rule.on(cst.Call)
def check_call(node: cst.Call, ctx: Context) -> Findings:
    """An HTTP exception of a library, an abort, or a response. An exception of the project only stores the status."""
    if not any(_may_be_status(argument.value) for argument in node.args):
        return
    answer = ctx.answers.answer(node)
    if answer is None or answer.status_node is None or answer.protocol != "http":
        return
    if ctx.exceptions.class_of(answer.name) is None or answer.by is By.RESPONSE:
        yield from _handed_on(node, answer.status_node, ctx)


@rule.on(cst.Return)
def check_pair(node: cst.Return, ctx: Context) -> Findings:
    """A body and a status, as views of Flask return them."""
    pair = node.value
    if isinstance(pair, cst.Tuple) and len(pair.elements) > 1 and ctx.is_web_layer(node):
        yield from _handed_on(pair, pair.elements[1].value, ctx)


@rule.on(cst.Dict)
def check_mapping(node: cst.Dict, ctx: Context) -> Findings:
    """A mapping that holds the status, as functions on AWS Lambda return it."""
    answer = ctx.answers.answer(node)
    if answer is not None and answer.status_node is not None and ctx.is_web_layer(node):
        yield from _handed_on(node, answer.status_node, ctx)


def _handed_on(answer: cst.BaseExpression, status: cst.BaseExpression, ctx: Context) -> Findings:
    read = _converted(status)
    if not isinstance(read, cst.Attribute) or not _may_be_status(status) or not _is_upstream(read, ctx):
        return
    if not (_is_chosen(read, answer, ctx) or _hands_on_body(answer, read.value, ctx) or _is_proxy(answer, ctx)):
        yield rule.at(status, status=ctx.code(read))


def _may_be_status(value: cst.BaseExpression) -> bool:
    read = _converted(value)
    return isinstance(read, cst.Attribute) and read.attr.value in _STATUSES


def _converted(value: cst.BaseExpression) -> cst.BaseExpression:
    """What a call such as `int(...)` is given, or the expression itself."""
    return value.args[0].value if isinstance(value, cst.Call) and len(value.args) == 1 else value


def _is_upstream(status: cst.Attribute, ctx: Context) -> bool:
    """Whether a status is another service's: by the type of what has it, else by its names."""
    owner = status.value
    if isinstance(owner, cst.Attribute) and owner.attr.value == "response" and isinstance(owner.value, cst.Name):
        handler = ctx.around.handler_that_names(owner.value.value, status)
        return handler is not None and not _is_own(handler, ctx)
    if not isinstance(owner, cst.Name):
        return False
    handler = ctx.around.handler_that_names(owner.value, status)
    if handler is not None:
        return _tells_of_upstream(handler, ctx)
    return _is_clients(ctx.resolve(owner)) or any(_asks(value, ctx) for value in _values(owner, ctx))


def _tells_of_upstream(handler: Handler, ctx: Context) -> bool:
    """Whether all that a handler catches holds what another service has answered."""
    caught = ctx.handlers.caught(handler)
    roots = ((root, fact) for root, fact in ctx.file.knowledge.error_roots.items() if fact.family in _OUTSIDE)
    known = tuple(root for root, fact in roots if fact.status_attribute is not None)
    return bool(caught) and all(ctx.exceptions.surely_derives(name, known) for name in caught)


def _is_own(handler: Handler, ctx: Context) -> bool:
    """Whether a handler catches an exception that we answer with ourselves."""
    return any(ctx.is_http_exception(name) for name in ctx.handlers.caught(handler))


def _is_clients(name: str | None) -> bool:
    """Whether a dotted name is of a client of HTTP; what aiohttp serves with is none."""
    return name is not None and name.partition(".")[0] in _CLIENTS and not name.startswith("aiohttp.web.")


def _values(name: cst.Name, ctx: Context) -> Iterator[cst.BaseExpression]:
    """What a name is bound to in its function."""
    function = ctx.around.function_node(name)
    for node in () if function is None else walk(function.body, skip=NESTED_SCOPES):
        if isinstance(node, cst.Assign) and any(_names(each.target, name) for each in node.targets):
            yield node.value
        elif isinstance(node, cst.WithItem) and node.asname is not None and _names(node.asname.name, name):
            yield node.item


def _names(target: cst.CSTNode, name: cst.Name) -> bool:
    return isinstance(target, cst.Name) and target.value == name.value


def _asks(value: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a call sends a request: of a client, or by its name where a client is imported."""
    call = value.expression if isinstance(value, cst.Await) else value
    if not isinstance(call, cst.Call):
        return False
    if _is_clients(ctx.resolve_callee(call)):
        return True
    is_method = isinstance(call.func, cst.Attribute) and call.func.attr.value in _VERBS
    resolved = ctx.resolve(call.func)
    is_unknown = resolved is None or "[]" in resolved  # an application may hold anything: `request.app["session"]`
    return is_method and is_unknown and not _CLIENTS.isdisjoint(ctx.file.outline.packages)


def _is_chosen(status: cst.Attribute, answer: cst.CSTNode, ctx: Context) -> bool:
    """Whether a test around an answer compares the status with some that are written out: who wrote it chose them."""
    written = ctx.code(status)
    tests = (around.test for around in ctx.around.ancestors(answer) if isinstance(around, (cst.If, cst.IfExp)))
    return any(
        isinstance(part, cst.Comparison) and ctx.code(part.left) == written and _is_choice(part)
        for test in tests
        for part in walk(test)
    )


def _is_choice(comparison: cst.Comparison) -> bool:
    return all(isinstance(each.operator, (cst.Equal, cst.In)) for each in comparison.comparisons)


def _hands_on_body(answer: cst.BaseExpression, owner: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a response has the other service's body as well: it is handed on as a whole, on purpose."""
    if isinstance(answer, cst.Call):
        found = ctx.answers.answer(answer)
        if found is None or found.by is not By.RESPONSE:
            return False
        if "Stream" in found.name.rpartition(".")[2]:
            return True
    written = ctx.code(owner)
    if sum(isinstance(part, (cst.Name, cst.Attribute)) and ctx.code(part) == written for part in walk(answer)) > 1:
        return True
    names = [part for part in walk(answer) if isinstance(part, cst.Name) and part.value != written]
    return any(mentions(value, written) for part in names for value in _values(part, ctx))


def _is_proxy(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether the function or the path of the module says that it hands on answers."""
    function = ctx.function_of(node)
    return any(map(_PROXY.search, (*ctx.file.place.parts, "" if function is None else function.qualname)))

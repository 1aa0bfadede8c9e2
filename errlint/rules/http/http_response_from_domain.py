"""ERR304: domain code answers with a response, or with a status."""

import ast
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, By, Context, Definition, FileContext, Findings, Function, Good, Rule
from errlint.syntax.raises import last_name
from errlint.syntax.tree import walk


def _calls_framework(definition: Definition, file: FileContext) -> bool:
    """Whether a function calls what makes a response, by whatever name it has that."""
    responses = file.knowledge.responses
    if not responses or not isinstance(definition, Function):
        return False
    calls = file.outline.facts(definition).calls
    return any(_makes_response(file.reporters.resolved(call.callee, definition), file) for call in calls)


def _makes_response(name: str | None, file: FileContext) -> bool:
    return name is not None and any(each in file.knowledge.responses for each in file.exceptions.named_bases(name))


rule = Rule(
    code="ERR304",
    name="http-response-from-domain",
    since="0.1",
    preset="recommended",
    words=("return",),
    regions=_calls_framework,
    applies_to=lambda file: file.is_surely_domain,
    settings=("layers",),
    summary="Domain code returns an HTTP response or status",
    message="`return {answer}` answers over HTTP in domain code; return a value, or raise a domain error",
    help="return plain values, raise domain errors, and make the response where requests are handled",
    why=(
        "A status that is returned is easily lost: who forgets to look takes the failure for a result. And nobody but "
        "a request handler can use such a function: a task would have to read responses."
    ),
    bad=(
        Bad(
            """
            import flask

            def cancel(orders, number):
                if number not in orders:
                    return {"error": "no such order"}, 404  # expect: ERR304
                orders.pop(number)
            """,
            path="shop/services/orders.py",
        ),
        Bad(
            """
            from starlette.responses import JSONResponse

            def find(orders, number):
                return JSONResponse(orders[number])  # expect: ERR304 "`return JSONResponse(orders[number])`"
            """,
            path="shop/domain/orders.py",
        ),
    ),
    good=(
        Good(
            """
            import flask

            from shop.errors import OrderNotFound

            def cancel(orders, number):
                if number not in orders:
                    raise OrderNotFound(number)
                return orders.pop(number)
            """,
            path="shop/services/orders.py",
        ),
        Good(
            """
            import flask
            import requests

            def rate(currency):
                response = requests.get(f"https://rates.example/{currency}")
                if response.status_code == 404:
                    return None, 404
                return response.json(), response.status_code
            """,
            path="shop/services/rates.py",
        ),
        Good(
            """
            from flask import Blueprint, jsonify

            orders = Blueprint("orders", __name__)

            @orders.get("/<number>")
            def show(number):
                return jsonify(error="no such order"), 404
            """,
            path="shop/services/routes.py",
        ),
    ),
)

_COMMON = frozenset({400, 401, 403, 404, 405, 409, 410, 415, 422, 429, 500, 501, 502, 503, 504})
"""The statuses that a number by itself is taken for."""
_KEYS = frozenset({"status_code", "statusCode", "http_status"})
_STATUS_ATTRIBUTES = frozenset({"status_code", "status"})


@rule.sieve(ast.Return)
def may_apply(node: ast.Return, in_handler: bool) -> bool:
    """A tuple or a mapping with what may be a status; `_calls_framework` looks at the functions that call something."""
    parts = () if node.value is None else ast.walk(node.value)
    return any(_may_say_status(part) for part in parts)


def _may_say_status(part: ast.AST) -> bool:
    if isinstance(part, ast.Tuple):
        return len(part.elts) > 1 and _may_be_status(part.elts[1])
    keys = part.keys if isinstance(part, ast.Dict) else ()
    return any(isinstance(key, ast.Constant) and key.value in _KEYS for key in keys)


def _may_be_status(value: ast.expr) -> bool:
    """A number, or a constant."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int)
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return name.isupper() or name == "value"


@rule.on(cst.Return)
def check(node: cst.Return, ctx: Context) -> Findings:
    """A response by what it is; a status by its number, where nothing says that it is another service's."""
    if node.value is None or ctx.function_of(node) is None or ctx.is_web_layer(node):
        return
    answer = next((each for each in _alternatives(node.value) if _is_answer(each, ctx)), None)
    if answer is not None:
        yield rule.at(node, answer=ctx.code(answer))


def _alternatives(value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What an expression may be: both sides of `a if b else c`."""
    if isinstance(value, cst.IfExp):
        yield from _alternatives(value.body)
        yield from _alternatives(value.orelse)
    elif isinstance(value, cst.BooleanOperation):
        yield from _alternatives(value.left)
        yield from _alternatives(value.right)
    else:
        yield value


def _is_answer(value: cst.BaseExpression, ctx: Context) -> bool:
    if isinstance(value, cst.Dict):
        return any(_says_status(each, ctx) for each in value.elements) and not _reads_status(value, ctx)
    answer = ctx.answers.answer(value)
    if answer is None or answer.protocol != "http":
        return False
    if answer.by is By.RESPONSE:
        return True
    return answer.by is By.TUPLE and _is_body_and_status(value, answer.status, ctx) and not _reads_status(value, ctx)


def _says_status(element: cst.BaseDictElement, ctx: Context) -> bool:
    """Whether an entry of a mapping states that something went wrong, in terms of HTTP."""
    if not isinstance(element, cst.DictElement) or not isinstance(element.key, cst.SimpleString):
        return False
    return element.key.evaluated_value in _KEYS and (ctx.answers.status(element.value) or 0) >= min(_COMMON)


def _is_body_and_status(value: cst.BaseExpression, status: int | None, ctx: Context) -> bool:
    """Whether a pair is what views return: a body that is no number, and a status of an error."""
    if not isinstance(value, cst.Tuple) or len(value.elements) > 3 or status is None or status < min(_COMMON):
        return False
    body, said = value.elements[0].value, value.elements[1].value
    if isinstance(body, (cst.Integer, cst.Float, cst.UnaryOperation, cst.BinaryOperation)):
        return False
    return status in _COMMON or not isinstance(said, cst.Integer)


def _reads_status(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether the function around reads the status of a response: it is a client, and tells what it was told."""
    function = ctx.around.function_node(node)
    parts = () if function is None else walk(function.body)
    return any(isinstance(part, cst.Attribute) and last_name(part) in _STATUS_ATTRIBUTES for part in parts)

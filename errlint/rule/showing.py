"""Where the text of an exception is shown to a client: responses, HTTP exceptions, what a route returns or writes."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from errlint.rule.context import Context
from errlint.semantics.answers import By
from errlint.source.outline import Function
from errlint.syntax.exception_text import ExceptionText
from errlint.syntax.raises import last_name
from errlint.syntax.tree import NESTED_SCOPES, walk

_SHOWN_IN_DEBUG_ONLY = (
    *("django.http.Http404", "django.core.exceptions.PermissionDenied", "tornado.web.HTTPError"),
    "django.core.exceptions.SuspiciousOperation",
)
"""HTTP exceptions whose text the framework keeps to itself."""
_HIDES_FAILURES = "litestar."
"""What a library answers with a status of 500 without the text of its exception."""
_RETURNED_BY = frozenset({"http_route", "exception_handler", "middleware", "request_hook"})
"""Boundaries whose result is the response."""
_BODIES = frozenset({"media", "text", "data", "body", "content"})
_RESPONSES = frozenset({"resp", "response", "res"})
_WRITES = frozenset({"write", "finish"})
_ANSWERS = re.compile(r"respon|error|fail|json|problem|bad_request|abort|render", re.IGNORECASE)
_CLEANS = re.compile(r"redact|saniti[sz]|scrub|mask|safe|clean|public|friendly|generic|humani[sz]e|obfuscat")


@dataclass(frozen=True)
class Shown:
    """What a client is shown: the part that holds the text, and the status, as far as it is known."""

    place: cst.CSTNode
    part: cst.BaseExpression
    status: int | None


def cleans(call: cst.Call, ctx: Context) -> bool:
    """Whether a call makes a text that is fit for the client, as the settings or its name say."""
    if ctx.resolve_callee(call) in ctx.settings.sanitizers:
        return True
    return _CLEANS.search(last_name(call.func) or "") is not None


def shown_among(nodes: Iterable[cst.CSTNode], text: ExceptionText, ctx: Context) -> Iterator[Shown]:
    """What the statements among some nodes, in the order of the source, show to the client."""
    for node in nodes:
        if isinstance(node, cst.BaseSmallStatement):
            yield from list(_by_statement(node, text, ctx))[:1]
            text.follow(node)


def _by_statement(node: cst.BaseSmallStatement, text: ExceptionText, ctx: Context) -> Iterator[Shown]:
    for part in walk(node, skip=NESTED_SCOPES):
        if isinstance(part, cst.Call):
            yield from _by_call(part, node, text, ctx)
    if isinstance(node, cst.Return) and node.value is not None:
        yield from _by_return(node, node.value, text, ctx)
    elif isinstance(node, cst.Assign) and any(_is_body(target.target) for target in node.targets):
        held = text.part(node.value)
        if held is not None and ctx.is_web_layer(node):
            yield Shown(node, held, None)


def _by_call(call: cst.Call, statement: cst.BaseSmallStatement, text: ExceptionText, ctx: Context) -> Iterator[Shown]:
    """A response or an HTTP exception that is made, a call that aborts, tornado's `self.write`."""
    parts = [held for argument in call.args if (held := text.part_of_argument(argument)) is not None]
    if not parts:
        return
    answer = ctx.answers.answer(call)
    if answer is None:
        if _is_write(call) and any(boundary.library == "tornado" for boundary in ctx.boundaries_of(call)):
            yield Shown(call, parts[0], None)
        return
    if answer.protocol != "http" or answer.name.startswith("grpc") or answer.name.endswith(".close"):
        return
    if answer.by is By.EXCEPTION and not _tells(answer.name, answer.status, ctx):
        return
    if ctx.exceptions.class_of(answer.name) is not None:  # it may keep an exception as its cause
        parts = [held for argument in call.args if (held := text.part(argument.value)) is not None]
        if not parts:
            return
    is_raised = isinstance(statement, cst.Raise) and statement.exc is call
    yield Shown(statement if is_raised else call, parts[0], _status_around(call, ctx) or answer.status)


def _tells(name: str, status: int | None, ctx: Context) -> bool:
    """Whether a framework shows the text of an HTTP exception."""
    if ctx.exceptions.surely_derives(name, _SHOWN_IN_DEBUG_ONLY):
        return False
    return not (name.startswith(_HIDES_FAILURES) and status in (None, 500))


def _status_around(call: cst.Call, ctx: Context) -> int | None:
    """The status of a tuple that begins with a call: `jsonify(...), 500`."""
    for around in ctx.around.ancestors(call):
        if isinstance(around, cst.Tuple):
            answer = ctx.answers.answer(around)
            return None if answer is None else answer.status
        if not isinstance(around, cst.Element):
            break
    return None


def _by_return(node: cst.Return, value: cst.BaseExpression, text: ExceptionText, ctx: Context) -> Iterator[Shown]:
    """What a route returns."""
    held = text.part(value) or _given_to_helper(value, text, ctx)
    if held is None:
        return
    kinds = {boundary.kind for boundary in ctx.boundaries_of(node)}
    is_proxied = "lambda_handler" in kinds and _is_for_api_gateway(value)
    made = _made_by_helper(value, ctx)
    if is_proxied or kinds & _RETURNED_BY:
        answer = ctx.answers.answer(value) if isinstance(value, (cst.Tuple, cst.Dict)) else None
        yield Shown(node, held, None if answer is None else answer.status)
    elif made is not None:
        yield Shown(node, held, _written_status(made))


def _given_to_helper(value: cst.BaseExpression, text: ExceptionText, ctx: Context) -> cst.BaseExpression | None:
    """The text that goes to a function which makes the response, as its name or its body says."""
    call = value.expression if isinstance(value, cst.Await) else value
    if not isinstance(call, cst.Call) or cleans(call, ctx):
        return None
    held = next((part for argument in call.args if (part := text.part(argument.value)) is not None), None)
    makes = held is not None and (_ANSWERS.search(last_name(call.func) or "") or _made_by_helper(call, ctx))
    return held if makes else None


def _made_by_helper(value: cst.BaseExpression, ctx: Context) -> ast.Call | None:
    """The response that a function of the project makes of what it is given."""
    found = ctx.definition_of(value.func) if isinstance(value, cst.Call) else None
    if found is None or not isinstance(found.definition, Function):
        return None
    given = {parameter.name for parameter in found.definition.parameters}
    for part in ast.walk(found.definition.node) if isinstance(found.definition.node, ast.FunctionDef) else ():
        if isinstance(part, ast.Return) and isinstance(part.value, ast.Call) and _is_named_response(part.value):
            read = {each.id for each in ast.walk(part.value) if isinstance(each, ast.Name)}
            return None if given.isdisjoint(read) else part.value
    return None


def _is_named_response(made: ast.Call) -> bool:
    name = getattr(made.func, "id", None) or getattr(made.func, "attr", None) or ""
    return name == "jsonify" or name.lower().endswith("response")


def _written_status(made: ast.Call) -> int | None:
    statuses = (each.value for each in made.keywords if each.arg in ("status", "status_code"))
    status = next((each.value for each in statuses if isinstance(each, ast.Constant)), None)
    return status if isinstance(status, int) else None


def _is_for_api_gateway(value: cst.BaseExpression) -> bool:
    """Whether what a Lambda function returns is a response of HTTP: it has a `statusCode`."""
    return isinstance(value, cst.Dict) and any(
        isinstance(element, cst.DictElement)
        and isinstance(element.key, cst.SimpleString)
        and element.key.evaluated_value == "statusCode"
        for element in value.elements
    )


def _is_body(target: cst.BaseExpression) -> bool:
    """`resp.media` and its like."""
    if not isinstance(target, cst.Attribute) or not isinstance(target.value, cst.Name):
        return False
    return target.attr.value in _BODIES and target.value.value in _RESPONSES


def _is_write(call: cst.Call) -> bool:
    func = call.func
    if not isinstance(func, cst.Attribute) or not isinstance(func.value, cst.Name):
        return False
    return func.value.value == "self" and func.attr.value in _WRITES

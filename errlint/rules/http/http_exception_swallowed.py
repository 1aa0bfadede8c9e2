"""ERR307: a catch-all turns an HTTP exception of its own `try` into another answer."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

import libcst as cst

from errlint.rule import WEB_KINDS, Bad, By, Context, Findings, Good, Rule, Signal, Unsafe, arrives, let_through
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.handlers import caught_name
from errlint.syntax.paths import Effect, Exit, Path
from errlint.syntax.raises import raised_callee
from errlint.syntax.sieve import CATCH_ALL, names_one_of
from errlint.syntax.texts import code
from errlint.syntax.tree import NESTED_SCOPES, walk

_PASS_ON = Unsafe("raise the HTTP exception again before", because="clients get the status that was meant for them")

rule = Rule(
    code="ERR307",
    name="http-exception-swallowed",
    since="0.1",
    preset="recommended",
    words=("except",),
    fixes=(_PASS_ON,),
    settings=("http-exceptions",),
    summary="A catch-all turns an HTTP exception of its own `try` into another answer",
    message="`{header}` takes {error} of `{source}` and {outcome}; put `except {wanted}: raise` before it",
    help="raise HTTP exceptions again in a clause of their own, before the catch-all",
    why=(
        "HTTP exceptions derive from `Exception`. The 404 that a few lines above was chosen with care reaches the "
        "client as a 500, is retried, and rings an alarm."
    ),
    bad=(
        Bad(
            """
            from fastapi import APIRouter, HTTPException

            router = APIRouter()

            @router.get("/orders/{number}")
            def show(number: int):
                try:
                    order = orders.find(number)
                    if order is None:
                        raise HTTPException(404, "no such order")
                    return order
                except Exception:  # expect: ERR307 "takes the 404 of `raise HTTPException(404, "no such order")`"
                    logger.exception("cannot show order %s", number)
                    raise HTTPException(500, "internal error")
        """,
            fixed="""
            from fastapi import APIRouter, HTTPException

            router = APIRouter()

            @router.get("/orders/{number}")
            def show(number: int):
                try:
                    order = orders.find(number)
                    if order is None:
                        raise HTTPException(404, "no such order")
                    return order
                except HTTPException:
                    raise
                except Exception:
                    logger.exception("cannot show order %s", number)
                    raise HTTPException(500, "internal error")
        """,
        ),
        Bad("""
            from flask import Blueprint, abort, jsonify

            pages = Blueprint("pages", __name__)

            def order_of(number):
                if number not in orders:
                    abort(404)
                return orders[number]

            @pages.route("/orders/<number>")
            def show(number):
                try:
                    return jsonify(order_of(number))
                except Exception:  # expect: ERR307 "`order_of(number)` and answers with 500"
                    logger.exception("cannot show order %s", number)
                    return jsonify(error="internal error"), 500
        """),
    ),
    good=(
        Good("""
            from fastapi import APIRouter, HTTPException

            router = APIRouter()

            @router.get("/orders/{number}")
            def show(number: int):
                try:
                    order = orders.find(number)
                    if order is None:
                        raise HTTPException(404, "no such order")
                    return order
                except HTTPException:
                    raise
                except Exception:
                    logger.exception("cannot show order %s", number)
                    raise HTTPException(500, "internal error")
        """),
        Good("""
            from fastapi import APIRouter, HTTPException

            router = APIRouter()

            @router.get("/orders/{number}")
            def show(number: int):
                try:
                    order = orders.find(number)
                except Exception:
                    logger.exception("cannot show order %s", number)
                    raise HTTPException(500, "internal error")
                if order is None:
                    raise HTTPException(404, "no such order")
                return order
        """),
        Good("""
            from flask import Blueprint, abort, jsonify
            from werkzeug.exceptions import HTTPException

            pages = Blueprint("pages", __name__)

            @pages.route("/orders/<number>")
            def show(number):
                try:
                    if number not in orders:
                        abort(404)
                    return jsonify(orders[number])
                except Exception as error:
                    if isinstance(error, HTTPException):
                        raise
                    logger.exception("cannot show order %s", number)
                    return jsonify(error="internal error"), 500
        """),
    ),
)

_ROOTS = (
    *("fastapi.HTTPException", "starlette.exceptions.HTTPException", "werkzeug.exceptions.HTTPException"),
    *("rest_framework.exceptions.APIException", "aiohttp.web.HTTPException", "litestar.exceptions.HTTPException"),
    *("falcon.HTTPError", "sanic.exceptions.SanicException"),
)
"""The classes that a clause should name: it lets their kin through too."""
_DRF_INVALID = "rest_framework.exceptions.ValidationError"
_WHOLE = 10_000
_STRINGS = frozenset({"str", "repr", "type", "print", "format", "len", "bool"})


@dataclass(frozen=True)
class _HttpSignal(Signal):
    """An HTTP exception that is raised in the body of a `try`, or by what that calls."""

    status: int | None
    is_own: bool
    """Whether the body itself raises it for certain; what is called for its result may as well return."""


@rule.sieve(ast.Try)
def may_apply(node: ast.Try, in_handler: bool) -> bool:
    """A catch-all."""
    return any(names_one_of(handler.type, CATCH_ALL) for handler in node.handlers)


@rule.on(cst.ExceptHandler)
def check(node: cst.ExceptHandler, ctx: Context) -> Findings:
    """The handler first, then what reaches it: one finding a handler, at the first signal that fares otherwise."""
    if not ctx.handlers.is_catch_all(node) or not ctx.survey.frameworks or _looks_at_error(node, ctx):
        return
    paths = [path for path in ctx.handlers.paths(node) if not _passes_on(path, node)]
    if not paths:
        return
    signals = [
        signal
        for part in walk(ctx.around.try_of(node).body, skip=NESTED_SCOPES)
        for signal in _signals(part, ctx)
        if arrives(signal, node, ctx)
    ]
    for signal in signals:
        outcome = next((found for path in paths if (found := _outcome(path, signal, ctx)) is not None), None)
        if outcome is not None:
            yield rule.at(
                node,
                ((signal.node, "the HTTP exception"),),
                let_through(_PASS_ON, [_widened(each, ctx) for each in signals], node, ctx),
                header=ctx.header(node),
                error="the HTTP error" if signal.status is None else f"the {signal.status}",
                source=signal.source,
                outcome=outcome,
                wanted=_widened(signal, ctx).shown,
            )
            return


# What reaches the handler


def _signals(node: cst.CSTNode, ctx: Context) -> Iterator[_HttpSignal]:
    if isinstance(node, cst.Raise) and node.exc is not None:
        callee = raised_callee(node.exc)
        name = None if callee is None else ctx.resolve(callee)
        if callee is not None and name is not None and ctx.file.http_raises.is_http_exception(name):
            answer = ctx.answers.answer(node.exc)
            status = None if answer is None else answer.status
            yield _HttpSignal(node, f"raise {ctx.code(node.exc)}", name, ctx.code(callee), status, is_own=True)
    elif isinstance(node, cst.Call):
        answer = ctx.answers.answer(node)
        is_abort = answer is not None and answer.by is By.ABORT
        raised = _raised_by(node, ctx)
        if raised is not None:
            status = answer.status if answer is not None and is_abort else None
            is_own = is_abort and isinstance(ctx.around.parent(node), cst.Expr)
            yield _HttpSignal(node, ctx.code(node), raised, None, status, is_own=is_own)


def _raised_by(call: cst.Call, ctx: Context) -> str | None:
    """The class of an HTTP exception that a call may raise."""
    if isinstance(call.func, cst.Attribute) and "rest_framework" in ctx.file.outline.packages:
        asked = keyword_argument(call, "raise_exception")
        if call.func.attr.value == "is_valid" and asked is not None and is_literal(asked.value, "True"):
            return _DRF_INVALID
    return ctx.raised_http(call)


def _widened(signal: Signal, ctx: Context) -> Signal:
    """A signal that is not raised here, with the class by which its framework knows all of its kin."""
    roots = (root for root in _ROOTS if ctx.exceptions.surely_derives(signal.raised, (root,)))
    return signal if signal.expression is not None else replace(signal, raised=next(roots, signal.raised))


# What becomes of it


def _passes_on(path: Path, handler: cst.ExceptHandler) -> bool:
    """Whether a way through the handler raises what it caught, or asks what it is."""
    if path.effects & Effect.DECIDES:
        return True
    if path.exit is not Exit.RAISE or not isinstance(path.end, cst.Raise):
        return path.exit is Exit.RAISE and not isinstance(path.end, cst.Expr)
    raised, name = path.end.exc, caught_name(handler)
    return raised is None or (isinstance(raised, cst.Name) and raised.value == name)


def _looks_at_error(handler: cst.ExceptHandler, ctx: Context) -> bool:
    """Whether the handler asks the error for its status or class, or hands it to something that may."""
    name = caught_name(handler)
    return name is not None and any(
        _asks(part, name) or (isinstance(part, cst.Call) and _hands_over(part, name, ctx))
        for part in walk(handler.body, skip=NESTED_SCOPES)
    )


def _asks(node: cst.CSTNode, name: str) -> bool:
    if not isinstance(node, cst.Attribute) or not isinstance(node.value, cst.Name) or node.value.value != name:
        return False
    return node.attr.value not in ("args", "__str__", "__class__", "with_traceback")


def _hands_over(call: cst.Call, name: str, ctx: Context) -> bool:
    given = [each for each in call.args if isinstance(each.value, cst.Name) and each.value.value == name]
    if not given or (isinstance(call.func, cst.Name) and call.func.value in _STRINGS):
        return False
    report = ctx.report(call)
    is_reporter = report is not None and (
        report.is_logger or ctx.file.reporters.is_known(ctx.resolve_callee(call) or "")
    )
    return not is_reporter and ctx.answers.answer(call) is None


def _outcome(path: Path, signal: _HttpSignal, ctx: Context) -> str | None:
    """What a way through the handler makes of a signal; `None` if that is much the same, or no answer to a client."""
    end = path.end
    if isinstance(end, cst.Return) and end.value is not None:
        return _answered(end.value, signal, ctx) if _is_answer(end.value, ctx) else None
    if isinstance(end, (cst.Raise, cst.Expr)) and path.exit is Exit.RAISE:
        raised = end.exc if isinstance(end, cst.Raise) else end.value
        if raised is None or _is_same(raised, signal):
            return None
        if ctx.answers.answer(raised) is not None:
            return _answered(raised, signal, ctx)
        return "raises another error" if signal.is_own else None
    return "goes on" if signal.is_own and path.exit is Exit.FALL else None


def _is_same(raised: cst.BaseExpression, signal: _HttpSignal) -> bool:
    raising = signal.node.exc if isinstance(signal.node, cst.Raise) else None
    return raising is not None and code(raised, _WHOLE) == code(raising, _WHOLE)


def _is_answer(value: cst.BaseExpression, ctx: Context) -> bool:
    """Whether what is returned goes to a client."""
    if ctx.answers.answer(value) is not None:
        return True
    is_route = not {each.kind for each in ctx.boundaries_of(value)}.isdisjoint(WEB_KINDS)
    return is_route and isinstance(value, (cst.Call, cst.Dict, cst.Tuple))


def _answered(node: cst.BaseExpression, signal: _HttpSignal, ctx: Context) -> str | None:
    """What the client is answered instead; `None` if it is the same status."""
    answer = ctx.answers.answer(node)
    if answer is None or answer.status is None or answer.protocol != "http":
        return "answers otherwise"
    return None if answer.status == signal.status else f"answers with {answer.status}"

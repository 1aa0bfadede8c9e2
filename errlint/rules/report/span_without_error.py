"""ERR411: a span that is ended by hand does not hear of the error that a handler swallows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.handlers import caught_name
from errlint.syntax.paths import Effect, Exit
from errlint.syntax.raises import last_name
from errlint.syntax.texts import identifiers
from errlint.syntax.tree import walk

rule = Rule(
    code="ERR411",
    name="span-without-error",
    since="0.1",
    preset="production",
    words=("start_span", "start_as_current_span"),
    summary="A span that is ended by hand does not hear of a swallowed error",
    message="`{span}` ends as if nothing had failed; call `{span}.record_exception({error})`, and `set_status`",
    help="call `record_exception` and `set_status` in the handler",
    why="In the trace the operation looks like a success: nobody finds the failing requests by their spans.",
    bad=(
        Bad("""
            from opentelemetry import trace

            tracer = trace.get_tracer(__name__)

            def refresh(feed, log):
                span = tracer.start_span("refresh")
                try:
                    feed.load()
                except Exception as error:  # expect: ERR411 "call `span.record_exception(error)`"
                    log.exception("cannot refresh %s", feed.url)
                finally:
                    span.end()
        """),
    ),
    good=(
        Good("""
            from opentelemetry import trace
            from opentelemetry.trace import Status, StatusCode

            tracer = trace.get_tracer(__name__)

            def refresh(feed, log):
                span = tracer.start_span("refresh")
                try:
                    feed.load()
                except Exception as error:
                    log.exception("cannot refresh %s", feed.url)
                    span.record_exception(error)
                    span.set_status(Status(StatusCode.ERROR))
                finally:
                    span.end()
        """),
        Good("""
            from opentelemetry import trace

            tracer = trace.get_tracer(__name__)

            def refresh(feed, log):
                try:
                    with tracer.start_as_current_span("refresh"):
                        feed.load()
                except Exception:
                    log.exception("cannot refresh %s", feed.url)
        """),
        Good("""
            from opentelemetry import trace

            tracer = trace.get_tracer(__name__)

            def refresh(feed):
                span = tracer.start_span("refresh")
                try:
                    return feed.cache["rate"]
                except KeyError:
                    return feed.load()
                finally:
                    span.end()
        """),
    ),
)

_BY_HAND = "opentelemetry.trace.Tracer.start_span"
_AS_CURRENT = "opentelemetry.trace.Tracer.start_as_current_span"
_CARRIES = frozenset({"use_span", "set_span_in_context"})
"""Functions that are given a span to make it the current one."""
_TELLS = frozenset({"record_exception", "set_status"})


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """Any handler: what matters stands around it."""
    return True


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: Handler, ctx: Context) -> Findings:
    """A handler that swallows an error which says that the operation failed, while a span of the function is open."""
    function = ctx.around.function_node(node)
    if function is None or not _swallows(node, ctx) or _speaks_of_spans(node, ctx):
        return
    for name in _spans(function, node, ctx):
        if not _is_told_elsewhere(name, function, node, ctx):
            yield rule.at(node, span=name, error=caught_name(node) or "...")
            return


def _speaks_of_spans(handler: Handler, ctx: Context) -> bool:
    """Whether a handler does more with a span than end it; it may do so through a function, or the current span."""
    if not _TELLS.isdisjoint(identifiers(handler.body)):
        return True
    for part in walk(handler.body):
        if isinstance(part, cst.Name) and "span" in part.value.lower():
            parent = ctx.around.parent(part)
            if not (isinstance(parent, cst.Attribute) and parent.attr.value == "end"):
                return True
    return False


def _swallows(handler: Handler, ctx: Context) -> bool:
    """Whether a way through a handler goes on, with the error neither kept nor raised, and the error is a failure."""
    paths = ctx.handlers.paths(handler)
    is_failure = ctx.handlers.is_catch_all(handler) or any(path.effects & Effect.REPORTS for path in paths)
    return is_failure and any(
        path.exit not in (Exit.RAISE, Exit.END) and not path.effects & (Effect.USES | Effect.DECIDES) for path in paths
    )


def _spans(function: cst.FunctionDef, handler: Handler, ctx: Context) -> Iterator[str]:
    """The names of the spans that are open when a handler runs, and that record no exception by themselves."""
    attempt = ctx.around.try_of(handler)
    around = list(ctx.around.ancestors(attempt))
    for part in walk(function.body):
        if isinstance(part, cst.Assign) and isinstance(part.value, cst.Call) and _is(_BY_HAND, part.value, ctx):
            target = part.targets[0].target
            if isinstance(target, cst.Name) and _is_before(part, attempt, ctx):
                yield target.value
    for part in around:
        if isinstance(part, cst.FunctionDef):
            return
        for item in part.items if isinstance(part, cst.With) else ():
            alias = None if item.asname is None else item.asname.name
            is_off = (
                isinstance(item.item, cst.Call) and _is(_AS_CURRENT, item.item, ctx) and _records_nothing(item.item)
            )
            if is_off and isinstance(alias, cst.Name):
                yield alias.value


def _records_nothing(call: cst.Call) -> bool:
    given = keyword_argument(call, "record_exception")
    return given is not None and is_literal(given.value, "False")


def _is(name: str, call: cst.Call, ctx: Context) -> bool:
    """Whether a call starts a span of OpenTelemetry; a tracer that comes from outside is known by its name."""
    if ctx.resolve_callee(call) == name:
        return True
    func = call.func
    if (
        not isinstance(func, cst.Attribute)
        or func.attr.value != name.rpartition(".")[2]
        or ctx.resolve(func) is not None
    ):
        return False
    receiver = last_name(func.value) or ""
    return "opentelemetry" in ctx.file.outline.packages and receiver.lower().endswith("tracer")


def _is_before(statement: cst.Assign, attempt: cst.CSTNode, ctx: Context) -> bool:
    """Whether a statement stands above a `try` in a block around it, or in the `try` itself."""
    line = ctx.around.parent(statement)
    block = None if line is None else ctx.around.parent(line)
    if line is None or block is None:
        return False
    if block is getattr(attempt, "body", None):
        return True
    current = attempt
    for around in ctx.around.ancestors(attempt):
        if around is block and isinstance(around, cst.BaseSuite):
            parts = list(around.body)
            return parts.index(line) < parts.index(current)
        current = around
    return False


def _is_told_elsewhere(name: str, function: cst.FunctionDef, handler: Handler, ctx: Context) -> bool:
    """Whether code beside the handler may tell the span: behind the `try`, in its `finally`, or wherever the span is
    handed on to.
    """
    attempt = ctx.around.try_of(handler)
    tried = {id(part) for part in walk(attempt.body)}
    for part in walk(function.body):
        if not isinstance(part, cst.Name) or part.value != name:
            continue
        parent = ctx.around.parent(part)
        if isinstance(parent, cst.Attribute):
            tells = parent.attr.value in _TELLS and id(part) not in tried
            if tells and not any(each in attempt.handlers for each in ctx.around.ancestors(part)):
                return True
        elif isinstance(parent, cst.Arg):
            call = ctx.around.parent(parent)
            carries = isinstance(call, cst.Call) and last_name(call.func) in _CARRIES
            is_use = carries and isinstance(call, cst.Call) and last_name(call.func) == "use_span"
            if not carries or (is_use and id(part) in tried):
                return True
        elif isinstance(parent, (cst.Return, cst.Assign, cst.Yield, cst.Element, cst.DictElement)):
            return True
    return False

"""ERR225: a catch-all takes an exception that is no error, but a signal to a framework."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule, Signal, Unsafe, arrives, let_through
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.handlers import caught_name
from errlint.syntax.paths import Effect, Exit, Path
from errlint.syntax.raises import last_name, mentions, raised_callee
from errlint.syntax.sieve import CATCH_ALL, calls_method, names_one_of, statements_below
from errlint.syntax.tree import NESTED_SCOPES, walk

_PASS_ON = Unsafe("raise the signal again before", because="the framework does what the signal asks for")

rule = Rule(
    code="ERR225",
    name="control-flow-swallowed",
    since="0.1",
    preset="recommended",
    words=("except",),
    fixes=(_PASS_ON,),
    settings=("control-flow-exceptions",),
    summary="A catch-all takes an exception that is no error, but a signal to a framework",
    message="`{header}` takes the signal that `{source}` gives to {library}; {advice}",
    help="raise the signal again in a clause of its own, before the catch-all",
    why=(
        "Frameworks steer by exceptions that derive from `Exception`: a task that asks to be retried, a command that "
        "wants to end. Caught as an error, the task counts as done, and the command goes on."
    ),
    bad=(
        Bad(
            """
            from celery import shared_task

            @shared_task(bind=True)
            def deliver(self, letter):
                try:
                    if not letter.is_ready:
                        raise self.retry(countdown=60)
                    letter.send()
                except Exception:  # expect: ERR225 "`self.retry(...)` gives to celery"
                    logger.exception("cannot deliver %s", letter)
        """,
            fixed="""
            from celery import shared_task
            import celery.exceptions

            @shared_task(bind=True)
            def deliver(self, letter):
                try:
                    if not letter.is_ready:
                        raise self.retry(countdown=60)
                    letter.send()
                except celery.exceptions.Retry:
                    raise
                except Exception:
                    logger.exception("cannot deliver %s", letter)
        """,
        ),
        Bad(
            """
            import typer

            def show(name: str):
                try:
                    if name not in users:
                        typer.echo("no such user")
                        raise typer.Exit(2)
                    typer.echo(users[name])
                except Exception as error:  # expect: ERR225 "put `except typer.Exit: raise` before it"
                    typer.echo(f"failed: {error}")
        """,
            fixed="""
            import typer

            def show(name: str):
                try:
                    if name not in users:
                        typer.echo("no such user")
                        raise typer.Exit(2)
                    typer.echo(users[name])
                except typer.Exit:
                    raise
                except Exception as error:
                    typer.echo(f"failed: {error}")
        """,
        ),
    ),
    good=(
        Good("""
            from celery import shared_task
            from celery.exceptions import Retry

            @shared_task(bind=True)
            def deliver(self, letter):
                try:
                    if not letter.is_ready:
                        raise self.retry(countdown=60)
                    letter.send()
                except Retry:
                    raise
                except Exception:
                    logger.exception("cannot deliver %s", letter)
        """),
        Good("""
            from celery import shared_task

            @shared_task(bind=True)
            def deliver(self, letter):
                try:
                    letter.send()
                except Exception as error:
                    raise self.retry(exc=error)
        """),
    ),
)

_METHODS = frozenset({"abort", "abort_with_status", "exit", "retry"})
_HANDS_ON = frozenset({"set_exception", "send_exception", "throw", "fail", "isinstance"})


@dataclass(frozen=True)
class _Signal(Signal):
    """A signal, and the library that it is for."""

    library: str


@rule.sieve(ast.Try)
def may_apply(node: ast.Try, in_handler: bool) -> bool:
    """A catch-all around a `raise`, or around a call that may give a signal."""
    if not any(names_one_of(handler.type, CATCH_ALL) for handler in node.handlers):
        return False
    body = ast.Module(body=node.body, type_ignores=[])
    return any(isinstance(part, ast.Raise) for part in statements_below(body)) or calls_method(body, _METHODS)


@rule.on(cst.ExceptHandler)
def check(node: cst.ExceptHandler, ctx: Context) -> Findings:
    """The handler first, then what reaches it: one finding a handler, at the first signal."""
    if not ctx.handlers.is_catch_all(node):
        return
    body = ctx.around.try_of(node).body
    signals = [
        signal
        for part in walk(body, skip=NESTED_SCOPES)
        for signal in _signals(part, ctx)
        if arrives(signal, node, ctx)
    ]
    if not signals or all(_passes_on(path, node, ctx) for path in ctx.handlers.paths(node)) or _hands_on(node):
        return
    first = signals[0]
    separable = first.raised not in ("builtins.Exception", "builtins.BaseException")
    advice = f"put `except {first.shown}: raise` before it" if separable else "call it outside of the `try`"
    yield rule.at(
        node,
        ((first.node, "the signal"),),
        let_through(_PASS_ON, signals, node, ctx) if separable else None,
        header=ctx.header(node),
        source=first.source,
        library=first.library,
        advice=advice,
    )


def _signals(node: cst.CSTNode, ctx: Context) -> Iterator[_Signal]:
    if isinstance(node, cst.Raise) and node.exc is not None:
        callee = raised_callee(node.exc)
        name = None if callee is None else ctx.resolve(callee)
        signal = None if name is None else _control_flow(name, ctx)
        if callee is not None and name is not None and signal is not None:
            yield _Signal(node, f"raise {ctx.code(callee)}", name, ctx.code(callee), signal.partition(".")[0])
    elif isinstance(node, cst.Call):
        raised = _raised_by(node, ctx)
        if raised is not None and not _is_told_not_to_raise(node):
            library = "grpc" if raised == "builtins.Exception" else raised.partition(".")[0]
            yield _Signal(node, f"{ctx.code(node.func)}(...)", raised, None, library)


def _control_flow(name: str, ctx: Context) -> str | None:
    """The class of control flow that a class is, or derives from."""
    known = ctx.file.knowledge
    if ctx.exceptions.surely_derives(name, known.http_exceptions):
        return None
    return next((each for each in sorted(known.control_flow) if ctx.exceptions.surely_derives(name, (each,))), None)


def _raised_by(call: cst.Call, ctx: Context) -> str | None:
    """What a call raises to steer a framework."""
    known = ctx.file.knowledge.control_flow_calls.get(ctx.resolve_callee(call) or "")
    if known is not None:
        return known
    if not isinstance(call.func, cst.Attribute) or not isinstance(call.func.value, cst.Name):
        return None
    function = ctx.around.function_node(call)
    if function is None or call.func.attr.value not in _METHODS:
        return None
    parameters = [*function.params.posonly_params, *function.params.params]
    if call.func.value.value not in [parameter.name.value for parameter in parameters]:
        return None
    is_first = bool(parameters) and parameters[0].name.value == call.func.value.value
    method = call.func.attr.value
    if is_first and method == "retry" and (_is_bound_task(function) or _is_method_of_task(function, ctx)):
        return "celery.exceptions.Retry"
    if is_first and method in ("exit", "abort") and _is_given_context(function, ctx):
        return f"click.exceptions.{method.capitalize()}"
    if method in ("abort", "abort_with_status") and _is_servicer(function, ctx):
        return "builtins.Exception" if function.asynchronous is None else "grpc.aio.AbortError"
    return None


def _is_bound_task(function: cst.FunctionDef) -> bool:
    """`@app.task(bind=True)`, wherever the app comes from."""
    for decorator in function.decorators:
        call = decorator.decorator
        if isinstance(call, cst.Call) and last_name(call.func) in ("task", "shared_task"):
            bound = keyword_argument(call, "bind")
            if bound is not None and is_literal(bound.value, "True"):
                return True
    return False


def _is_method_of_task(function: cst.FunctionDef, ctx: Context) -> bool:
    owner = getattr(ctx.around.definition(function), "owner", None)
    if owner is None:
        return False
    bases = {ctx.file.names.resolve(base, owner.parent) for base in owner.bases}
    return not bases.isdisjoint({"celery.Task", "celery.app.task.Task"})


def _is_given_context(function: cst.FunctionDef, ctx: Context) -> bool:
    names = ("click.pass_context", "click.decorators.pass_context")
    return any(ctx.resolve(decorator.decorator) in names for decorator in function.decorators)


def _is_servicer(function: cst.FunctionDef, ctx: Context) -> bool:
    """A method of a class that derives from what grpc generates: `GreeterServicer`."""
    owner = getattr(ctx.around.definition(function), "owner", None)
    return owner is not None and any((base or "").endswith("Servicer") for base in owner.bases)


def _is_told_not_to_raise(call: cst.Call) -> bool:
    throw = keyword_argument(call, "throw")
    return throw is not None and not is_literal(throw.value, "True")


def _passes_on(path: Path, handler: Handler, ctx: Context) -> bool:
    """Whether a way through the handler raises what it caught, or asks what it is."""
    if path.effects & Effect.DECIDES:
        return True
    if path.exit is not Exit.RAISE:
        return False
    if isinstance(path.end, cst.Expr):
        return not any(isinstance(part, cst.Call) and _raised_by(part, ctx) for part in walk(path.end))
    if not isinstance(path.end, cst.Raise):
        return True
    if path.end.exc is None:
        return True
    name = caught_name(handler)
    return isinstance(path.end.exc, cst.Name) and path.end.exc.value == name


def _hands_on(handler: Handler) -> bool:
    """Whether the handler gives the exception to somebody who waits for it, or asks for its class."""
    name = caught_name(handler)
    return name is not None and any(
        isinstance(part, cst.Call)
        and last_name(part.func) in _HANDS_ON
        and any(mentions(argument, name) for argument in part.args)
        for part in walk(handler.body, skip=NESTED_SCOPES)
    )

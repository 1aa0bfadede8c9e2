"""ERR111: the caught exception is raised again without its traceback, or without what caused it."""

from __future__ import annotations

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Handler, Rule, Unsafe, chained
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.formatting import is_name
from errlint.syntax.handlers import HANDLERS, is_bare_raise
from errlint.syntax.raises import last_name
from errlint.syntax.tree import NESTED_SCOPES, walk

_CHAIN = Unsafe("name the caught exception as the cause", because="callers see another `__cause__`")
_RERAISE = Unsafe("write a bare `raise`", because="callers get the caught exception itself, with all its attributes")

rule = Rule(
    code="ERR111",
    name="traceback-lost",
    since="0.1",
    preset="production",
    words=("except", "raise"),
    settings=("comment-is-reason",),
    fixes=(_CHAIN, _RERAISE),
    summary="The caught exception is raised again without its traceback",
    message="`{code}` {loss}; {advice}",
    help="raise the exception that was caught with a bare `raise`, or chain a new one with `from`",
    why=(
        "The traceback shows where the failed operation stands and what it was called with. A copy made by "
        "`type(err)(...)` begins a new one, and drops error numbers, responses and other attributes."
    ),
    supersedes=("ERR102", "ERR103"),
    bad=(
        Bad(
            """
            def save(order, store):
                try:
                    store.put(order)
                except StoreError as err:
                    raise type(err)(f"order {order.id}: {err}")  # expect: ERR111 "write `from err`"
        """,
            fixed="""
            def save(order, store):
                try:
                    store.put(order)
                except StoreError as err:
                    raise type(err)(f"order {order.id}: {err}") from err
        """,
        ),
        Bad(
            """
            async def find(host, *, strict):
                try:
                    return await discover(host)
                except TimeoutError as err:
                    if strict:
                        raise err from err  # expect: ERR111 "its own cause"
                    return None
        """,
            fixed="""
            async def find(host, *, strict):
                try:
                    return await discover(host)
                except TimeoutError:
                    if strict:
                        raise
                    return None
        """,
        ),
        Bad(
            """
            def run(task):
                try:
                    task.run()
                except TaskError as err:
                    raise err.with_traceback(None)  # expect: ERR111 "cuts off the traceback"
        """,
            fixed="""
            def run(task):
                try:
                    task.run()
                except TaskError:
                    raise
        """,
        ),
    ),
    good=(
        Good("""
            def number(field, value):
                try:
                    return int(value)
                except (TypeError, ValueError) as err:
                    raise type(err)(f"{field} expects a number, not {value!r}") from err
        """),
        Good("""
            def run(task, failures):
                try:
                    task.run()
                except TaskError as err:
                    err.__traceback__ = None
                    failures.append(err)
        """),
    ),
)

_IS_COPY = "raises a copy of `{name}` without its traceback and attributes"
_IS_OWN_CAUSE = "makes the exception its own cause, and hides what caused it"
_CUTS_OFF = "cuts off the traceback that leads to the fault"


@rule.sieve(ast.Raise)
def may_raise(node: ast.Raise, in_handler: bool) -> bool:
    """A name that is its own cause, or in a handler what a call makes of an exception."""
    if isinstance(node.exc, ast.Name):
        return isinstance(node.cause, ast.Name) and node.cause.id == node.exc.id
    return in_handler and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, (ast.Attribute, ast.Call))


@rule.sieve(ast.Assign)
def may_assign(node: ast.Assign, in_handler: bool) -> bool:
    """A traceback in a handler."""
    return in_handler and any(getattr(target, "attr", None) == "__traceback__" for target in node.targets)


@rule.on(cst.Raise)
def check_raise(node: cst.Raise, ctx: Context) -> Findings:
    """What is raised again, by the form of the expression."""
    cause = None if node.cause is None else node.cause.item
    if isinstance(node.exc, cst.Name) and cause is not None and is_name(cause, node.exc.value):
        handler = ctx.around.handler_that_names(node.exc.value, node)
        yield rule.at(
            node, fix=_reraised(node, handler, ctx), code=ctx.code(node), loss=_IS_OWN_CAUSE, advice="write `raise`"
        )
    elif isinstance(node.exc, cst.Call):
        yield from _of_call(node, node.exc, cause, ctx)


def _of_call(node: cst.Raise, call: cst.Call, cause: cst.BaseExpression | None, ctx: Context) -> Findings:
    """A copy, or the exception without its traceback."""
    copied = _copied(call, ctx)
    name = copied or _cut_off(call)
    handler = None if name is None else ctx.around.handler_that_names(name, node)
    if name is None or handler is None or ctx.is_explained(node):
        return
    related = ((handler, "the exception is caught here"),)
    raised = f"raise {ctx.code(call)}"
    if copied is None and cause is None:
        fix = _reraised(node, handler, ctx)
        yield rule.at(node, related, fix, code=raised, loss=_CUTS_OFF, advice="write `raise`")
    elif copied is not None and (cause is None or is_literal(cause, "None")):
        says_the_same = all(_is_own_text(argument, name) for argument in call.args)
        fix = _reraised(node, handler, ctx) if says_the_same else chained(_CHAIN, node, handler, ctx)
        advice = "write `raise`" if says_the_same else f"write `from {name}`"
        yield rule.at(node, related, fix, code=raised, loss=_IS_COPY.format(name=name), advice=advice)


@rule.on(cst.Assign)
def check_assignment(node: cst.Assign, ctx: Context) -> Findings:
    """Whoever keeps an exception may drop its traceback, and with it the frames that it holds."""
    if not is_literal(node.value, "None"):
        return
    for each in node.targets:
        target = each.target
        if isinstance(target, cst.Attribute) and target.attr.value == "__traceback__":
            name = last_name(target.value) if isinstance(target.value, cst.Name) else None
            handler = None if name is None else ctx.around.handler_that_names(name, node)
            if name is None or handler is None or ctx.is_explained(node):
                continue
            if _is_needed_behind(node, name, handler, ctx):
                related = ((handler, "the exception is caught here"),)
                advice = "leave the traceback as it is"
                yield rule.at(node, related, code=ctx.code(node), loss=_CUTS_OFF, advice=advice)


def _copied(call: cst.Call, ctx: Context) -> str | None:
    """The name `err` in `type(err)(...)` and `err.__class__(...)`."""
    func = call.func
    if isinstance(func, cst.Call) and len(func.args) == 1 and ctx.resolve(func.func) == "builtins.type":
        return last_name(func.args[0].value) if isinstance(func.args[0].value, cst.Name) else None
    return _receiver(func, "__class__")


def _cut_off(call: cst.Call) -> str | None:
    """The name `err` in `err.with_traceback(None)`."""
    is_none = len(call.args) == 1 and is_literal(call.args[0].value, "None")
    return _receiver(call.func, "with_traceback") if is_none else None


def _receiver(expression: cst.BaseExpression, attribute: str) -> str | None:
    if isinstance(expression, cst.Attribute) and expression.attr.value == attribute:
        return last_name(expression.value) if isinstance(expression.value, cst.Name) else None
    return None


def _is_own_text(argument: cst.Arg, name: str) -> bool:
    """Whether an argument is what the exception was made of: `err`, `str(err)`, `*err.args`, `err.args[0]`."""
    value = argument.value
    if isinstance(value, cst.Call) and is_name(value.func, "str") and len(value.args) == 1:
        value = value.args[0].value
    if isinstance(value, cst.Subscript):
        value = value.value
    return argument.keyword is None and (is_name(value, name) or _receiver(value, "args") == name)


def _is_needed_behind(node: cst.CSTNode, name: str, handler: Handler, ctx: Context) -> bool:
    """Whether an exception is raised, chained or reported after a statement of its handler."""
    return any(
        _raises_again(part, name, handler, ctx) or _reports(part, name, ctx)
        for behind in ctx.around.after(node, handler)
        for part in walk(behind, skip=NESTED_SCOPES)
    )


def _raises_again(part: cst.CSTNode, name: str, handler: Handler, ctx: Context) -> bool:
    if is_bare_raise(part):
        return ctx.handler_of(part) is handler
    if not isinstance(part, cst.Raise) or part.exc is None:
        return False
    return is_name(part.exc, name) or (part.cause is not None and is_name(part.cause.item, name))


def _reports(part: cst.CSTNode, name: str, ctx: Context) -> bool:
    """Whether a call reports the traceback of an exception."""
    if not isinstance(part, cst.Call):
        return False
    exception = keyword_argument(part, "exc_info")
    if exception is not None:
        return is_name(exception.value, name) or is_literal(exception.value, "True")
    report = ctx.report(part)
    return report is not None and report.is_logger and report.counts and report.traced


def _reraised(node: cst.Raise, handler: Handler | None, ctx: Context) -> Fix | None:
    """A bare `raise`, where it raises what the handler caught and nothing else."""
    if handler is None or handler is not ctx.handler_of(node) or not isinstance(handler, cst.ExceptHandler):
        return None
    if any(isinstance(outer, (cst.Finally, *HANDLERS)) for outer in ctx.around.between(node, handler)):
        return None
    return _RERAISE.by(ctx.edit.replace(node, "raise"), *ctx.without_name(handler, node), group=ctx.edit.span(handler))

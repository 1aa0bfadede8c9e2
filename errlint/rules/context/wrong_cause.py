"""ERR114: `from` names something else than the exception that is handled."""

import ast
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule, Unsafe, chained
from errlint.syntax.calls import is_literal
from errlint.syntax.formatting import is_name
from errlint.syntax.handlers import HANDLERS, caught_name
from errlint.syntax.raises import last_name, mentions, reads_like_class
from errlint.syntax.tree import NESTED_SCOPES, walk

_CHAIN = Unsafe("name the handled exception as the cause", because="callers see another `__cause__`")

rule = Rule(
    code="ERR114",
    name="wrong-cause",
    since="0.1",
    preset="recommended",
    words=("except",),
    fixes=(_CHAIN,),
    summary="The cause that a `raise` names is not the exception that is handled",
    message="`from {cause}` chains {what} instead of the exception that is handled; write `from {caught}`",
    help="name the exception that the handler caught: `except E as err:` and `raise New(...) from err`",
    why=(
        "`from` hides the handled exception and shows the named one in its place. A class makes an empty exception, "
        "so what went wrong, and where, is in no traceback."
    ),
    bad=(
        Bad(
            """
            async def connect(bridge):
                try:
                    await bridge.open()
                except TimeoutError:
                    raise CannotConnect(bridge.host) from TimeoutError  # expect: ERR114 "a new `TimeoutError`"
        """,
            fixed="""
            async def connect(bridge):
                try:
                    await bridge.open()
                except TimeoutError as err:
                    raise CannotConnect(bridge.host) from err
        """,
        ),
        Bad(
            """
            def load(path):
                try:
                    return parse(path.read_text())
                except OSError as err:
                    raise LoadFailed(path) from err
                except ValueError as exc:
                    raise LoadFailed(path) from err  # expect: ERR114 "a name that is not bound here"
        """,
            fixed="""
            def load(path):
                try:
                    return parse(path.read_text())
                except OSError as err:
                    raise LoadFailed(path) from err
                except ValueError as exc:
                    raise LoadFailed(path) from exc
        """,
        ),
    ),
    good=(
        Good("""
            async def connect(bridge):
                try:
                    await bridge.open()
                except TimeoutError as err:
                    raise CannotConnect(bridge.host) from err
        """),
        Good("""
            def fetch(group):
                try:
                    return group.fetch()
                except ExceptionGroup as group:
                    first = group.exceptions[0]
                    raise FetchFailed(str(first)) from first
        """),
        Good("""
            def load(path, spare):
                try:
                    return path.read_text()
                except OSError as original:
                    try:
                        return spare.read_text()
                    except OSError:
                        raise LoadFailed(path) from original
        """),
    ),
)

_AMBIENT = frozenset({"exc_info", "exception", "format_exc"})
"""What gives the handled exception, or its traceback, without its name: `sys.exc_info()`."""


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """A cause in a handler, `None` excepted."""
    return in_handler and node.cause is not None and not isinstance(node.cause, ast.Constant)


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """Whoever gives the caught exception itself another cause means it."""
    if node.exc is None or node.cause is None or is_literal(node.cause.item, "None"):
        return
    handler = ctx.handler_of(node)
    cause = node.cause.item
    if handler is None or _is_caught_itself(node.exc, caught_name(handler)) or is_name(cause, caught_name(handler)):
        return
    what = _what_else(cause, handler, ctx)
    if what is not None:
        caught = caught_name(handler) or ctx.free_name(handler)
        related = ((handler, "the exception is caught here"),)
        fix = chained(_CHAIN, node, handler, ctx)
        yield rule.at(node, related, fix, cause=ctx.code(cause), what=what, caught=caught)


def _is_caught_itself(raised: cst.BaseExpression, name: str | None) -> bool:
    """Whether the caught exception is raised again: `err`, `err.with_traceback(None)`."""
    if isinstance(raised, cst.Call) and isinstance(raised.func, cst.Attribute):
        return raised.func.attr.value == "with_traceback" and is_name(raised.func.value, name)
    return is_name(raised, name)


def _what_else(cause: cst.BaseExpression, handler: Handler, ctx: Context) -> str | None:
    """What is chained, if it surely is not the handled exception."""
    if _is_class(cause, ctx):
        return f"a new `{last_name(cause)}`"
    if isinstance(cause, cst.Call):
        is_new = _is_class(cause.func, ctx) and not _knows(cause, _derived(handler))
        return "a new exception" if is_new else None
    if not isinstance(cause, cst.Name):
        return None
    if cause.value in _names_of_outer_handlers(handler, ctx):
        is_unread = handler.name is not None and not mentions(handler.body, caught_name(handler))
        return "the exception of an outer handler" if is_unread else None
    if _is_bound_by_other_handlers_only(cause, ctx):
        return "a name that is not bound here"
    return "a new exception" if _is_made_apart(cause, handler, ctx) else None


def _is_class(expression: cst.BaseExpression, ctx: Context) -> bool:
    """Whether an expression is a class that the file can name, not a variable that is written like one."""
    return reads_like_class(expression) and "()" not in (ctx.resolve(expression) or "()")


def _names_of_outer_handlers(handler: Handler, ctx: Context) -> Iterator[str | None]:
    outer = ctx.handler_of(handler)
    while outer is not None:
        yield caught_name(outer)
        outer = ctx.handler_of(outer)


def _is_bound_by_other_handlers_only(name: cst.Name, ctx: Context) -> bool:
    """Whether only handlers bind a name in its function, none of which is around it: each has unbound it at its end."""
    function = next((each for each in ctx.around.ancestors(name) if isinstance(each, cst.FunctionDef)), None)
    bindings = ctx.file.outline.facts(ctx.scope_of(name)).bindings.get(name.value, ())
    if function is None or not bindings or ctx.function_of(name) is not ctx.scope_of(name):
        return False
    inside = walk(function.body, skip=NESTED_SCOPES)
    binding = sum(1 for each in inside if isinstance(each, HANDLERS) and caught_name(each) == name.value)
    return binding == len(bindings)


def _is_made_apart(name: cst.Name, handler: Handler, ctx: Context) -> bool:
    """Whether a variable is only ever set in the handler, to new exceptions that know nothing of the caught one."""
    bindings = ctx.file.outline.facts(ctx.scope_of(name)).bindings.get(name.value, ())
    made = [
        node
        for node in walk(handler.body, skip=NESTED_SCOPES)
        if isinstance(node, cst.Assign) and any(is_name(target.target, name.value) for target in node.targets)
    ]
    return (
        0 < len(made) == len(bindings)
        and all(isinstance(node.value, cst.Call) and _is_class(node.value.func, ctx) for node in made)
        and not _meets(name.value, handler)
    )


def _meets(name: str, handler: Handler) -> bool:
    """Whether a statement of a handler brings a variable and the caught exception together."""
    derived = _derived(handler)
    return name in derived or any(
        mentions(node, name) and _knows(node, derived)
        for node in walk(handler.body, skip=NESTED_SCOPES)
        if isinstance(node, cst.BaseSmallStatement)
    )


def _derived(handler: Handler) -> set[str]:
    """The caught name, and the variables of a handler that are made from what it stands for."""
    name = caught_name(handler)
    derived = set() if name is None else {name}
    for node in walk(handler.body, skip=NESTED_SCOPES):
        if isinstance(node, (cst.Assign, cst.AnnAssign, cst.NamedExpr)) and _knows(node, derived):
            targets = node.targets if isinstance(node, cst.Assign) else (node.target,)
            derived.update(part.value for target in targets for part in walk(target) if isinstance(part, cst.Name))
    return derived


def _knows(node: cst.CSTNode, derived: set[str]) -> bool:
    """Whether an expression is made from the caught exception."""
    return any(
        (isinstance(part, cst.Name) and part.value in derived)
        or (isinstance(part, cst.Call) and last_name(part.func) in _AMBIENT)
        for part in walk(node)
    )

"""ERR115: the name of the caught exception is given away before it is raised, chained or reported."""

import ast
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.formatting import hands_on, is_name, is_part_of, states
from errlint.syntax.handlers import HANDLERS, caught_name
from errlint.syntax.paths import Exit
from errlint.syntax.raises import last_name, mentions, rebinds
from errlint.syntax.tree import NESTED_SCOPES, children, walk

rule = Rule(
    code="ERR115",
    name="rebound-exception",
    since="0.1",
    preset="recommended",
    words=("except",),
    summary="The name of the caught exception is bound again before it is raised, chained or reported",
    message="`{name}` is {rebound} before `{use}`, which then {outcome}; use another name",
    help="give the second exception a name of its own, and chain it with `from`",
    why=(
        "The code reads as if it spoke of the caught exception, and its traceback and attributes are gone. The end of "
        "an inner handler unbinds its name, so an outer handler that has the same one fails with a NameError."
    ),
    bad=(
        Bad("""
            def save(record, store):
                try:
                    store.put(record)
                except OSError as err:
                    err = SaveFailed(f"{record.id}: {err}")  # expect: ERR115 "assigned again before `raise err`"
                    raise err
        """),
        Bad("""
            def start(server):
                try:
                    server.listen()
                except OSError as err:
                    try:
                        server.close()
                    except OSError as err:  # expect: ERR115 "fails with a NameError"
                        log.warning("closing failed: %s", err)
                    raise StartFailed(server.port) from err
        """),
    ),
    good=(
        Good("""
            def save(record, store):
                try:
                    store.put(record)
                except OSError as err:
                    raise SaveFailed(record.id) from err
        """),
        Good("""
            def save(record, store):
                try:
                    store.put(record)
                except OSError as err:
                    err = with_record(err, record)
                    raise err
        """),
        Good("""
            def root(store):
                try:
                    store.check()
                except StoreError as err:
                    while err.__cause__ is not None:
                        err = err.__cause__
                    raise Broken(store) from err
        """),
    ),
)

_AMBIENT = frozenset({"exc_info", "exception"})
"""What gives the handled exception without its name: `sys.exc_info()`."""


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """The name that it binds is bound or deleted in it."""
    return node.name is not None and any(
        (isinstance(part, ast.Name) and part.id == node.name and not isinstance(part.ctx, ast.Load))
        or (isinstance(part, ast.ExceptHandler) and part is not node and part.name == node.name)
        for part in ast.walk(node)
    )


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: Handler, ctx: Context) -> Findings:
    """One finding for each statement that takes the name away."""
    name = caught_name(node)
    if name is None:
        return
    for statement in walk(node.body, skip=NESTED_SCOPES):
        if isinstance(statement, (cst.Assign, cst.AnnAssign)):
            use = _use_of_another(statement, name, node, ctx)
        elif isinstance(statement, cst.Del) and is_name(statement.target, name):
            use = _read_behind(statement, name, node, ctx)
        elif isinstance(statement, HANDLERS) and caught_name(statement) == name and _goes_on(statement, ctx):
            use = _read_behind(ctx.around.try_of(statement), name, node, ctx)
        else:
            continue
        if use is not None:
            yield rule.at(
                statement,
                ((node, "the exception is caught here"), (use, "its name is read here")),
                name=name,
                rebound=_how(statement, ctx),
                use=ctx.code(use),
                outcome=_outcome(statement, use, name),
            )


def _how(statement: cst.CSTNode, ctx: Context) -> str:
    if isinstance(statement, HANDLERS):
        return f"unbound at the end of `{ctx.header(statement)}`"
    return "deleted" if isinstance(statement, cst.Del) else "assigned again"


def _outcome(statement: cst.CSTNode, use: cst.CSTNode, name: str) -> str:
    if isinstance(statement, (cst.Del, *HANDLERS)):
        return "fails with a NameError"
    if isinstance(use, cst.Call):
        return "reports something else than the caught exception"
    raises_it = isinstance(use, cst.Raise) and use.exc is not None and is_name(use.exc, name)
    return "raises another exception" if raises_it else "names another cause"


def _use_of_another(
    statement: cst.Assign | cst.AnnAssign, name: str, handler: Handler, ctx: Context
) -> cst.CSTNode | None:
    """Where code speaks of what a name stands for after an assignment, as if it were the caught exception.

    Whoever assigns `None` says that there is none.
    """
    targets = [each.target for each in statement.targets] if isinstance(statement, cst.Assign) else [statement.target]
    value = statement.value
    if value is None or not any(is_name(target, name) for target in targets):
        return None
    if is_literal(value, "None") or _keeps(value, name) or _was_used_before(statement, name, handler, ctx):
        return None
    for behind in _while_bound(statement, name, handler, ctx):
        for part in walk(behind, skip=NESTED_SCOPES):
            if _passes_on(part, name) or (not states(value, name) and _reports(part, name, ctx)):
                return part
    return None


def _keeps(value: cst.BaseExpression, name: str) -> bool:
    """Whether a new value is the caught exception, a part of it, or holds it."""
    return (
        hands_on(value, name)
        or is_part_of(value, name)
        or any(isinstance(part, cst.Call) and last_name(part.func) in _AMBIENT for part in walk(value))
    )


def _was_used_before(statement: cst.CSTNode, name: str, handler: Handler, ctx: Context) -> bool:
    """Whether the exception was stored, handed on or reported when its name is assigned."""
    for part in walk(handler.body, skip=NESTED_SCOPES):
        if part is statement:
            return False
        if isinstance(part, cst.Call) and (report := ctx.report(part)) is not None and report.counts:
            return True
        if isinstance(part, _STAYING) and hands_on(part, name):
            return True
    return False


_STAYING = (cst.Expr, cst.Assign, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.WithItem)
"""Code after which a handler goes on, so that what it does with the exception is done."""


def _while_bound(statement: cst.CSTNode, name: str, handler: Handler, ctx: Context) -> Iterator[cst.CSTNode]:
    """The statements behind another one, until one binds the name again."""
    for behind in ctx.around.after(statement, handler):
        if rebinds(behind, name):
            return
        yield behind


def _passes_on(part: cst.CSTNode, name: str) -> bool:
    """Whether code raises a name, chains it, or takes it for the exception of a report."""
    if isinstance(part, cst.Raise) and part.exc is not None:
        if part.cause is None:
            return is_name(part.exc, name)
        is_hidden = is_literal(part.cause.item, "None")
        return is_name(part.cause.item, name) or (is_name(part.exc, name) and not is_hidden)
    exception = keyword_argument(part, "exc_info") if isinstance(part, cst.Call) else None
    return exception is not None and is_name(exception.value, name)


def _reports(part: cst.CSTNode, name: str, ctx: Context) -> bool:
    """Whether a call reports a name, and no traceback of the exception that is handled."""
    if not isinstance(part, cst.Call) or not any(mentions(argument, name) for argument in part.args):
        return False
    report = ctx.report(part)
    return report is not None and report.counts and not report.traced


def _goes_on(handler: Handler, ctx: Context) -> bool:
    return any(path.exit is Exit.FALL for path in ctx.handlers.paths(handler))


def _read_behind(statement: cst.CSTNode, name: str, handler: Handler, ctx: Context) -> cst.CSTNode | None:
    """The code that surely reads an unbound name: a branch may depend on what unbound it."""
    for behind in _while_bound(statement, name, handler, ctx):
        read = behind.test if isinstance(behind, cst.If) else behind
        is_sure = isinstance(read, (cst.SimpleStatementLine, cst.BaseSmallStatement, cst.BaseExpression))
        if is_sure and mentions(read, name):
            return next((part for part in children(read) if mentions(part, name)), read)
        if any(isinstance(part, _LEAVING) for part in walk(behind, skip=NESTED_SCOPES)):
            return None
    return None


_LEAVING = (cst.Return, cst.Raise, cst.Break, cst.Continue)

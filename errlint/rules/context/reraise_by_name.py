"""ERR106: the caught exception is raised again by its name."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Handler, Rule, Safe
from errlint.syntax.handlers import caught_name
from errlint.syntax.raises import rebinds

_RERAISE = Safe("write a bare `raise`")

rule = Rule(
    code="ERR106",
    name="reraise-by-name",
    since="0.1",
    preset="recommended",
    words=("except",),
    fixes=(_RERAISE,),
    same_as=("ruff:TRY201", "ruff:verbose-raise"),
    summary="The caught exception is raised again by its name",
    message="`raise {name}` raises the caught exception again by name; a bare `raise` does so and adds no line",
    help="write `raise`",
    why="It adds this line to the traceback, and stops being a re-raise as soon as somebody rebinds the name.",
    bad=(
        Bad(
            """
            def save(record):
                try:
                    record.write()
                except OSError as error:
                    record.rollback()
                    raise error  # expect: ERR106
        """,
            fixed="""
            def save(record):
                try:
                    record.write()
                except OSError:
                    record.rollback()
                    raise
        """,
        ),
    ),
    good=(
        Good("""
            def save(record):
                try:
                    record.write()
                except OSError:
                    record.rollback()
                    raise
        """),
        Good("""
            def save(record):
                try:
                    record.write()
                except OSError as error:
                    error = enrich(error, record)
                    raise error
        """),
        Good("""
            def save(record, backup):
                try:
                    record.write()
                except OSError as error:
                    try:
                        backup.write()
                    except OSError:
                        raise error
        """),
    ),
)


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """A name in a handler."""
    return in_handler and isinstance(node.exc, ast.Name)


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """Only in the innermost handler, and in no `finally`: elsewhere a bare `raise` may raise another exception."""
    if node.cause is not None or not isinstance(node.exc, cst.Name):
        return
    handler = ctx.handler_of(node)
    name = node.exc.value
    if handler is None or caught_name(handler) != name or rebinds(handler.body, name):
        return
    if not any(isinstance(outer, cst.Finally) for outer in ctx.around.between(node, handler)):
        yield rule.at(node, fix=_reraised(node, handler, ctx), name=name)


def _reraised(node: cst.Raise, handler: Handler, ctx: Context) -> Fix | None:
    """A bare `raise`, and no name if nobody else reads it. In an `except*` the two are not the same."""
    if isinstance(handler, cst.ExceptStarHandler):
        return None
    return _RERAISE.by(ctx.edit.replace(node, "raise"), *ctx.without_name(handler, node), group=ctx.edit.span(handler))

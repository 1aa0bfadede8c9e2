"""ERR107: a handler that only raises again."""

import ast

import libcst as cst

from errlint.rule import Bad, Class, Context, Findings, Fix, Found, Good, Handler, Rule, Safe, Unsafe
from errlint.syntax.handlers import caught_name, has_written_comment, raises_again, statements

_REMOVE = Safe("remove the handler, and a `try` that has nothing left to do")

_REMOVE_ONE = Unsafe(
    "remove the handler", because="an exception of this and of a later clause's type would be handled there"
)

rule = Rule(
    code="ERR107",
    name="useless-handler",
    since="0.1",
    preset="recommended",
    words=("except",),
    fixes=(_REMOVE, _REMOVE_ONE),
    same_as=("ruff:TRY203", "ruff:TRY302", "ruff:useless-try-except", "pylint:try-except-raise", "pylint:W0706"),
    summary="A handler only raises its exception again",
    message="`{header}` only raises again; remove the handler",
    help="remove the handler, or the whole `try` if nothing is left of it",
    why="It changes nothing, and a reader has to check that it does not.",
    bad=(
        Bad(
            """
            def load(path):
                try:
                    return path.read_text()
                except OSError:  # expect: ERR107
                    raise
        """,
            fixed="""
            def load(path):
                return path.read_text()
        """,
        ),
    ),
    good=(
        Good("""
            def view(request):
                try:
                    return render(request)
                except HTTPException:
                    raise
                except Exception:
                    logger.exception("rendering failed")
                    return error_page()
        """),
        Good("""
            def load(path):
                try:
                    return path.read_text()
                except OSError:
                    # the caller retries: keep the type
                    raise
        """),
    ),
)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """Nothing but a raise of what was caught."""
    first = node.body[0]
    return isinstance(first, ast.Raise) and (first.exc is None or isinstance(first.exc, ast.Name))


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """A re-raise that keeps its exception from a broader handler below has a use."""
    if not _is_useless(node):
        return
    if any(_may_catch(ctx, other, node) for other in _later(node, ctx) if not _is_useless(other)):
        return
    yield rule.at(node, fix=_removed(node, ctx), header=ctx.header(node))


def _removed(node: Handler, ctx: Context) -> Fix | None:
    """The `try` without the handler; without any, if all are alike. `except*` makes groups even if it does nothing."""
    attempt = ctx.around.try_of(node)
    if isinstance(attempt, cst.TryStar):
        return None
    if not all(_is_useless(handler) for handler in attempt.handlers):
        remedy = _REMOVE if all(_is_useless(handler) for handler in _later(node, ctx)) else _REMOVE_ONE
        return remedy.by(ctx.edit.delete_handler(node))
    if attempt.finalbody is None:
        return _REMOVE.by(ctx.edit.unwrap(attempt))
    return _REMOVE.by(ctx.edit.delete_handlers(attempt))


def _later(handler: Handler, ctx: Context) -> list[Handler]:
    """The handlers of the same `try` that come after one."""
    handlers: list[Handler] = list(ctx.around.try_of(handler).handlers)
    return handlers[handlers.index(handler) + 1 :]


def _is_useless(handler: Handler) -> bool:
    """Whether a handler only raises again, and nobody wrote down why."""
    body = statements(handler.body)
    return len(body) == 1 and raises_again(body[0], caught_name(handler)) and not has_written_comment(handler)


def _may_catch(ctx: Context, later: Handler, handler: Handler) -> bool:
    """Whether a handler further down could catch what this one lets through."""
    types, own = ctx.handlers.caught(later), ctx.handlers.caught(handler)
    known = [name for name in types if name is not None]
    if ctx.handlers.is_catch_all(later) or len(known) < len(types) or None in own:
        return True
    mine = [name for name in own if name is not None]
    return any(_may_overlap(one, other, ctx) for one in mine for other in known)


def _may_overlap(one: str, other: str, ctx: Context) -> bool:
    """Whether an exception may be of both classes: a `ClientOSError` is a `ClientError` and an `OSError`.

    That can be told of builtins, and of what the project defines if nothing in the same module is of both.
    """
    if ctx.exceptions.maybe_derives(one, [other]) or ctx.exceptions.maybe_derives(other, [one]):
        return True
    own = [name for name in (one, other) if not name.startswith("builtins.")]
    homes = [ctx.exceptions.class_of(name) for name in own]
    return any(home is None or _holds_both(home, one, other, ctx) for home in homes)


def _holds_both(home: Found, one: str, other: str, ctx: Context) -> bool:
    """Whether a class in the module of another one may derive from two classes."""
    names = home.names
    made = [f"{names.module}.{each.qualname}" for each in names.outline.definitions if isinstance(each, Class)]
    return any(
        ctx.exceptions.maybe_derives(name, [one]) and ctx.exceptions.maybe_derives(name, [other]) for name in made
    )

"""ERR223: one error of an exception group is taken for the whole group."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.handlers import caught_name
from errlint.syntax.raises import last_name, mentions, rebinds
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR223",
    name="group-member-raised",
    since="0.1",
    preset="recommended",
    words=("except",),
    summary="One error of an exception group is taken for the whole group",
    message="`{code}` {fault}",
    help="raise the group, take it apart with `except*`, or go through all of its `exceptions`",
    why="The errors of a group are independent of each other: who handles another one of them never gets to see it.",
    bad=(
        Bad("""
            import asyncio

            async def load(shop):
                try:
                    async with asyncio.TaskGroup() as group:
                        group.create_task(shop.load_articles())
                        group.create_task(shop.load_prices())
                except ExceptionGroup as errors:
                    raise errors.exceptions[0]  # expect: ERR223 "whole group"
        """),
        Bad("""
            async def load(shop):
                try:
                    await shop.load()
                except* HTTPError as error:
                    logger.error("status %s", error.response.status)  # expect: ERR223 "`except*` binds a group"
        """),
    ),
    good=(
        Good("""
            async def load(shop):
                try:
                    await shop.load()
                except ExceptionGroup as errors:
                    raise LoadError("the shop cannot be loaded") from errors
        """),
        Good("""
            async def load(shop):
                try:
                    await shop.load()
                except ExceptionGroup as errors:
                    if len(errors.exceptions) == 1:
                        raise errors.exceptions[0]
                    raise
        """),
        Good("""
            async def load(shop):
                try:
                    await shop.load()
                except* HTTPError as group:
                    for error in group.exceptions:
                        logger.error("status %s", error.response.status)
        """),
    ),
)

_GROUPS = ("builtins.BaseExceptionGroup", "exceptiongroup.BaseExceptionGroup", "exceptiongroup.ExceptionGroup")
_OF_GROUPS = frozenset({"add_note", "args", "derive", "exceptions", "message", "split", "subgroup", "with_traceback"})
_SORTS = frozenset({"split", "subgroup"})
_ASKS = frozenset({"isinstance", "hasattr", "getattr", "type"})
_SETS = (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.Del)
_IN_PLACE = "lets one error stand for its whole group; raise the group, or name it as the cause"
_MISSING = "fails, because `except*` binds a group; go through `{name}.exceptions`"


@rule.sieve(ast.Try)
def may_apply(node: ast.Try, in_handler: bool) -> bool:
    """A name for a group: in `except*`, or in a handler that speaks of `.exceptions`."""
    is_star = type(node).__name__ == "TryStar"
    return any(
        handler.name is not None
        and (is_star or any(getattr(part, "attr", None) == "exceptions" for part in ast.walk(handler)))
        for handler in node.handlers
    )


@rule.on(cst.Raise)
def check_raise(node: cst.Raise, ctx: Context) -> Findings:
    """`raise group.exceptions[0]`, unless the group is the cause, or the handler looks at the other errors too."""
    handler = ctx.handler_of(node)
    while handler is not None and not _is_for_groups(handler, ctx):
        handler = ctx.handler_of(handler)
    name = None if handler is None else caught_name(handler)
    if node.exc is None or handler is None or name is None or not _is_member(node.exc, name, handler):
        return
    named_as_cause = node.cause is not None and mentions(node.cause, name)
    if not named_as_cause and not _looks_at_others(name, handler, ctx):
        yield rule.at(node, code=f"raise {ctx.code(node.exc)}", fault=_IN_PLACE)


@rule.on(cst.ExceptStarHandler)
def check_name(node: cst.ExceptStarHandler, ctx: Context) -> Findings:
    """The first attribute that a group does not have."""
    name = caught_name(node)
    if name is None or _has_another_meaning(name, node):
        return
    attributes = (part for part in walk(node.body) if isinstance(part, cst.Attribute) and _is_name(part.value, name))
    for attribute in attributes:
        if not _belongs_to_groups(attribute.attr.value) and not isinstance(ctx.around.parent(attribute), _SETS):
            yield rule.at(attribute, code=ctx.code(attribute), fault=_MISSING.format(name=name))
            return


def _is_name(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name


def _is_for_groups(handler: Handler, ctx: Context) -> bool:
    if isinstance(handler, cst.ExceptStarHandler):
        return True
    return any(ctx.exceptions.surely_derives(caught, _GROUPS) for caught in ctx.handlers.caught(handler))


def _is_member(expression: cst.BaseExpression, group: str, handler: Handler) -> bool:
    """Whether an expression is `group.exceptions[0]`, or a name that the handler gives to it."""
    if isinstance(expression, cst.Name):
        return any(
            _is_item(node.value, group) and any(_is_name(target.target, expression.value) for target in node.targets)
            for node in walk(handler.body, skip=NESTED_SCOPES)
            if isinstance(node, cst.Assign)
        )
    return _is_item(expression, group)


def _is_item(expression: cst.BaseExpression, group: str) -> bool:
    errors = expression.value if isinstance(expression, cst.Subscript) else None
    return isinstance(errors, cst.Attribute) and errors.attr.value == "exceptions" and _is_name(errors.value, group)


def _looks_at_others(group: str, handler: Handler, ctx: Context) -> bool:
    """Whether a handler counts, sorts or goes through the errors of its group, or gives the name to something else."""
    return rebinds(handler.body, group) or any(
        part.attr.value in _SORTS
        or (part.attr.value == "exceptions" and not isinstance(ctx.around.parent(part), cst.Subscript))
        for part in walk(handler.body)
        if isinstance(part, cst.Attribute) and _is_name(part.value, group)
    )


def _has_another_meaning(name: str, handler: Handler) -> bool:
    """Whether the name may stand for something else in a part of the handler, or the handler asks what it is."""
    if rebinds(handler.body, name):
        return True
    for part in walk(handler.body):
        if isinstance(part, cst.CompFor) and mentions(part.target, name):
            return True
        if isinstance(part, cst.Param) and part.name.value == name:
            return True
        if isinstance(part, cst.Call) and last_name(part.func) in _ASKS and mentions(part, name):
            return True
    return False


def _belongs_to_groups(attribute: str) -> bool:
    return attribute in _OF_GROUPS or (attribute.startswith("__") and attribute.endswith("__"))

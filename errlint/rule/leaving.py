"""What becomes of an exception that a handler raises: who in the project is the next to see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from errlint.rule.context import Context
from errlint.semantics.names import Found
from errlint.semantics.reporters import speaks_of_errors
from errlint.source.outline import Definition, Function
from errlint.syntax.guarded import has_handlers
from errlint.syntax.handlers import Handler, is_bare_raise, statements


def catches_outside(node: cst.CSTNode, raised: Sequence[str | None], ctx: Context) -> Handler | None:
    """The first handler of the same function, outside of the one that a node stands in, that may stop what is raised
    there: it catches it, and does more than let it pass. `None` stands for a class that is not known.
    """
    for attempt in ctx.around.tries(node):
        for handler in attempt.handlers:
            caught = ctx.handlers.caught(handler)
            known = [each for each in caught if each is not None]
            is_broad = ctx.handlers.is_catch_all(handler) or None in caught or None in raised
            if not is_broad and not any(ctx.exceptions.maybe_derives(each, known) for each in raised):
                continue
            if not is_bare_raise(statements(handler.body)[0]):
                return handler
            if surely_takes(handler, raised, ctx):
                break
    return None


def surely_takes(handler: Handler, raised: Sequence[str | None], ctx: Context) -> bool:
    """Whether a handler is sure to catch all of some classes, if none before it does."""
    if ctx.handlers.is_catch_all(handler):
        return True
    known = [each for each in ctx.handlers.caught(handler) if each is not None]
    return all(ctx.exceptions.surely_derives(each, known) for each in raised)


def is_wrapped(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether a decorator of the function around a node may report what the function raises: one of the project that
    reports, or one that is not known and is named for errors.
    """
    function = ctx.function_of(node)
    if function is None:
        return False
    if ctx.file.reporters.catches(function) is not None:
        return True
    return any(_may_report(decorator.removesuffix("()"), function, ctx) for decorator in function.decorators)


def may_be_overheard(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether something around a function may report an HTTP exception that leaves it at a node: a decorator, or a
    dependency that it asks for.
    """
    function = ctx.function_of(node)
    asks = function is not None and bool(function.parameters) and ctx.survey.has_reporting_dependencies
    return asks or is_wrapped(node, ctx)


def is_guarded(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether a decorator of the function around a node may stop or report what the function raises."""
    function = ctx.function_of(node)
    if function is None:
        return False
    names = [ctx.file.names.resolve(each.removesuffix("()"), function.parent) for each in function.decorators]
    found = [each for each in map(ctx.file.names.find, names) if each is not None]
    return is_wrapped(node, ctx) or any(has_handlers(inner.node) for each in found for inner in _with_inner(each))


def _may_report(decorator: str, function: Function, ctx: Context) -> bool:
    name = ctx.file.names.resolve(decorator, function.parent)
    found = ctx.file.names.find(name)
    if found is None:
        return speaks_of_errors(decorator) and not ctx.file.entries.about(decorator, function.parent)
    reporters = ctx.file.project.reporters(found.names)
    return any(reporters.function_reports(Found(found.names, each)) for each in _with_inner(found))


def _with_inner(found: Found) -> Iterator[Definition]:
    """A function and all functions in it: what a decorator makes of another function is among them."""
    prefix = f"{found.definition.qualname}."
    for definition in found.names.outline.definitions:
        if definition is found.definition or definition.qualname.startswith(prefix):
            yield definition

"""What an `except` clause says: the types it names, the name it binds, the statements it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import libcst as cst

Handler: TypeAlias = "cst.ExceptHandler | cst.ExceptStarHandler"
HANDLERS = (cst.ExceptHandler, cst.ExceptStarHandler)
Try: TypeAlias = "cst.Try | cst.TryStar"
TRIES = (cst.Try, cst.TryStar)


def caught_name(handler: Handler) -> str | None:
    """The name that a handler binds: `err` in `except OSError as err`."""
    if handler.name is not None and isinstance(handler.name.name, cst.Name):
        return handler.name.name.value
    return None


def caught_types(handler: Handler) -> tuple[cst.BaseExpression, ...]:
    """The expressions that name the caught types; empty for a bare `except:`."""
    if handler.type is None:
        return ()
    if isinstance(handler.type, cst.Tuple):
        return tuple(element.value for element in handler.type.elements)
    return (handler.type,)


def statements(suite: cst.BaseSuite) -> tuple[cst.CSTNode, ...]:
    """The statements of a block, with the lines of simple statements (`a = 1; b = 2`) taken apart."""
    return tuple(_flat(suite.body))


def _flat(body: Sequence[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    for statement in body:
        if isinstance(statement, cst.SimpleStatementLine):
            yield from statement.body
        else:
            yield statement


def is_bare_raise(statement: cst.CSTNode) -> bool:
    """Whether a statement is `raise` with nothing after it."""
    return isinstance(statement, cst.Raise) and statement.exc is None


def raises_again(statement: cst.CSTNode, name: str | None) -> bool:
    """Whether a statement raises what a name stands for again, by that name or bare, and gives it no cause."""
    if is_bare_raise(statement):
        return True
    if not isinstance(statement, cst.Raise) or statement.cause is not None:
        return False
    return isinstance(statement.exc, cst.Name) and statement.exc.value == name


def has_no_effect(statement: cst.CSTNode) -> bool:
    """Whether a statement does nothing: `pass`, `...`, a constant."""
    if isinstance(statement, cst.Pass):
        return True
    return isinstance(statement, cst.Expr) and isinstance(
        statement.value, (cst.Ellipsis, cst.BaseNumber, cst.BaseString, cst.Name)
    )


def has_written_comment(node: cst.CSTNode) -> bool:
    """Whether a node holds a comment for people: more than a tool's directive."""
    return any(_is_prose(text) for text in comments(node))


def holds_comment(node: cst.CSTNode) -> bool:
    """Whether a node holds any comment, be it for people or for tools."""
    return next(_comments(node), None) is not None


def speaks_to_errlint(node: cst.CSTNode) -> bool:
    """Whether a node holds an ignore comment, or another one that is addressed to errlint."""
    return any(map(_TO_ERRLINT.search, _comments(node)))


def comments(node: cst.CSTNode) -> Iterator[str]:
    """The comments in a node, without their `#` and without what they say to errlint.

    An ignore comment must not change what a rule finds: it would then have nothing to hide.
    """
    texts = (_TO_ERRLINT.sub("", text).lstrip("#").strip() for text in _comments(node))
    return (text for text in texts if text)


def _comments(node: cst.CSTNode) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, cst.Comment):
            yield child.value
        else:
            yield from _comments(child)


_TO_ERRLINT = re.compile(r"#\s*errlint:.*")


def is_directive(comment: str) -> bool:
    """Whether a comment speaks to a tool: `# noqa`, `# type: ignore`."""
    return comment.lstrip("#").strip().lower().startswith(_DIRECTIVES)


def _is_prose(text: str) -> bool:
    return len(text) > _SHORTEST_REASON and not is_directive(text)


_SHORTEST_REASON = 2
_DIRECTIVES = ("noqa", "nosec", "pylint:", "type:", "pragma", "errlint:", "ruff:", "flake8:", "pyright:", "mypy:")


def is_empty(handler: Handler) -> bool:
    """Whether a handler has no effect: `pass`, `...`, a constant, or `continue` and nothing else."""
    return all(has_no_effect(part) or isinstance(part, cst.Continue) for part in statements(handler.body))

"""What a `raise` raises, as far as the expression says."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from errlint.source.tree import NESTED_SCOPES, walk


def raised_callee(expression: cst.BaseExpression) -> cst.BaseExpression | None:
    """The class in `raise Class` and `raise Class(...)`; `None` for other expressions."""
    if isinstance(expression, cst.Call):
        expression = expression.func
    return expression if isinstance(expression, (cst.Name, cst.Attribute)) else None


def last_name(expression: cst.CSTNode) -> str | None:
    """The last part of a dotted expression: `NotFound` in `errors.NotFound`."""
    if isinstance(expression, cst.Name):
        return expression.value
    return expression.attr.value if isinstance(expression, cst.Attribute) else None


def reads_like_class(expression: cst.CSTNode) -> bool:
    """Whether an expression is written as classes are: `NotFound`, `_Retry`, not `err` nor `LIMIT`."""
    name = (last_name(expression) or "").lstrip("_")
    return name[:1].isupper() and (not name.isupper() or len(name) == 1)


def mentions(node: cst.CSTNode, name: str | None) -> bool:
    """Whether a name is read anywhere in an expression."""
    return name is not None and any(isinstance(part, cst.Name) and part.value == name for part in walk(node))


def rebinds(body: cst.CSTNode, name: str) -> bool:
    """Whether a block gives a name another meaning, or deletes it, outside nested functions."""
    return any(name in _bound(node) for node in walk(body, skip=NESTED_SCOPES))


def _bound(node: cst.CSTNode) -> Iterator[str]:
    targets: list[cst.CSTNode] = []
    if isinstance(node, cst.Assign):
        targets = [target.target for target in node.targets]
    elif isinstance(node, (cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For, cst.Del)):
        targets = [node.target]
    elif isinstance(node, cst.AsName):
        targets = [node.name]
    for target in targets:
        names = [target] if isinstance(target, cst.Name) else _elements(target)
        yield from (part.value for part in names if isinstance(part, cst.Name))


def _elements(target: cst.CSTNode) -> list[cst.BaseExpression]:
    if isinstance(target, (cst.Tuple, cst.List)):
        return [element.value for element in target.elements]
    return []

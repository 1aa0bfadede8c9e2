"""What a `raise` raises, as far as the expression says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from errlint.source.tree import NESTED_SCOPES, children, walk


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


def reads_like_exception(name: str) -> bool:
    """Whether a dotted name ends as the names of most exceptions do."""
    return _ENDS_LIKE_EXCEPTION.search(name) is not None


_ENDS_LIKE_EXCEPTION = re.compile(r"([eE]rrors?|Exception|Exc|Warning|Exit|Interrupt|Timeout|Failure|Fault|Iteration)$")


def mentions(node: cst.CSTNode, name: str | None) -> bool:
    """Whether a name is read anywhere in some code; the name of an attribute or of a keyword is none."""
    if isinstance(node, cst.Name):
        return node.value == name
    parts = (node.value,) if isinstance(node, (cst.Attribute, cst.Arg)) else children(node)
    return name is not None and any(mentions(part, name) for part in parts)


def rebinds(body: cst.CSTNode, name: str) -> bool:
    """Whether a block gives a name another meaning, or deletes it, outside nested functions."""
    return any(name in bound_by(node) for node in walk(body, skip=NESTED_SCOPES))


def bound_by(node: cst.CSTNode) -> Iterator[str]:
    """The names that a node itself binds or deletes."""
    target: cst.CSTNode | None = None
    if isinstance(node, cst.Assign):
        for each in node.targets:
            yield from _names_in(each.target)
    elif isinstance(node, (cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For, cst.Del)):
        target = node.target
    elif isinstance(node, cst.MatchMapping):
        target = node.rest
    elif isinstance(node, (cst.AsName, cst.FunctionDef, cst.ClassDef, cst.MatchAs, cst.MatchStar, cst.TypeAlias)):
        target = node.name
    elif isinstance(node, cst.ImportAlias) and node.asname is None:
        target = node.name
        while isinstance(target, cst.Attribute):  # `import a.b` binds `a`
            target = target.value
    if target is not None:
        yield from _names_in(target)


def _names_in(target: cst.CSTNode) -> Iterator[str]:
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _names_in(element.value)

"""What an expression turns into text, and what it leaves as it is: a text holds no traceback and no attributes."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from errlint.source.tree import children, walk

_TO_TEXT = frozenset({"str", "repr", "ascii", "format"})
_LOOKS_AT = frozenset({"isinstance", "issubclass", "hasattr", "type", "len", "bool", "id", "print"})
_STRINGS = (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)


def formatted(expression: cst.CSTNode) -> tuple[cst.CSTNode, ...]:
    """What an expression itself turns into text: `err` of `str(err)`, `"%s" % err`, `"{}".format(err)`, `{err}`."""
    if isinstance(expression, cst.FormattedStringExpression):
        return (expression.expression,)
    if isinstance(expression, cst.Call):
        func = expression.func
        is_builtin = isinstance(func, cst.Name) and func.value in _TO_TEXT
        is_method = isinstance(func, cst.Attribute) and func.attr.value == "format" and isinstance(func.value, _STRINGS)
        return tuple(argument.value for argument in expression.args) if is_builtin or is_method else ()
    if isinstance(expression, cst.BinaryOperation) and isinstance(expression.operator, cst.Modulo):
        values = expression.right
        if isinstance(expression.left, _STRINGS):
            return tuple(each.value for each in values.elements) if isinstance(values, cst.Tuple) else (values,)
    return ()


def is_name(node: cst.CSTNode, name: str | None) -> bool:
    """Whether an expression is a name and nothing else."""
    return isinstance(node, cst.Name) and node.value == name


def states(expression: cst.CSTNode, name: str) -> bool:
    """Whether the text of what a name stands for is part of an expression: `f"cannot load: {err}"`."""
    return any(is_name(text, name) for part in walk(expression) for text in formatted(part))


def hands_on(node: cst.CSTNode, name: str) -> bool:
    """Whether code hands on what a name stands for, and not only its text or its attributes."""
    return any(is_name(part, name) for part in _objects(node))


def _objects(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The parts of code that are neither turned into text nor only looked at."""
    yield node
    if isinstance(node, cst.Arg):  # its keyword is no name that is read
        yield from _objects(node.value)
    elif isinstance(node, cst.Attribute):
        if not isinstance(node.value, cst.Name):
            yield from _objects(node.value)
    elif not (formatted(node) or isinstance(node, cst.Comparison) or _looks_at(node)):
        for part in children(node):
            yield from _objects(part)


def _looks_at(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _LOOKS_AT


def is_part_of(expression: cst.CSTNode, name: str) -> bool:
    """Whether an expression is reached from a name: `err.__cause__`, `err.exceptions[0]`, `err.with_traceback(tb)`."""
    while isinstance(expression, (cst.Attribute, cst.Subscript, cst.Call)):
        expression = expression.func if isinstance(expression, cst.Call) else expression.value
    return is_name(expression, name)

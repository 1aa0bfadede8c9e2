"""What the body of a class says: its methods, what they are given, and what they give to those of the bases."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from errlint.source.tree import NESTED_SCOPES, walk
from errlint.syntax.handlers import statements
from errlint.syntax.texts import code


def method(node: cst.ClassDef, name: str) -> cst.FunctionDef | None:
    """The method of some name that stands directly in the body of a class; the last one counts."""
    found = [each for each in statements(node.body) if isinstance(each, cst.FunctionDef) and each.name.value == name]
    return found[-1] if found else None


def has_method(node: ast.ClassDef, name: str) -> bool:
    """The same question for sieves: whether a method of some name stands directly in the body of a class."""
    return any(isinstance(each, ast.FunctionDef) and each.name == name for each in node.body)


def names_in_method(node: ast.ClassDef, name: str) -> frozenset[str]:
    """For sieves: the parameters of a method, and the attributes that it reads or sets, of whatever they are."""
    found = (each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == name)
    parts = [part for function in found for part in ast.walk(function)]
    arguments = {part.arg for part in parts if isinstance(part, ast.arg)}
    return frozenset(arguments | {part.attr for part in parts if isinstance(part, ast.Attribute)})


@dataclass(frozen=True)
class Accepted:
    """What a method takes besides its receiver."""

    positional: tuple[cst.Param, ...]
    keyword_only: tuple[cst.Param, ...]
    takes_any: bool
    """Whether it takes any number of positional arguments: `*args`."""

    @property
    def required(self) -> tuple[str, ...]:
        """The positional parameters that a call cannot leave out."""
        return tuple(each.name.value for each in self.positional if each.default is None)

    @property
    def required_keywords(self) -> tuple[str, ...]:
        """The keyword-only parameters that a call cannot leave out."""
        return tuple(each.name.value for each in self.keyword_only if each.default is None)


def accepted(function: cst.FunctionDef) -> Accepted:
    """What a method takes besides its receiver."""
    listed = function.params
    positional = (*listed.posonly_params, *listed.params)[1:]
    return Accepted(positional, tuple(listed.kwonly_params), isinstance(listed.star_arg, cst.Param))


def base_init_arguments(function: cst.FunctionDef) -> Iterator[tuple[cst.Arg, ...]]:
    """What a method gives to the `__init__` of a base, besides the receiver, call by call."""
    for node in walk(function.body, skip=NESTED_SCOPES):
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
            continue
        if node.func.attr.value == "__init__":
            through_super = isinstance(node.func.value, cst.Call)
            yield tuple(node.args if through_super else node.args[1:])


def assigned_names(node: cst.ClassDef) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The names to which the body of a class assigns, with their values."""
    for statement in statements(node.body):
        for target, value in _assigned(statement):
            if isinstance(target, cst.Name):
                yield target.value, value


def assigned_attributes(function: cst.FunctionDef) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The attributes that a method sets on its receiver, with their values."""
    receiver = next((each.name.value for each in (*function.params.posonly_params, *function.params.params)), None)
    for node in walk(function.body, skip=NESTED_SCOPES):
        for target, value in _assigned(node):
            if (
                isinstance(target, cst.Attribute)
                and isinstance(target.value, cst.Name)
                and target.value.value == receiver
            ):
                yield target.attr.value, value


def _assigned(node: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """The targets of an assignment, each with the value."""
    if isinstance(node, cst.Assign):
        yield from ((each.target, node.value) for each in node.targets)
    elif isinstance(node, cst.AnnAssign) and node.value is not None:
        yield node.target, node.value


def value_of(expression: cst.BaseExpression, function: cst.FunctionDef) -> cst.BaseExpression:
    """What a function assigns to a name or attribute, if it does so once; else the expression itself."""
    written = code(expression)
    found = [
        node.value
        for node in walk(function.body, skip=NESTED_SCOPES)
        if isinstance(node, cst.Assign) and any(code(each.target) == written for each in node.targets)
    ]
    return found[0] if len(found) == 1 else expression


def is_composed(value: cst.BaseExpression) -> bool:
    """Whether an expression may be another text than the one it is given: `message or "no name"`, `"no name"`."""
    if isinstance(value, cst.BooleanOperation):
        return is_composed(value.right)
    if isinstance(value, cst.IfExp):
        return is_composed(value.body) or is_composed(value.orelse)
    if isinstance(value, (cst.SimpleString, cst.ConcatenatedString)) and value.evaluated_value is not None:
        return bool(value.evaluated_value)
    return is_formatted(value)


def is_formatted(value: cst.BaseExpression) -> bool:
    """Whether an expression puts text around what it is given: `f"no {name}"`, `"no %s" % name`, `"no " + name`."""
    if isinstance(value, (cst.FormattedString, cst.ConcatenatedString)):
        parts = list(walk(value))
        has_text = any(isinstance(part, (cst.FormattedStringText, cst.SimpleString)) for part in parts)
        return has_text and any(isinstance(part, cst.FormattedStringExpression) for part in parts)
    if isinstance(value, cst.BinaryOperation):
        return any(isinstance(side, cst.BaseString) or is_formatted(side) for side in (value.left, value.right))
    return (
        isinstance(value, cst.Call)
        and isinstance(value.func, cst.Attribute)
        and value.func.attr.value == "format"
        and isinstance(value.func.value, cst.BaseString)
    )

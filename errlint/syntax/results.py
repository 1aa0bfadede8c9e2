"""What becomes of the result of a call: the name that it is bound to, and which of its attributes are read where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from errlint.syntax.enclosing import Enclosing
from errlint.syntax.raises import last_name
from errlint.syntax.tree import walk

_SHOWS = frozenset({"debug", "echo", "error", "info", "print", "secho", "warning"})


@dataclass(frozen=True)
class Use:
    """A place at which an attribute of a result is read."""

    attribute: str
    place: cst.CSTNode | None
    is_heeded: bool
    """Whether something is made of what the command said on its error stream."""
    is_own: bool
    """Whether it surely is this result's, and not that of a later call which is given the same name."""
    is_shown: bool = False
    """Whether it is only printed or logged."""


@dataclass(frozen=True)
class Result:
    """What a call gives, as an expression that may be awaited, the name that it is bound to, and its uses."""

    value: cst.BaseExpression
    name: str | None
    uses: tuple[Use, ...]

    @property
    def is_dropped(self) -> bool:
        """Whether nothing is done with it at all."""
        return not self.uses


def result_of(node: cst.Call, around: Enclosing, text: str) -> Result | None:
    """The result of a call and its uses; `None` if it goes to where not all can be seen. `text` is the whole file."""
    value: cst.BaseExpression = node
    parent = around.parent(node)
    if isinstance(parent, cst.Await):
        value, parent = parent, around.parent(parent)
    if isinstance(parent, cst.Expr):
        return Result(value, None, ())
    if isinstance(parent, cst.Attribute):
        return Result(value, None, (_use(parent, around, is_own=True),))
    target = bound_name(parent)
    if target is None:
        return None
    uses = _uses(target, node, around, text)
    return None if uses is None else Result(value, target.value, uses)


def bound_name(parent: cst.CSTNode | None) -> cst.Name | None:
    """The one name that a statement or expression binds its value to."""
    target: cst.CSTNode | None = None
    if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
        target = parent.targets[0].target
    elif isinstance(parent, (cst.AnnAssign, cst.NamedExpr)):
        target = parent.target
    elif isinstance(parent, cst.WithItem) and parent.asname is not None:
        target = parent.asname.name
    return target if isinstance(target, cst.Name) else None


def _uses(target: cst.Name, node: cst.Call, around: Enclosing, text: str) -> tuple[Use, ...] | None:
    """The attributes that are read of a name; `None` if it is used as a whole, which may be anywhere."""
    function = around.function_node(node)
    if function is None:
        return _uses_in_module(target.value, text)
    found: list[Use] = []
    is_own = False
    for part in walk(function.body):
        if isinstance(part, (cst.Global, cst.Nonlocal)) and any(item.name.value == target.value for item in part.names):
            return None
        if not isinstance(part, cst.Name) or part.value != target.value:
            continue
        parent = around.parent(part)
        if isinstance(parent, cst.Attribute) and parent.value is part:
            found.append(_use(parent, around, is_own=is_own))
        elif _is_bound(part, parent):
            is_own = part is target
        elif _is_read(part, parent):
            return None
    return tuple(found)


def _uses_in_module(name: str, text: str) -> tuple[Use, ...] | None:
    """The same for a name of the module, which all of the file may read."""
    found = re.findall(rf"\b{name}\b(?!\s*=[^=])(?:\.(\w+))?", text)
    if "" in found:
        return None
    return tuple(Use(attribute, None, is_heeded=False, is_own=True) for attribute in found)


def _is_bound(node: cst.Name, parent: cst.CSTNode | None) -> bool:
    if isinstance(parent, (cst.AssignTarget, cst.AsName)):
        return True
    return isinstance(parent, (cst.AnnAssign, cst.NamedExpr, cst.For)) and parent.target is node


def _is_read(node: cst.Name, parent: cst.CSTNode | None) -> bool:
    """Whether a name is an expression of its own, not the name of an attribute, a keyword or a parameter."""
    if isinstance(parent, (cst.Attribute, cst.Arg)):
        return parent.value is node
    return not isinstance(parent, cst.Param)


def _use(node: cst.Attribute, around: Enclosing, *, is_own: bool) -> Use:
    outside = _expression_around(node, around)
    is_shown = any(isinstance(part, cst.Call) and last_name(part.func) in _SHOWS for part in outside)
    is_heeded = node.attr.value == "stderr" and not is_shown
    return Use(node.attr.value, node, is_heeded, is_own, is_shown)


def _expression_around(node: cst.CSTNode, around: Enclosing) -> Iterator[cst.CSTNode]:
    """The nodes around a node up to the statement whose expression it is part of."""
    for part in around.ancestors(node):
        if isinstance(part, cst.BaseSuite):
            return
        yield part

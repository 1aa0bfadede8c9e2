"""Follows the text of an exception through a function: from `str(err)` into names, dicts, lists and what is made of
them. What an unknown function returns holds no text: it may be made for the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import libcst as cst

from errlint.source.tree import NESTED_SCOPES, walk
from errlint.syntax.calls import is_literal
from errlint.syntax.formatting import formatted
from errlint.syntax.raises import last_name, reads_like_class

_TELLING = frozenset({"args", "strerror", "stderr", "stdout", "output", "cmd", "statement", "params", "filename"})
"""Attributes in which exceptions keep what their text is made of."""
_BEHIND = frozenset({"__cause__", "__context__", "orig", "original_exception"})
"""Attributes that are exceptions as well."""
_SPEAKING = frozenset({"__str__", "__repr__"})
_KEEPS_TEXT = frozenset(
    {
        *("strip", "lstrip", "rstrip", "lower", "upper", "capitalize", "title", "replace", "split", "splitlines"),
        *("rsplit", "partition", "removeprefix", "removesuffix", "encode", "decode", "format", "expandtabs", "copy"),
    }
)
_WRAPS = frozenset(
    {
        *("dict", "list", "tuple", "sorted", "reversed", "dumps", "escape", "Markup", "mark_safe", "cast", "quote"),
        *(
            "jsonable_encoder",
            "json_dumps",
            "urlencode",
            "model_dump",
            "model_dump_json",
            "asdict",
            "indent",
            "shorten",
        ),
    }
)
"""Functions whose result holds what they are given."""
_ADDS = frozenset({"append", "add", "extend", "insert", "update", "setdefault", "appendleft"})
_COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.GeneratorExp)
_DISPLAYS = (cst.Dict, cst.List, cst.Tuple, cst.Set)


class ExceptionText:
    """Knows which names hold the text of one exception, as far as the statements go that it was told of."""

    def __init__(
        self,
        exception: str | None,
        *,
        makes_text: Callable[[cst.Call], bool],
        cleans: Callable[[cst.Call], bool],
    ) -> None:
        """`exception` is the name of the exception. `makes_text` says which calls give its traceback, `cleans` of which
        calls the result is fit for anybody, whatever they are given.
        """
        self._exceptions = set() if exception is None else {exception}
        self._makes_text = makes_text
        self._cleans = cleans
        self._holding: set[str] = set()

    @property
    def is_held(self) -> bool:
        """Whether any name holds the text."""
        return bool(self._holding)

    def forget_exception(self) -> None:
        """Take note that the exception has no name any more; its text may still have some."""
        self._exceptions.clear()

    # What an expression holds

    def part(self, node: cst.CSTNode) -> cst.BaseExpression | None:
        """The outermost part of an expression that is text and holds the exception's: `f"no: {err}"` in a dict."""
        return next(self._parts(node), None)

    def part_of_argument(self, argument: cst.Arg) -> cst.BaseExpression | None:
        """The same of an argument, of which the exception itself will be made text."""
        return argument.value if self.is_exception(argument.value) else self.part(argument.value)

    def is_exception(self, node: cst.CSTNode) -> bool:
        """Whether an expression is the exception, or one that stands behind it."""
        if isinstance(node, cst.Attribute):
            return node.attr.value in _BEHIND and self.is_exception(node.value)
        return isinstance(node, cst.Name) and node.value in self._exceptions

    def _parts(self, node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
        if isinstance(node, cst.BaseExpression) and self._is_text(node):
            yield node
            return
        for inner in self._inside(node):
            yield from (inner,) if isinstance(node, _DISPLAYS) and self.is_exception(inner) else self._parts(inner)

    def _is_text(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is text as a whole, or a name of it."""
        if isinstance(node, cst.Name):
            return node.value in self._holding
        if isinstance(node, cst.Call):
            return self._gives_text(node)
        if isinstance(node, cst.Attribute):
            return node.attr.value in _TELLING and self.is_exception(node.value)
        if isinstance(node, cst.Subscript):
            return not _is_by_key(node) and self._holds(node.value)
        if isinstance(node, cst.FormattedString):
            return any(self._is_stated_by(part) for part in node.parts)
        if isinstance(node, (cst.ConcatenatedString, cst.BooleanOperation)):
            return self._holds(node.left) or self._holds(node.right)
        if isinstance(node, cst.BinaryOperation):
            is_sum = isinstance(node.operator, cst.Add)
            return self._is_stated_by(node) or (is_sum and (self._holds(node.left) or self._holds(node.right)))
        return isinstance(node, _COMPREHENSIONS) and (self._holds(node.elt) or self._holds(node.for_in.iter))

    def _inside(self, node: cst.CSTNode) -> Iterable[cst.BaseExpression]:
        """The expressions of which another one is made, if it hands them on."""
        if isinstance(node, _DISPLAYS):
            return [element.value for element in node.elements]
        if isinstance(node, cst.IfExp):
            return (node.orelse,) if self._asks_for_class(node.test) else (node.body, node.orelse)
        if isinstance(node, cst.NamedExpr):
            return (node.value,)
        if isinstance(node, cst.Await):
            return (node.expression,)
        if isinstance(node, cst.Call) and not self._cleans(node):
            hands_on = last_name(node.func) in _WRAPS or reads_like_class(node.func)
            return [argument.value for argument in node.args] if hands_on else ()
        return ()

    def _holds(self, node: cst.CSTNode) -> bool:
        return self.part(node) is not None

    def _is_stated_by(self, node: cst.CSTNode) -> bool:
        """Whether an expression turns the exception into text, or puts its text into another."""
        return any(self.is_exception(each) or self._holds(each) for each in formatted(node))

    def _gives_text(self, node: cst.Call) -> bool:
        if self._cleans(node):
            return False
        if self._makes_text(node) or self._is_stated_by(node):
            return True
        if isinstance(node.func, cst.Name) and node.func.value == "getattr":
            return any(self._holds(argument.value) for argument in node.args[2:])
        if not isinstance(node.func, cst.Attribute):
            return False
        method, owner = node.func.attr.value, node.func.value
        if method in _SPEAKING:
            return self.is_exception(owner)
        if method == "join":
            return any(self._holds(argument.value) for argument in node.args)
        return method in _KEEPS_TEXT and self._holds(owner)

    def _asks_for_class(self, test: cst.BaseExpression) -> bool:
        return any(
            isinstance(part, cst.Call)
            and last_name(part.func) in ("isinstance", "hasattr")
            and any(self.is_exception(argument.value) for argument in part.args)
            for part in walk(test, skip=NESTED_SCOPES)
        )

    # What statements do

    def follow(self, statement: cst.CSTNode) -> None:
        """Take note of what a simple statement gives to names."""
        if isinstance(statement, cst.Assign):
            for target in statement.targets:
                self._assign(target.target, statement.value)
        elif isinstance(statement, cst.AnnAssign) and statement.value is not None:
            self._assign(statement.target, statement.value)
        elif isinstance(statement, cst.AugAssign):
            if isinstance(statement.target, cst.Name) and self._holds(statement.value):
                self._holding.add(statement.target.value)
        elif isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call):
            self._add(statement.value)

    def _assign(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        is_exception, holds = self.is_exception(value), self._holds(value)
        if isinstance(target, cst.Name):
            self._holding.discard(target.value)
            self._exceptions.discard(target.value)
            if is_exception:
                self._exceptions.add(target.value)
            elif holds:
                self._holding.add(target.value)
        elif isinstance(target, cst.Subscript) and isinstance(target.value, cst.Name) and (holds or is_exception):
            self._holding.add(target.value.value)

    def _add(self, call: cst.Call) -> None:
        """`errors.append(str(err))`."""
        func = call.func
        if not isinstance(func, cst.Attribute) or not isinstance(func.value, cst.Name) or func.attr.value not in _ADDS:
            return
        if any(self._holds(argument.value) for argument in call.args):
            self._holding.add(func.value.value)


def _is_by_key(node: cst.Subscript) -> bool:
    """Whether a text is looked up by a key: what stands under another key is another matter."""
    index = node.slice[0].slice
    return isinstance(index, cst.Index) and (
        isinstance(index.value, cst.BaseString) or is_literal(index.value, "True", "False", "None")
    )

"""What stands around a node: parents, the scope it runs in, the handler and the `try` that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import dropwhile, islice, takewhile

import libcst as cst

from errlint.source.outline import Class, Definition, Function
from errlint.source.tree import NESTED_SCOPES, Walked
from errlint.syntax.handlers import HANDLERS, TRIES, Handler, Try, caught_name, statements
from errlint.syntax.raises import rebinds


class Enclosing:
    """The surroundings of the nodes of one region.

    `nodes` lists them in the order of the source, parents first. `definitions` are the outline's for the region,
    in the same order, which is how a `def` in the tree finds its entry in the outline.
    """

    def __init__(self, walked: Walked, definitions: Sequence[Definition], owner: Class | None) -> None:
        self.nodes = walked.nodes
        self._parents = walked.parents
        self._owner = owner
        defining = (node for node in walked.nodes if isinstance(node, (cst.FunctionDef, cst.ClassDef)))
        self._definitions: dict[cst.CSTNode, Definition] = dict(zip(defining, definitions, strict=False))

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around a node; `None` at the top of the region."""
        return self._parents.get(id(node))

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, innermost first."""
        current = self._parents.get(id(node))
        while current is not None:
            yield current
            current = self._parents.get(id(current))

    def between(self, node: cst.CSTNode, outer: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, innermost first, up to `outer`."""
        return takewhile(lambda around: around is not outer, self.ancestors(node))

    def definition(self, node: cst.CSTNode) -> Definition | None:
        """The outline's entry of a `def` or `class` node."""
        return self._definitions.get(node)

    def scope(self, node: cst.CSTNode) -> Definition | None:
        """The function or class whose names a node sees first; `None` is the module."""
        for around in self.ancestors(node):
            if type(around) in _DEFINITIONS and self._runs_inside(node, around):
                return self._definitions[around]
        return self._owner

    def _runs_inside(self, node: cst.CSTNode, around: cst.CSTNode) -> bool:
        """Whether a node is in the body of a definition, not in its decorators, defaults or bases."""
        current = node
        for parent in self.ancestors(node):
            if parent is around:
                return current is getattr(around, "body", None)
            current = parent
        return False

    def function(self, node: cst.CSTNode) -> Function | None:
        """The innermost function whose body holds a node."""
        scope = self.scope(node)
        while scope is not None and not isinstance(scope, Function):
            scope = scope.parent
        return scope

    def function_node(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The innermost `def` around a node."""
        return next((around for around in self.ancestors(node) if isinstance(around, cst.FunctionDef)), None)

    def body(self, node: cst.CSTNode) -> cst.CSTNode:
        """What runs together with a node: the definition or lambda around it; outside of any, the statement that is
        outermost.
        """
        current = node
        for current in self.ancestors(node):
            if isinstance(current, NESTED_SCOPES):
                break
        return current

    def handler(self, node: cst.CSTNode) -> Handler | None:
        """The innermost handler of the same function whose body holds a node."""
        current = node
        for parent in self.ancestors(node):
            kind = type(parent)
            if kind in HANDLERS and isinstance(parent, HANDLERS) and current is parent.body:
                return parent
            if kind in NESTED_SCOPES:
                return None
            current = parent
        return None

    def handler_that_names(self, name: str, node: cst.CSTNode) -> Handler | None:
        """The handler around a node, in the same function, in which a name stands for what it caught all along."""
        handler = self.handler(node)
        while handler is not None and caught_name(handler) != name:
            handler = self.handler(handler)
        return None if handler is None or rebinds(handler.body, name) else handler

    def tries(self, node: cst.CSTNode, inside: cst.CSTNode | None = None) -> Iterator[Try]:
        """The `try` statements of the same function whose own body holds a node, innermost first, up to `inside`."""
        current = node
        for parent in self.ancestors(node):
            if parent is inside or isinstance(parent, NESTED_SCOPES):
                return
            if isinstance(parent, TRIES) and current is parent.body:
                yield parent
            current = parent

    def loops(self, node: cst.CSTNode) -> Iterator[cst.For | cst.While]:
        """The loops of the same function around a node, innermost first."""
        for parent in self.ancestors(node):
            if isinstance(parent, NESTED_SCOPES):
                return
            if isinstance(parent, (cst.For, cst.While)):
                yield parent

    def after(self, node: cst.CSTNode, outer: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The statements that may run after a statement, up to the end of `outer`: those behind it in its block and in
        the blocks around, as far as none leaves the block. What a loop would run again is not among them.
        """
        current = node
        for parent in self.ancestors(node):
            if parent is outer:
                return
            if isinstance(parent, (cst.BaseSuite, cst.SimpleStatementLine)):
                behind = iter(parent.body)
                for each in behind:
                    if each is current:
                        break
                for each in behind:
                    yield each
                    if isinstance((each.body[-1] if isinstance(each, cst.SimpleStatementLine) else each), _LEAVES):
                        return
            current = parent

    def behind(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The statement right behind a compound statement, in the same block."""
        block = self.parent(node)
        following = statements(block) if isinstance(block, cst.BaseSuite) else ()
        return next(islice(dropwhile(lambda each: each is not node, following), 1, None), None)

    def try_of(self, handler: Handler) -> Try:
        """The `try` statement of a handler."""
        parent = self._parents[id(handler)]
        if not isinstance(parent, TRIES):
            raise TypeError(f"a handler stands in a {type(parent).__name__}")
        return parent

    def statement(self, node: cst.CSTNode) -> cst.CSTNode:
        """The statement or clause that a node belongs to: the node itself if it is one."""
        for around in (node, *self.ancestors(node)):
            if isinstance(
                around, (cst.BaseSmallStatement, cst.BaseCompoundStatement, *HANDLERS, cst.MatchCase, cst.Decorator)
            ):
                return around
        return node


_DEFINITIONS = (cst.FunctionDef, cst.ClassDef)
"""Compared as exact types: `isinstance` asks the abstract bases of libcst's nodes, which takes ten times as long."""
_LEAVES = (cst.Raise, cst.Return, cst.Break, cst.Continue)

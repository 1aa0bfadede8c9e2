"""Where the nodes of a region stand in their file: computed once, and only for regions with findings.

The only module that touches private libcst API (`CodegenState`, `Node._codegen`): writing the tree out while
counting characters is 3 to 4 times faster than `PositionProvider` and gives offsets; a test holds it against
that provider on the standard library.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy

import libcst as cst
from libcst._nodes.internal import CodegenState

from errlint.errors import ErrlintError


class _Counter(CodegenState):
    """Writes a tree to nowhere and notes at which offset each node begins and ends.

    Nodes are known by `id`: their own hash is computed in Python, and the tree outlives the layout.
    """

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.tokens.append("")  # libcst ends a module of which nothing is written with a newline
        self.offset = 0
        self.indent = 0
        self.opened: dict[int, int] = {}
        self.spans: dict[int, tuple[int, int]] = {}
        self.extents: dict[int, tuple[int, int]] = {}

    def increase_indent(self, value: str) -> None:
        self.indent_tokens.append(value)
        self.indent += len(value)

    def decrease_indent(self) -> None:
        self.indent -= len(self.indent_tokens.pop())

    def add_indent_tokens(self) -> None:
        self.offset += self.indent

    def add_token(self, value: str) -> None:
        self.offset += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.opened[id(node)] = self.offset

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.extents[id(node)] = (self.opened[id(node)], self.offset)

    def pop_trailing_newline(self) -> None:
        """Nothing was kept, so there is nothing to take back."""

    @contextmanager
    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Iterator[None]:
        start = self.offset
        yield
        first, _ = self.spans.get(id(start_node), (start, 0))
        _, last = self.spans.get(id(end_node), (0, self.offset))
        self.spans[id(node)] = (first, last)


class Layout:
    """The offsets, in characters of the file, of every node of one parsed region."""

    def __init__(self, module: cst.Module, text: str, shift: int = 0, gaps: Sequence[int] = ()) -> None:
        """`text` is what the tree was parsed from, `shift` the offset in the file at which it begins.

        `gaps` are the offsets in the text, in order, before which a character of the file was left out.
        """
        self._module = module
        counter = _Counter(module)
        module._codegen(counter)
        self._spans = counter.spans
        self._extents = counter.extents
        self._shift = shift
        self._gaps = gaps
        if counter.offset != len(text):
            lost = list(_lost(text, module.code))
            kept = (gap - bisect_left(lost, gap, key=lambda place: place[0]) for gap in gaps)
            self._gaps = sorted([*(at for _, at in lost), *kept])

    def moved(self, shift: int) -> Layout:
        """The same tree where its text begins at another offset of a file."""
        moved = copy(self)
        moved._shift = shift
        return moved

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """What to show: without surrounding space, comments or redundant parentheses."""
        return self._in_file(self._spans.get(id(node)) or self._extents[id(node)])

    def extent(self, node: cst.CSTNode) -> tuple[int, int]:
        """All that belongs to the node, with its parentheses and the space it owns."""
        return self._in_file(self._extents[id(node)])

    def header(self, node: cst.CSTNode) -> tuple[int, int]:
        """From the first character of a compound statement or clause to its colon; of others, the whole span."""
        start, end = self.span(node)
        body = getattr(node, "body", None)
        return start, self.extent(body)[0] if isinstance(body, cst.BaseSuite) else end

    def _in_file(self, offsets: tuple[int, int]) -> tuple[int, int]:
        """What was left out just before the start, or just behind the end, is not part of a node."""
        start, end = offsets
        first = start + bisect_right(self._gaps, start)
        return first + self._shift, max(end + bisect_left(self._gaps, end), first) + self._shift


def _lost(text: str, code: str) -> Iterator[tuple[int, int]]:
    """What libcst 1.9 does not give back: white space in front of the colon of `except A :`.

    Pairs of the offset of a lost character in the text and of its place in the tree's code.
    """
    at = 0
    for offset, character in enumerate(text):
        if code[at : at + 1] == character:
            at += 1
        elif character in " \t\r\n\\":
            yield offset, at
        else:
            raise ErrlintError(f"libcst reads {text[offset:][:20]!r} as {code[at:][:20]!r}")

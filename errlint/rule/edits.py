"""Edits anchored to nodes: text is put beside, in place of, or around what the tree says, and the rest stays as it is.

All methods give plain edits in terms of the file. Their lines end with `\\n`; the engine gives them the endings of the
file. `None` means that the edit cannot be made without losing a comment or breaking the code; `Remedy.by` then makes no
fix at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

import libcst as cst

from errlint.model import Edit, Span
from errlint.source.file import SourceFile
from errlint.source.regions import Region
from errlint.source.tree import walk
from errlint.syntax.enclosing import Enclosing
from errlint.syntax.handlers import Handler, Try, holds_comment, is_directive

_FORM_FEEDS = re.compile(r"[ \t\f]*\f")
_EMPTY_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_STRINGS = (cst.SimpleString, cst.FormattedString, cst.TemplatedString)


class Edits:
    """Makes edits in one region."""

    def __init__(self, source: SourceFile, region: Region, around: Enclosing) -> None:
        self._source = source
        self._region = region
        self._around = around

    def text(self, node: cst.CSTNode) -> str:
        """The source of a node with its parentheses, as it is written."""
        return self._slice(*self._region.layout.extent(node))

    def bare_text(self, node: cst.CSTNode) -> str:
        """The source of a node without its parentheses."""
        return self._slice(*self._region.layout.span(node))

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands, with its parentheses."""
        return self._span(*self._region.layout.extent(node))

    def insert_before(self, node: cst.CSTNode, text: str) -> Edit:
        """Text in front of a node."""
        start, _ = self._region.layout.extent(node)
        return self._edit(start, start, text)

    def insert_after(self, node: cst.CSTNode, text: str) -> Edit:
        """Text behind a node."""
        _, end = self._region.layout.extent(node)
        return self._edit(end, end, text)

    def replace(self, node: cst.CSTNode, text: str) -> Edit | None:
        """Text instead of an expression or a simple statement, which must not hold a comment."""
        is_statement = isinstance(node, cst.BaseSmallStatement)  # its semicolon stays
        start, end = self._region.layout.span(node) if is_statement else self._region.layout.extent(node)
        return None if holds_comment(node) else self._edit(start, end, text)

    def delete(self, node: cst.CSTNode) -> Edit | None:
        """Nothing instead of a node, which must not hold a comment."""
        return None if holds_comment(node) else self._edit(*self._region.layout.extent(node), "")

    def delete_behind(self, node: cst.CSTNode, part: cst.CSTNode) -> Edit | None:
        """Of an expression only what it begins with: `"a"` of `"a" % b`. Parentheses around it stay."""
        end, last = self._region.layout.extent(part)[1], self._region.layout.span(node)[1]
        return None if "#" in self._slice(end, last) else self._edit(end, last, "")

    def replace_keyword(self, node: cst.CSTNode, keyword: str, text: str) -> Edit:
        """Text instead of the word with which a statement or clause begins."""
        start, _ = self._region.layout.span(node)
        return self._edit(start, start + len(keyword), text)

    # Arguments

    def add_argument(self, call: cst.Call, text: str) -> Edit | None:
        """One more argument, as the last one."""
        if not call.args:
            _, end = self._region.layout.extent(call.func)
            opening = self._source.text.find("(", end)
            return self._edit(opening + 1, opening + 1, text)
        last = call.args[-1]
        if isinstance(last.value, cst.GeneratorExp) and not last.value.lpar:
            return None
        return self._argument_line(last, text) or self.insert_after(last.value, f", {text}")

    def _argument_line(self, last: cst.Arg, text: str) -> Edit | None:
        """A line for one more argument, where the last one has a line of its own and a comma behind it."""
        start, _ = self._region.layout.extent(last)
        _, end = self._region.layout.extent(last.value)
        line = self._source.position(end).line
        behind = self._source.line(line)[self._source.position(end).column :]
        indentation = self._source.text[self._line_start(start) : start]
        if indentation.strip() or not re.match(r"\s*,\s*(#|$)", behind):
            return None
        return line_edit(self._source, line, [f"{indentation}{text},"])

    def delete_argument(self, call: cst.Call, argument: cst.Arg) -> Edit | None:
        """The call without one of its arguments."""
        at = next(number for number, each in enumerate(call.args) if each is argument)
        layout = self._region.layout
        start, end = layout.extent(argument)
        if at + 1 == len(call.args) and at > 0:
            start = layout.extent(call.args[at - 1].value)[1]
            end = layout.extent(argument.value)[1]
        return None if "#" in self._slice(start, end) else self._edit(start, end, "")

    def delete_elements(self, whole: cst.Tuple, leaving: Collection[cst.BaseElement]) -> list[Edit | None]:
        """A tuple without some of its elements; others stay. One that is left alone needs no tuple around it."""
        staying = [element for element in whole.elements if element not in leaving]
        layout = self._region.layout
        if len(staying) == 1 and isinstance(staying[0], cst.Element):
            start, _ = layout.extent(whole)
            space = " " if self._slice(start - 1, start).isalnum() else ""  # `except(A, B)`
            return [self.replace(whole, space + self.text(staying[0].value))]
        edits: list[Edit | None] = []
        for is_leaving, group in groupby(whole.elements, lambda element: element in leaving):
            run = list(group)
            if not is_leaving:
                continue
            start, end = layout.extent(run[0])[0], layout.extent(run[-1])[1]
            if run[-1] is whole.elements[-1]:
                start, end = layout.extent(staying[-1].value)[1], layout.extent(run[-1].value)[1]
            edits.append(None if "#" in self._slice(start, end) else self._edit(start, end, ""))
        return edits

    def replace_arguments(self, call: cst.Call, text: str) -> Edit | None:
        """Others instead of all arguments of a call; the comma behind the last one stays."""
        start, _ = self._region.layout.extent(call.args[0])
        _, end = self._region.layout.extent(call.args[-1].value)
        return None if any(holds_comment(argument) for argument in call.args) else self._edit(start, end, text)

    # Causes

    def cause(self, node: cst.Raise, cause: str) -> Edit | None:
        """`from cause` behind what is raised, or that cause instead of another."""
        if node.cause is not None:
            return self.replace(node.cause.item, cause)
        return None if node.exc is None else self.insert_after(node.exc, f" from {cause}")

    # Handlers

    def name_handler(self, handler: Handler, name: str) -> list[Edit | None]:
        """`as name` for a handler that has none. A bare `except:` is given the type that it means."""
        if handler.type is None:
            start, _ = self._region.layout.span(handler)
            behind = start + len("except")
            return [self._edit(behind, behind, f" BaseException as {name}")]
        if isinstance(handler.type, cst.Tuple) and not handler.type.lpar:  # PEP 758 asks for them when there is a name
            return [self.insert_before(handler.type, "("), self.insert_after(handler.type, f") as {name}")]
        return [self.insert_after(handler.type, f" as {name}")]

    def insert_handler_before(self, handler: Handler, header: str, code: str) -> Edit:
        """A clause of one statement in front of a handler, and of the comments above it."""
        start = self._line_start(self._region.layout.extent(handler)[0])
        indentation = self._indentation(handler)
        inside = indentation + self._region.module.default_indent
        return self._edit(start, start, f"{indentation}{header}\n{inside}{code}\n")

    def delete_handler(self, handler: Handler) -> Edit | None:
        """A `try` that keeps other clauses without one handler. Comments before it must not be lost with it."""
        if holds_comment(handler):
            return None
        start, end = self._region.layout.extent(handler)
        return self._edit(self._line_start(start), end, "")

    def split_handler(self, handler: Handler, clauses: Sequence[tuple[str, Sequence[cst.CSTNode]]]) -> Edit | None:
        """Several clauses instead of a handler: each a header and statements of the old one. No comment may be lost."""
        layout = self._region.layout
        begin, end = layout.span(handler)[0], layout.extent(handler)[1]
        outer = self._indentation(handler)
        inner = outer + self._region.module.default_indent
        parts: list[str] = []
        for header, body in clauses:
            lines = self._line_start(layout.extent(body[0])[0]), layout.extent(body[-1])[1]
            strings = frozenset().union(*map(self._inside_strings, body))
            moved = self._reindented(*lines, self._indentation(body[0]), inner, strings)
            parts.append(f"{outer if parts else ''}{header}\n{moved}")
        text = "".join(parts)
        return self._edit(begin, end, text) if text.count("#") == self._slice(begin, end).count("#") else None

    def unwrap(self, attempt: Try) -> Edit | None:
        """What a `try` does, and its `else`, without the `try`; its handlers and `finally` go."""
        if any(holds_comment(clause) for clause in attempt.handlers) or self._is_directed(attempt):
            return None
        return self._flattened(attempt, self._indentation(attempt), keyword=False)

    def delete_handlers(self, attempt: Try) -> Edit | None:
        """A `try` with a `finally` but without handlers; what its `else` did follows in the `try`."""
        if any(holds_comment(clause) for clause in attempt.handlers) or attempt.finalbody is None:
            return None
        if attempt.orelse is None:
            start, _ = self._region.layout.extent(attempt.handlers[0])
            _, end = self._region.layout.extent(attempt.handlers[-1])
            return self._edit(self._line_start(start), end, "")
        if isinstance(attempt.body, cst.SimpleStatementSuite) or self._is_directed(attempt):
            return None
        return self._flattened(attempt, self._block_indentation(attempt.body), keyword=True)

    def _is_directed(self, attempt: Try) -> bool:
        """Whether a comment behind `try:` or `else:` speaks to a tool, of that line and no other."""
        suites = [attempt.body, *([] if attempt.orelse is None else [attempt.orelse.body])]
        comments = [suite.header.comment for suite in suites if isinstance(suite, cst.IndentedBlock)]
        return any(comment is not None and is_directive(comment.value) for comment in comments)

    def _flattened(self, attempt: Try, indentation: str, *, keyword: bool) -> Edit:
        """The blocks of a `try` and its `else` one after the other, below `try:` or instead of it."""
        layout = self._region.layout
        start = layout.span(attempt)[0] - len(self._indentation(attempt))
        parts = []
        if keyword:
            end = layout.extent(attempt.body)[1]
            parts.append(self._slice(start, end))
        else:
            end = layout.extent(attempt)[1]
            parts += self._block(attempt.body, indentation)
        if attempt.orelse is not None:
            leading = layout.extent(attempt.orelse)[0], self._line_start(layout.span(attempt.orelse)[0])
            parts.append(self._reindented(*leading, self._indentation(attempt), indentation, ()))
            parts += self._block(attempt.orelse.body, indentation)
        if keyword and attempt.orelse is not None:
            end = layout.extent(attempt.orelse)[1]
        return self._edit(start, end, "".join(parts))

    def _block(self, suite: cst.BaseSuite, indentation: str) -> Iterator[str]:
        """The lines of a block at another indentation, after the comment behind its colon."""
        start, end = self._region.layout.extent(suite)
        if isinstance(suite, cst.SimpleStatementSuite):
            yield indentation + self._slice(start, end).lstrip(" \t\\\n")
            return
        if isinstance(suite, cst.IndentedBlock) and suite.header.comment is not None:
            yield f"{indentation}{suite.header.comment.value}\n"
        first = self._line_start(self._region.layout.extent(suite.body[0])[0])
        yield self._reindented(first, end, self._block_indentation(suite), indentation, self._inside_strings(suite))

    # Statements

    def insert_first(self, suite: cst.BaseSuite, code: str) -> Edit:
        """A statement in front of all others of a block; a block on its header's line gets lines of its own."""
        if isinstance(suite, cst.SimpleStatementSuite):
            indentation = self._indentation(suite) + self._region.module.default_indent
            start, _ = self._region.layout.extent(suite)
            first, _ = self._region.layout.span(suite.body[0])
            return self._edit(start, first, f"\n{indentation}{code}\n{indentation}")
        first, _ = self._region.layout.extent(suite.body[0])
        return self._edit(first, first, f"{self._block_indentation(suite)}{code}\n")

    def insert_last(self, suite: cst.BaseSuite, code: str) -> list[Edit | None]:
        """A statement after all others of a block."""
        if isinstance(suite, cst.SimpleStatementSuite):
            indentation = self._indentation(suite) + self._region.module.default_indent
            start, end = self._region.layout.extent(suite)
            first, _ = self._region.layout.span(suite.body[0])
            return [self._edit(start, first, f"\n{indentation}"), self._edit(end, end, f"{indentation}{code}\n")]
        _, end = self._region.layout.extent(suite.body[-1])
        return [self._edit(end, end, f"{self._block_indentation(suite)}{code}\n")]

    def replace_statements(self, first: cst.CSTNode, last: cst.CSTNode, code: str) -> Edit | None:
        """A statement instead of simple statements of one block, from one to another; no comment may stand between."""
        start, end = self._region.layout.span(first)[0], self._region.layout.span(last)[1]
        return None if "#" in self._slice(start, end) else self._edit(start, end, code)

    def delete_statement(self, statement: cst.BaseSmallStatement) -> Edit | None:
        """A block without a simple statement that has its line, or lines, for itself and is not all of the block. The
        empty lines above it go too, unless comments stand among them; none may stand in it or behind it.
        """
        line = self._around.parent(statement)
        block = None if line is None else self._around.parent(line)
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1 or holds_comment(statement):
            return None
        if line.trailing_whitespace.comment is not None or not isinstance(block, cst.BaseSuite) or len(block.body) == 1:
            return None
        begin, end = self._region.layout.extent(line)
        is_explained = any(empty.comment is not None for empty in line.leading_lines)
        start = self._region.layout.span(statement)[0] if is_explained else begin
        return self._edit(self._line_start(start), end, "")

    def insert_statement_before(self, statement: cst.BaseSmallStatement, code: str) -> Edit:
        """A statement in front of another one, on a line of its own where the other begins its line."""
        line = self._around.parent(statement)
        start, _ = self._region.layout.span(statement)
        is_first = isinstance(line, (cst.SimpleStatementLine, cst.SimpleStatementSuite)) and line.body[0] is statement
        if not is_first:
            return self._edit(start, start, f"{code}; ")
        if isinstance(line, cst.SimpleStatementSuite):
            return self.insert_first(line, code)
        return self._edit(start, start, f"{code}\n{self._indentation(statement)}")

    def insert_statement_after(self, statement: cst.BaseSmallStatement, code: str) -> Edit:
        """A statement behind another one, on a line of its own where the other has its line for itself."""
        line = self._around.parent(statement)
        if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
            _, end = self._region.layout.extent(line)
            return self._edit(end, end, f"{self._indentation(statement)}{code}\n")
        _, end = self._region.layout.span(statement)
        return self._edit(end, end, f"; {code}")

    def clean_up_after(self, attempted: cst.CSTNode, cleanup: Sequence[cst.CSTNode]) -> Edit:
        """A `try` around one line of a block, with the lines that follow it in its `finally`."""
        indentation = self._indentation(attempted)
        inner = indentation + self._region.module.default_indent
        start = self._line_start(self._region.layout.span(attempted)[0])
        behind = self._region.layout.extent(attempted)[1]
        end = self._region.layout.extent(cleanup[-1])[1]
        keep = frozenset().union(*(self._inside_strings(line) for line in (attempted, *cleanup)))
        tried = self._reindented(start, behind, indentation, inner, keep)
        cleaned = self._reindented(behind, end, indentation, inner, keep)
        cleaned = _EMPTY_LINES.sub("", cleaned)
        return self._edit(start, end, f"{indentation}try:\n{tried}{indentation}finally:\n{cleaned}")

    # Lines

    def lines_of(self, node: cst.CSTNode) -> tuple[int, int]:
        """The first and last line of a node, 1-based, inclusive."""
        start, end = self._region.layout.span(node)
        return self._source.position(start).line, self._source.position(end).line

    def line_of(self, node: cst.CSTNode) -> int:
        """The 1-based line on which a node begins."""
        return self._source.position(self._region.layout.span(node)[0]).line

    def _indentation(self, node: cst.CSTNode) -> str:
        """The white space in front of the line on which a node begins."""
        start = (
            self._region.layout.extent(node)[0]
            if isinstance(node, cst.BaseSuite)
            else self._region.layout.span(node)[0]
        )
        line = self._source.line(self._source.position(start).line)
        at = _after_form_feeds(line)
        return line[at : len(line) - len(line[at:].lstrip(" \t"))]

    def _block_indentation(self, suite: cst.BaseSuite) -> str:
        return self._indentation(suite.body[0])

    def _line_start(self, offset: int) -> int:
        return self._source.line_starts[self._source.position(offset).line - 1]

    def _inside_strings(self, node: cst.CSTNode) -> frozenset[int]:
        """The lines that begin inside a string: their white space is text."""
        found: set[int] = set()
        for part in walk(node):
            if isinstance(part, _STRINGS):
                start, end = self._region.layout.span(part)
                found.update(range(self._source.position(start).line + 1, self._source.position(end).line + 1))
        return frozenset(found)

    def _reindented(self, start: int, end: int, old: str, new: str, keep: frozenset[int] | tuple[()]) -> str:
        """Whole lines with `new` in front of them where `old` was; lines whose number is in `keep` stay."""
        number = self._source.position(start).line
        lines = []
        for line in self._slice(start, end).split("\n"):
            at = _after_form_feeds(line)
            moves = line.strip() and number not in keep and line.startswith(old, at)
            lines.append(line[:at] + new + line[at + len(old) :] if moves else line)
            number += 1
        return "\n".join(lines)

    def _slice(self, start: int, end: int) -> str:
        return self._source.parsable[start:end].replace("\r\n", "\n")

    def _span(self, start: int, end: int) -> Span:
        return Span(self._source.position(start), self._source.position(end))

    def _edit(self, start: int, end: int, text: str) -> Edit:
        """An edit; the last line of the file has an ending after it only if it had one before."""
        last = len(self._source.text)
        if end > last:
            end = last
            text = text.removesuffix("\n")
            if start > last:
                start, text = last, f"\n{text}"
            elif not text:
                start = len(self._source.text[:start].rstrip("\r\n"))
        return Edit(self._span(start, end), text)


def _after_form_feeds(line: str) -> int:
    """Where the white space begins that counts as a line's indentation: Python begins anew behind a form feed."""
    match = _FORM_FEEDS.match(line)
    return 0 if match is None else match.end()


def line_edit(source: SourceFile, after: int, lines: Sequence[str]) -> Edit:
    """Lines below a 1-based line of a file; 0 is the top."""
    text = "".join(f"{line}\n" for line in lines)
    if after < len(source.line_starts):
        place = source.position(source.line_starts[after])
        return Edit(Span(place, place), text)
    place = source.position(len(source.text))
    return Edit(Span(place, place), f"\n{text}".removesuffix("\n"))

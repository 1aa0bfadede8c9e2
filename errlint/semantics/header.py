"""The header of a file, the part that imports: where lines can be added to it, and which code runs after it."""

from __future__ import annotations

import re
from functools import cached_property

from errlint.source.file import SourceFile
from errlint.source.outline import Definition, Function, Outline, Stands

_ENCODING = re.compile(r"[ \t\f]*#.*coding[:=]")


class Header:
    """The header of one file. Lines are 1-based; 0 is the top."""

    def __init__(self, source: SourceFile, outline: Outline) -> None:
        self._source = source
        self._outline = outline

    def has_run(self, last_line: int, scope: Definition | None, line: int) -> bool:
        """Whether the module's statement that ends on a line has run when code on another line does."""
        while scope is not None:
            if isinstance(scope, Function):
                return True
            scope = scope.parent
        return last_line < line

    @cached_property
    def below_imports(self) -> int:
        """The line below which an import is added: that of the last import of the header, or of the docstring."""
        imports = [statement for statement in self._outline.header if statement.stands is Stands.IMPORT]
        first = [statement for statement in self._outline.header if statement.stands is Stands.DOCSTRING]
        last = imports or first
        return self._outside_statements(last[-1].last_line) if last else self._opening_comments()

    @cached_property
    def below_all(self) -> int:
        """The line below which a statement is added that needs the imports."""
        header = self._outline.header
        return max(self.below_imports, self._outside_statements(header[-1].last_line) if header else 0)

    def _outside_statements(self, line: int) -> int:
        """The same line, or the last one of a statement that begins on it and goes on (`import a; b = (...)`)."""
        for statement in self._outline.top:
            if statement.first_line <= line < statement.last_line:
                line = statement.last_line
        return line

    def _opening_comments(self) -> int:
        """The last line of the comments with which the file begins: `#!`, an encoding, a licence.

        An encoding counts on the first two lines, so nothing may come before these if one is there (PEP 263).
        """
        line = self._source.line
        number = next((n for n in (2, 1) if _ENCODING.match(line(n)) or line(n).startswith("#!")), 0)
        last = number
        while line(last + 1).startswith("#"):
            last += 1
        return number if line(last + 1).strip() else last  # a comment that touches code belongs to it

    def spaced(self, below: int, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Lines with an empty one before and after, where they would touch a docstring, a comment or code."""
        lines = tuple(lines)
        while lines and not lines[0]:
            lines = lines[1:]
        is_import = lines[0].startswith(("import ", "from "))
        ends = {statement.last_line: statement.stands for statement in self._outline.header}
        after_import = ends.get(below) is Stands.IMPORT
        if below and self._source.line(below).strip() and not (is_import and after_import):
            lines = ("", *lines)
        following = self._source.line(below + 1)
        if following.strip() and not (is_import and len(lines) == 1 and after_import):
            lines = (*lines, "")
        return lines

"""Places as the client counts them: in bytes, in units of UTF-16, or in characters, as was agreed at the start.

errlint counts characters, and its lines end as Python's do, which is also how the protocol has it. (pygls has a codec,
but ends lines at form feeds and U+2028 too.)
"""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types

from errlint.model import Position, Span
from errlint.source.file import SourceFile

_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2)}
"""The codec of an encoding of the protocol, and the bytes of one of its units."""


@dataclass(frozen=True)
class Encoding:
    """Turns places of errlint into places of the client, and back."""

    name: str

    def units(self, text: str) -> int:
        """How long the client takes a text to be."""
        if text.isascii() or self.name not in _CODECS:
            return len(text)
        codec, size = _CODECS[self.name]
        return len(text.encode(codec, "surrogatepass")) // size

    def to_client(self, source: SourceFile, place: Position) -> types.Position:
        """The place as the client has it."""
        return types.Position(place.line - 1, self.units(source.line(place.line)[: place.column]))

    def range(self, source: SourceFile, span: Span) -> types.Range:
        """The same for both ends of a span."""
        return types.Range(self.to_client(source, span.start), self.to_client(source, span.end))

    def from_client(self, source: SourceFile, place: types.Position) -> Position:
        """The place as errlint has it; one behind the end of a line or of the text is the end."""
        if place.line >= len(source.line_starts):
            return source.position(len(source.text))
        line = source.line(place.line + 1)
        return Position(place.line + 1, self._column(line, place.character))

    def _column(self, line: str, character: int) -> int:
        if line.isascii() or self.name not in _CODECS:
            return min(character, len(line))
        column = units = 0
        while column < len(line) and units < character:
            units += self.units(line[column])
            column += 1
        return column

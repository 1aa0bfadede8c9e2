"""Edits applied to a text: together, in its own line endings, and with a way from old places to new ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from errlint.model import Edit, Fix, Span
from errlint.source.file import SourceFile


@dataclass(frozen=True)
class Edited:
    """A text after some edits."""

    text: str
    moves: tuple[tuple[int, int, int], ...]
    """For each edit, in order: where it began and ended in the old text, and where it ends in the new one."""
    places: Mapping[Edit, tuple[int, int]]
    """Where what an edit put in begins and ends in the new text."""

    def moved(self, offset: int) -> int:
        """Where a character offset of the old text is now; what was inside an edit is at the edit's end."""
        at = bisect_right(self.moves, offset, key=lambda move: move[0]) - 1
        if at < 0:
            return offset
        _, old_end, new_end = self.moves[at]
        return max(offset - old_end, 0) + new_end


def edited(source: SourceFile, edits: Iterable[Edit]) -> Edited:
    """The file's text with edits that do not overlap."""
    parts: list[str] = []
    moves: list[tuple[int, int, int]] = []
    places: dict[Edit, tuple[int, int]] = {}
    at = length = 0
    for edit in sorted(set(edits)):
        start, end = offsets(source, edit.span)
        parts += (source.text[at:start], edit.text)
        length += start - at
        places[edit] = (length, length + len(edit.text))
        length += len(edit.text)
        at = end
        moves.append((start, end, length))
    parts.append(source.text[at:])
    return Edited("".join(parts), tuple(moves), places)


def with_line_endings(fix: Fix, source: SourceFile) -> Fix:
    """The same fix, its lines ending as those of the file do where it edits."""
    edits = tuple(
        replace(edit, text=edit.text.replace("\n", source.line_end(edit.span.start.line))) for edit in fix.edits
    )
    return replace(fix, edits=edits)


def offsets(source: SourceFile, span: Span) -> tuple[int, int]:
    """The character offsets at which a span begins and ends."""
    return source.offset(span.start), source.offset(span.end)


def overlap(one: Span, other: Span) -> bool:
    """Whether two edits cannot both be made: they share a character, or put text in at one place."""
    return one == other or (one.start < other.end and other.start < one.end)


def collide(one: Span, other: Span) -> bool:
    """Whether two edits that know nothing of each other may get in each other's way: they overlap, or text is put in
    at the border of the other.
    """
    is_place = one.start == one.end or other.start == other.end
    return overlap(one, other) or (is_place and one.start <= other.end and other.start <= one.end)

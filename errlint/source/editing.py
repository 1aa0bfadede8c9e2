"""Edits applied to a text: together, in its own line endings, and with the places where they ended up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from errlint.model import Edit, Fix, Span
from errlint.source.file import SourceFile


@dataclass(frozen=True)
class Edited:
    """A text after some edits."""

    text: str
    places: Mapping[Edit, tuple[int, int]]
    """Where what an edit put in begins and ends in the new text."""


def edited(source: SourceFile, edits: Iterable[Edit]) -> Edited:
    """The file's text with edits that do not overlap."""
    parts: list[str] = []
    places: dict[Edit, tuple[int, int]] = {}
    at = length = 0
    for edit in sorted(set(edits)):
        start, end = offsets(source, edit.span)
        parts += (source.text[at:start], edit.text)
        length += start - at
        places[edit] = (length, length + len(edit.text))
        length += len(edit.text)
        at = end
    parts.append(source.text[at:])
    return Edited("".join(parts), places)


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

"""The ignore comment that silences one finding: a new one, or a code more in the one that is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from errlint.model import Diagnostic, Edit, Position, Span
from errlint.source.editing import edited
from errlint.source.file import SourceFile
from errlint.source.suppressions import Origin, Suppression, suppressions


@dataclass(frozen=True)
class Ignoring:
    """An edit that silences a finding. `asks_reason` if the reason is still to be written, behind what is put in."""

    edit: Edit
    asks_reason: bool


def ignoring(source: SourceFile, finding: Diagnostic) -> Ignoring | None:
    """How a finding can be ignored where it is; `None` if no comment can stand there."""
    return next((each for each in _ways(source, finding) if _silences(source, finding, each.edit)), None)


def _ways(source: SourceFile, finding: Diagnostic) -> Iterator[Ignoring]:
    for comment in suppressions(source, only_own=True):
        if _is_about(comment, finding):
            text = source.line(comment.span.start.line)
            place = Position(comment.span.start.line, text.index("]", comment.span.start.column))
            yield Ignoring(_put(place, f", {finding.code}"), asks_reason=False)
    first, last = finding.lines
    for number in dict.fromkeys((finding.span.start.line, *range(first, last + 1))):
        text = source.line(number)
        if not text.endswith("\\"):
            place = Position(number, len(text.rstrip()))
            yield Ignoring(_put(place, f"  # errlint: ignore[{finding.code}]"), asks_reason=True)
    text = source.line(first)
    indentation = text[: len(text) - len(text.lstrip())]
    line = f"{indentation}# errlint: ignore[{finding.code}]{source.line_end(first)}"
    yield Ignoring(_put(Position(first, 0), line), asks_reason=False)


def _is_about(comment: Suppression, finding: Diagnostic) -> bool:
    return (
        comment.origin is Origin.ERRLINT
        and comment.directive == "ignore"
        and bool(comment.codes)
        and comment.covers(*finding.lines)
    )


def _put(place: Position, text: str) -> Edit:
    return Edit(Span(place, place), text)


def _silences(source: SourceFile, finding: Diagnostic, edit: Edit) -> bool:
    """Whether the text that an edit puts in is a comment there, and covers the finding."""
    after = replace(source, text=edited(source, [edit]).text)
    moved = len(after.line_starts) - len(source.line_starts)
    first, last = finding.lines
    return any(
        _is_about(comment, replace(finding, lines=(first + moved, last + moved))) and finding.code in comment.codes
        for comment in suppressions(after, only_own=True)
    )

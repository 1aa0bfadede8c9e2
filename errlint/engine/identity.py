"""What a finding is known by when lines have moved: its rule, where it stands by name, and what is flagged.

Baselines and the services that read reports must tell an old finding from a new one. Lines move, files are renamed
and blocks are indented again, so none of that is part of the fingerprint.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from errlint.model import Diagnostic, Position, Span
from errlint.source.file import SourceFile
from errlint.source.outline import Outline
from errlint.source.suppressions import without_comments

_CONTINUATION = re.compile(r"\\\r?\n")
_SPACE_THAT_SEPARATES_NOTHING = re.compile(r"(?<!\w)\s+|\s+(?!\w)")
_TRAILING_COMMA = re.compile(r",(?=[)\]}])")


def identified(findings: Iterable[Diagnostic], source: SourceFile, outline: Outline) -> tuple[Diagnostic, ...]:
    """The findings of one file, in their order, with `scope` and `fingerprint`."""
    seen: Counter[tuple[str, ...]] = Counter()
    known: list[Diagnostic] = []
    for finding in findings:
        scope = _scope(finding.span.start.line, outline)
        key = (finding.code, scope, _key(_text(source, finding.extent or finding.span)))
        digest = hashlib.sha256("\0".join((*key, str(seen[key]))).encode("utf-8", "surrogatepass"))
        seen[key] += 1
        known.append(replace(finding, scope=scope, fingerprint=digest.hexdigest()[:16]))
    return tuple(known)


def _key(text: str) -> str:
    """What is flagged, normalised; where that is a comment, the comment."""
    return normalised(text) or text.strip()


def normalised(text: str) -> str:
    """Code without what a formatter or a move changes: comments, indentation, line breaks, kinds of quotes."""
    text = _CONTINUATION.sub(" ", without_comments(text))
    text = " ".join(_SPACE_THAT_SEPARATES_NOTHING.sub("", text).split())
    return _TRAILING_COMMA.sub("", text).replace("'", '"')


def _scope(line: int, outline: Outline) -> str:
    """The qualified name of the innermost definition that a line belongs to."""
    around = [each.qualname for each in outline.definitions if each.first_line <= line <= each.last_line]
    return max(around, key=lambda qualname: qualname.count("."), default="")


def _text(source: SourceFile, span: Span) -> str:
    start, end = (source.offset(_within(source, place)) for place in (span.start, span.end))
    return source.text[start:end]


def _within(source: SourceFile, position: Position) -> Position:
    """A place that is in the text: there is none of a file that cannot be decoded."""
    last = len(source.line_starts)
    return position if position.line <= last else Position(last, len(source.line(last)))

"""One source file: its bytes decoded as Python itself would, and its lines."""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_right
from codecs import BOM_UTF8
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from errlint.errors import ErrlintError
from errlint.model import Position

_LINE_END = re.compile(r"\r\n|\r|\n")
_FORM_FEEDS = re.compile(r"^[ \t\f]*\f", re.MULTILINE)
_BRACKET = re.compile(r"[()\[\]{}]")
_STRING_OR_COMMENT = re.compile(
    r"""#[^\n]*|\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", re.DOTALL
)


class Unreadable(ErrlintError):
    """A file whose text cannot be had: not decodable or not Python."""

    def __init__(self, reason: str, position: Position) -> None:
        super().__init__(reason, position)
        self.reason = reason
        self.position = position

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class SourceFile:
    """The text of a file as Python reads it. `name` is the path as it is shown to people."""

    path: Path
    name: str
    text: str
    encoding: str = "utf-8"
    """The codec of the bytes; `utf-8-sig` where they begin with a BOM."""

    def encoded(self, text: str) -> bytes:
        """Another text in the bytes of this file. Raises `UnicodeError` for a character that its encoding lacks."""
        return text.encode(self.encoding)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets in characters at which lines begin; a form feed or U+2028 ends no line."""
        if "\r" in self.text:
            return [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        lengths = (len(line) + 1 for line in self.text.split("\n")[:-1])
        return [0, *accumulate(lengths)]

    def position(self, offset: int) -> Position:
        """The place of a character offset."""
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1])

    def offset(self, position: Position) -> int:
        """The character offset of a place; the inverse of `position`."""
        return self.line_starts[position.line - 1] + position.column

    def line_end(self, number: int) -> str:
        """How a 1-based line ends, or would if it were not the last: as the one before it, or in a line feed."""
        for line in (number, number - 1):
            if 1 <= line < len(self.line_starts):
                start = self.line_starts[line]
                ending = self.text[max(start - 2, 0) : start]
                return ending if ending == "\r\n" else ending[-1]
        return "\n"

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its ending; empty past the end."""
        if not 1 <= number <= len(self.line_starts):
            return ""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def holds(self, word: str, first_line: int, last_line: int) -> bool:
        """Whether a text stands somewhere in the 1-based lines, inclusive."""
        end = self.line_starts[last_line] if last_line < len(self.line_starts) else len(self.text)
        return self.text.find(word, self.line_starts[first_line - 1], end) >= 0

    @cached_property
    def parsable(self) -> str:
        """The text with lone carriage returns as line feeds (same length) and a final newline.

        Python ends a line at a lone CR; libcst does not give it back, so offsets would drift.
        """
        text = re.sub(r"\r(?!\n)", "\n", self.text) if "\r" in self.text else self.text
        return text if text.endswith("\n") else text + "\n"


def read(path: Path, name: str) -> SourceFile:
    """Read and decode a file. Raises `Unreadable` for its content, `OSError` for the file system."""
    return decode(path.read_bytes(), path, name)


def decode(data: bytes, path: Path, name: str) -> SourceFile:
    """Decode source bytes by BOM, PEP 263 cookie, or UTF-8. Raises `Unreadable`."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        try:
            b"\n".join(data.removeprefix(BOM_UTF8).split(b"\n")[:2]).decode()  # the lines that were searched
        except UnicodeDecodeError as wrong:
            raise _not_decodable(wrong, "utf-8") from error
        raise Unreadable(f"{error.msg}", _cookie(data)) from error
    if encoding == "utf-8-sig":
        data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_decodable(error, encoding) from error
    except UnicodeError as error:  # what a codec such as punycode raises has no place
        raise Unreadable(f"the bytes are not {encoding}: {error}", _cookie(data)) from error
    except LookupError as error:  # a codec that is no text encoding, such as `coding: hex`
        raise Unreadable(f"{encoding} is not a text encoding", _cookie(data)) from error
    if "\0" in text:
        raise Unreadable("the file holds a null byte", _end(text[: text.index("\0")]))
    return SourceFile(path, name, text, encoding)


def _not_decodable(error: UnicodeDecodeError, encoding: str) -> Unreadable:
    before = error.object[: error.start].decode(encoding, errors="replace")
    byte = error.object[error.start]
    return Unreadable(
        f"byte 0x{byte:02x} is not {encoding}; declare the encoding or save the file as UTF-8", _end(before)
    )


def _end(text: str) -> Position:
    """The place behind the last character."""
    return SourceFile(Path(), "", text).position(len(text))


def _cookie(data: bytes) -> Position:
    """The line of the first two that declares the encoding."""
    lines = data.splitlines()[:2]
    return Position(next((number for number, line in enumerate(lines, start=1) if b"coding" in line), 1), 0)


def without_form_feeds(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without form feeds in indentations, and the offsets in it before which a character was left out.

    Python counts the indentation anew behind a form feed; libcst does not, and does not give it back.
    """
    if "\f" not in text:
        return text, ()
    left_out = [offset for match in _FORM_FEEDS.finditer(text) for offset in range(*match.span())]
    return _FORM_FEEDS.sub("", text), tuple(offset - before for before, offset in enumerate(left_out))


def bracket_depth(text: str) -> int:
    """How deep brackets nest, roughly: the quotes of nested f-strings are not told apart."""
    depth = deepest = 0
    for match in _BRACKET.finditer(_STRING_OR_COMMENT.sub("", text)):
        depth = max(depth + (1 if match[0] in "([{" else -1), 0)
        deepest = max(deepest, depth)
    return deepest

"""One source file: its bytes decoded as Python itself would, and its lines."""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_right
from codecs import BOM_UTF8
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from errlint.errors import ErrlintError
from errlint.model import Position

_LINE_END = re.compile(r"\r\n|\r|\n")


class Unreadable(ErrlintError):
    """A file whose text cannot be had: not decodable or not Python."""

    def __init__(self, reason: str, position: Position) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


@dataclass(frozen=True)
class SourceFile:
    """The text of a file as Python reads it. `name` is the path as it is shown to people."""

    path: Path
    name: str
    text: str

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets in characters at which lines begin; a form feed or U+2028 ends no line."""
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def position(self, offset: int) -> Position:
        """The place of a character offset."""
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1])

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its ending; empty past the end."""
        if not 1 <= number <= len(self.line_starts):
            return ""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    @cached_property
    def parsable(self) -> str:
        """The text with lone carriage returns as line feeds (same length) and a final newline.

        Python ends a line at a lone CR; libcst does not give it back, so offsets would drift.
        """
        text = re.sub(r"\r(?!\n)", "\n", self.text)
        return text if text.endswith("\n") else text + "\n"


def read(path: Path, name: str) -> SourceFile:
    """Read and decode a file. Raises `Unreadable` for its content, `OSError` for the file system."""
    return decode(path.read_bytes(), path, name)


def decode(data: bytes, path: Path, name: str) -> SourceFile:
    """Decode source bytes by BOM, PEP 263 cookie, or UTF-8. Raises `Unreadable`."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise Unreadable(f"{error.msg}", _undecodable(data)) from error
    if encoding == "utf-8-sig":
        data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1)
        reason = f"byte 0x{data[error.start]:02x} is not {encoding}; declare the encoding or save the file as UTF-8"
        raise Unreadable(reason, Position(line, column)) from error
    except LookupError as error:  # a codec that is no text encoding, such as `coding: hex`
        raise Unreadable(f"{encoding} is not a text encoding", Position(1, 0)) from error
    if "\0" in text:
        before = text[: text.index("\0")]
        line_start = before.rfind("\n") + 1
        raise Unreadable("the file holds a null byte", Position(before.count("\n") + 1, len(before) - line_start))
    return SourceFile(path, name, text)


def _undecodable(data: bytes) -> Position:
    """Where the first two lines, which may hold a cookie, stop being UTF-8 (the cookie's line if they do not)."""
    for number, line in enumerate(data.splitlines()[:2], start=1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return Position(number, error.start)
        if b"coding" in line:
            return Position(number, 0)
    return Position(1, 0)

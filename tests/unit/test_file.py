"""Bytes to text, offsets to places."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errlint.model import Position
from errlint.source.file import SourceFile, Unreadable, bracket_depth, decode, read
from errlint.source.regions import parse_outline

PATH = Path("a.py")


def _decoded(data: bytes) -> str:
    return decode(data, PATH, "a.py").text


def _refused(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        decode(data, PATH, "a.py")
    return caught.value


def _place(data: bytes) -> Position:
    return _refused(data).position


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n"),
        ("x = 'é'\n".encode(), "x = 'é'\n"),
        (b"# coding: latin-1\nx = '\xe9'\n", "# coding: latin-1\nx = 'é'\n"),
        (b"#!/bin/sh\n# -*- coding: cp1252 -*-\n'\x80'", "#!/bin/sh\n# -*- coding: cp1252 -*-\n'€'"),
        (b"\n\n# coding: latin-1\n", "\n\n# coding: latin-1\n"),
        (b"x = 1\r\ny\rz\n", "x = 1\r\ny\rz\n"),
    ],
)
def test_bytes_are_decoded_as_python_decodes_them(data: bytes, text: str) -> None:
    assert _decoded(data) == text


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (b"a\nb\nx = '\xff'", Position(3, 5), "byte 0xff is not utf-8; declare the encoding or save the file as UTF-8"),
        (b"# coding: ascii\nx = '\xff'\n", Position(2, 5), "byte 0xff is not ascii; declare"),
        (b"\n# coding: nosuch\n", Position(2, 0), "unknown encoding: nosuch"),
        (b"# coding: hex\n", Position(1, 0), "hex is not a text encoding"),
        (b"# coding: rot13\n", Position(1, 0), "rot13 is not a text encoding"),
        (b"\0", Position(1, 0), "the file holds a null byte"),
        ("é\n'é\0'\n".encode(), Position(2, 2), "the file holds a null byte"),
    ],
)
def test_what_cannot_be_decoded_is_refused_with_its_place(data: bytes, place: Position, reason: str) -> None:
    refused = _refused(data)
    assert refused.reason.startswith(reason)
    assert refused.position == place


def test_a_wrong_byte_on_the_first_line_is_found_there() -> None:
    assert _refused(b"x = '\xff'").position == Position(1, 5)


def test_reading_leaves_errors_of_the_file_system_alone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing.py", "missing.py")
    (tmp_path / "a.py").write_bytes(b"x = 1\r\n")
    assert read(tmp_path / "a.py", "shown.py") == SourceFile(tmp_path / "a.py", "shown.py", "x = 1\r\n")


def test_lines_end_where_python_ends_them() -> None:
    source = SourceFile(PATH, "a.py", "a\r\nb\rc\nd\x0ce\u2028f\x85g\x1ch")
    assert source.line_starts == [0, 3, 5, 7]
    assert [source.line(number) for number in range(6)] == ["", "a", "b", "c", "d\x0ce\u2028f\x85g\x1ch", ""]
    assert source.position(0) == Position(1, 0)
    assert source.position(4) == Position(2, 1)
    assert source.position(7) == Position(4, 0)
    assert source.position(11) == Position(4, 4)


@given(st.text(alphabet="ab\r\n\x0c\u2028é"))
def test_what_is_parsed_has_the_places_of_the_text(text: str) -> None:
    source = SourceFile(PATH, "a.py", text)
    parsable = source.parsable
    assert parsable.endswith("\n")
    assert len(parsable) in (len(text), len(text) + 1)
    assert "\r" not in parsable.replace("\r\n", "")
    for offset in range(len(text)):
        place = source.position(offset)
        assert source.line_starts[place.line - 1] + place.column == offset
        assert parsable[offset] == text[offset] or (text[offset], parsable[offset]) == ("\r", "\n")


def test_the_column_of_an_undecodable_byte_counts_characters() -> None:
    assert _place("x = 1\n\n\ny = 'äö".encode() + b"\xff'\n") == Position(4, 7)


def test_lone_carriage_returns_end_lines_before_an_undecodable_byte_and_a_null() -> None:
    assert _place(b"x = 1\r\r\ry = 'a\xff'\r") == Position(4, 6)
    assert _place(b"x = 1\ry = 'a\0'\r") == Position(2, 6)


@pytest.mark.parametrize(
    ("text", "depth"),
    [("", 0), ("(1)", 1), ("a[(b)]{c}", 2), ("'((((' # ((((\n[[]]", 2), (")))(", 1), ('f"{a["b"]}" + ((1))', 2)],
)
def test_the_depth_of_brackets_takes_no_heed_of_strings_and_comments(text: str, depth: int) -> None:
    assert bracket_depth(text) == depth


def test_half_a_character_is_refused_with_its_place() -> None:
    with pytest.raises(Unreadable) as caught:
        parse_outline(SourceFile(PATH, "a.py", "x = 1\ny = '\ud800'\n"))
    assert caught.value.position == Position(2, 5)

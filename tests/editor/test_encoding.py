"""Places of the client in each of the three encodings."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from errlint.editor.encoding import Encoding
from errlint.model import Position
from errlint.source.file import SourceFile

SOURCE = SourceFile(Path("a.py"), "a.py", "x = 1\r\nä🦊 = '\u2028'\f\ry")


@pytest.mark.parametrize(
    ("name", "units"), [("utf-8", [0, 2, 6, 7]), ("utf-16", [0, 1, 3, 4]), ("utf-32", [0, 1, 2, 3])]
)
def test_columns_there_and_back(name: str, units: list[int]) -> None:
    encoding = Encoding(name)
    for column, character in enumerate(units):
        assert encoding.to_client(SOURCE, Position(2, column)) == types.Position(1, character)
        assert encoding.from_client(SOURCE, types.Position(1, character)) == Position(2, column)


def test_places_behind_the_end_are_the_end() -> None:
    encoding = Encoding("utf-16")
    assert encoding.from_client(SOURCE, types.Position(0, 99)) == Position(1, 5)
    assert encoding.from_client(SOURCE, types.Position(2, 0)) == Position(3, 0)
    assert encoding.from_client(SOURCE, types.Position(99, 0)) == Position(3, 1)

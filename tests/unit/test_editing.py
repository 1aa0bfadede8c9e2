"""Edits applied to a text, and where old places are in the new one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errlint.model import Applicability, Edit, Fix, Position, Span
from errlint.source.editing import collide, edited, offsets, with_line_endings
from errlint.source.file import SourceFile


def _source(text: str) -> SourceFile:
    return SourceFile(Path("a.py"), "a.py", text)


def _edit(source: SourceFile, start: int, end: int, text: str) -> Edit:
    return Edit(Span(source.position(start), source.position(end)), text)


def _fixed(source: SourceFile, *edits: Edit) -> str:
    """The text after the edits of a fix, whose lines end with a line feed before it is fitted to its file."""
    fix = Fix("put lines in", Applicability.SAFE, edits)
    return edited(source, with_line_endings(fix, source).edits).text


def _span(start: int, end: int) -> Span:
    return Span(Position(1, start), Position(1, end))


def test_edits_are_applied_together_whatever_their_order() -> None:
    source = _source("one two three")
    edits = [_edit(source, 8, 13, "3"), _edit(source, 0, 3, "eins"), _edit(source, 4, 7, "")]
    assert edited(source, edits).text == edited(source, reversed(edits)).text == "eins  3"
    assert edited(source, []).text == source.text


def test_equal_edits_are_one() -> None:
    source = _source("x = 1\n")
    insertion = _edit(source, 0, 0, "import os\n")
    assert edited(source, [insertion, insertion, _edit(source, 0, 0, "import os\n")]).text == "import os\nx = 1\n"


def test_insertions_at_start_and_end() -> None:
    source = _source("x")
    first, last = _edit(source, 0, 0, "# start\n"), _edit(source, 1, 1, "\n# end")
    after = edited(source, [last, first])
    assert after.text == "# start\nx\n# end"
    assert after.places == {first: (0, after.text.index("x")), last: (9, len(after.text))}
    assert edited(_source(""), [_edit(_source(""), 0, 0, "x")]).text == "x"


def test_an_edit_knows_where_its_text_stands() -> None:
    source = _source("abc(old)def")
    longer, gone = _edit(source, 4, 7, "newer"), _edit(source, 9, 11, "")
    after = edited(source, [gone, longer])
    assert (after.text, after.places) == ("abc(newer)d", {longer: (4, 9), gone: (11, 11)})


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a\nb\n", "a\nN\nb\nN\n"),
        ("a\r\nb\r\n", "a\r\nN\r\nb\r\nN\r\n"),
        ("a\rb\r", "a\rN\rb\rN\r"),
        ("a\r\nb\n", "a\r\nN\r\nb\nN\n"),
    ],
)
def test_new_lines_end_as_the_line_where_they_are_put(text: str, after: str) -> None:
    source = _source(text)
    edits = [Edit(Span(Position(line, 1), Position(line, 1)), "\nN") for line in (1, 2)]
    assert _fixed(source, *edits) == after


def test_the_last_line_ends_as_the_one_before_it_would() -> None:
    for text, after in (("a\r\nb", "a\r\nb\r\nN"), ("a\rb", "a\rb\rN"), ("a\nb", "a\nb\nN"), ("b", "b\nN")):
        source = _source(text)
        end = source.position(len(text))
        assert _fixed(source, Edit(Span(end, end), "\nN")) == after


def test_places_count_the_characters_that_line_endings_take() -> None:
    source = _source("a\r\nb\r\nc\r\n")
    first, second = Edit(Span(Position(1, 1), Position(1, 1)), "\r\nx\r\ny"), _edit(source, 6, 7, "d")
    after = edited(source, [first, second])
    assert after.text == "a\r\nx\r\ny\r\nb\r\nd\r\n"
    assert after.places == {first: (1, 7), second: (12, 13)}


def test_a_fix_keeps_all_but_its_line_endings() -> None:
    source = _source("a\r\n")
    keeps, group = (Span(Position(1, 0), Position(1, 1)),), Span(Position(1, 0), Position(2, 0))
    fix = Fix("t", Applicability.UNSAFE, (Edit(Span(Position(1, 1), Position(1, 1)), "\n\nb"),), keeps, group)
    fitted = with_line_endings(fix, source)
    assert [edit.text for edit in fitted.edits] == ["\r\n\r\nb"]
    assert (fitted.title, fitted.applicability, fitted.keeps, fitted.group) == ("t", Applicability.UNSAFE, keeps, group)


def test_the_places_of_edits_are_where_their_text_is_now() -> None:
    source = _source("one two three")
    edits = [
        _edit(source, 0, 3, "eins"),
        _edit(source, 3, 4, ""),
        _edit(source, 4, 7, "zwei"),
        _edit(source, 13, 13, "!"),
    ]
    after = edited(source, edits)
    assert after.text == "einszwei three!"
    assert [after.text[slice(*after.places[edit])] for edit in edits] == ["eins", "", "zwei", "!"]
    assert after.places[edits[1]] == (4, 4)


def test_a_form_feed_and_a_line_separator_end_no_line() -> None:
    source = _source("a\x0cb\u2028c\x85d\ne\n")
    after = edited(
        source, [Edit(Span(Position(1, 6), Position(1, 7)), "D"), Edit(Span(Position(2, 0), Position(2, 1)), "")]
    )
    assert after.text == "a\x0cb\u2028c\x85D\n\n"


def test_offsets_are_those_of_the_span() -> None:
    source = _source("ab\r\ncd\n")
    assert offsets(source, Span(Position(1, 1), Position(2, 1))) == (1, 5)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (_span(0, 3), _span(3, 5), False),
        (_span(0, 3), _span(2, 5), True),
        (_span(0, 9), _span(2, 3), True),
        (_span(1, 1), _span(1, 1), True),
        (_span(0, 3), _span(3, 3), True),
        (_span(3, 3), _span(3, 5), True),
        (_span(2, 2), _span(0, 9), True),
        (_span(2, 2), _span(3, 9), False),
        (_span(4, 6), _span(4, 6), True),
    ],
)
def test_what_collides(one: Span, other: Span, wanted: bool) -> None:
    assert collide(one, other) is wanted
    assert collide(other, one) is wanted


_LETTERS = st.text(alphabet="ab \n\r\x0c\u2028é漢🎈", max_size=40)
_WORDS = st.text(alphabet="XYZ", max_size=4)


@st.composite
def _edited_texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    """A text, and edits that do not collide; none begins or ends between the two characters of a CRLF."""
    text = draw(_LETTERS)
    places = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n" or at == 0]
    chosen = sorted(draw(st.lists(st.sampled_from(places), unique=True, max_size=8)))
    edits = []
    for start, end in list(pairwise(chosen))[::2]:
        edits.append((start, draw(st.sampled_from([start, end])), draw(_WORDS)))
    return text, edits


@settings(deadline=None)
@given(_edited_texts(), st.randoms())
def test_edited_is_what_replacing_from_the_right_gives(
    case: tuple[str, list[tuple[int, int, str]]], random: object
) -> None:
    text, changes = case
    source = _source(text)
    naive = text
    for start, end, new in sorted(changes, reverse=True):
        naive = naive[:start] + new + naive[end:]
    edits = [_edit(source, *change) for change in changes]
    random.shuffle(edits)  # type: ignore[attr-defined]
    after = edited(source, edits)
    assert after.text == naive
    for edit, (start, end) in after.places.items():
        assert after.text[start:end] == edit.text
    for edit, change in zip(sorted(edits), sorted(changes), strict=True):
        before = sum(len(new) - (end - start) for start, end, new in changes if start < change[0])
        assert after.places[edit][0] == change[0] + before

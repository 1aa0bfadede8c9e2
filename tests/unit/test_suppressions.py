"""Comments that silence: where they stand, whose they are, what they name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from errlint.model import Position, Span
from errlint.source.file import SourceFile
from errlint.source.suppressions import Origin, Suppression, comments, strings, suppressions


def _found(text: str) -> list[Suppression]:
    return suppressions(SourceFile(Path("a.py"), "a.py", text))


def _only(text: str) -> Suppression:
    (found,) = _found(text)
    return found


def test_comments_are_told_from_strings() -> None:
    text = (
        "# one\n'# no' \"# no\"  # two\n'''\n# no\n'''\nr'\\' # three\nb'\\'# no' f\"# no\"\n"
        '\'it\'\'s\' # four\n"""a"b""" # five\nx = \'a\\\n# no\'\n'
    )
    assert [(offset, comment) for offset, comment in comments(text) if text[offset] == "#"] == list(comments(text))
    assert [comment for _, comment in comments(text)] == ["# one", "# two", "# three", "# four", "# five"]


@pytest.mark.parametrize(
    ("comment", "origin", "codes", "reason", "whole_file"),
    [
        ("# errlint: ignore", Origin.ERRLINT, (), "", False),
        ("# errlint: ignore[ERR202]", Origin.ERRLINT, ("ERR202",), "", False),
        (
            "#errlint:ignore[ERR202,silent-handler] it is  optional ",
            Origin.ERRLINT,
            ("ERR202", "silent-handler"),
            "it is  optional",
            False,
        ),
        ("# errlint: ignore[ERR202] reason # noise", Origin.ERRLINT, ("ERR202",), "reason", False),
        ("# errlint: ignore-file[ERR202] generated", Origin.ERRLINT, ("ERR202",), "generated", True),
        ("# errlint: ignore-file", Origin.ERRLINT, (), "", True),
        ("# noqa: ERR202", Origin.NOQA, ("ERR202",), "", False),
        ("# NoQA:err202", Origin.NOQA, ("ERR202",), "", False),
        ("# ruff: noqa: ERR202", Origin.NOQA, ("ERR202",), "", True),
        ("# noqa", Origin.FOREIGN, ("ruff:*",), "", False),
        ("# noqa: E501, BLE001", Origin.FOREIGN, ("ruff:E501", "ruff:BLE001"), "", False),
        ("# noqa: ERA001", Origin.FOREIGN, ("ruff:ERA001",), "", False),
        ("# flake8: noqa", Origin.FOREIGN, ("ruff:*",), "", True),
        ("# ruff: ignore[BLE001, S110]", Origin.FOREIGN, ("ruff:BLE001", "ruff:S110"), "", False),
        ("# ruff: file-ignore[BLE001]", Origin.FOREIGN, ("ruff:BLE001",), "", True),
        ("# pylint: disable=W0718, bare-except", Origin.FOREIGN, ("pylint:W0718", "pylint:bare-except"), "", False),
        ("# nosec", Origin.FOREIGN, ("bandit:*",), "", False),
        ("# nosec B110, B112", Origin.FOREIGN, ("bandit:B110", "bandit:B112"), "", False),
    ],
)
def test_a_comment_says_whose_it_is_and_what_it_names(
    comment: str, origin: Origin, codes: tuple[str, ...], reason: str, whole_file: bool
) -> None:
    found = _only(f"x = 1\ny = 2  {comment}\nz = 3\n")
    assert (found.origin, found.codes, found.whole_file) == (origin, codes, whole_file)
    assert found.lines == (2, 2)
    assert origin is not Origin.ERRLINT or found.reason == reason
    assert found.span.start == Position(2, 7)


@pytest.mark.parametrize(
    "comment",
    ["# nothing", "# pylint: enable=W0718", "# ruff: enable[BLE001]", "# errlint", "# ruff"],
)
def test_other_comments_silence_nothing(comment: str) -> None:
    assert _found(f"x = 1  {comment}\n") == []


def test_two_tools_in_one_comment_are_two() -> None:
    found = _found("x = 1  # noqa: BLE001, ERR202  # pylint: disable=W0718  # errlint: ignore[ERR201] why\n")
    assert [(each.origin, each.codes) for each in found] == [
        (Origin.ERRLINT, ("ERR201",)),
        (Origin.NOQA, ("ERR202",)),
        (Origin.FOREIGN, ("ruff:BLE001",)),
        (Origin.FOREIGN, ("pylint:W0718",)),
    ]


def test_the_place_of_a_comment_is_its_own_text() -> None:
    assert _only("é = 1  # x # errlint: ignore[ERR201] why  \n").span == Span(Position(1, 11), Position(1, 40))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# errlint: ignore[ERR202]\nx = 1\ny = 1\n", (1, 2)),
        ("# errlint: ignore[ERR202]\n\n    # more\n\n    x = 1\ny = 1\n", (1, 5)),
        ("x = 1\n# errlint: ignore[ERR202]\n", (2, 2)),
        ("# ruff: ignore[BLE001]\nx = 1\n", (1, 2)),
        ("# noqa: ERR202\nx = 1\n", (1, 1)),
        ("# pylint: disable-next=W0718\nx = 1\n", (2, 2)),
        ("x = 1  # pylint: disable-next=W0718\ny = 1\n", (2, 2)),
        ("# pylint: disable=W0718\nx = 1\n\ndef f():\n    pass\n", (1, 5)),
        ("def f():\n    # pylint: disable=W0718\n    x = 1\n\n    y = 1\nz = 1\n", (2, 5)),
        ("# ruff: disable[BLE001]\nx = 1\n# ruff: enable[BLE001]\ny = 1\n", (1, 3)),
        ("x = 1\r\n# errlint: ignore[ERR202]\r\ny = 1\r\n", (2, 3)),
    ],
)
def test_a_comment_on_its_own_line_reaches_to_what_follows(text: str, lines: tuple[int, int]) -> None:
    assert _only(text).lines == lines


def test_a_suppression_covers_headers_that_touch_its_lines() -> None:
    found = _only("\n\n\nx = 1  # errlint: ignore[ERR202]\n")
    assert [found.covers(first, last) for first, last in [(4, 4), (2, 4), (4, 6), (3, 5), (1, 3), (5, 6)]] == [
        *(True, True, True, True),
        *(False, False),
    ]
    assert _only("# errlint: ignore-file[ERR202]\n").covers(500, 500)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('x = f"{user["# no"]}"  # yes\n', ["# yes"]),
        ('x = f"{a["b"]:#x}{c}"  # yes\n', ["# yes"]),
        ("x = f'{a:{b['#']}>\"#}'  # yes\n", ["# yes"]),
        ('x = f"{a:{f"{b:{f"#"}}"}}#"  # yes\n', ["# yes"]),
        ('x = t"{a!r}#{{" rf"\\{b["#"]}"  # yes\n', ["# yes"]),
        ('x = f"""{\n  a  # one\n}"#\n"""  # two\n', ["# one", "# two"]),
        ('x = f"{\n  a["#"]  # one\n}#"  # two\n', ["# one", "# two"]),
        ('x = f"\\N{NUMBER SIGN}#"  # yes\n', ["# yes"]),
        ('x = f"{"\ny = 1  # yes\n', ["# yes"]),
        ("x = " + 'f"{' * 200 + "1" + '}"' * 200 + "\ny = 1  # yes\n", ["# yes"]),
    ],
)
def test_comments_are_told_from_strings_within_f_strings(text: str, wanted: list[str]) -> None:
    assert [comment for _, comment in comments(text)] == wanted


@pytest.mark.parametrize(
    ("text", "directive"),
    [
        ("x = 1  # errlint: ignore-next-line[ERR104]\n", "ignore-next-line"),
        ("x = 1  # errlint: ignored\n", "ignored"),
        ("def f():\n    # errlint: ignore-file\n    pass\n", "ignore-file"),
        ("def f():\n    pass  # errlint: ignore-file[ERR202]\n", "ignore-file"),
    ],
)
def test_an_unknown_or_misplaced_directive_silences_nothing(text: str, directive: str) -> None:
    found = _only(text)
    assert (found.directive, found.counts) == (directive, False)
    assert not found.covers(1, 3)


@pytest.mark.parametrize(
    "text", ["# errlint: ignore-file\n", "x = 1  # errlint: ignore-file\n", "  # errlint: ignore\n"]
)
def test_a_known_directive_counts_where_it_may_stand(text: str) -> None:
    assert _only(text).counts


@pytest.mark.parametrize(
    ("text", "reason", "until", "bad"),
    [
        ("until=2027-01-01 a fix comes", "a fix comes", date(2027, 1, 1), None),
        ("a fix comes until=2027-01-01", "a fix comes", date(2027, 1, 1), None),
        ("a fix until=2027-01-01 comes", "a fix comes", date(2027, 1, 1), None),
        ("until=2027-01-01", "", date(2027, 1, 1), None),
        ("until=2027-02-29 x", "x", None, "2027-02-29"),
        ("until=tomorrow", "", None, "tomorrow"),
        ("until=", "", None, ""),
        ("see runtil=3 and until 2027", "see runtil=3 and until 2027", None, None),
        ("see #12  # noqa", "see #12", None, None),
    ],
)
def test_a_reason_may_hold_the_last_day(text: str, reason: str, until: date | None, bad: str | None) -> None:
    found = _found(f"x = 1  # errlint: ignore[ERR202] {text}\n")[0]
    assert (found.reason, found.until, found.bad_until) == (reason, until, bad)


def test_a_comment_lapses_on_the_day_after_its_last() -> None:
    found = _only("x = 1  # errlint: ignore[ERR202] until=2027-01-01\n")
    assert found.lapsed(date(2027, 1, 1)) == ""
    assert found.lapsed(date(2027, 1, 2)) == "expired on 2027-01-01"


def test_strings_are_where_no_comment_can_begin() -> None:
    text = "a = 'x'  # 'no'\nb = f\"{c['d']}\" 'e'\n"
    assert [text[start:end] for start, end in strings(text)] == ["'x'", "f\"{c['d']}\"", "'e'"]

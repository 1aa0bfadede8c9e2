"""Where an ignore comment is put, and that it silences what it is for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from errlint.engine.checking import Checker
from errlint.engine.registry import catalogue
from errlint.engine.selection import Selection
from errlint.model import Diagnostic
from errlint.settings import Selector, Settings
from errlint.source.editing import edited
from errlint.source.file import decode
from errlint.source.ignoring import ignoring

PATH = Path("/p/a.py")
TODAY = date(2026, 7, 1)
BEGINNING = "def f():\n    try:\n        g()\n    except OSError:\n"


def _findings(text: str) -> tuple[Diagnostic, ...]:
    settings = Settings(root=PATH.parent, select=(Selector("ERR102"), Selector("ERR003"), Selector("ERR101")))
    return Checker(Selection(catalogue()), today=TODAY).check_text(text.encode(), PATH, "a.py", settings)


def _ignored(text: str, code: str = "ERR102", reason: str = "") -> str:
    """The text with the first finding of a rule ignored, which must silence that and make no other."""
    before = _findings(text)
    finding = next(each for each in before if each.code == code)
    source = decode(text.encode(), PATH, "a.py")
    edit = ignoring(source, finding, reason, TODAY)
    assert edit is not None
    after = edited(source, [edit]).text
    assert [each.code for each in _findings(after)] == [each.code for each in before if each is not finding]
    return after[len(BEGINNING) :]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("raise E(1)", "raise E(1)  # errlint: ignore[ERR102]"),
        ("raise E(1)   ", "raise E(1)  # errlint: ignore[ERR102]"),
        ("raise E(1)  # why", "raise E(1)  # why  # errlint: ignore[ERR102]"),
        ("raise E(1)  # noqa: E501", "raise E(1)  # noqa: E501  # errlint: ignore[ERR102]"),
        ("raise E(1)  # errlint: ignore[ERR999] old", "raise E(1)  # errlint: ignore[ERR999, ERR102] old"),
        ("raise E('# errlint: ignore[ERR999]')", "raise E('# errlint: ignore[ERR999]')  # errlint: ignore[ERR102]"),
        ("raise E(\n            1\n        )", "raise E(  # errlint: ignore[ERR102]\n            1\n        )"),
        ("raise E('''\n''')", "# errlint: ignore[ERR102]\n        raise E('''\n''')"),
        ("raise \\\n            E(1)", "# errlint: ignore[ERR102]\n        raise \\\n            E(1)"),
    ],
)
def test_the_comment_goes_where_it_can_stand(line: str, expected: str) -> None:
    assert _ignored(f"{BEGINNING}        {line}\n") == f"        {expected}\n"


def test_a_comment_above_is_extended() -> None:
    above = "        # errlint: ignore[ERR999] both are wrong\n        raise E(1)\n"
    expected = "        # errlint: ignore[ERR999, ERR102] both are wrong\n        raise E(1)\n"
    assert _ignored(BEGINNING + above) == expected


def test_two_findings_of_one_line_share_a_comment() -> None:
    once = _ignored(f"{BEGINNING}        raise E\n", "ERR102")
    assert once == "        raise E  # errlint: ignore[ERR102]\n"


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    text = f"{BEGINNING}        raise E(1)\n".replace("\n", "\r\n")
    source = decode(text.encode(), PATH, "a.py")
    (finding,) = _findings(text)
    edit = ignoring(source, finding, "", TODAY)
    assert edit is not None
    after = edited(source, [edit]).text
    assert after.endswith("raise E(1)  # errlint: ignore[ERR102]\r\n")
    assert _findings(after) == ()


def test_a_line_without_room_gets_a_comment_above_with_the_reason() -> None:
    line = f"        raise E({'1' * 90})\n"
    assert _ignored(BEGINNING + line, reason="why") == f"        # errlint: ignore[ERR102] why\n{line}"


@pytest.mark.parametrize(
    "line", ["raise E(1)  # errlint: ignore[ERR102] until=2026-01-01", "raise E(1)  # errlint: disable"]
)
def test_what_people_have_to_look_at_is_not_ignored_for_them(line: str) -> None:
    text = f"{BEGINNING}        {line}\n"
    source = decode(text.encode(), PATH, "a.py")
    settings = Settings(root=PATH.parent, select=(Selector("ERR102"), Selector("ERR004")))
    found = Checker(Selection(catalogue()), today=TODAY).check_text(text.encode(), PATH, "a.py", settings)
    wanted = "ERR102" if "until" in line else "ERR004"
    (finding,) = (each for each in found if each.code == wanted)
    assert ignoring(source, finding, "", TODAY) is None

"""Entries stand for findings one to one; baselines are read back as they were written, or it is said why not."""

from __future__ import annotations

import string
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errlint.engine.baseline import Entry, Matching, Stored, place_in
from errlint.engine.baseline_file import BaselineError, read_baseline, write_baseline, written
from errlint.model import Diagnostic, Position, Severity, Span

HEAD = "version = 1\nfindings = [\n"
LINE = '  { path = "a.py", code = "ERR102", fingerprint = "00aa" },\n'
START = Position(1, 0)


def _finding(fingerprint: str, code: str = "ERR102") -> Diagnostic:
    return Diagnostic("a.py", Span(START, START), code, "", "", Severity.ERROR, "", "", (1, 1), fingerprint=fingerprint)


def _entry(path: str, fingerprint: str) -> Entry:
    return Entry(path, "ERR102", fingerprint)


def test_an_entry_stands_for_the_finding_in_its_file() -> None:
    first, second = _entry("a.py", "1"), _entry("b.py", "1")
    matching = Matching([second, first], {"a.py", "b.py"}.__contains__)
    assert matching.entry_for("b.py", _finding("1")) is second
    assert matching.entry_for("b.py", _finding("2")) is None
    assert matching.entry_for("c.py", _finding("1")) is None, "a.py is still there"
    assert (matching.left(), matching.moved) == ([first], [])


def test_entries_of_a_file_that_is_gone_follow_it_one_by_one() -> None:
    first, second = _entry("a.py", "1"), _entry("b.py", "1")
    matching = Matching([first, second], set[str]().__contains__)
    for _ in range(2):
        assert matching.entry_for("new/a.py", _finding("1")) is first
        assert matching.entry_for("new/b.py", _finding("1")) is second
        assert matching.entry_for("new/c.py", _finding("1")) is None
    assert (matching.left(), matching.moved) == ([], [first, second])


@pytest.mark.parametrize("code", ["ERR000", "ERR001"])
def test_what_hides_others_is_never_known(code: str) -> None:
    assert Matching([Entry("a.py", code, "1")], bool).entry_for("a.py", _finding("1", code)) is None


def test_until_is_the_last_day() -> None:
    entry = Entry("a.py", "ERR102", "1", until="2027-01-31")
    assert [entry.is_over(day) for day in ("2027-01-30", "2027-01-31", "2027-02-01")] == [False, False, True]
    assert not _entry("a.py", "1").is_over("2999-01-01")


def test_paths_are_those_from_the_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (Path("shop/a.py"), tmp_path / "shop" / "a.py", Path("x/../shop/a.py")):
        assert place_in(tmp_path, path) == "shop/a.py"
        assert place_in(tmp_path / "known", path) == "../shop/a.py"
    assert place_in(tmp_path, Path("caf\udce9.py")) == "caf\\udce9.py"


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
ENTRIES = st.builds(
    Entry,
    path=TEXT.filter(bool),
    code=st.text(string.ascii_uppercase, min_size=1),
    fingerprint=st.text("0123456789abcdef", min_size=1),
    scope=TEXT,
    message=TEXT,
    reason=TEXT,
    until=st.sampled_from(["", "2027-01-31"]),
)


@settings(max_examples=60, deadline=None)
@given(entries=st.lists(ENTRIES, max_size=6, unique_by=lambda entry: (entry.path, entry.fingerprint)))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, entries: list[Entry]) -> None:
    path = tmp_path_factory.mktemp("a") / "known.toml"
    assert write_baseline(path, Stored(None, ()), entries)
    stored = read_baseline(path, "known.toml")
    assert list(stored.entries) == sorted(entries, key=lambda entry: entry.order)
    assert [entry.line for entry in stored.entries] == list(range(5, 5 + len(entries)))
    assert not write_baseline(path, stored, reversed(entries))
    assert written(stored.entries) == stored.data


def test_half_a_character_does_not_make_the_file_unreadable(tmp_path: Path) -> None:
    write_baseline(tmp_path / "a", Stored(None, ()), [Entry("a.py", "ERR102", "1", message="\udce9\x7f\x00")])
    (entry,) = read_baseline(tmp_path / "a", "a").entries
    assert entry.message == "?\x7f\x00"


def _read(folder: Path, text: str | bytes) -> Stored:
    (folder / "a.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_baseline(folder / "a.toml", "a.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["a.toml: is no baseline of errlint: it has no `version` and `findings`"]),
        (b"\xff", ["a.toml: is not UTF-8: invalid start byte; is it a baseline?"]),
        (f"{HEAD}{LINE}{{ path = }},\n]", ["a.toml:4: is not TOML: "]),
        ("version = 2\nfindings = []\n", ["a.toml: is of version 2, and this errlint reads 1; update errlint"]),
        ("version = '1'\nfindings = []\n", ["a.toml: `version` must be 1"]),
        ("version = true\nfindings = []\n", ["a.toml: `version` must be 1"]),
        (
            "version = 1\nfindngs = []\nfindings = []",
            ["a.toml: 'findngs' means nothing in a baseline; did you mean 'findings'?"],
        ),
        (f"{HEAD}  1,\n]", ["a.toml: an entry must be a table: "]),
        (
            f"{HEAD}{LINE}  {{ path = 3, code = 'ERR102', fingerprint = '1', resn = '', until = '2027-01-01' }},\n]",
            [
                "a.toml:4: 'path' must be a string",
                "a.toml:4: 'resn' means nothing in an entry; did you mean 'reason'?",
                "a.toml:4: 'until' must be a day, without quotes: until = 2027-01-31",
            ],
        ),
        (
            f"{HEAD}  {{ until = 2027-01-01T00:00:00 }},\n]",
            [":3: 'until' must be", "'path'", "'code'", "'fingerprint'"],
        ),
        (f"{HEAD}{LINE.replace('ERR102', 'ERR001')}]", ["a.toml:3: ERR001 cannot be in a baseline; remove the line"]),
        (
            f"{HEAD}{LINE}{LINE.replace(' },', ', until = 2027-01-01 },')}]",
            ["a.toml:4: stands on line 3 too, with another reason or date; keep one of them"],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str | bytes, told: list[str]) -> None:
    with pytest.raises(BaselineError) as raised:
        _read(tmp_path, text)
    lines = str(raised.value).splitlines()
    assert len(lines) == len(told)
    for line, part in zip(lines, told, strict=True):
        assert line.startswith("a.toml")
        assert part in line


def test_a_file_full_of_mistakes_does_not_flood(tmp_path: Path) -> None:
    with pytest.raises(BaselineError) as raised:
        _read(tmp_path, f"{HEAD}{'  { },' * 1000}\n]")
    lines = str(raised.value).splitlines()
    assert (len(lines), lines[-1]) == (21, "a.toml: and 2,980 mistakes more")


def test_the_same_entry_twice_is_one(tmp_path: Path) -> None:
    other = LINE.replace(" },", ', message = "in other words" },')
    assert len(_read(tmp_path, f"{HEAD}{LINE}{other}]").entries) == 1


def test_a_formatted_baseline_is_read_all_the_same(tmp_path: Path) -> None:
    text = '# mine\nversion = 1\n[[findings]]\npath = "a.py"\ncode = "ERR102"\nfingerprint = "00aa"\n'
    assert _read(tmp_path, b"\xef\xbb\xbf" + text.encode()).entries == (_entry("a.py", "00aa"),)


def test_twenty_thousand_entries_are_read_and_matched_in_no_time(tmp_path: Path) -> None:
    """A run that has 20 000 findings takes minutes."""
    message = "`except Exception` returns without a word; report the error, raise it, or catch only what is expected"
    entries = [
        Entry(f"shop/folder_{n // 100}/file_{n // 9}.py", "ERR203", f"{n:016x}", "A.b", message) for n in range(20000)
    ]
    began = time.process_time()
    stored = _read(tmp_path, written(entries))
    matching = Matching(stored.entries, bool)
    for entry in entries:
        assert matching.entry_for(entry.path, _finding(entry.fingerprint, "ERR203")) == entry
    assert matching.left() == []
    assert time.process_time() - began < 10, "seconds; it takes 0.4"

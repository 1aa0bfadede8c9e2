"""The lines of a diff: what `patch` takes, whatever the lines hold."""

from __future__ import annotations

import difflib
import io
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from errlint.output import diff

NUMBERS = "".join(f"line {number}\n" for number in range(30))
CASES = {
    "one line": ("a\nb\nc\n", "a\nB\nc\n"),
    "far apart": (NUMBERS, NUMBERS.replace("line 3\n", "three\n").replace("line 27\n", "")),
    "at the start": ("a\nb\n", "new\na\nb\n"),
    "from nothing": ("", "a\n"),
    "to nothing": ("a\n", ""),
    "CRLF": ("a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"),
    "mixed": ("a\r\nb\nc\r\n", "a\r\nb\nC\r\n"),
    "lone CR": ("a\rb\rc\n", "a\rB\rc\n"),
    "only lone CR": ("a\rb\rc\r", "a\rB\rc\r"),
    "no newline in both": ("a\nb", "A\nb"),
    "no newline in both, last line": ("a\nb", "a\nB"),
    "no newline before": ("a\nb", "a\nb\n"),
    "no newline after": ("a\nb\n", "a\nb"),
    "CRLF and no newline": ("a\r\nb", "a\r\nB"),
    "form feed": ("a\x0cb\n\x0c\nc\n", "a\x0cb\n\x0c\nC\n"),
    "line separators": ("x = 'a\u2028b\u2029c\x85d'\ny\n", "x = 'a\u2028b\u2029c\x85D'\ny\n"),
    "vertical tab": ("a\x0bb\x1cc\nd\n", "a\x0bB\x1cc\nd\n"),
    "tabs": ("\tx\ty\n\tz\n", "\tx\ty\n\t\tz\n"),
    "dashes": ("-- a\n++ b\n@@ c\n", "-- A\n++ B\n@@ C\n"),
}


def _printed(before: str, after: str) -> str:
    return "".join(f"{line}\n" for line in diff.lines("a.py", before, after))


def _applied(before: str, lines: list[str]) -> str:
    """The text that a diff makes, line by line and without tolerance: a check that needs no `patch`."""
    old = before.split("\n")
    new: list[str | None] = []
    at, last = 0, ""
    for line in lines[2:]:
        kind, text = line[:1], line[1:]
        if kind == "@":
            start, _, count = line.split(" ")[1][1:].partition(",")
            begin = int(start) - (count != "0")
            new += old[at:begin]
            at = begin
        elif kind == "\\":
            assert line == "\\ No newline at end of file"
            if last in " +":
                new.append(None)
        else:
            if kind in " -":
                assert old[at] == text
                at += 1
            if kind in " +":
                new.append(text)
        last = kind
    new += old[at:]
    kept = [each for each in new if each is not None]
    if None in new:  # the last line has no ending
        assert "".join(each or "" for each in new[new.index(None) :]) == ""
        return "\n".join(kept[: new.index(None)])
    return "\n".join(kept if kept[-1:] == [""] else [*kept, ""]) if kept else ""


@pytest.mark.parametrize("name", CASES)
def test_the_diff_makes_the_one_text_of_the_other(name: str) -> None:
    before, after = CASES[name]
    printed = _printed(before, after)
    assert printed.startswith("--- a.py\n+++ a.py\n@@ ")
    assert _applied(before, printed.removesuffix("\n").split("\n")) == after


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch")
@pytest.mark.parametrize("name", CASES)
def test_patch_takes_the_diff(tmp_path: Path, name: str) -> None:
    before, after = CASES[name]
    (tmp_path / "a.py").write_bytes(before.encode())
    done = subprocess.run(
        ["patch", "-p0", "--fuzz=0"],
        cwd=tmp_path,
        input=_printed(before, after).encode(),
        capture_output=True,
        check=False,
    )
    left = (tmp_path / "a.py").read_bytes() if (tmp_path / "a.py").exists() else b""
    assert (done.returncode, left) == (0, after.encode()), done.stdout


def test_nothing_changed_is_no_diff() -> None:
    assert list(diff.lines("a.py", NUMBERS, NUMBERS)) == []


def test_the_lines_are_those_of_difflib() -> None:
    before, after = CASES["far apart"]
    wanted = difflib.unified_diff(before.splitlines(), after.splitlines(), "d/a.py", "d/a.py", lineterm="")
    assert list(diff.lines("d/a.py", before, after)) == list(wanted)


def test_the_missing_newline_is_said_of_each_side() -> None:
    assert list(diff.lines("a.py", "a\nb", "a\nb\n"))[-3:] == ["-b", "\\ No newline at end of file", "+b"]
    assert list(diff.lines("a.py", "a\nb\n", "a\nb"))[-3:] == ["-b", "+b", "\\ No newline at end of file"]


@pytest.fixture
def no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(variable, raising=False)


def _written(lines: Iterable[str], encoding: str, of_stream: str = "utf-8") -> bytes:
    data = io.BytesIO()
    stream = io.TextIOWrapper(data, encoding=of_stream)
    stream.write("before|")
    diff.write(lines, encoding, stream)
    stream.write("|behind")
    stream.flush()
    return data.getvalue()


@pytest.mark.usefixtures("no_colour")
@pytest.mark.parametrize("name", CASES)
def test_a_stream_that_is_no_terminal_gets_the_lines_as_they_are(name: str) -> None:
    printed = _printed(*CASES[name])
    assert _written(diff.lines("a.py", *CASES[name]), "utf-8") == b"before|" + printed.encode() + b"|behind"


@pytest.mark.usefixtures("no_colour")
@pytest.mark.parametrize("of_stream", ["utf-8", "ascii", "latin-1"])
def test_the_lines_are_in_the_encoding_of_the_file_whatever_the_stream_has(of_stream: str) -> None:
    before, after = "x = 'é'\n", "x = 'É'\n"
    for encoding in ("latin-1", "utf-8", "cp437"):
        written = _written(diff.lines("a.py", before, after), encoding, of_stream)
        assert written == b"before|" + _printed(before, after).encode(encoding) + b"|behind"


@pytest.mark.usefixtures("no_colour")
@pytest.mark.skipif(os.name == "nt", reason="names are UTF-16 there")
@pytest.mark.parametrize("name", [b"\xc3\xa9.py", "漢.py".encode(), b"\xe9.py"])
def test_a_name_is_written_as_the_system_has_it_whatever_the_encoding_of_the_file(name: bytes) -> None:
    written = _written(diff.lines(os.fsdecode(name), "x = 'é'\n", "x = 'É'\n"), "latin-1")
    assert written.count(name) == 2
    assert written.count(b"x = '\xe9'") == written.count(b"x = '\xc9'") == 1

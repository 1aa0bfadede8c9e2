"""Reviewdog's format, read by a validator of it; its columns are bytes."""

from __future__ import annotations

import ast
import io
import json
from pathlib import Path

import pytest

from errlint.model import Applicability, Diagnostic, Edit, Fix, Position, Severity, Span
from errlint.output import rdjson
from errlint.output.report import Report
from tests.corpus import ROOT
from tests.output import pitfalls
from tests.output.validators import rdformat


def written(report: Report) -> str:
    stream = io.StringIO()
    rdjson.write(report, stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def library(standard_library: Report) -> str:
    return written(standard_library)


def test_the_validator_takes_what_errlint_writes_and_not_what_it_does_not(
    library: str, pitfalls_written: dict[str, str], tmp_path: Path
) -> None:
    wrong = library.replace('"range"', '"rangle"')
    nothing = written(Report(findings=(), line=lambda path, number: ""))
    texts = {"library": library, "pitfalls": pitfalls_written["rdjson"], "nothing": nothing, "wrong": wrong}
    taken = {}
    for name, text in texts.items():
        path = tmp_path / f"{name}.json"
        path.write_text(text, encoding="utf-8")
        taken[name] = rdformat(path)[0]
    assert taken == {"library": True, "pitfalls": True, "nothing": True, "wrong": False}


def test_the_findings_of_the_standard_library_are_all_there(library: str, standard_library: Report) -> None:
    found = json.loads(library)
    assert found["source"]["name"] == "errlint"
    assert [
        (each["location"]["path"], each["location"]["range"]["start"]["line"], each["code"]["value"], each["severity"])
        for each in found["diagnostics"]
    ] == [(each.path, each.span.start.line, each.code, each.severity.name) for each in standard_library.findings]


def test_columns_count_bytes_of_utf_8(pitfalls_written: dict[str, str]) -> None:
    found = {}
    for each in json.loads(pitfalls_written["rdjson"])["diagnostics"]:
        place = each["location"]
        found[place["path"], each["code"]["value"]] = _numbers(place["range"])
    expected = {place[:2]: place[2:] for place in (*pitfalls.PLACES, pitfalls.FAILURE)}
    assert found == {**expected, **pitfalls.BYTES}


def _numbers(span: dict[str, dict[str, int]]) -> tuple[int, int, int, int]:
    start, end = span["start"], span["end"]
    return start["line"], start["column"], end["line"], end["column"]


def test_a_second_place_is_told(pitfalls_written: dict[str, str]) -> None:
    diagnostics = json.loads(pitfalls_written["rdjson"])["diagnostics"]
    (found,) = [each for each in diagnostics if each["location"]["path"] == "windows.py"]
    (related,) = found["related_locations"]
    assert related["message"] == "the cause is caught here"
    assert _numbers(related["location"]["range"]) == (3, 5, 3, 20)


def test_a_suggestion_is_the_whole_fix_with_what_stands_between_its_edits(pitfalls_written: dict[str, str]) -> None:
    found = {
        each["location"]["path"]: each["suggestions"]
        for each in json.loads(pitfalls_written["rdjson"])["diagnostics"]
        if "suggestions" in each
    }
    (emoji,), (windows,) = found[pitfalls.NAME], found["windows.py"]
    assert _numbers(emoji["range"]) == (8, 19, 10, 41)
    assert emoji["text"] == (' as err:\n        raise RuntimeError(\n            "😀 cannot be read", path) from err')
    assert _numbers(windows["range"]) == (3, 19, 4, 39)
    assert windows["text"] == " as err:\n        raise RuntimeError('é', path) from err"


def test_suggestions_for_the_standard_library_leave_python_behind(library: str, standard_library: Report) -> None:
    suggestions = {
        each["location"]["path"]: each["suggestions"]
        for each in json.loads(library)["diagnostics"]
        if "suggestions" in each
    }
    for path, (suggestion,) in suggestions.items():
        lines = (ROOT / path).read_bytes().splitlines(keepends=True)
        start, end = suggestion["range"]["start"], suggestion["range"]["end"]
        before = b"".join(lines[: start["line"] - 1]) + lines[start["line"] - 1][: start["column"] - 1]
        behind = lines[end["line"] - 1][end["column"] - 1 :] + b"".join(lines[end["line"] :])
        ast.parse(before + suggestion["text"].encode() + behind)
    assert len(suggestions) > 10


@pytest.mark.parametrize(
    ("applicability", "last_line", "suggested"),
    [(Applicability.SAFE, 20, 1), (Applicability.SAFE, 21, 0), (Applicability.UNSAFE, 1, 0)],
)
def test_only_what_may_be_taken_with_one_click_is_suggested(
    applicability: Applicability, last_line: int, suggested: int
) -> None:
    edits = tuple(Edit(Span(Position(line, 0), Position(line, 0)), "x") for line in {1, last_line})
    finding = Diagnostic(
        path="a.py",
        span=Span(Position(1, 0), Position(1, 1)),
        code="ERR105",
        name="bare-raise-outside-handler",
        family="context",
        severity=Severity.INFO,
        message="no",
        help="",
        lines=(1, 1),
        fix=Fix("mend it", applicability, edits),
    )
    (found,) = json.loads(written(Report(findings=(finding,), line=lambda path, number: "")))["diagnostics"]
    assert len(found.get("suggestions", [])) == suggested
    assert found["severity"] == "INFO"

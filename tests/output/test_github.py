"""Workflow commands are what GitHub's own library writes, and say the gravest first."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from errlint.model import Diagnostic, Severity
from errlint.output import github
from errlint.output.report import Report
from tests.output.odd import ODD, finding, report
from tests.output.validators import evaluated

PRINT_COMMANDS = """
import { readFileSync } from "node:fs";
const { toCommandProperties } = await import(`${MODULES}/@actions/core/lib/utils.js`);
const { issueCommand } = await import(`${MODULES}/@actions/core/lib/command.js`);
let written = "";
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text) => { written += text; return true; };
for (const [command, properties, message] of JSON.parse(readFileSync(0))) {
    issueCommand(command, toCommandProperties(properties), message);
}
write(JSON.stringify(written));
"""
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def written(given: Report) -> list[str]:
    stream = io.StringIO()
    github.write(given, stream)
    return stream.getvalue().split("\n")[:-1]


def _as_given_to_the_library(found: Diagnostic) -> tuple[str, dict[str, object], str]:
    start, end = found.span.start, found.span.end
    place: dict[str, object] = {}
    if found.path != "-":
        place = {"file": str(Path.cwd() / found.path), "startLine": start.line, "endLine": end.line}
        if start.line == end.line:
            place |= {"startColumn": start.column + 1, "endColumn": max(end.column, start.column + 1)}
    text = f"{found.path}:{start.line}:{start.column + 1}: {found.code} {found.message}\nhelp: {found.help}"
    return LEVELS[found.severity], {"title": f"{found.code} {found.name}", **place}, text


def _agrees_with_the_library(given: Report) -> None:
    ordered = sorted(given.findings, key=lambda found: list(LEVELS).index(found.severity))
    theirs = evaluated(PRINT_COMMANDS, [_as_given_to_the_library(found) for found in ordered], "@actions/core")
    ours = [line for line in written(given) if line.startswith("::")]
    assert [line.encode("utf-8", "surrogatepass") for line in ours] == [
        line.encode("utf-8", "surrogatepass") for line in theirs.split("\n")[:-1]
    ]


def test_the_library_of_github_writes_the_same(standard_library: Report) -> None:
    _agrees_with_the_library(standard_library)


def test_the_library_of_github_writes_the_same_of_odd_things() -> None:
    _agrees_with_the_library(ODD)


def test_the_gravest_come_first_and_what_github_hides_is_said() -> None:
    notes = [finding(start=(n, 0), end=(n, 1), severity=Severity.INFO) for n in range(1, 4)]
    warnings = [finding(start=(n, 0), end=(n, 1), severity=Severity.WARNING) for n in range(1, 13)]
    lines = written(report(*notes, *warnings, finding()))
    assert [line.split(" ")[0] for line in lines[:-1]] == ["::error", *["::warning"] * 12, *["::notice"] * 3]
    assert lines[-1] == "GitHub shows 10 annotations of each severity; 2 more stand only in this log."
    assert written(report(*warnings[:10], *notes)) == written(report(*notes, *warnings[:10]))
    assert all(line.startswith("::") for line in written(report(*warnings[:10], *notes)))


def test_nothing_is_written_about_nothing() -> None:
    assert written(report()) == []


@pytest.mark.parametrize("end", [(3, 2), (3, 3)])
def test_a_column_is_the_first_and_the_last_that_is_meant(end: tuple[int, int]) -> None:
    assert ",line=3,endLine=3,col=3,endColumn=3::" in written(report(finding(end=end)))[0]

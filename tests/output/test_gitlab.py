"""GitLab's code quality report, held against the schema by which GitLab takes or drops an entry."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from errlint.model import Severity, crash
from errlint.output import gitlab
from errlint.output.report import Report
from tests.cli.command import BAD, run, tree
from tests.output import pitfalls

SCHEMA = {
    "type": "object",
    "required": ["description", "fingerprint", "severity", "location"],
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "pattern": "^ERR[0-9]{3}$"},
        "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "positions"],
            "properties": {
                "path": {"type": "string", "pattern": "^[^/]"},
                "positions": {
                    "type": "object",
                    "required": ["begin", "end"],
                    "additionalProperties": {
                        "type": "object",
                        "required": ["line", "column"],
                        "additionalProperties": {"type": "integer", "minimum": 1},
                    },
                },
            },
        },
    },
}
"""What GitLab asks for, and as strict about the values as its documentation."""


def written(report: Report) -> list[dict[str, Any]]:
    stream = io.StringIO()
    gitlab.write(report, stream)
    issues = json.loads(stream.getvalue())
    assert isinstance(issues, list)
    return issues


def test_gitlab_takes_every_finding_of_the_standard_library(standard_library: Report, folder: Path) -> None:
    issues = written(standard_library)
    for issue in issues:
        jsonschema.validate(issue, SCHEMA)
    assert [(each["location"]["path"], each["check_name"]) for each in issues] == [
        (finding.path, finding.code) for finding in standard_library.findings
    ]


def test_places_are_in_characters_from_1(pitfalls_written: dict[str, str]) -> None:
    found = set()
    for issue in json.loads(pitfalls_written["gitlab"]):
        jsonschema.validate(issue, SCHEMA)
        begin, end = issue["location"]["positions"]["begin"], issue["location"]["positions"]["end"]
        place = (begin["line"], begin["column"], end["line"], end["column"])
        found.add((issue["location"]["path"], issue["check_name"], *place))
    assert found == pitfalls.PLACES | {pitfalls.FAILURE}


def test_no_two_entries_share_a_fingerprint_for_gitlab_drops_all_but_one(
    standard_library: Report, folder: Path
) -> None:
    twins = [replace(finding, path=f"copy/{finding.path}") for finding in standard_library.findings]
    failures = [crash("a.py", line, "rule ERR201 crashed") for line in (1, 2)]
    issues = written(replace(standard_library, findings=(*standard_library.findings, *twins, *failures)))
    assert set(Counter(issue["fingerprint"] for issue in issues).values()) == {1}


def test_a_fingerprint_stays_when_lines_move(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD})
    before = json.loads(run(tmp_path, "--isolated", "--output-format", "gitlab").out)
    tree(tmp_path, {"bad.py": f"import os\n\n\n{BAD}"})
    after = json.loads(run(tmp_path, "--isolated", "--output-format", "gitlab").out)
    assert [each["fingerprint"] for each in before] == [each["fingerprint"] for each in after]
    assert [each["location"]["positions"]["begin"]["line"] for each in (*before, *after)] == [2, 5]


def test_severities_are_words_of_gitlab(standard_library: Report, folder: Path) -> None:
    finding = standard_library.findings[0]
    issues = written(
        replace(standard_library, findings=tuple(replace(finding, severity=severity) for severity in Severity))
    )
    assert [each["severity"] for each in issues] == ["major", "minor", "info"]


def test_paths_are_from_the_projects_folder_as_gitlab_names_it(tmp_path: Path) -> None:
    tree(tmp_path, {"backend/app/bad.py": BAD})
    found = run(tmp_path / "backend", "--isolated", "--output-format", "gitlab", CI_PROJECT_DIR=str(tmp_path))
    assert [each["location"]["path"] for each in json.loads(found.out)] == ["backend/app/bad.py"]
    found = run(tmp_path / "backend", "--isolated", "--output-format", "gitlab", str(tmp_path / "backend"))
    assert [each["location"]["path"] for each in json.loads(found.out)] == ["app/bad.py"]


@pytest.mark.parametrize("name", ["gitlab", "rdjson"])
def test_standard_input_is_named_as_it_was_given(tmp_path: Path, name: str) -> None:
    found = run(tmp_path, "--isolated", "--output-format", name, "-", stdin=BAD.encode()).out
    assert '"path": "-"' in found


def test_nothing_found_is_an_empty_list(standard_library: Report, folder: Path) -> None:
    assert written(replace(standard_library, findings=())) == []

"""SARIF, read by Microsoft's validator and schema and by sarif-tools; and what GitHub makes of it."""

from __future__ import annotations

import ast
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from sarif import loader

from errlint.model import CRASH, Diagnostic, Position, Severity, Silenced, Span, crash
from errlint.output import sarif
from errlint.output.report import Report
from errlint.output.sarif.rules import WEAKNESSES, described
from tests.cli.command import BAD, run, tree
from tests.corpus import ROOT
from tests.output import pitfalls
from tests.output.validators import multitool, sarif_schema

ACCEPTED = {
    "SARIF2002": "asks for messages as templates with arguments: a finding holds its message as a finished sentence",
    "SARIF2003": "asks for the commit: whoever uploads a log knows it, and errlint would have to start git",
    "SARIF2006": "asks the network for each link, which a test must not",
    "SARIF2012": "asks for rules where there are none: nothing was found",
    "SARIF2016": "asks for relative paths: there is none from the root of the sources to a file outside of it",
}
"""What Microsoft's validator notes, and why it stays."""
NOWHERE = Span(Position(1, 0), Position(1, 0))


def written(report: Report) -> dict[str, Any]:
    stream = io.StringIO()
    sarif.write(report, stream)
    log: dict[str, Any] = json.loads(stream.getvalue())
    return log


def run_of(log: dict[str, Any]) -> dict[str, Any]:
    (only,) = log["runs"]
    assert isinstance(only, dict)
    return only


def made_up(**facts: Any) -> Diagnostic:
    """A finding of ERR105 in the first line of `a.py`."""
    usual: dict[str, Any] = {
        "path": "a.py",
        "span": Span(Position(1, 0), Position(1, 5)),
        "code": "ERR105",
        "name": "bare-raise-outside-handler",
        "family": "context",
        "severity": Severity.WARNING,
        "message": "no exception is being handled",
        "help": "raise a named exception",
        "lines": (1, 1),
        "fingerprint": "0123456789abcdef",
    }
    return Diagnostic(**{**usual, **facts})


def report_of(standard_library: Report, *findings: Diagnostic, **facts: Any) -> Report:
    return Report(
        findings=findings,
        line=lambda path, number: "raise" if number == 1 else "",
        rules=standard_library.rules,
        **facts,
    )


@pytest.fixture(scope="module")
def logs(
    standard_library: Report, pitfalls_written: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Logs as files: real findings, pitfalls, one of every rule, none at all."""
    folder = tmp_path_factory.mktemp("logs")
    silenced = (
        Silenced(standard_library.findings[0], "known", Span(Position(3, 0), Position(3, 9))),
        Silenced(standard_library.findings[1], ""),
    )
    every = [made_up(code=rule.code, name=rule.name) for rule in standard_library.rules]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GITHUB_ACTIONS", raising=False)
        patch.chdir(folder)
        texts = {
            "library": json.dumps(written(replace(standard_library, silenced=silenced))),
            "pitfalls": pitfalls_written["sarif"],
            "every_rule": json.dumps(written(report_of(standard_library, *every, crash("b.py", 1, "cannot be read")))),
            "none": json.dumps(written(report_of(standard_library))),
        }
    for name, text in texts.items():
        (folder / f"{name}.sarif").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.sarif" for name in texts}


def test_microsofts_validator_with_githubs_rules_has_nothing_to_say_that_matters(
    logs: dict[str, Path], tmp_path: Path
) -> None:
    said = multitool(logs.values(), tmp_path)
    assert [line for line in said if not any(f" note {code}: " in line for code in ACCEPTED)] == []
    assert any(" note SARIF2002: " in line for line in said), "a validator that reads nothing has nothing to say"
    for code, only in (("SARIF2012", "none.sarif"), ("SARIF2016", "pitfalls.sarif")):
        assert {line.partition(":")[0] for line in said if f" {code}: " in line} == {only}


def test_logs_are_valid_by_the_schema(logs: dict[str, Path]) -> None:
    validator = jsonschema.Draft4Validator(sarif_schema())
    for path in logs.values():
        assert [error.message for error in validator.iter_errors(json.loads(path.read_text()))] == []


def test_sarif_tools_reads_the_findings_of_the_standard_library(
    logs: dict[str, Path], standard_library: Report
) -> None:
    records = loader.load_sarif_file(str(logs["library"])).get_records()
    found = [record for record in records if record["Location"]]
    expected = [*standard_library.findings, *standard_library.findings[:2]]
    assert sorted((each["Location"], each["Line"], each["Code"].split()[0]) for each in found) == sorted(
        (each.path, each.span.start.line, each.code) for each in expected
    )


def test_columns_are_code_points_and_paths_are_quoted(pitfalls_written: dict[str, str]) -> None:
    only = run_of(json.loads(pitfalls_written["sarif"]))
    assert only["columnKind"] == "unicodeCodePoints"
    root = only["originalUriBaseIds"]["SRCROOT"]["uri"]
    found = set()
    for result in only["results"]:
        if not result["suppressions"]:
            place = result["locations"][0]["physicalLocation"]
            found.add((_path(place["artifactLocation"], root), result["ruleId"], *_numbers(place["region"])))
    assert found == pitfalls.PLACES
    assert "wei%C3%9F%20100%25%20%231/%C3%A9t%C3%A9.py" in pitfalls_written["sarif"]


def _path(artifact: dict[str, str], root: str) -> str:
    if "uriBaseId" in artifact:
        return unquote(artifact["uri"])
    assert artifact["uri"].startswith("file:///")
    above = root.removesuffix("project/")
    return f"../{artifact['uri'].removeprefix(above)}"


def _numbers(region: dict[str, int]) -> tuple[int, int, int, int]:
    return region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]


def test_the_source_is_shown_and_more_of_it_around(pitfalls_written: dict[str, str]) -> None:
    results = run_of(json.loads(pitfalls_written["sarif"]))["results"]
    (found,) = [each for each in results if each["ruleId"] == "ERR102" and "%" in json.dumps(each["locations"])]
    place = found["locations"][0]["physicalLocation"]
    assert place["region"]["snippet"]["text"] == 'raise RuntimeError(\n            "😀 cannot be read", path)'
    lines = pitfalls.EMOJI.splitlines()
    assert place["contextRegion"] == {"startLine": 7, "endLine": 10, "snippet": {"text": "\n".join(lines[6:])}}
    assert found["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "load"}]
    (related,) = found["relatedLocations"]
    assert related["message"]["text"] == "the cause is caught here."
    assert related["physicalLocation"]["region"]["snippet"]["text"] == "except OSError:"


def test_every_finding_of_the_standard_library_is_what_its_region_holds(logs: dict[str, Path]) -> None:
    checked = 0
    for result in run_of(json.loads(logs["library"].read_text()))["results"]:
        place = result["locations"][0]["physicalLocation"]
        source = (ROOT / place["artifactLocation"]["uri"]).read_text(encoding="utf-8")
        if "snippet" in place["region"]:
            start, end = (_offset(source, place["region"], edge) for edge in ("start", "end"))
            assert source[start:end] == place["region"]["snippet"]["text"]
            checked += 1
    assert checked > 120


def test_fixes_say_how_safe_they_are_and_leave_python_behind(logs: dict[str, Path]) -> None:
    fixes = [
        fix for result in run_of(json.loads(logs["library"].read_text()))["results"] for fix in result.get("fixes", [])
    ]
    texts = [fix["description"]["text"] for fix in fixes]
    assert sum(text.endswith("(safe: `--fix`).") for text in texts) > 30
    assert sum(text.endswith("(unsafe: `--fix --unsafe-fixes`).") for text in texts) > 5
    by_file = {fix["artifactChanges"][0]["artifactLocation"]["uri"]: fix for fix in fixes}
    for uri, fix in by_file.items():
        source = (ROOT / uri).read_text(encoding="utf-8")
        (change,) = fix["artifactChanges"]
        fixed = _replaced(source, change["replacements"])
        ast.parse(fixed)
        assert fixed != source


def _replaced(source: str, replacements: list[dict[str, Any]]) -> str:
    for each in reversed(replacements):
        start, end = (_offset(source, each["deletedRegion"], edge) for edge in ("start", "end"))
        source = source[:start] + each["insertedContent"]["text"] + source[end:]
    return source


def _offset(source: str, region: dict[str, int], edge: str) -> int:
    before = source.split("\n")[: region[f"{edge}Line"] - 1]
    return sum(len(line) + 1 for line in before) + region[f"{edge}Column"] - 1


def test_results_lead_to_their_rules(logs: dict[str, Path]) -> None:
    only = run_of(json.loads(logs["library"].read_text()))
    rules = only["tool"]["driver"]["rules"]
    assert {rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in only["results"]} == {True}
    assert {each["id"] for each in rules} == {each["ruleId"] for each in only["results"]}


def test_rules_are_described_as_github_shows_them(standard_library: Report) -> None:
    found = {rule.code: described(rule) for rule in standard_library.rules}
    assert found["ERR202"]["name"] == "SilentHandler"
    assert found["ERR202"]["helpUri"].endswith("/docs/rules.md#err202")
    assert found["ERR202"]["defaultConfiguration"] == {"level": "error"}
    assert found["ERR202"]["properties"]["tags"] == ["error-handling", "swallow", "external/cwe/cwe-390"]
    assert "```python" in found["ERR202"]["help"]["markdown"]
    assert len({each["name"] for each in found.values()}) == len(found)
    assert max(len(each["properties"]["tags"]) for each in found.values()) <= 20


def test_weaknesses_have_names_and_stand_in_the_log_that_needs_them(
    logs: dict[str, Path], standard_library: Report
) -> None:
    assert {number for rule in standard_library.rules for number in rule.cwe} == set(WEAKNESSES)
    only = run_of(json.loads(logs["every_rule"].read_text()))
    (taxonomy,) = only["taxonomies"]
    assert [each["id"] for each in taxonomy["taxa"]] == [str(number) for number in sorted(WEAKNESSES)]
    related = [each for rule in only["tool"]["driver"]["rules"] for each in rule.get("relationships", [])]
    assert {each["target"]["id"] for each in related} == {each["id"] for each in taxonomy["taxa"]}
    assert "taxonomies" not in run_of(json.loads(logs["none"].read_text()))


def test_fingerprints_are_those_of_the_findings(logs: dict[str, Path], standard_library: Report) -> None:
    results = run_of(json.loads(logs["library"].read_text()))["results"]
    open_ones = [each for each in results if not each["suppressions"]]
    assert sorted(each["partialFingerprints"]["errlint/v1"] for each in open_ones) == sorted(
        each.fingerprint for each in standard_library.findings
    )


def test_what_a_comment_silences_is_suppressed_and_says_why(pitfalls_written: dict[str, str]) -> None:
    results = run_of(json.loads(pitfalls_written["sarif"]))["results"]
    (silenced,) = [each for each in results if each["suppressions"]]
    (suppression,) = silenced["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("inSource", "accepted")
    assert suppression["justification"] == 'the "caller" handles it'
    comment = suppression["location"]["physicalLocation"]["region"]
    assert comment["snippet"]["text"] == '# errlint: ignore[ERR105] the "caller" handles it'
    assert results[-1] == silenced


def test_what_the_baseline_silences_is_suppressed_outside_of_the_source(standard_library: Report, folder: Path) -> None:
    known = Silenced(made_up(), "until the port")
    (result,) = run_of(written(report_of(standard_library, silenced=(known,))))["results"]
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "until the port"}]


def test_github_is_not_given_what_it_would_show_as_open(
    standard_library: Report, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    report = report_of(standard_library, made_up(), silenced=(Silenced(made_up(), "known"),))
    assert len(run_of(written(report))["results"]) == 1


def test_a_failure_of_errlint_is_a_notification_and_no_result(pitfalls_written: dict[str, str]) -> None:
    only = run_of(json.loads(pitfalls_written["sarif"]))
    (invocation,) = only["invocations"]
    assert invocation["executionSuccessful"] is False
    (failure,) = invocation["toolExecutionNotifications"]
    assert (failure["level"], failure["descriptor"]) == ("error", {"id": CRASH, "index": 0})
    place = failure["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], *_numbers(place["region"])) == ("unread.py", *pitfalls.FAILURE[2:])
    assert CRASH not in {each["ruleId"] for each in only["results"]}
    assert only["tool"]["driver"]["notifications"][0]["id"] == CRASH


def test_nothing_found_is_a_run_that_went_well(logs: dict[str, Path]) -> None:
    only = run_of(json.loads(logs["none"].read_text()))
    assert (only["results"], only["tool"]["driver"]["rules"]) == ([], [])
    assert only["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_paths_are_from_the_root_of_the_repository(tmp_path: Path) -> None:
    tree(tmp_path, {".git/HEAD": "ref: refs/heads/main\n", "backend/app/bad.py": BAD})
    only = run_of(json.loads(run(tmp_path / "backend", "--isolated", "--output-format", "sarif", "app").out))
    place = only["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "backend/app/bad.py", "uriBaseId": "SRCROOT"}
    assert only["originalUriBaseIds"]["SRCROOT"]["uri"] == f"{tmp_path.as_uri()}/"


def test_standard_input_has_no_place_below_the_root(tmp_path: Path) -> None:
    found = run(tmp_path, "--isolated", "--output-format", "sarif", "-", stdin=BAD.encode())
    (result,) = run_of(json.loads(found.out))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "-"
    assert "SRCROOT" not in json.dumps(result)


def test_source_in_a_message_is_no_link(standard_library: Report, folder: Path) -> None:
    report = report_of(standard_library, made_up(message="`raise errors[code](1)` fails"))
    (result,) = run_of(written(report))["results"]
    assert result["message"] == {"text": "`raise errors[code] (1)` fails."}


@pytest.fixture
def many(standard_library: Report, folder: Path) -> Report:
    """Thirty findings, an error, a warning and a remark in turn, and one that is silenced."""
    severities = [Severity.INFO, Severity.WARNING, Severity.ERROR] * 10
    findings = [made_up(severity=severity, span=NOWHERE) for severity in severities]
    return report_of(standard_library, *findings, silenced=(Silenced(made_up(), "known"),))


def test_the_most_severe_come_first_and_the_silenced_last(many: Report) -> None:
    results = run_of(written(many))["results"]
    assert [each["level"] for each in results] == ["error"] * 10 + ["warning"] * 10 + ["note"] * 10 + ["warning"]
    assert [bool(each["suppressions"]) for each in results] == [False] * 30 + [True]


def test_results_that_github_would_refuse_are_left_out_and_that_is_said(
    many: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 12)
    said: list[str] = []
    only = run_of(written(replace(many, say=said.append)))
    assert [each["level"] for each in only["results"]] == ["error"] * 10 + ["warning"] * 2
    text = "sarif: 19 of 31 results are left out, the least severe; GitHub takes no more"
    assert said == [f"errlint: {text}"]
    (notification,) = only["invocations"][0]["toolExecutionNotifications"]
    assert (notification["level"], notification["message"]["text"]) == ("warning", f"{text}.")
    assert only["invocations"][0]["executionSuccessful"] is True


def test_a_file_that_github_would_refuse_is_made_smaller(
    standard_library: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MAX_BYTES", 25_000)
    said: list[str] = []
    results = run_of(written(replace(standard_library, say=said.append)))["results"]
    assert 20 < len(results) < len(standard_library.findings)
    assert len(said) == 1


def test_what_is_left_out_is_said_on_standard_error_by_itself(
    many: Report, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 1)
    written(many)
    assert capsys.readouterr().err.startswith("errlint: sarif: 30 of 31 results are left out")

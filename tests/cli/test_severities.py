"""Severities in the settings, and which of them fail a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from errlint.engine.registry import catalogue
from errlint.engine.selection import Selection
from errlint.model import Severity, crash
from errlint.settings import Selector, Settings
from tests.cli.command import BAD, concise, run, tree

SILENT = "def f(a):\n    try:\n        a()\n    except Exception:\n        pass\n"


def _severities(folder: Path, settings: str) -> dict[str, str]:
    tree(folder, {"errlint.toml": settings, "bad.py": BAD, "silent.py": SILENT})
    found = run(folder, "--output-format", "json", ".")
    return {item["code"]: item["severity"] for item in found.items}


def test_the_settings_say_how_severe_a_rule_is(tmp_path: Path) -> None:
    assert _severities(tmp_path, "") == {"ERR105": "warning", "ERR202": "error"}
    changed = '[severity]\nERR1 = "info"\nbare-raise-outside-handler = "error"\nswallow = "warning"\nALL = "error"\n'
    assert _severities(tmp_path, changed) == {"ERR105": "error", "ERR202": "warning"}
    of_equals = (
        '[severity]\nERR105 = "error"\nbare-raise-outside-handler = "info"\nERR2 = "info"\nswallow = "warning"\n'
    )
    assert _severities(tmp_path, of_equals) == {"ERR105": "error", "ERR202": "warning"}


def test_every_format_shows_the_severity(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": 'severity = { ERR105 = "info" }', "bad.py": BAD})
    assert concise(tmp_path, ".").lines[0].endswith("[bare-raise-outside-handler, info]")
    assert run(tmp_path, ".").lines[0].startswith("ERR105 bare-raise-outside-handler (info): ")


def test_less_severe_findings_are_shown_and_do_not_fail(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD, "silent.py": SILENT})
    found = run(tmp_path, "--fail-on", "error", ".")
    assert (found.code, found.lines[-1]) == (1, "1 of them is less severe than `fail-on`: no failure.")
    tree(tmp_path, {"errlint.toml": 'fail-on = "error"\n[severity]\nERR2 = "warning"\n'})
    found = run(tmp_path, ".")
    assert (found.code, found.lines[-1]) == (0, "2 of them are less severe than `fail-on`: no failure.")
    assert len(concise(tmp_path, ".").places) == 2
    assert run(tmp_path, "--fail-on", "warning", ".").code == 1
    assert run(tmp_path, "--fail-on", "error", "-", stdin=BAD.encode()).code == 0


def test_each_file_fails_by_its_own_settings(tmp_path: Path) -> None:
    tree(tmp_path, {"a/errlint.toml": 'fail-on = "error"', "a/bad.py": BAD, "b/errlint.toml": "", "b/bad.py": BAD})
    assert (run(tmp_path, "a").code, run(tmp_path, "b").code, run(tmp_path, ".").code) == (0, 1, 1)


def test_a_failure_of_errlint_is_an_error_whatever_the_settings_say() -> None:
    failure = crash("a.py", 1, "cannot be read")
    settings = Settings(severity=((Selector("ALL"), Severity.INFO),))
    assert Selection(catalogue()).judged(failure, settings).severity is Severity.ERROR


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('fail-on = "eror"', "errlint.toml:1: 'eror' is not a severity; did you mean 'error'?"),
        ("fail-on = 1", "errlint.toml:1: 'fail-on' must be a string, not a number"),
        ('[severity]\nERR202 = "fatal"', "errlint.toml:2: 'fatal' is not a severity; use error, warning or info"),
        ('[severity]\nERR999 = "info"', "errlint.toml:2: 'ERR999' is no rule, prefix or family"),
        ('severity = "info"', "errlint.toml:1: 'severity' must be a table of rules and their severities, not a string"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, settings: str, message: str) -> None:
    tree(tmp_path, {"errlint.toml": settings, "bad.py": BAD})
    found = run(tmp_path, ".")
    assert (found.code, message in found.err) == (2, True), found.err


def test_a_wrong_option_names_what_was_meant(tmp_path: Path) -> None:
    found = run(tmp_path, "--fail-on", "warnings")
    assert found.code == 2
    assert "'warnings' is not a value of --fail-on; did you mean 'warning'?" in found.err


def test_the_settings_are_shown(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": 'fail-on = "warning"\n[severity]\nERR2 = "info"\n', "bad.py": BAD})
    assert 'severity = { ERR2 = "info" }  # errlint.toml:2' in run(tmp_path, "config").lines
    (shown,) = json.loads(run(tmp_path, "config", "--output-format", "json").out)
    assert (shown["settings"]["severity"], shown["settings"]["fail-on"]) == ({"ERR2": "info"}, "warning")

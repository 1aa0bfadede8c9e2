"""`errlint rule`: one rule with all that is known of it, lists of them, and what other tools call them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from errlint.docs import rule_text, rules_page
from errlint.engine.registry import catalogue
from errlint.rule import Rule, Unsafe, families
from tests.cli.command import Outcome, here, run

ANSI = re.compile(r"\x1b(?:\[[0-9;]*m|\]8;[^\x1b]*\x1b\\)")
RULES = catalogue().rules


def items(found: Outcome) -> dict[str, Any]:
    assert (found.code, found.err) == (0, "")
    return {item["code"]: item for item in json.loads(found.out)}


def shown(rule: Rule) -> list[str]:
    """What the text about a rule must hold."""
    facts = [rule.code, rule.name, rule.summary, rule.why, rule.message, rule.help, rule.since]
    facts += [rule.preset or "only by name", (rule.severity or rule.family.severity).value]
    facts += [*rule.settings, *rule.same_as, *(f"CWE-{number}" for number in rule.cwe)]
    for remedy in rule.fixes:
        facts += [remedy.title, remedy.applicability.value, *([remedy.because] if isinstance(remedy, Unsafe) else [])]
    facts += [line for each in (*rule.bad, *rule.good) for line in each.shown.splitlines()]
    facts += [line for each in rule.bad for line in (each.fixed_code or "").splitlines()]
    return facts


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_text_about_a_rule_holds_all_that_the_rule_says(rule: Rule) -> None:
    text = rule_text(rule)
    assert [fact for fact in shown(rule) if fact not in text] == []


@pytest.mark.parametrize("name", ["ERR202", "err202", "silent-handler"])
def test_a_rule_is_found_by_its_code_and_its_name(tmp_path: Path, name: str) -> None:
    found = here(tmp_path, "rule", name)
    assert (found.code, found.err) == (0, "")
    assert found.lines[0] == "### ERR202 silent-handler"
    assert "Settings: `comment-is-reason` (default `true`)." in found.lines
    assert "Fixed:" in found.lines
    assert "\x1b" not in found.out


def test_markdown_is_what_the_page_of_rules_shows(tmp_path: Path) -> None:
    found = here(tmp_path, "rule", "ERR102", "--output-format", "markdown")
    assert (found.code, found.err) == (0, "")
    assert found.out in rules_page() + "\n"
    assert '<a id="err102"></a>' in found.lines[0]
    assert here(tmp_path, "rule", "--all", "--output-format", "markdown").out == rules_page()
    table = here(tmp_path, "rule", "context", "--output-format", "markdown").lines
    assert table[:2] == ["| code | name | finds | fix | preset |", "|---|---|---|---|---|"]
    assert set(table) <= set(rules_page().splitlines())
    assert len(table) == 2 + sum(rule.family.name == "context" for rule in RULES)


def test_a_terminal_gets_colours_and_the_same_words(tmp_path: Path) -> None:
    plain = here(tmp_path, "rule", "ERR102").out
    coloured = run(tmp_path, "rule", "ERR102", FORCE_COLOR="1", TERM="xterm-256color", COLUMNS="200").out
    assert "\x1b[35mtry\x1b[0m" in coloured, "keywords are highlighted"
    assert "\x1b[4" not in coloured.replace("\x1b[4m", ""), "no background: it would be wrong on light or on dark"
    words = re.findall(r"\w+", re.sub(r"```python|```", "", plain))
    assert re.findall(r"\w+", ANSI.sub("", coloured)) == words


def test_without_a_rule_all_are_listed_by_family(tmp_path: Path) -> None:
    found = here(tmp_path, "rule")
    assert (found.code, found.err) == (0, "")
    codes = re.findall(r"^  (ERR\d{3})  ", found.out, re.MULTILINE)
    assert codes == [rule.code for rule in RULES]
    titles = [line for line in found.lines if re.fullmatch("[a-z]+", line)]
    assert titles == [family.name for family in families() if any(rule.family == family for rule in RULES)]
    assert re.search(
        r"^  ERR202  silent-handler +recommended +fix: safe or unsafe +A handler does nothing", found.out, re.MULTILINE
    )
    assert re.search(r"^  ERR219  \S+ +by name +no fix", found.out, re.MULTILINE)
    assert found.lines[-1] == "`errlint rule CODE` says all about one."
    coloured = run(tmp_path, "rule", FORCE_COLOR="1", TERM="xterm-256color").out
    assert "docs/rules.md#err202" in coloured, "codes are links"
    assert ANSI.sub("", coloured) == found.out


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("ERR2", [rule.code for rule in RULES if rule.code.startswith("ERR2")]),
        ("ERR10", [rule.code for rule in RULES if rule.code.startswith("ERR10")]),
        ("swallow", [rule.code for rule in RULES if rule.family.name == "swallow"]),
        ("Swallow", [rule.code for rule in RULES if rule.family.name == "swallow"]),
        ("ALL", [rule.code for rule in RULES]),
        ("BLE001", ["ERR202", "ERR203", "ERR204", "ERR205", "ERR405"]),
    ],
)
def test_a_prefix_or_family_shows_its_list(tmp_path: Path, selector: str, expected: list[str]) -> None:
    found = here(tmp_path, "rule", selector)
    assert (found.code, found.err) == (0, "")
    assert re.findall(r"^  (ERR\d{3})  ", found.out, re.MULTILINE) == expected
    assert list(items(here(tmp_path, "rule", selector, "--output-format", "json"))) == expected


def test_a_family_without_rules_says_so(tmp_path: Path) -> None:
    found = here(tmp_path, "rule", "flow")
    assert (found.code, found.out) == (0, "flow has no rules in this version.\n")


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("B904", "B904 (ruff) is ERR102 here."),
        ("b904", "B904 (ruff) is ERR102 here."),
        ("ruff:B904", "B904 (ruff) is ERR102 here."),
        ("raise-missing-from", "raise-missing-from (pylint) is ERR102 here."),
        ("B112", "B112 (bandit) is ERR202 here."),
        ("misplaced-bare-raise", "misplaced-bare-raise (pylint, ruff) is ERR105 here."),
        ("broad-exception-caught", "broad-exception-caught (pylint) is ERR202, ERR203, ERR204, ERR205 or ERR405 here."),
    ],
)
def test_a_code_of_another_tool_finds_its_twins(tmp_path: Path, word: str, told: str) -> None:
    found = here(tmp_path, "rule", word)
    assert (found.code, found.err, found.lines[0]) == (0, "", told)
    assert "ERR102 raise-without-cause" in found.out or "ERR102" not in told
    assert here(tmp_path, "rule", word, "--output-format", "markdown").lines[0] == told


def test_several_rules_are_shown_one_after_the_other(tmp_path: Path) -> None:
    found = here(tmp_path, "rule", "ERR105", "B904", "ERR105")
    assert re.findall(r"^### (\w+)", found.out, re.MULTILINE) == ["ERR105", "ERR102"]


def test_json_has_the_fields_that_are_documented(tmp_path: Path) -> None:
    found = items(here(tmp_path, "rule", "--all", "--output-format", "json"))
    assert list(found) == [rule.code for rule in RULES]
    item, rule = found["ERR202"], catalogue().rule("ERR202")
    assert rule is not None
    assert {name: item[name] for name in ("name", "family", "severity", "preset", "in_tests", "since")} == {
        "name": "silent-handler",
        "family": "swallow",
        "severity": "error",
        "preset": "recommended",
        "in_tests": False,
        "since": rule.since,
    }
    assert item["fixes"] == [
        {"title": "say so with `contextlib.suppress`", "applicability": "safe", "because": None},
        {"title": rule.fixes[1].title, "applicability": "unsafe", "because": rule.fixes[1].because},  # type: ignore[attr-defined]
    ]
    assert (item["settings"], item["same_as"]) == (["comment-is-reason"], list(rule.same_as))
    assert [(each["code"], each["fixed"]) for each in item["bad"]] == [(e.shown, e.fixed_code) for e in rule.bad]
    assert [each["code"] for each in item["good"]] == [example.shown for example in rule.good]
    assert item["url"].endswith("/docs/rules.md#err202")
    documented = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    section = documented.partition("### errlint rule\n")[2].partition("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(item)
    assert found["ERR219"]["preset"] is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ERX202"], "errlint: 'ERX202' is no rule, prefix or family, here or elsewhere; did you mean 'ERR202'?"),
        (
            ["silent-handlr"],
            "'silent-handlr' is no rule, prefix or family, here or elsewhere; did you mean 'silent-handler'?",
        ),
        (["swalow"], "; did you mean 'swallow'?"),
        (["BLE01"], "; did you mean 'BLE001'?"),
        (["raise-mising-from"], "; did you mean 'raise-missing-from'?"),
        (["zzzzzz"], "errlint: 'zzzzzz' is no rule, prefix or family, here or elsewhere"),
        (["--all", "ERR202"], "errlint: --all shows every rule; leave out ERR202"),
        (["--al"], "errlint: there is no option '--al'; did you mean '--all'?"),
        (["--output-format", "markdwn"], "'markdwn' is not a value of --output-format; did you mean 'markdown'?"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(tmp_path: Path, arguments: list[str], told: str) -> None:
    found = here(tmp_path, "rule", *arguments)
    assert (found.code, found.out) == (2, "")
    assert told in found.err.splitlines()[0]
    assert not found.err.splitlines()[1:] or found.err.splitlines()[1].startswith("usage: errlint rule")


def test_all_that_is_unknown_is_told_at_once(tmp_path: Path) -> None:
    found = here(tmp_path, "rule", "ERX1", "ERR202", "B9")
    assert (found.code, found.out) == (2, "")
    assert [line.split(" is ")[0] for line in found.err.splitlines()] == ["errlint: 'ERX1'", "errlint: 'B9'"]

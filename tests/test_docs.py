"""The documentation is true: it names what there is, and what it shows can be run."""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from errlint.cli.arguments import parser
from errlint.docs import rules_page
from errlint.engine.registry import Catalogue, catalogue, checked
from errlint.engine.run import check_settings
from errlint.rule import Rule
from errlint.settings.keys import KEYS
from errlint.settings.reading import read_settings
from tests.cli.command import run
from tests.marked import complaint, expectations, findings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")
WRITING_RULES = (DOCS / "writing-rules.md").read_text(encoding="utf-8")
RULES = (DOCS / "rules.md").read_text(encoding="utf-8")
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("examples/*.md")])

SET_BY_DECORATORS = {"checks", "sieves"}
"""The fields of a rule that `@rule.on` and `@rule.sieve` fill."""

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<file>[\w./-]*)(?:#(?P<anchor>[\w-]+))?\)")


def _blocks(page: str, language: str) -> list[str]:
    return [text for name, text in _BLOCK.findall(page) if name == language]


def _options() -> list[str]:
    """Every option of `errlint check`, the short ones too."""
    (commands,) = [action for action in parser()._actions if action.dest == "command"]
    assert isinstance(commands.choices, dict)
    check = commands.choices["check"]
    return [option for action in check._actions for option in action.option_strings]


TOML = _blocks(CONFIGURATION, "toml")
PYTHON = _blocks(WRITING_RULES, "python")
WHOLE_RULES = [block for block in PYTHON if "rule = Rule(" in block and "@rule.on(" in block]


def test_the_page_of_rules_is_in_step() -> None:
    assert rules_page() == RULES, "docs/rules.md is not what the rules say; run `python -m errlint.docs`"


@pytest.mark.parametrize("rule", catalogue().rules, ids=lambda rule: rule.code)
def test_every_rule_is_on_the_page_of_rules(rule: Rule) -> None:
    assert f"[{rule.code}](#{rule.code.lower()})" in RULES
    assert f"{rule.code} {rule.name}\n" in RULES


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_documented(key: str) -> None:
    assert re.search(rf"^\| `{key}` \|", CONFIGURATION, re.MULTILINE), f"the table of settings lacks `{key}`"
    assert any(re.search(rf"^{key} =|[\[.]{key}\]", block, re.MULTILINE) for block in TOML), f"no example sets `{key}`"


@pytest.mark.parametrize("option", _options())
def test_every_option_of_check_is_documented(option: str) -> None:
    assert re.search(rf"^\|.*`{option}[` ]", CONFIGURATION, re.MULTILINE), f"no table of options names {option}"


def test_there_are_settings_to_read() -> None:
    assert len(TOML) > 5
    assert {block.partition("\n")[0] for block in TOML} == {"# errlint.toml", "# pyproject.toml"}


@pytest.mark.parametrize("block", TOML, ids=range(len(TOML)))
def test_settings_that_are_shown_are_accepted(block: str, tmp_path: Path) -> None:
    header, _, text = block.partition("\n")
    path = tmp_path / header.removeprefix("# ")
    path.write_text(text, encoding="utf-8")
    settings, problems = read_settings(path)
    assert not problems
    if settings.python is not None:
        (tmp_path / settings.python / "lib/python3.12/site-packages").mkdir(parents=True)
    check_settings([settings], [], catalogue())


@pytest.mark.parametrize("field", [field.name for field in fields(Rule) if field.name not in SET_BY_DECORATORS])
def test_every_field_of_a_rule_is_documented(field: str) -> None:
    assert f"\n| `{field}` |" in WRITING_RULES


def test_all_python_that_is_shown_is_python() -> None:
    for block in [*PYTHON, *_blocks(CONFIGURATION, "python")]:
        ast.parse(block)
    assert WHOLE_RULES, "the page shows a whole rule"


def _written(block: str) -> Rule:
    module = ModuleType("shown")
    exec(compile(block, "writing-rules.md", "exec"), vars(module))
    rule: Rule = module.rule
    return rule


@pytest.mark.parametrize("block", WHOLE_RULES, ids=range(len(WHOLE_RULES)))
@pytest.mark.parametrize("whole_files", [False, True], ids=["sieved", "whole"])
def test_a_rule_that_is_shown_finds_what_its_examples_say(block: str, whole_files: bool) -> None:
    rule = _written(block)
    assert isinstance(checked([*catalogue().rules, rule]), Catalogue), "its code or name is taken"
    assert rule.bad
    assert rule.good
    for example in (*rule.bad, *rule.good):
        found = findings(example.code, example.path, select=[rule.code], rules=checked([rule]), whole_files=whole_files)
        assert not complaint(example.code, found, expectations(example.code))
    for example in rule.bad:
        assert expectations(example.code), "a bad example marks its lines"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    for link in _LINK.finditer(text):
        target = page.parent / link["file"] if link["file"] else page
        assert target.exists(), f"{page.name} links to {link['file']}"
        if link["anchor"]:
            assert link["anchor"] in _anchors(target), f"{page.name} links to #{link['anchor']}"


def _anchors(page: Path) -> set[str]:
    text = page.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    return slugs | set(re.findall(r'<a id="([\w-]+)"', text))


def test_the_shop_has_faults_of_every_family() -> None:
    outcome = run(ROOT, "check", "examples/shop", "--statistics")
    assert (outcome.code, outcome.err) == (1, ""), textwrap.indent(outcome.out + outcome.err, "    ")
    counts = {code: int(count) for count, code in re.findall(r"^\s*(\d+)  (ERR\d{3})  ", outcome.out, re.MULTILINE)}
    assert {code[:4] for code in counts} == {"ERR1", "ERR2", "ERR3", "ERR4"}
    assert 8 <= sum(counts.values()) <= 14


def test_the_shop_keeps_out_of_what_errlint_checks_in_itself() -> None:
    shown = run(ROOT, "check", ".", "--show-files")
    assert shown.code == 0
    assert not [name for name in shown.out.splitlines() if name.startswith("examples")]

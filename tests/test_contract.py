"""What every rule and every table of knowledge must be, whatever it says."""

from __future__ import annotations

import builtins
import re
import subprocess
import sys
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import pytest
import tomli

import errlint.rules
from errlint.engine.registry import catalogue
from errlint.rule import Rule, families
from errlint.semantics import exceptions
from errlint.settings.keys import KEYS
from tests.marked import expectations

RULES = catalogue().rules
ROOT = Path(errlint.rules.__file__).parent
LIBRARIES = files("errlint.knowledge") / "libraries"


@pytest.fixture(params=RULES, ids=lambda rule: rule.code)
def rule(request: pytest.FixtureRequest) -> Rule:
    found: Rule = request.param
    return found


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES) >= 19


def test_a_rule_stands_in_the_file_of_its_name_in_the_folder_of_its_family(rule: Rule) -> None:
    path = ROOT / rule.family.name / f"{rule.name.replace('-', '_')}.py"
    assert path.is_file()
    assert import_module(f"errlint.rules.{rule.family.name}.{path.stem}").rule is rule
    docstring = (import_module(f"errlint.rules.{rule.family.name}.{path.stem}").__doc__ or "").strip()
    assert docstring.startswith(f"{rule.code}: ")


def test_every_family_with_rules_has_its_text() -> None:
    for name in {rule.family.name for rule in RULES}:
        assert len((import_module(f"errlint.rules.{name}").__doc__ or "").split()) > 5


def test_texts_are_whole_and_formed_alike(rule: Rule) -> None:
    for text in (rule.message, rule.summary, rule.help):
        assert text == " ".join(text.split())
        assert not text.endswith("."), "a message ends without a full stop"
    assert rule.summary[0].isupper() or rule.summary[0] in "`K"
    assert not rule.message[0].isupper()
    assert rule.why.endswith("."), "a reason is made of sentences"


def test_a_message_is_filled_by_plain_words(rule: Rule) -> None:
    assert all(name.isidentifier() for name in rule.placeholders)
    filled = rule.message.format(**dict.fromkeys(rule.placeholders, "value"))
    assert "{" not in filled
    assert "}" not in filled


def test_a_rule_shows_what_it_finds_and_what_it_leaves_alone(rule: Rule) -> None:
    assert rule.bad
    assert rule.good
    assert rule.checks


def test_a_rule_names_real_settings_and_rules(rule: Rule) -> None:
    assert set(rule.settings) <= set(KEYS)
    assert all(re.fullmatch(r"ERR\d{3}", code) for code in rule.supersedes)
    assert all(re.fullmatch(r"(ruff|pylint|bandit):[\w-]+", twin) for twin in rule.same_as)


def test_families_are_those_of_the_hundreds() -> None:
    assert [family.hundred for family in families()] == list(range(len(families())))


def test_knowledge_is_found_by_the_packages_that_its_files_name() -> None:
    roots = tomli.loads((LIBRARIES / "roots.toml").read_text(encoding="utf-8"))
    named = {}
    for path in LIBRARIES.iterdir():
        if path.name.endswith(".toml") and path.name != "roots.toml":
            library = path.name.removesuffix(".toml")
            for root in tomli.loads(path.read_text(encoding="utf-8"))["roots"]:
                named[root] = library
    assert roots == named


def test_the_table_of_builtin_exceptions_is_that_of_the_interpreter() -> None:
    table = exceptions._BUILTIN
    here = {
        f"builtins.{name}": value
        for name, value in vars(builtins).items()
        if isinstance(value, type) and issubclass(value, BaseException) and value.__name__ == name
    }
    unknown = {name for name in here if name not in table and not name.startswith("builtins._")}
    assert not unknown
    for name, kind in here.items():
        if name in table:
            lineage = tuple(f"builtins.{base.__name__}" for base in kind.__mro__ if base is not object)
            assert set(table[name]) == set(lineage), name


@pytest.mark.parametrize(
    "arguments", [["--version"], ["check", "--help"], ["check", "--no-such-option"]], ids=["version", "help", "usage"]
)
def test_what_needs_no_parser_imports_none(arguments: list[str]) -> None:
    script = (
        "import sys\n"
        "from errlint.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'libcst', 'astroid', 'rich', 'pathspec'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_run_without_findings_does_not_import_rich_or_astroid(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text("try:\n    work()\nexcept OSError as error:\n    raise Failed() from error\n")
    script = (
        "import sys\n"
        "from errlint.cli.main import main\n"
        "code = main(sys.argv[1:])\n"
        "heavy = {'astroid', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy or code else 0)\n"
    )
    command = [sys.executable, "-c", script, "check", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_people_are_shown_of_an_example_points_at_its_lines(rule: Rule) -> None:
    for example in (*rule.bad, *rule.good):
        assert "expect:" not in example.shown
        lines = example.shown.splitlines()
        pointed = {number for number, line in enumerate(lines, start=1) if f"# <- {rule.code}" in line}
        above = example.code.splitlines()
        alone = sum(line.lstrip().startswith("# expect:") for line in above)
        assert len(lines) == len(above) - alone
        assert len(pointed) == len({mark.line for mark in expectations(example.code) if mark.code == rule.code})

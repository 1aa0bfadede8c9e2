"""Fixtures: files under fixtures/rules/<family>/<rule_name>/, marked with what must be found, checked with all rules
of the recommended preset and the rule itself. Names that begin with `ok` hold only code that must be left alone.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from errlint.engine.registry import catalogue, checked
from errlint.rule import Rule
from tests.marked import complaint, expectations, findings, fixed, place_of, settings_of, unmarked

ROOT = Path(__file__).parent / "fixtures" / "rules"
FILES = sorted(path for path in ROOT.rglob("*.py") if path.is_file() and not path.name.endswith(".fixed.py"))
FIXED = sorted(ROOT.rglob("*.fixed.py"))


def _sources(folder: Path) -> list[Path]:
    return [path for path in FILES if path.parent == folder]


def _text(path: Path) -> str:
    """The bytes of a file, whatever its encoding and line endings."""
    return path.read_bytes().decode("latin-1")


def _unmarked(text: str) -> bytes:
    return unmarked(text).encode("latin-1")


def _rule_code(path: Path) -> str:
    rule = catalogue().rule(path.parent.name.replace("_", "-"))
    assert rule is not None, f"{path.parent} is named for no rule"
    return rule.code


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_rule_finds_exactly_the_marked_lines(path: Path) -> None:
    code = _rule_code(path)
    text = _text(path)
    expected = [want for want in expectations(text) if want.code == code]
    if path.name.startswith("ok"):
        assert not expected, "a file of negative cases marks nothing"
    place = place_of(text, "package/module.py")
    every = findings(_unmarked(text), place, extend_select=[code], **settings_of(text))
    found = [finding for finding in every if finding.code == code]
    assert not complaint(text, found, expected)


@pytest.mark.parametrize("path", FIXED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_rule_s_fixes_make_the_file_beside_it(path: Path) -> None:
    """Byte for byte. `# settings: safe` on a first line asks for safe fixes only."""
    code = _rule_code(path)
    text = _text(path.with_name(path.name.replace(".fixed.py", ".py")))
    place = place_of(text, "package/module.py")
    unsafe = "# settings: safe" not in text.partition("\n")[0]
    made = fixed(_unmarked(text), place, only=code, unsafe=unsafe)
    assert made.data.decode("latin-1") == _text(path)
    again = fixed(made.data, place, only=code, unsafe=unsafe)
    assert (again.data, sum(again.mended.values())) == (made.data, 0)


@pytest.mark.parametrize("rule", catalogue().rules, ids=lambda rule: rule.code)
def test_every_rule_has_fixtures_and_more_negative_than_positive_cases(rule: Rule) -> None:
    folder = ROOT / rule.family.name / rule.name.replace("-", "_")
    texts = [_text(path) for path in _sources(folder) if not path.name.startswith("fix_")]
    positive = sum(1 for text in texts for want in expectations(text) if want.code == rule.code)
    negative = sum(text.count("# ok") for text in texts)
    assert positive, f"{folder} marks no line with `# expect: {rule.code}`"
    assert negative > positive, f"{folder}: {negative} cases marked `# ok`, {positive} marked `# expect`"


@pytest.mark.parametrize("rule", [rule for rule in catalogue().rules if rule.sieves], ids=lambda rule: rule.code)
def test_a_sieve_lets_through_all_that_its_rule_finds(rule: Rule) -> None:
    """Each rule by itself: among others, a sieve that is too narrow may be saved by theirs."""
    folder = ROOT / rule.family.name / rule.name.replace("-", "_")
    cases = [(_text(path), path.name) for path in _sources(folder)]
    cases += [(example.code.encode().decode("latin-1"), example.path) for example in (*rule.bad, *rule.good)]
    alone = checked([rule])
    for text, name in cases:
        place = place_of(text, name)
        sieved = findings(_unmarked(text), place, rules=alone)
        whole = findings(_unmarked(text), place, rules=alone, whole_files=True)
        assert [replace(each, fix=None) for each in sieved] == [replace(each, fix=None) for each in whole], name

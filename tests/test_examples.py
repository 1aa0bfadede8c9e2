"""The examples in the rules are true: each `Bad` gives exactly its marked lines, each `Good` nothing."""

from pathlib import Path

import pytest

from errlint.engine.registry import catalogue
from errlint.model import Diagnostic
from errlint.rule import Bad, Example, Good, Rule
from tests.marked import complaint, expectations, findings, fixed, place_of, read_toml

BAD = [(rule, example) for rule in catalogue().rules for example in rule.bad]
GOOD = [(rule, example) for rule in catalogue().rules for example in rule.good]


def _findings(rule: Rule, example: Example) -> tuple[Diagnostic, ...]:
    return findings(example.code, example.path, extend_select=[rule.code], **read_toml(example.settings))


def _name(value: object) -> str | None:
    return value.code if isinstance(value, Rule) else None


@pytest.mark.parametrize(("rule", "example"), BAD, ids=_name)
def test_a_bad_example_gives_exactly_its_marked_lines(rule: Rule, example: Bad) -> None:
    expected = expectations(example.code)
    assert expected, "a bad example marks its lines with `# expect: CODE`"
    assert {want.code for want in expected} == {rule.code}
    found = [f for f in _findings(rule, example) if f.code == rule.code]
    assert not complaint(example.code, found, expected)


@pytest.mark.parametrize(("rule", "example"), GOOD, ids=_name)
def test_a_good_example_is_silent(rule: Rule, example: Good) -> None:
    found = [f for f in _findings(rule, example) if f.code == rule.code]
    assert not complaint(example.code, found, [])


FIXED = [(rule, example) for rule, example in BAD if example.fixed is not None]


@pytest.mark.parametrize(("rule", "example"), FIXED, ids=_name)
def test_the_fixes_of_a_bad_example_make_what_it_says(rule: Rule, example: Bad) -> None:
    made = fixed(example.code, example.path, only=rule.code)
    assert made.data.decode() == example.fixed_code
    assert rule.code not in {found.code for found in made.findings}
    assert sum(made.mended.values()) == len(expectations(example.code))


@pytest.mark.parametrize("rule", [rule for rule in catalogue().rules if rule.fixes], ids=_name)
def test_a_rule_with_fixes_shows_each_of_them(rule: Rule) -> None:
    """In its examples, or in its fixtures with a `.fixed.py` beside them."""
    folder = Path(__file__).parent / "fixtures" / "rules" / rule.family.name / rule.name.replace("-", "_")
    texts = [(example.code, example.path) for example in rule.bad if example.fixed is not None]
    for path in folder.glob("*.fixed.py"):
        source = path.with_name(path.name.replace(".fixed.py", ".py")).read_bytes().decode("latin-1")
        texts.append((source, place_of(source, "package/module.py")))
    offered = {
        (found.fix.title, found.fix.applicability)
        for text, path in texts
        for found in findings(text, path, extend_select=[rule.code])
        if found.fix is not None and found.code == rule.code
    }
    assert offered == {(remedy.title, remedy.applicability) for remedy in rule.fixes}

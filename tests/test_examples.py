"""The examples in the rules are true: each `Bad` gives exactly its marked lines, each `Good` nothing."""

import pytest

from errlint.engine.registry import catalogue
from errlint.rule import Bad, Good, Rule
from tests.marked import complaint, expectations, findings

BAD = [(rule, example) for rule in catalogue().rules for example in rule.bad]
GOOD = [(rule, example) for rule in catalogue().rules for example in rule.good]


def _name(value: object) -> str | None:
    return value.code if isinstance(value, Rule) else None


@pytest.mark.parametrize(("rule", "example"), BAD, ids=_name)
def test_a_bad_example_gives_exactly_its_marked_lines(rule: Rule, example: Bad) -> None:
    expected = expectations(example.code)
    assert expected, "a bad example marks its lines with `# expect: CODE`"
    assert {want.code for want in expected} == {rule.code}
    found = [f for f in findings(example.code, example.path, extend_select=[rule.code]) if f.code == rule.code]
    assert not complaint(example.code, found, expected)


@pytest.mark.parametrize(("rule", "example"), GOOD, ids=_name)
def test_a_good_example_is_silent(rule: Rule, example: Good) -> None:
    found = [f for f in findings(example.code, example.path, extend_select=[rule.code]) if f.code == rule.code]
    assert not complaint(example.code, found, [])

"""Which rules run: selectors, presets, per-file ignores and tests, on a catalogue made for it."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from errlint.engine.registry import Catalogue, catalogue, checked
from errlint.engine.selection import Selection
from errlint.errors import RuleDefinitionError
from errlint.rule import Bad, Good, Rule
from errlint.settings import Patterns, Problem, Selector, Settings


def _rule(code: str, name: str, preset: str | None = "recommended", in_tests: bool = False) -> Rule:
    bad, good = (Bad("x = 1  # expect: ERR105"),), (Good("x = 1"),)
    return Rule(
        code,
        name,
        since="0.1",
        summary="s",
        message="m",
        why="w",
        help="h",
        bad=bad,
        good=good,
        preset=preset,
        in_tests=in_tests,
    )


RULES = checked(
    [
        _rule("ERR202", "silent-thing"),
        _rule("ERR201", "bare-thing"),
        _rule("ERR105", "lost-raise", in_tests=True),
        _rule("ERR104", "generic-thing", "production"),
        _rule("ERR211", "rare-thing", None),
    ]
)


def _chosen(preset: str = "recommended", **selectors: str) -> list[str]:
    settings = Settings(
        preset=preset,
        **{name: tuple(Selector(text) for text in listed.split()) for name, listed in selectors.items()},  # type: ignore[arg-type]
    )
    assert list(Selection(RULES).problems(settings)) == []
    return [code.removeprefix("ERR") for code in sorted(Selection(RULES).enabled(settings))]


@pytest.mark.parametrize(
    ("selectors", "codes"),
    [
        ({}, "105 201 202"),
        ({"preset": "production"}, "104 105 201 202"),
        ({"preset": "critical"}, "104 105 201 202"),
        ({"select": "ALL"}, "104 105 201 202 211"),
        ({"select": "all"}, "104 105 201 202 211"),
        ({"select": "ERR"}, "104 105 201 202 211"),
        ({"select": "ERR105"}, "105"),
        ({"select": "err105"}, "105"),
        ({"select": "ERR2"}, "201 202 211"),
        ({"select": "ERR20"}, "201 202"),
        ({"select": "swallow"}, "201 202 211"),
        ({"select": "Swallow"}, "201 202 211"),
        ({"select": "bare-thing generic-thing"}, "104 201"),
        ({"select": ""}, ""),
        ({"select": "ERR105", "extend_select": "ERR201"}, "105 201"),
        ({"extend_select": "rare-thing"}, "105 201 202 211"),
        ({"ignore": "ERR1"}, "201 202"),
        ({"ignore": "swallow", "extend_ignore": "ERR105"}, ""),
        ({"select": "ERR2", "ignore": "ERR202"}, "201 211"),
        ({"select": "ERR202", "ignore": "ERR2"}, "202"),
        ({"select": "ERR202", "ignore": "ERR20"}, "202"),
        ({"select": "ERR20", "ignore": "swallow"}, "201 202"),
        ({"select": "swallow", "ignore": "ERR20"}, "211"),
        ({"select": "swallow", "ignore": "ERR2"}, ""),
        ({"select": "silent-thing", "ignore": "ALL"}, "202"),
        ({"select": "ALL", "ignore": "ERR", "extend_select": "ERR105"}, "105"),
        ({"select": "ERR202", "ignore": "silent-thing"}, ""),
        ({"ignore": "ERR1", "extend_select": "ERR105"}, "105 201 202"),
        ({"ignore": "ERR20", "extend_select": "ERR2"}, "105 211"),
        ({"ignore": "ALL"}, ""),
    ],
)
def test_what_is_named_more_closely_wins(selectors: dict[str, str], codes: str) -> None:
    assert _chosen(**selectors) == codes.split()


def test_per_file_ignores_and_tests_leave_rules_out_of_some_files() -> None:
    ignored = (
        (Patterns(("gen/",)), (Selector("ERR2"),)),
        (Patterns(("gen/b.py",)), (Selector("lost-raise"),)),
    )
    settings = Settings(per_file_ignores=ignored)
    selection = Selection(RULES)

    def codes(place: str) -> list[str]:
        return [rule.code for rule in selection.rules_for(PurePosixPath(place), settings)]

    assert codes("a.py") == ["ERR105", "ERR201", "ERR202"]
    assert codes("gen/a.py") == ["ERR105"]
    assert codes("gen/b.py") == []
    assert codes("tests/a.py") == ["ERR105"]
    assert codes("x/test_a.py") == ["ERR105"]


def test_selectors_that_mean_nothing_are_told_with_their_place() -> None:
    ignored = ((Patterns(("a.py",)), (Selector("ERR39", "file", 9),)),)
    settings = Settings(select=(Selector("slient-thing", "file", 3), Selector("E2")), per_file_ignores=ignored)
    assert list(Selection(RULES).problems(settings)) == [
        Problem("file", 3, "'slient-thing' is no rule, prefix or family; did you mean 'silent-thing'?"),
        Problem("command line", 0, "'E2' is no rule, prefix or family"),
        Problem("file", 9, f"'ERR39' is no rule, prefix or family{RULES.suggestion('ERR39')}"),
    ]


@pytest.mark.parametrize(("code", "name", "what"), [("ERR105", "other", "code"), ("ERR106", "lost-raise", "name")])
def test_two_rules_never_share_a_code_or_a_name(code: str, name: str, what: str) -> None:
    with pytest.raises(RuleDefinitionError, match=f"two rules have the {what} '"):
        checked([*RULES.rules, _rule(code, name)])


@pytest.mark.parametrize(("code", "preset"), [("ERR1", None), ("E1055", None), ("ERR10x", None), ("ERR105", "all")])
def test_a_rule_with_an_odd_code_or_preset_is_refused(code: str, preset: str | None) -> None:
    with pytest.raises(RuleDefinitionError, match=code):
        _rule(code, "some-thing", preset)


def test_the_shipped_rules_are_found_once_and_in_order() -> None:
    shipped = catalogue()
    assert isinstance(shipped, Catalogue)
    assert shipped is catalogue()
    codes = [rule.code for rule in shipped.rules]
    assert codes == sorted(set(codes))
    assert shipped.rule("silent-handler") is shipped.rule("ERR202")
    assert shipped.rule("nothing") is None

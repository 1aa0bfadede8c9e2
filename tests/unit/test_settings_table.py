"""The one list of settings: what reads them, describes them to editors, documents and explains them goes by it."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from errlint.docs import settings_table
from errlint.engine.registry import catalogue
from errlint.engine.selection import Selection
from errlint.settings import PRESETS, Settings
from errlint.settings.keys import KEYS, attribute, default_of, value_of
from errlint.settings.origins import Origin, origins
from errlint.settings.reading import parsed, settings_from
from errlint.settings.schema import schema
from errlint.settings.values import written

DOCS = Path(__file__).parent.parent.parent / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")
SCHEMA = schema({rule.name for rule in catalogue().rules}, catalogue().selectors)
VALIDATOR = Draft202012Validator(SCHEMA)
ERRLINT_TOML = Path("errlint.toml")


def read(text: str) -> tuple[Settings, set[str]]:
    """The settings in a text, and the keys with a mistake: those that the reader refuses, and selectors of no rule."""
    found, table = parsed(text, ERRLINT_TOML)
    settings = settings_from(found or {}, table)
    wrong = [*table.problems, *Selection(catalogue()).problems(settings)]
    lines = text.splitlines()
    assert all(problem.line for problem in wrong), "each key stands on a line of its own, which is found"
    return settings, {lines[problem.line - 1].partition(" =")[0].strip('"') for problem in wrong}


def refused(table: dict[str, Any]) -> set[str]:
    """The keys that the schema refuses."""
    found = set()
    for error in VALIDATOR.iter_errors(table):
        unknown = set(table) - set(KEYS) if error.validator == "additionalProperties" and not error.path else set()
        found |= unknown or {str(error.path[0])}
    return found


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)
WORDS = st.sampled_from(
    [
        *(
            "ERR202",
            "err202",
            "ERR2",
            "eRr",
            "ERR7",
            "ERR8",
            "ERR",
            "ALL",
            "all",
            "swallow",
            "SWALLOW",
            "flow",
            "swalow",
        ),
        *("silent-handler", "Silent-Handler", "recommended", "critical", "Critical", "ERR20", "ERR202 ", "", "ERR2\n"),
    ]
)
SCALARS = st.one_of(WORDS, TEXTS, st.booleans(), st.integers(-9, 9), st.sampled_from([0.5, 1.0]))
LISTS = st.lists(st.one_of(WORDS, SCALARS), max_size=3)
TABLES = st.dictionaries(st.one_of(TEXTS, st.sampled_from(["domain", "http", "adapters", "a.py"])), LISTS, max_size=3)
RIGHT = {
    "boolean": st.booleans(),
    "string": st.sampled_from(PRESETS),
    "path": TEXTS,
    "list of names": st.lists(TEXTS, max_size=3),
    "list of globs": st.lists(TEXTS, max_size=3),
    "list of selectors": st.lists(st.sampled_from(["ERR202", "err1", "ALL", "swallow", "bare-except"]), max_size=3),
}
PAIRS = st.one_of(
    st.tuples(st.sampled_from(list(KEYS)), st.one_of(SCALARS, LISTS, TABLES)),
    st.sampled_from(list(KEYS)).flatmap(
        lambda key: st.tuples(st.just(key), RIGHT.get(KEYS[key].kind.title, TABLES)),
    ),
    st.tuples(st.sampled_from(["selct", "Preset", "per_file_ignores"]), SCALARS),
)


def toml(value: Any) -> str:
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else written(value)


def nested(value: Any) -> str:
    """TOML of any value that the strategies make: lists may hold numbers too."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(name)} = {nested(item)}" for name, item in value.items()) + "}"
    return f"[{', '.join(map(nested, value))}]" if isinstance(value, list) else toml(value)


@example([("ignore", ["ERR2\n"])])
@example([("layers", {"domian": []}), ("per-file-ignores", {"a": ["ERR9"]})])
@settings(max_examples=400, deadline=None)
@given(st.lists(PAIRS, max_size=4))
def test_the_schema_accepts_what_the_reader_accepts(pairs: list[tuple[str, Any]]) -> None:
    table = dict(pairs)
    text = "".join(f"{key} = {nested(value)}\n" for key, value in table.items())
    assert read(text)[1] == refused(table), text


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(KEYS)
    assert all(described["description"] for described in SCHEMA["properties"].values())


def test_defaults_are_accepted_by_the_schema() -> None:
    defaults = {key: default_of(key) for key in KEYS if default_of(key) is not None}
    assert list(VALIDATOR.iter_errors(defaults)) == []
    assert {key: described["default"] for key, described in SCHEMA["properties"].items() if "default" in described} == (
        defaults
    )


def test_every_attribute_of_settings_is_a_setting() -> None:
    assert {attribute(key) for key in KEYS} == {field.name for field in fields(Settings)} - {"root", "source"}


@pytest.mark.parametrize("key", KEYS)
def test_the_example_of_a_setting_is_right(key: str) -> None:
    settings, wrong = read(f"{key} = {KEYS[key].example}\n")
    assert wrong == set()
    assert value_of(key, settings) != default_of(key), "an example shows what the default is not"


@pytest.mark.parametrize("key", KEYS)
def test_a_value_that_is_written_is_read_again(key: str) -> None:
    settings, _ = read(f"{key} = {KEYS[key].example}\n")
    again, wrong = read(f"{key} = {written(value_of(key, settings))}\n")
    assert wrong == set()
    assert again == settings


@given(st.one_of(st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.lists(st.text()))))
def test_any_text_is_written_so_that_toml_reads_it(value: Any) -> None:
    encodable = json.dumps(value, ensure_ascii=False).encode("utf-8", "ignore").decode()
    value = json.loads(encodable)
    found, _ = parsed(f"key = {written(value)}\n", ERRLINT_TOML)
    assert found == {"key": value}


def test_the_list_of_settings_in_the_documentation_is_in_step() -> None:
    assert settings_table() in CONFIGURATION, "docs/configuration.md, All settings, should be:\n" + settings_table()


@pytest.mark.parametrize("section", sorted({setting.section for setting in KEYS.values()}))
def test_the_section_of_a_setting_exists(section: str) -> None:
    titles = re.findall(r"^#+ (.*)$", CONFIGURATION, re.MULTILINE)
    assert section in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("key", [key for key in KEYS if len(written(default_of(key) or [])) > 30])
def test_a_long_default_is_shown_in_its_section(key: str) -> None:
    (shown,) = re.findall(rf"The default is:\n\n```toml\n# errlint.toml\n({key} = .*?)```", CONFIGURATION, re.DOTALL)
    assert value_of(key, read(shown)[0]) == default_of(key)


def test_where_values_come_from(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.errlint]\nselect = ['ERR1']\n\nignore = []\n[tool.errlint.layers]\nhttp = []\n")
    found = origins(Settings(root=tmp_path, source=path), {"select", "extend_ignore", "preset"})
    assert found["ignore"] == Origin(path, 4)
    assert found["layers"] == Origin(path, 5)
    assert found["select"] == Origin(option="--select"), "an option replaces what the file says"
    assert found["extend-ignore"] == Origin(option="--extend-ignore")
    assert found["tests"] == Origin()
    assert [str(found[key]) for key in ("tests", "ignore", "preset")] == ["default", f"{path}:4", "--preset"]


def test_a_value_may_come_from_a_file_and_an_option(tmp_path: Path) -> None:
    path = tmp_path / "errlint.toml"
    path.write_text("extend-select = ['ERR1']\n")
    found = origins(Settings(root=tmp_path, source=path), {"extend_select"})
    assert found["extend-select"] == Origin(path, 1, "--extend-select")
    assert str(found["extend-select"]) == f"{path}:1 and --extend-select"

"""The JSON Schema of the settings accepts what the reader accepts, and refuses what it refuses."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from errlint.engine.registry import catalogue
from errlint.settings import PRESETS
from errlint.settings.keys import KEYS, default_of
from errlint.settings.schema import schema
from errlint.settings.values import written
from tests.unit.test_settings_table import read

SCHEMA = schema({rule.name for rule in catalogue().rules}, catalogue().selectors)
VALIDATOR = Draft202012Validator(SCHEMA)


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

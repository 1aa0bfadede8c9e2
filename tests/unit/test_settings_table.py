"""The one list of settings: what reads them, describes them to editors, documents and explains them goes by it."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errlint.docs import settings_table
from errlint.engine.registry import catalogue
from errlint.engine.selection import Selection
from errlint.settings import Settings
from errlint.settings.keys import KEYS, attribute, default_of, value_of
from errlint.settings.origins import Origin, origins
from errlint.settings.reading import parsed, settings_from
from errlint.settings.values import written

DOCS = Path(__file__).parent.parent.parent / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")
ERRLINT_TOML = Path("errlint.toml")


def read(text: str) -> tuple[Settings, set[str]]:
    """The settings in a text, and the keys with a mistake: those that the reader refuses, and selectors of no rule."""
    found, table = parsed(text, ERRLINT_TOML)
    settings = settings_from(found or {}, table)
    wrong = [*table.problems, *Selection(catalogue()).problems(settings)]
    lines = text.splitlines()
    assert all(problem.line for problem in wrong), "each key stands on a line of its own, which is found"
    return settings, {lines[problem.line - 1].partition(" =")[0].strip('"') for problem in wrong}


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

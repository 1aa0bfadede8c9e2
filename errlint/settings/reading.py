"""A settings file read: each value checked, and every mistake collected with its line and key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli

from errlint.settings import Problem, Settings, SettingsError
from errlint.settings.keys import KEYS, attribute
from errlint.settings.kinds import kind_of
from errlint.settings.table import Table
from errlint.suggestions import suggestion


def read_settings(path: Path) -> tuple[Settings, list[Problem]]:
    """The settings in a file, with what is wrong in it. Raises `SettingsError` if it cannot be read at all."""
    found, table = load(path)
    if found is None:
        table.problems.append(Problem(str(path), 0, "there is no table [tool.errlint] in this file"))
    return settings_from(found or {}, table), table.problems


def settings_from(found: Mapping[str, Any], table: Table) -> Settings:
    """The settings in the values of a table, whose `problems` then hold what is wrong with them."""
    return Settings(**{"root": table.path.absolute().parent, "source": table.path, **values_from(found, table)})


def values_from(found: Mapping[str, Any], table: Table) -> dict[str, Any]:
    """The same by the names of `Settings`; a table of an editor's has no folder and no file."""
    values: dict[str, Any] = {}
    for key, value in found.items():
        if key not in KEYS:
            hint = suggestion(key, KEYS)
            if key == "tool" and not table.header:
                hint = "; this file needs no table header, its settings stand at the top: remove `[tool.errlint]`"
            table.problem((key,), f"'{key}' is not a setting{hint}")
            continue
        read = KEYS[key].kind.read(value, (key,), table)
        if read is not None:
            values[attribute(key)] = read
    return values


def load(path: Path) -> tuple[dict[str, Any] | None, Table]:
    """The values of the table in a file, `None` if it has none. Raises `SettingsError` if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError([Problem(str(path), 0, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([Problem(str(path), 0, f"is not UTF-8: {error.reason}")]) from error
    return parsed(text, path)


def parsed(text: str, path: Path) -> tuple[dict[str, Any] | None, Table]:
    """The same for a text that stands for a file."""
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise SettingsError([Problem(str(path), error.lineno, f"is not TOML: {error.msg}")]) from error
    if path.name != "pyproject.toml":
        return data, Table(path, text, ())
    tool = data.get("tool", {})
    found = tool.get("errlint") if isinstance(tool, dict) else None
    table = Table(path, text, ("tool", "errlint"))
    if found is not None and not isinstance(found, dict):
        table.problems.append(Problem(str(path), 0, f"[tool.errlint] must be a table, not {kind_of(found)}"))
        return {}, table
    return found, table

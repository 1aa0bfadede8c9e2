"""What other linters of a project are told about error handling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path
from typing import Any

import tomli

from errlint.rule import Rule

_DEFAULT = ("E4", "E7", "E9", "F")
"""What ruff selects where nobody says otherwise."""
_CODE = re.compile(r"ruff:([A-Z]+\d+)")
_OTHERS: Mapping[str, tuple[str, ...]] = {
    "pylint": (".pylintrc", "pylintrc", "pyproject.toml:tool.pylint", "setup.cfg:pylint.main", "setup.cfg:pylint"),
    "flake8": (".flake8", "setup.cfg:flake8", "tox.ini:flake8"),
    "bandit": (".bandit", "pyproject.toml:tool.bandit"),
}


def ruff_twins(root: Path, rules: Iterable[Rule]) -> dict[str, tuple[str, ...]] | None:
    """The codes of ruff that are selected and mean the same as a rule, by its code; `None` if ruff is not set up."""
    settings = _ruff(root)
    if settings is None:
        return None
    lint = settings.get("lint")
    tables = [settings, lint] if isinstance(lint, dict) else [settings]
    selected = _listed(tables, "select") or [*_DEFAULT]
    selected += _listed(tables, "extend-select")
    ignored = _listed(tables, "ignore") + _listed(tables, "extend-ignore")
    twins: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        codes = dict.fromkeys(found[1] for twin in rule.same_as if (found := _CODE.fullmatch(twin)))
        running = tuple(code for code in codes if _closeness(code, selected) > _closeness(code, ignored))
        if running:
            twins[rule.code] = running
    return twins


def others(root: Path) -> tuple[str, ...]:
    """The linters besides ruff that are set up, as far as their ignore comments matter to errlint."""
    return tuple(tool for tool, places in _OTHERS.items() if any(_is_set_up(root, place) for place in places))


def pytest_folders(root: Path) -> tuple[str, ...]:
    """The folders in which pytest is told to look for tests."""
    found = _at(toml(root / "pyproject.toml"), "tool.pytest.ini_options").get("testpaths")
    if isinstance(found, str):
        found = found.split()
    if found is None:
        places = (("pytest.ini", "pytest"), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest"))
        texts = (ini(root / name).get(section, {}).get("testpaths") for name, section in places)
        found = next((text.split() for text in texts if text), [])
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def toml(path: Path) -> dict[str, Any]:
    """The tables of a file; nothing where there is none, or where it is broken: its own tool says so."""
    try:
        return tomli.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def ini(path: Path) -> Mapping[str, Mapping[str, str]]:
    """The sections of a file, in the same way."""
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(path, encoding="utf-8")
    except (ConfigError, UnicodeDecodeError):
        return {}
    return {name: dict(parser[name]) for name in parser.sections()}


def _ruff(root: Path) -> dict[str, Any] | None:
    for name in (".ruff.toml", "ruff.toml"):
        if (root / name).is_file():
            return toml(root / name)
    return _at(toml(root / "pyproject.toml"), "tool.ruff") or None


def _at(tables: dict[str, Any], path: str) -> dict[str, Any]:
    for name in path.split("."):
        found = tables.get(name)
        tables = found if isinstance(found, dict) else {}
    return tables


def _listed(tables: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    values = (table.get(key) for table in tables)
    return [each for value in values if isinstance(value, list) for each in value if isinstance(each, str)]


def _closeness(code: str, selectors: Iterable[str]) -> int:
    """How closely one of ruff's selectors names a code; -1 if none does."""
    return max(
        (0 if each == "ALL" else len(each) for each in selectors if code.startswith(each) or each == "ALL"), default=-1
    )


def _is_set_up(root: Path, place: str) -> bool:
    name, _, section = place.partition(":")
    path = root / name
    if not section:
        return path.is_file()
    return bool(_at(toml(path), section)) if path.suffix == ".toml" else section in ini(path)

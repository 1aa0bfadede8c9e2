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

_CODE = re.compile(r"([A-Z]+)(\d*)")
_OTHERS: Mapping[str, tuple[str, ...]] = {
    "pylint": (".pylintrc", "pylintrc", "pyproject.toml:tool.pylint", "setup.cfg:pylint.main", "setup.cfg:pylint"),
    "flake8": (".flake8", "setup.cfg:flake8", "tox.ini:flake8"),
    "bandit": (".bandit", "pyproject.toml:tool.bandit"),
}


def ruff_twins(root: Path, rules: Iterable[Rule]) -> dict[str, tuple[str, ...]] | None:
    """The rules that mean the same as a code of ruff that is selected, by that code; `None` if ruff is not set up.

    What ruff selects where nobody says so differs from version to version, and is left out.
    """
    settings = _ruff(root)
    if settings is None:
        return None
    lint = settings.get("lint")
    tables = [settings, lint] if isinstance(lint, dict) else [settings]
    selected = _listed(tables, "select") + _listed(tables, "extend-select")
    ignored = _listed(tables, "ignore") + _listed(tables, "extend-ignore")
    twins: dict[str, list[str]] = {}
    for rule in rules:
        for twin in rule.same_as:
            code = twin.removeprefix("ruff:")
            if code != twin and _CODE.fullmatch(code) and _closeness(code, selected) > _closeness(code, ignored):
                twins.setdefault(code, []).append(rule.code)
    return {code: tuple(twins[code]) for code in sorted(twins)}


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
    return max((0 if each == "ALL" else len(each) for each in selectors if _names(each, code)), default=-1)


def _names(selector: str, code: str) -> bool:
    """Whether ruff takes a selector for a code: its letters are those of a linter, so `B` does not mean `BLE001`."""
    read, meant = _CODE.fullmatch(selector), _CODE.fullmatch(code)
    if read is None or meant is None:
        return False
    is_linter = read[1] == meant[1] or (selector == "PL" and code.startswith("PL"))
    return selector == "ALL" or (is_linter and meant[2].startswith(read[2]))


def _is_set_up(root: Path, place: str) -> bool:
    name, _, section = place.partition(":")
    path = root / name
    if not section:
        return path.is_file()
    return bool(_at(toml(path), section)) if path.suffix == ".toml" else section in ini(path)

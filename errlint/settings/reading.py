"""A settings file read: each value checked, and every mistake collected with its line and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeAlias

import tomli

from errlint.settings import PRESETS, Layers, Patterns, Problem, Selector, Settings, SettingsError
from errlint.suggestions import suggestion

Key: TypeAlias = tuple[str, ...]
"""Where a value stands below the table: `("per-file-ignores", "tests/*.py")`."""

Read: TypeAlias = "Callable[[Any, Key, _Reader], Any]"

_WORD = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)"""
_DOTTED = rf"({_WORD}(?:\s*\.\s*{_WORD})*)"


class _Reader:
    """Turns one TOML table into settings and collects what is wrong with it."""

    def __init__(self, path: Path, text: str, header: Key) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.header = header
        self.problems: list[Problem] = []

    def problem(self, key: Key, message: str) -> None:
        """Note a mistake at the line of `key`."""
        self.problems.append(Problem(str(self.path), self.line_of(key), message))

    def line_of(self, key: Key) -> int:
        """The 1-based line on which a key of the table is first written; 0 if it is not found.

        tomli gives values without places, so the lines are searched: table headers, then `key =`.
        """
        wanted = (*self.header, *key)
        table: Key = ()
        for number, line in enumerate(self.lines, start=1):
            if header := re.match(rf"\s*\[{{1,2}}\s*{_DOTTED}\s*\]", line):
                table = full = _parts(header[1])
            elif assignment := re.match(rf"\s*{_DOTTED}\s*=", line):
                full = (*table, *_parts(assignment[1]))
                if "{" in line and full == wanted[: len(full)]:
                    return number
            else:
                continue
            if full[: len(wanted)] == wanted:
                return number
        return 0


def _parts(dotted: str) -> Key:
    return tuple(part.strip("\"'") for part in re.findall(_WORD, dotted))


def _shown(key: Key) -> str:
    return f"'{'.'.join(key)}'"


def _text(value: Any, key: Key, reader: _Reader) -> str | None:
    if isinstance(value, str):
        return value
    reader.problem(key, f"{_shown(key)} must be a string, not {_kind(value)}")
    return None


def _flag(value: Any, key: Key, reader: _Reader) -> bool | None:
    if isinstance(value, bool):
        return value
    reader.problem(key, f"{_shown(key)} must be true or false, not {_kind(value)}")
    return None


def _texts(value: Any, key: Key, reader: _Reader) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    reader.problem(key, f"{_shown(key)} must be a list of strings, not {_kind(value)}")
    return None


def _selectors(value: Any, key: Key, reader: _Reader) -> tuple[Selector, ...] | None:
    found = _texts(value, key, reader)
    line = reader.line_of(key)
    return None if found is None else tuple(Selector(text, str(reader.path), line) for text in found)


def _patterns(value: Any, key: Key, reader: _Reader) -> Patterns | None:
    found = _texts(value, key, reader)
    return None if found is None else Patterns(found)


def _preset(value: Any, key: Key, reader: _Reader) -> str | None:
    found = _text(value, key, reader)
    if found is not None and found not in PRESETS:
        reader.problem(key, f"'{found}' is not a preset{suggestion(found, PRESETS) or ': use ' + _one_of(PRESETS)}")
        return None
    return found


def _per_file(value: Any, key: Key, reader: _Reader) -> tuple[tuple[Patterns, tuple[Selector, ...]], ...] | None:
    if not isinstance(value, dict):
        reader.problem(key, f"{_shown(key)} must be a table of lists of rules, not {_kind(value)}")
        return None
    found = [(glob, _selectors(rules, (*key, glob), reader)) for glob, rules in value.items()]
    return tuple((Patterns((glob,)), rules) for glob, rules in found if rules is not None)


def _layers(value: Any, key: Key, reader: _Reader) -> Layers | None:
    if not isinstance(value, dict):
        reader.problem(key, f"{_shown(key)} must be a table of lists of globs, not {_kind(value)}")
        return None
    known = [f.name for f in fields(Layers)]
    for name in value:
        if name not in known:
            reader.problem((*key, name), f"{_shown((*key, name))} is not a layer{suggestion(name, known)}")
    found = {name: _patterns(value[name], (*key, name), reader) for name in known if name in value}
    return Layers(**{name: patterns for name, patterns in found.items() if patterns is not None})


KEYS: Mapping[str, tuple[str, Read]] = {
    "preset": ("preset", _preset),
    "select": ("select", _selectors),
    "ignore": ("ignore", _selectors),
    "extend-select": ("extend_select", _selectors),
    "extend-ignore": ("extend_ignore", _selectors),
    "per-file-ignores": ("per_file_ignores", _per_file),
    "extend-safe-fixes": ("extend_safe_fixes", _selectors),
    "extend-unsafe-fixes": ("extend_unsafe_fixes", _selectors),
    "unfixable": ("unfixable", _selectors),
    "exclude": ("exclude", _texts),
    "extend-exclude": ("extend_exclude", _texts),
    "respect-gitignore": ("respect_gitignore", _flag),
    "tests": ("tests", _patterns),
    "layers": ("layers", _layers),
    "python": ("python", _text),
    "reporters": ("reporters", _texts),
    "required-error-attributes": ("required_error_attributes", _texts),
    "boundaries": ("boundaries", _texts),
    "http-exceptions": ("http_exceptions", _texts),
    "control-flow-exceptions": ("control_flow_exceptions", _texts),
    "loggers": ("loggers", _texts),
    "public-errors": ("public_errors", _texts),
    "sanitizers": ("sanitizers", _texts),
    "proxies": ("proxies", _patterns),
    "comment-is-reason": ("comment_is_reason", _flag),
    "require-reason": ("require_reason", _flag),
    "honor-foreign-ignores": ("honor_foreign_ignores", _flag),
}


def _kind(value: Any) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)


def _one_of(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1]


def read_settings(path: Path) -> tuple[Settings, list[Problem]]:
    """The settings in a file, with what is wrong in it. Raises `SettingsError` if it cannot be read at all."""
    table, reader = load(path)
    if table is None:
        reader.problems.append(Problem(str(path), 0, "there is no table [tool.errlint] in this file"))
        table = {}
    values = {"root": path.absolute().parent, "source": path, **_values(table, reader)}
    return Settings(**values), reader.problems


def read_values(table: Mapping[str, Any], source: str) -> tuple[dict[str, Any], list[Problem]]:
    """The values in a table that is no file's, by the names of `Settings`, with what is wrong in it."""
    reader = _Reader(Path(source), "", ())
    return _values(table, reader), reader.problems


def _values(table: Mapping[str, Any], reader: _Reader) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS:
            hint = suggestion(key, KEYS)
            if key == "tool" and not reader.header:
                hint = "; this file needs no table header, its settings stand at the top: remove `[tool.errlint]`"
            reader.problem((key,), f"'{key}' is not a setting{hint}")
            continue
        name, read = KEYS[key]
        found = read(value, (key,), reader)
        if found is not None:
            values[name] = found
    return values


def load(path: Path) -> tuple[dict[str, Any] | None, _Reader]:
    """The table in a file, `None` if it has none. Raises `SettingsError` if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError([Problem(str(path), 0, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([Problem(str(path), 0, f"is not UTF-8: {error.reason}")]) from error
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise SettingsError([Problem(str(path), error.lineno, f"is not TOML: {error.msg}")]) from error
    if path.name != "pyproject.toml":
        return data, _Reader(path, text, ())
    tool = data.get("tool", {})
    table = tool.get("errlint") if isinstance(tool, dict) else None
    reader = _Reader(path, text, ("tool", "errlint"))
    if table is not None and not isinstance(table, dict):
        reader.problems.append(Problem(str(path), 0, f"[tool.errlint] must be a table, not {_kind(table)}"))
        return {}, reader
    return table, reader

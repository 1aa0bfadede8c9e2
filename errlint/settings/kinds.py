"""What a setting may hold: how a value is read, and what an editor is told about it (JSON Schema)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from errlint.model import Severity
from errlint.settings import PRESETS, Layers, Patterns, Selector
from errlint.settings.table import Key, Table
from errlint.suggestions import choice, suggestion

Read: TypeAlias = Callable[[Any, Key, Table], Any]
"""From a TOML value to what `Settings` holds; `None` if it is wrong, which the table then knows."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of values. Both sides refuse the same: a test holds `read` and `schema` against each other."""

    title: str
    """What people call it: `list of globs`."""
    read: Read
    schema: Mapping[str, Any]
    """Its JSON Schema; `#/$defs/selector` is what names rules."""


def _text(value: Any, key: Key, table: Table) -> str | None:
    if isinstance(value, str):
        return value
    table.problem(key, f"{_shown(key)} must be a string, not {kind_of(value)}")
    return None


def _flag(value: Any, key: Key, table: Table) -> bool | None:
    if isinstance(value, bool):
        return value
    table.problem(key, f"{_shown(key)} must be true or false, not {kind_of(value)}")
    return None


def _texts(value: Any, key: Key, table: Table) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    table.problem(key, f"{_shown(key)} must be a list of strings, not {kind_of(value)}")
    return None


def _selectors(value: Any, key: Key, table: Table) -> tuple[Selector, ...] | None:
    found = _texts(value, key, table)
    line = table.line_of(key)
    return None if found is None else tuple(Selector(text, str(table.path), line) for text in found)


def _patterns(value: Any, key: Key, table: Table) -> Patterns | None:
    found = _texts(value, key, table)
    return None if found is None else Patterns(found)


def _preset(value: Any, key: Key, table: Table) -> str | None:
    found = _text(value, key, table)
    if found is not None and found not in PRESETS:
        table.problem(key, f"'{found}' is not a preset{choice(found, PRESETS)}")
        return None
    return found


def _per_file(value: Any, key: Key, table: Table) -> tuple[tuple[Patterns, tuple[Selector, ...]], ...] | None:
    if not isinstance(value, dict):
        table.problem(key, f"{_shown(key)} must be a table of lists of rules, not {kind_of(value)}")
        return None
    found = [(glob, _selectors(rules, (*key, glob), table)) for glob, rules in value.items()]
    return tuple((Patterns((glob,)), rules) for glob, rules in found if rules is not None)


def _severity(value: Any, key: Key, table: Table) -> Severity | None:
    found = _text(value, key, table)
    if found is None or found in _SEVERITIES:
        return None if found is None else Severity(found)
    table.problem(key, f"'{found}' is not a severity{choice(found, _SEVERITIES)}")
    return None


def _severities(value: Any, key: Key, table: Table) -> tuple[tuple[Selector, Severity], ...] | None:
    if not isinstance(value, dict):
        table.problem(key, f"{_shown(key)} must be a table of rules and their severities, not {kind_of(value)}")
        return None
    found = [(rules, _severity(severity, (*key, rules), table)) for rules, severity in value.items()]
    return tuple(
        (Selector(rules, str(table.path), table.line_of((*key, rules))), severity)
        for rules, severity in found
        if severity is not None
    )


def _layers(value: Any, key: Key, table: Table) -> Layers | None:
    if not isinstance(value, dict):
        table.problem(key, f"{_shown(key)} must be a table of lists of globs, not {kind_of(value)}")
        return None
    for name in value:
        if name not in _LAYERS:
            table.problem((*key, name), f"{_shown((*key, name))} is not a layer{suggestion(name, _LAYERS)}")
    found = {name: _patterns(value[name], (*key, name), table) for name in _LAYERS if name in value}
    return Layers(**{name: patterns for name, patterns in found.items() if patterns is not None})


_SEVERITIES = tuple(severity.value for severity in Severity)
_LAYERS = tuple(field.name for field in fields(Layers))
_STRINGS: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}
_RULES: Mapping[str, Any] = {"type": "array", "items": {"$ref": "#/$defs/selector"}}

PATH = Kind("path", _text, {"type": "string"})
FLAG = Kind("boolean", _flag, {"type": "boolean"})
NAMES = Kind("list of names", _texts, _STRINGS)
EXCLUDES = Kind("list of globs", _texts, _STRINGS)
GLOBS = Kind("list of globs", _patterns, _STRINGS)
SELECTORS = Kind("list of selectors", _selectors, _RULES)
PRESET = Kind("string", _preset, {"enum": list(PRESETS)})
SEVERITY = Kind("string", _severity, {"enum": list(_SEVERITIES)})
SEVERITIES = Kind(
    "table of selector to severity",
    _severities,
    {
        "type": "object",
        "propertyNames": {"$ref": "#/$defs/selector"},
        "additionalProperties": {"enum": list(_SEVERITIES)},
    },
)
PER_FILE = Kind("table of glob to list of selectors", _per_file, {"type": "object", "additionalProperties": _RULES})
LAYERS = Kind(
    f"table: {', '.join(f'`{name}`' for name in _LAYERS)}, each a list of globs",
    _layers,
    {"type": "object", "properties": dict.fromkeys(_LAYERS, _STRINGS), "additionalProperties": False},
)


def kind_of(value: Any) -> str:
    """What a TOML value is, for people."""
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)


def _shown(key: Key) -> str:
    return f"'{'.'.join(key)}'"

"""Values of `Settings` as a settings file has them, and as TOML writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from errlint.model import Severity
from errlint.settings import Layers, Patterns, Selector

_BARE = re.compile(r"[\w-]+", re.ASCII)


def plain(value: object) -> Any:
    """A value as TOML and JSON have it: strings, booleans, lists and tables; `None` where nothing is set."""
    if isinstance(value, Patterns):
        return list(value.globs)
    if isinstance(value, Selector):
        return value.text
    if isinstance(value, Severity):
        return value.value
    if isinstance(value, Layers):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return _severities(value) if isinstance(value[0][1], Severity) else _per_file(value)
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def _per_file(value: Iterable[tuple[Patterns, tuple[Selector, ...]]]) -> dict[str, list[str]]:
    """The rules left out by glob; the command line may name a glob that the file has too."""
    found: dict[str, list[str]] = {}
    for patterns, rules in value:
        found.setdefault(" ".join(patterns.globs), []).extend(rule.text for rule in rules)
    return found


def _severities(value: Iterable[tuple[Selector, Severity]]) -> dict[str, str]:
    return {selector.text: severity.value for selector, severity in value}


def written(value: Any) -> str:
    """A plain value on one line of TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        items = ", ".join(f"{_key(name)} = {written(item)}" for name, item in value.items())
        return f"{{ {items} }}" if items else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return _string(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _string(value: str) -> str:
    """JSON's strings are TOML's, but for one character that TOML wants escaped too."""
    import json  # a check writes no values: 6 ms

    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

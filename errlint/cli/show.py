"""The settings and rules in use: `errlint config`, and `errlint check --show-settings`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import IO, Any

from errlint.cli.streams import output
from errlint.engine.registry import Catalogue
from errlint.engine.selection import Selection
from errlint.model import Severity
from errlint.settings import Layers, Patterns, Selector, Settings


def show_settings(used: Iterable[Settings], rules: Catalogue, output_format: str) -> int:
    """Print every distinct settings object in use, with the rules that it switches on. The result is the exit code."""
    selection = Selection(rules)
    each = [(settings, sorted(selection.enabled(settings))) for settings in {id(s): s for s in used}.values()]
    with output(None) as stream:
        if output_format == "json":
            print(json.dumps([_item(settings, codes) for settings, codes in each], indent=2), file=stream)
        else:
            for settings, codes in each:
                _write(settings, codes, stream)
    return 0


def _write(settings: Settings, codes: Sequence[str], stream: IO[str]) -> None:
    print(f"# {settings.source or 'defaults (no settings file found)'}", file=stream)
    print(f"root = {str(settings.root)!r}", file=stream)
    for key, value in _values(settings):
        print(f"{key} = {_shown(value)}", file=stream)
    print(f"rules in use = {codes}", file=stream)


def _item(settings: Settings, codes: Sequence[str]) -> dict[str, Any]:
    return {
        "source": None if settings.source is None else str(settings.source.absolute()),
        "root": str(settings.root),
        "settings": {key: _plain(value) for key, value in _values(settings)},
        "rules": codes,
    }


def _values(settings: Settings) -> list[tuple[str, object]]:
    """The settings by their keys, without where they come from."""
    names = sorted(field.name for field in fields(settings) if field.name not in ("root", "source"))
    return [(name.replace("_", "-"), getattr(settings, name)) for name in names]


def _shown(value: object) -> str:
    if isinstance(value, Patterns):
        return repr(list(value.globs))
    if isinstance(value, Selector):
        return repr(value.text)
    if isinstance(value, Severity):
        return repr(value.value)
    if isinstance(value, Layers):
        return ", ".join(f"{field.name}: {_shown(getattr(value, field.name))}" for field in fields(value))
    if isinstance(value, tuple):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    return repr(value)


def _plain(value: object) -> object:
    """A value as JSON has it; pairs are an object, as in a settings file."""
    if isinstance(value, Patterns):
        return list(value.globs)
    if isinstance(value, Selector):
        return value.text
    if isinstance(value, Layers):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Severity):
        return value.value
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return {_key(key): _plain(choice) for key, choice in value}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _key(value: Patterns | Selector) -> str:
    return value.text if isinstance(value, Selector) else " ".join(value.globs)

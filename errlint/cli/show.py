"""`errlint check --show-settings`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from errlint.engine.registry import Catalogue
from errlint.engine.selection import Selection
from errlint.settings import Layers, Patterns, Selector, Settings


def show_settings(used: Iterable[Settings], rules: Catalogue, stream: IO[str]) -> None:
    """Print every distinct settings object in use, with the rules that it switches on."""
    selection = Selection(rules)
    for settings in {id(each): each for each in used}.values():
        print(f"# {settings.source or 'defaults (no settings file found)'}", file=stream)
        print(f"root = {str(settings.root)!r}", file=stream)
        for name in sorted(vars(settings)):
            if name not in ("root", "source"):
                print(f"{name.replace('_', '-')} = {_shown(getattr(settings, name))}", file=stream)
        print(f"rules in use = {sorted(selection.enabled(settings))}", file=stream)


def _shown(value: object) -> str:
    if isinstance(value, Patterns):
        return repr(list(value.globs))
    if isinstance(value, Selector):
        return repr(value.text)
    if isinstance(value, Layers):
        layers = (value.domain, value.http, value.adapters)
        return ", ".join(f"{name}: {_shown(layer)}" for name, layer in zip(Layers.__slots__, layers, strict=True))
    if isinstance(value, tuple):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    return repr(value)

"""The settings and rules in use, and where each value comes from: `errlint config`, and `check --show-settings`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import IO, Any

from errlint.cli.arguments import actions_of
from errlint.cli.streams import output
from errlint.engine.registry import Catalogue
from errlint.engine.selection import Selection
from errlint.output.links import configuration
from errlint.output.words import counted
from errlint.semantics.environment import environment_of
from errlint.settings import Settings, distinct
from errlint.settings.finder import SettingsFinder
from errlint.settings.keys import KEYS, default_of, value_of
from errlint.settings.origins import Origin, origins
from errlint.settings.values import written


def show_settings(used: Iterable[Settings], finder: SettingsFinder, rules: Catalogue, output_format: str) -> int:
    """Print every distinct settings object in use, with the rules that it switches on. The result is the exit code."""
    selection = Selection(rules)
    each = [(settings, sorted(selection.enabled(settings))) for settings in distinct(used)]
    with output(None) as stream:
        if output_format == "json":
            print(json.dumps([_item(settings, codes, finder) for settings, codes in each], indent=2), file=stream)
        else:
            for settings, codes in each:
                _write(settings, codes, finder, stream)
    return 0


def show_setting(
    key: str, used: Iterable[Settings], finder: SettingsFinder, rules: Catalogue, output_format: str
) -> int:
    """Print one setting: its value for every distinct settings object in use, and what it is for."""
    values = [(settings, origins(settings, finder.overridden)[key]) for settings in distinct(used)]
    with output(None) as stream:
        if output_format == "json":
            print(json.dumps(_setting_item(key, values, rules), indent=2), file=stream)
        else:
            _write_setting(key, values, rules, stream)
    return 0


def _write_setting(key: str, values: Iterable[tuple[Settings, Origin]], rules: Catalogue, stream: IO[str]) -> None:
    for settings, origin in values:
        print(line_of(key, settings, origin), file=stream)
    setting, default = KEYS[key], default_of(key)
    facts = {
        "type": setting.kind.title,
        "default": "not set" if default is None else written(default),
        "example": f"{key} = {setting.example}",
        "option": _option(key),
        "rules": ", ".join(_changed_by(key, rules)),
        "more": configuration(setting.section),
    }
    print(f"\n{setting.about[0].upper()}{setting.about[1:]}.\n", file=stream)
    for name, fact in facts.items():
        if fact:
            print(f"{name + ':':<9}{fact}", file=stream)


def _setting_item(key: str, values: Iterable[tuple[Settings, Origin]], rules: Catalogue) -> dict[str, Any]:
    setting = KEYS[key]
    return {
        "key": key,
        "values": [
            {"root": str(settings.root), "value": value_of(key, settings), **origin_item(origin)}
            for settings, origin in values
        ],
        "about": setting.about,
        "type": setting.kind.title,
        "default": default_of(key),
        "example": setting.example,
        "option": _option(key),
        "rules": _changed_by(key, rules),
        "url": configuration(setting.section),
    }


def _option(key: str) -> str | None:
    """The option of `errlint check` that sets a setting, too."""
    option = f"--{key}"
    known = {name for action in actions_of("check") for name in action.option_strings}
    return option if option in known else None


def _changed_by(key: str, rules: Catalogue) -> list[str]:
    """The rules that a setting changes, besides which of them run."""
    return [rule.code for rule in rules.rules if key in rule.settings]


def line_of(key: str, settings: Settings, origin: Origin) -> str:
    """A setting as a settings file would have it, with its origin; one that is not set is a comment."""
    value = value_of(key, settings)
    return f"# {key} is not set" if value is None else f"{key} = {written(value)}  # {origin}"


def origin_item(origin: Origin) -> dict[str, Any]:
    """An origin as JSON."""
    file = None if origin.file is None else str(origin.file.absolute())
    return {"file": file, "line": origin.line or None, "option": origin.option}


def _write(settings: Settings, codes: Sequence[str], finder: SettingsFinder, stream: IO[str]) -> None:
    """Write what could stand in a settings file; the rest is comments."""
    environment = environment_of(settings)
    print(f"# {settings.source or 'defaults (no settings file found)'}", file=stream)
    print(f"# root: {settings.root}", file=stream)
    print(f"# Python environment: {environment.folder} ({environment.because})", file=stream)
    found = origins(settings, finder.overridden)
    for key in sorted(KEYS):
        print(line_of(key, settings, found[key]), file=stream)
    print(f"# {counted(len(codes), 'rule')} in use: {', '.join(codes)}", file=stream)


def _item(settings: Settings, codes: Sequence[str], finder: SettingsFinder) -> dict[str, Any]:
    environment = environment_of(settings)
    return {
        "source": None if settings.source is None else str(settings.source.absolute()),
        "root": str(settings.root),
        "environment": {"folder": str(environment.folder), "because": environment.because},
        "settings": {key: value_of(key, settings) for key in sorted(KEYS)},
        "origins": {key: origin_item(origin) for key, origin in origins(settings, finder.overridden).items()},
        "rules": codes,
    }

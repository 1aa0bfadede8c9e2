"""`errlint config`: what holds for some paths, and nothing is checked."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from errlint.cli.inputs import STDIN, around, discovered, finder_of
from errlint.cli.show import show_setting, show_settings
from errlint.cli.streams import output, say
from errlint.engine.layering import Layering, layerings
from errlint.engine.registry import Catalogue, catalogue
from errlint.engine.run import check_settings, settings_of
from errlint.errors import UsageError
from errlint.output.words import are, counted
from errlint.semantics.layers import ADAPTERS, DOMAIN, HTTP, NONE
from errlint.settings import Settings
from errlint.settings.keys import KEYS
from errlint.settings.schema import schema
from errlint.suggestions import suggestion


def config(options: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    if STDIN in options.paths:
        raise UsageError(
            "`-` has no settings of its own; name a file or folder, or use `errlint check - --show-settings`"
        )
    rules = catalogue()
    if options.schema:
        return _show_schema(options.paths, rules)
    if options.setting is not None and options.setting not in KEYS:
        raise UsageError(f"--setting: '{options.setting}' is not a setting{suggestion(options.setting, KEYS)}")
    finder = finder_of(options)
    if options.setting is not None and not options.paths:
        here = finder.settings_for(Path.cwd())
        check_settings([here], finder.problems, rules)
        return show_setting(options.setting, [here], finder, rules, options.output_format)
    files = settings_of(discovered(options.paths or ["."], finder), finder, rules)
    if options.layers:
        if not files:
            say("errlint: no Python files found")
        return _show_layers(layerings(files, around(options.paths, finder)), options.output_format)
    used = [settings for _, settings in files] or [finder.settings_for(Path.cwd())]
    if options.setting is not None:
        return show_setting(options.setting, used, finder, rules, options.output_format)
    return show_settings(used, finder, rules, options.output_format)


def _show_schema(paths: Sequence[str], rules: Catalogue) -> int:
    if paths:
        raise UsageError(f"--schema is the same for all paths; leave out {paths[0]}")
    with output(None) as stream:
        names = {rule.name for rule in rules.rules}
        print(json.dumps(schema(names, rules.selectors), indent=2), file=stream)
    return 0


def _show_layers(found: Sequence[Layering], output_format: str) -> int:
    with output(None) as stream:
        if output_format == "json":
            print(json.dumps([_item(layering) for layering in found], indent=2), file=stream)
        else:
            for number, layering in enumerate(found):
                if number:
                    print(file=stream)
                _write(layering, len(found) > 1, stream)
    unread = [file.name for layering in found for file, layer in layering.layers if layer is None]
    for name in unread:
        say(f"errlint: {name}: cannot be read as Python; `errlint check {name}` says why")
    return 2 if unread else 0


def _write(layering: Layering, is_one_of_several: bool, stream: IO[str]) -> None:
    where = f"{layering.settings.root}: " if is_one_of_several else ""
    print(f"{where}{_origin(layering)}; {_frameworks(layering)}", file=stream)
    for name in (DOMAIN, HTTP, ADAPTERS):
        lines = [f"  {file.name}: {layer.because}" for file, layer in layering.layers if layer and layer.name == name]
        if lines:
            print(f"\n{name} ({len(lines)})", *lines, sep="\n", file=stream)
    others = sum(layer is not None and layer.name == NONE for _, layer in layering.layers)
    print(f"\n{counted(others, 'module')} {are(others)} in no layer", file=stream)


def _origin(layering: Layering) -> str:
    settings = layering.settings
    if settings.layers is not None:
        return f"layers are those of {settings.source}"
    return f"layers are inferred: {_names_none(settings)}"


def _names_none(settings: Settings) -> str:
    return "there is no settings file" if settings.source is None else f"{settings.source} names none"


def _frameworks(layering: Layering) -> str:
    names = layering.frameworks
    if names:
        return f"HTTP {'framework' if len(names) == 1 else 'frameworks'} in use: {', '.join(names)}"
    inferred = ", so nothing is taken for domain code" if layering.settings.layers is None else ""
    return f"these files import no HTTP framework{inferred}"


def _item(layering: Layering) -> dict[str, Any]:
    source = layering.settings.source
    return {
        "root": str(layering.settings.root),
        "source": None if source is None else str(source.absolute()),
        "inferred": layering.settings.layers is None,
        "frameworks": list(layering.frameworks),
        "modules": [
            {"filename": str(file.path.absolute()), "layer": layer.name or None, "because": layer.because or None}
            for file, layer in layering.layers
            if layer is not None
        ],
    }

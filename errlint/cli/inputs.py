"""The files and settings that the arguments of a command mean."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from errlint.errors import UsageError
from errlint.model import Severity
from errlint.settings import Patterns, Selector, Settings, SettingsError
from errlint.settings.finder import SettingsFinder
from errlint.settings.reading import read_settings
from errlint.source.discovery import Around, Found, discover, is_forbidden, surroundings
from errlint.suggestions import suggestion

STDIN = "-"


def finder_of(options: argparse.Namespace) -> SettingsFinder:
    """Finds the settings that hold for a file, as the options of a command change them."""
    return SettingsFinder(_fixed_settings(options), _overrides(options), isolated=options.isolated)


def discovered(paths: Sequence[str], finder: SettingsFinder) -> list[Found]:
    """The files below some paths. Raises `UsageError`, with the command that may have been meant."""
    try:
        return discover(paths, finder)
    except UsageError as error:
        from errlint.cli.arguments import COMMANDS

        hint = suggestion(paths[0], COMMANDS) if paths[0].replace("-", "").isalpha() else ""
        first, *others = str(error).split("\n")
        if first.startswith(f"{paths[0]}: "):
            first += hint
        raise UsageError("\n".join([first, *others])) from error


def around(paths: Sequence[str], finder: SettingsFinder) -> Around | None:
    """Where to look for the other files of a project, if files were named one by one, as commit hooks and editors do:
    what is found in them does not depend on which others were. A folder that is named stands for itself.
    """
    return partial(surroundings, finder=finder) if any(map(os.path.isfile, paths)) else None


def is_left_out(name: str, finder: SettingsFinder) -> bool:
    """Whether what `-` reads is left out by its name, if it was given one."""
    return name != STDIN and is_forbidden(Path(name), finder)


def _fixed_settings(options: argparse.Namespace) -> Settings | None:
    if options.isolated and options.config is not None:
        raise UsageError("--config and --isolated cannot go together")
    if options.config is None:
        return None
    settings, problems = read_settings(Path(options.config))
    if problems:
        raise SettingsError(problems)
    return settings


def _overrides(options: argparse.Namespace) -> dict[str, Any]:
    """What the command line says instead of, or on top of, the settings files."""
    found: dict[str, Any] = {}
    if options.preset is not None:
        found["preset"] = options.preset
    for name in ("select", "ignore", "extend_select", "extend_ignore"):
        if (values := _listed(getattr(options, name))) is not None:
            if name == "select" and not values:
                raise UsageError("--select names no rule, and nothing would be checked; leave it out for the preset's")
            found[name] = tuple(Selector(value, f"--{name.replace('_', '-')}") for value in values)
    if getattr(options, "fail_on", None) is not None:
        found["fail_on"] = Severity(options.fail_on)
    if options.python is not None:
        found["python"] = os.path.abspath(options.python)
    if (baseline := getattr(options, "baseline", None)) is not None:
        if not baseline and (named := [path for path in options.paths if path.endswith(".toml")]):
            raise UsageError(f"--baseline takes its file behind a `=`; did you mean `--baseline={named[0]}`?")
        found["baseline"] = os.path.abspath(baseline) if baseline else ""
    if getattr(options, "no_baseline", False):
        found["baseline"] = None
    for name in ("exclude", "extend_exclude"):
        if (values := _listed(getattr(options, name))) is not None:
            found[name] = values
    if options.force_exclude:
        found["force_exclude"] = True
    if (pairs := _listed(options.per_file_ignores)) is not None:
        found["per_file_ignores"] = tuple(_per_file(pair) for pair in pairs)
    return found


def _listed(values: list[str] | None) -> tuple[str, ...] | None:
    if values is None:
        return None
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _per_file(pair: str) -> tuple[Patterns, tuple[Selector, ...]]:
    glob, colon, rule = pair.rpartition(":")
    if not (glob and colon and rule):
        raise UsageError(f"--per-file-ignores takes GLOB:RULE, not '{pair}'")
    return Patterns((glob,)), (Selector(rule, "--per-file-ignores"),)

"""The settings: for each key what it may hold, what it is for, and how it looks.

The one list of them. Reading a file, the JSON Schema, `errlint config` and the table in docs/configuration.md go by it.
The attribute of `Settings` that holds a value, and its default, go by the key's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errlint.settings import Settings
from errlint.settings.kinds import (
    EXCLUDES,
    FLAG,
    GLOBS,
    LAYERS,
    NAMES,
    PATH,
    PER_FILE,
    PRESET,
    SELECTORS,
    SEVERITIES,
    SEVERITY,
    Kind,
)
from errlint.settings.values import plain


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of a settings file."""

    kind: Kind
    about: str
    """What it sets, in half a sentence."""
    example: str
    """A value, as TOML writes it."""
    section: str
    """The section of docs/configuration.md that says more."""


_ADDED_NAMES = "boundaries-http-exceptions-control-flow-exceptions-loggers"
_PUBLIC = "public-errors-sanitizers-proxies"

KEYS: Mapping[str, Setting] = {
    "preset": Setting(
        PRESET, "the set of rules to start from: `recommended`, `production` or `critical`", '"production"', "presets"
    ),
    "select": Setting(SELECTORS, "run these rules instead of the preset's", '["swallow", "ERR102"]', "selectors"),
    "ignore": Setting(SELECTORS, "leave these rules out", '["report-outside-handler"]', "selectors"),
    "extend-select": Setting(SELECTORS, "run these rules too", '["ERR404"]', "selectors"),
    "extend-ignore": Setting(SELECTORS, "leave these rules out too", '["ERR107"]', "selectors"),
    "per-file-ignores": Setting(
        PER_FILE, "leave rules out in some files", '{ "scripts/*.py" = ["ERR104", "swallow"] }', "per-file-ignores"
    ),
    "unfixable": Setting(SELECTORS, "offer no fixes of these rules", '["ERR404"]', "fixes"),
    "extend-safe-fixes": Setting(SELECTORS, "take all fixes of these rules for safe", '["bare-except"]', "fixes"),
    "extend-unsafe-fixes": Setting(SELECTORS, "take all fixes of these rules for unsafe", '["ERR107"]', "fixes"),
    "severity": Setting(
        SEVERITIES, "how severe findings are: `error`, `warning` or `info`", '{ ERR104 = "info" }', "severities"
    ),
    "fail-on": Setting(SEVERITY, "the least severity that makes the exit code 1", '"warning"', "severities"),
    "exclude": Setting(
        EXCLUDES,
        "leave these files and folders out, instead of the defaults",
        '[".venv", "build", "docs/snippets/"]',
        "exclude-and-extend-exclude",
    ),
    "extend-exclude": Setting(
        EXCLUDES, "leave these out too", '["migrations", "vendor/*.py"]', "exclude-and-extend-exclude"
    ),
    "respect-gitignore": Setting(FLAG, "leave out what `.gitignore` files name", "false", "gitignore"),
    "force-exclude": Setting(
        FLAG, "leave out what is excluded also where it is named on the command line", "true", "force-exclude"
    ),
    "tests": Setting(GLOBS, "which files are tests", '["tests/", "test_*.py", "conftest.py"]', "tests"),
    "layers": Setting(
        LAYERS,
        "which modules are domain code, which speak HTTP",
        '{ domain = ["shop/services/", "shop/domain/"], http = ["shop/api/"] }',
        "layers",
    ),
    "python": Setting(
        PATH,
        "the Python environment whose packages the code uses, instead of the one that errlint finds",
        '".venv"',
        "python",
    ),
    "baseline": Setting(PATH, "the baseline whose findings are let pass", '"errlint-baseline.toml"', "the-baseline"),
    "reporters": Setting(
        NAMES,
        "functions and methods of yours that report errors",
        '["shop.monitoring.tell_ops", "page_on_call"]',
        "reporters",
    ),
    "required-error-attributes": Setting(
        NAMES, "attributes that each exception class must have", '["code", "severity"]', "required-error-attributes"
    ),
    "boundaries": Setting(
        NAMES,
        "decorators, base classes and functions of yours behind which a framework calls code",
        '["shop.queue.job", "shop.web.Page"]',
        _ADDED_NAMES,
    ),
    "http-exceptions": Setting(
        NAMES,
        "exceptions of yours that are answered with an HTTP status",
        '["shop.web.errors.Problem"]',
        _ADDED_NAMES,
    ),
    "control-flow-exceptions": Setting(
        NAMES,
        "exceptions of yours that are no errors and must not be swallowed",
        '["shop.queue.TryLater"]',
        _ADDED_NAMES,
    ),
    "loggers": Setting(
        NAMES, "objects of yours that are loggers, and functions that give one", '["shop.logs.audit"]', _ADDED_NAMES
    ),
    "public-errors": Setting(
        NAMES, "exceptions of yours whose text is meant for the caller", '["shop.errors.PublicError"]', _PUBLIC
    ),
    "sanitizers": Setting(
        NAMES, "functions of yours that make a text fit for the caller", '["shop.web.safe_text"]', _PUBLIC
    ),
    "proxies": Setting(
        GLOBS, "modules whose purpose is to hand on another service's status", '["shop/gateway/"]', _PUBLIC
    ),
    "comment-is-reason": Setting(FLAG, "a comment in an empty narrow handler excuses it", "false", "comment-is-reason"),
    "require-reason": Setting(FLAG, "errlint's own ignore comments must give a reason", "true", "errlints-own"),
    "honor-foreign-ignores": Setting(
        FLAG, "ignore comments of ruff, flake8, pylint and bandit count", "false", "other-tools-comments"
    ),
}


def attribute(key: str) -> str:
    """The attribute of `Settings` that holds the value of a key."""
    return key.replace("-", "_")


def value_of(key: str, settings: Settings) -> Any:
    """The value of a setting as TOML has it; `None` if it is not set and has no default."""
    value = getattr(settings, attribute(key))
    return {} if value == () and KEYS[key].kind in (PER_FILE, SEVERITIES) else plain(value)


def default_of(key: str) -> Any:
    """The value of a setting that nobody sets."""
    return value_of(key, _DEFAULTS)


_DEFAULTS = Settings(root=Path())

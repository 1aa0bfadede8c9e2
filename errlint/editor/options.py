"""What the client has configured: how the server behaves, and settings that go before those of the project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errlint.settings import Problem
from errlint.settings.keys import KEYS
from errlint.settings.reading import values_from
from errlint.settings.table import Table
from errlint.suggestions import choice, suggestion

SOURCE = "the editor's settings"
RUNS = ("onType", "onSave")
_FLAGS = {"enable": "enable", "unsafe-fixes": "unsafe_fixes", "fix-all": "fix_all"}


@dataclass(frozen=True)
class Options:
    """The wishes of a client for one folder. `overrides` stand before, or on top of, the project's settings."""

    enable: bool = True
    run: str = "onType"
    unsafe_fixes: bool = True
    """Whether fixes that may change behaviour are offered."""
    fix_all: bool = True
    """Whether all safe fixes are offered together."""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def options_of(given: object) -> Options:
    """Read what a client sends; keys are those of a settings file, in kebab or camel case.

    What is wrong is left out, and is a problem.
    """
    if given is None:
        return Options()
    if not isinstance(given, Mapping):
        return Options(problems=(Problem(SOURCE, 0, "must be an object"),))
    given = given.get("settings", given)
    values: dict[str, Any] = {}
    table: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in given.items() if isinstance(given, Mapping) else ():
        key = _kebab(str(name))
        if value is None:
            continue
        if key == "run":
            if value in RUNS:
                values["run"] = value
            else:
                problems.append(Problem(SOURCE, 0, f"'{value}' is not a value of 'run'{choice(str(value), RUNS)}"))
        elif key in _FLAGS:
            if isinstance(value, bool):
                values[_FLAGS[key]] = value
            else:
                problems.append(Problem(SOURCE, 0, f"'{name}' must be true or false"))
        elif key in KEYS:
            table[key] = value
        else:
            known = [*KEYS, *_FLAGS, "run"]
            problems.append(Problem(SOURCE, 0, f"'{name}' is not a setting{suggestion(key, known)}"))
    reader = Table(Path(SOURCE), "", ())
    overrides = values_from(table, reader)
    return Options(**values, overrides=overrides, problems=(*problems, *reader.problems))


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", name).lower()

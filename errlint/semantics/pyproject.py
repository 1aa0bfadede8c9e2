"""What a project says of itself in its pyproject.toml, apart from our settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import tomli

Version: TypeAlias = tuple[int, int]

_SCRIPT_TABLES = ("project.scripts", "project.gui-scripts", "tool.poetry.scripts")


@dataclass(frozen=True, slots=True)
class Script:
    """A command that is installed with the project, and the function that it calls."""

    module: str
    function: str
    table: str

    @property
    def target(self) -> str:
        """The dotted name of the function."""
        return f"{self.module}.{self.function}"


def read_pyproject(root: Path) -> Mapping[str, Any]:
    """The tables of the file; nothing where there is none, or where it is broken."""
    try:
        return tomli.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def oldest_python(root: Path) -> Version | None:
    """The oldest Python that a project runs on, as `requires-python` says (PEP 621)."""
    requires = _table(read_pyproject(root), "project").get("requires-python")
    found = re.search(r"(?:>=|~=|==)\s*(\d+\.\d+)", requires) if isinstance(requires, str) else None
    return None if found is None else version_of(found[1])


def version_of(text: str) -> Version:
    """`3.11` as numbers."""
    major, _, minor = text.partition(".")
    return int(major), int(minor)


def scripts(root: Path) -> Iterator[Script]:
    """The commands of a project (packaging.python.org, 'Entry points specification')."""
    tables = read_pyproject(root)
    for name in _SCRIPT_TABLES:
        for target in _table(tables, name).values():
            module, colon, function = target.partition(":") if isinstance(target, str) else ("", "", "")
            if colon:
                yield Script(module.strip(), function.partition("[")[0].strip(), name)


def _table(tables: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    found: Any = tables
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}

"""The exception classes of libraries: what each derives from, and under which names it can be imported.

They are apart from the other facts because a plain run seldom asks: a hierarchy is read when it is first looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from errlint.knowledge import files


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Exception classes by the name of where they are defined."""

    bases: Mapping[str, tuple[str, ...]]
    """The exceptions that a class directly derives from; what else it derives from is left out."""
    aliases: Mapping[str, str]
    """Other names of a class, and the one by which `bases` has it."""
    aliases_since: Mapping[str, str]
    """The version from which on an alias is one; before, it was a class of its own: `3.11`."""


@cache
def hierarchy_of(libraries: frozenset[str]) -> Hierarchy:
    """The exception classes of some libraries."""
    parts = [_hierarchy(name) for name in sorted(libraries)]
    return Hierarchy(
        bases={name: bases for part in parts for name, bases in part.bases.items()},
        aliases={alias: name for part in parts for alias, name in part.aliases.items()},
        aliases_since={alias: version for part in parts for alias, version in part.aliases_since.items()},
    )


@cache
def _hierarchy(library: str) -> Hierarchy:
    data = files.hierarchy(library)
    return Hierarchy(
        bases={name: tuple(bases) for name, bases in data.get("exceptions", {}).items()},
        aliases=data.get("aliases", {}),
        aliases_since={
            name: noted["alias_since"] for name, noted in data.get("versions", {}).items() if "alias_since" in noted
        },
    )

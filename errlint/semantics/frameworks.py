"""Which packages, and which HTTP frameworks among them, the text of a file imports: told without parsing it."""

from __future__ import annotations

import re
from functools import cache

from errlint.knowledge import library_of

_IMPORTS = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)
_CLIENTS_TOO = frozenset({"aiohttp", "tornado", "twisted"})
"""Packages that are imported by code that serves nothing; what serves is one of their modules."""


def packages_in(text: str) -> frozenset[str]:
    """The top-level packages that a text imports."""
    return frozenset(found[1] for found in _IMPORTS.finditer(text))


def frameworks_in(text: str) -> frozenset[str]:
    """The HTTP frameworks that a text imports: of a package that is a client too, the part that serves."""
    return frozenset(package for package in packages_in(text) if _serves(package, text))


def _serves(package: str, text: str) -> bool:
    parts = _serving_parts(package)
    if not parts or package not in _CLIENTS_TOO:
        return bool(parts)
    named = "|".join(sorted(parts))
    imported = rf"from\s+{package}\s+import\s+(?:\([^)]*|[^\n(]*)\b(?:{named})\b"
    return re.search(rf"\b{package}\.(?:{named})\b|{imported}", text) is not None


@cache
def _serving_parts(package: str) -> frozenset[str]:
    """The parts of a package of which its routes are made; none if it is no framework."""
    library = None if package == "http" else library_of(package)
    names = {name for entry in library.entries if entry.kind == "http_route" for name in entry.names} if library else ()
    return frozenset(name.split(".")[1] for name in names if name.startswith(f"{package}."))

"""What errlint knows about libraries: facts in one TOML file a library, its exception classes in another.

A file is read only when a run imports the library, and a hierarchy only when somebody asks for it. Every name in the
files was imported, and every argument looked up in its signature, with the version that the file states.
`libraries/roots.toml` leads from an imported package to its file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache

from errlint.knowledge import files
from errlint.knowledge.facts import (
    Behaviour,
    Entry,
    ErrorRoot,
    HttpException,
    Level,
    LogHandler,
    Lost,
    ReportFact,
    Response,
    Told,
)
from errlint.knowledge.libraries import Knowledge, combined, library

__all__ = [
    "Behaviour",
    "Entry",
    "ErrorRoot",
    "HttpException",
    "Knowledge",
    "Level",
    "LogHandler",
    "Lost",
    "ReportFact",
    "Response",
    "Told",
    "conventions",
    "knowledge_of",
    "library",
    "library_of",
]

_CONVENTIONS = (files.STANDARD_LIBRARY, "aws_lambda", "grpc")


def knowledge_of(packages: Iterable[str]) -> Knowledge:
    """What is known about the standard library and the libraries among some top-level packages."""
    imported = frozenset(packages)
    return combined(frozenset(name for root, name in files.roots().items() if root.partition(".")[0] in imported))


@cache
def conventions() -> tuple[Entry, ...]:
    """The entries that hold by form alone: what is called by a name or base class of its own needs no import."""
    return tuple(entry for name in _CONVENTIONS for entry in library(name).entries if not entry.names)


def library_of(name: str) -> Knowledge | None:
    """What is known about the library that a dotted name belongs to: `requests` for `requests.exceptions.Timeout`."""
    found = _library_name(name)
    return None if found is None else library(found)


@cache
def _library_name(name: str) -> str | None:
    if name.partition(".")[0] in sys.stdlib_module_names:
        return files.STANDARD_LIBRARY
    while name:
        if name in files.roots():
            return files.roots()[name]
        name = name.rpartition(".")[0]
    return None

"""What errlint knows about libraries: one TOML file a library, read only when a run imports that library.

Every name in the files was imported, and every argument looked up in its signature, with the version that the
file states. `libraries/roots.toml` leads from an imported top-level package to its file.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import tomli

_STANDARD_LIBRARY = "python"


class Level(enum.IntEnum):
    """Log levels as `logging` numbers them; `UNKNOWN` is a level that is only known at run time."""

    UNKNOWN = 0
    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    CRITICAL = 50


@dataclass(frozen=True, slots=True)
class ReportFact:
    """What a call tells an operator: at which level, and by which argument the traceback goes with it."""

    kind: str
    level: Level
    level_argument: int | None
    traced: bool
    exception_keyword: str | None
    counts: bool
    """Whether an operator hears of it at all: logging at `info` and below is no report."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A way in which a framework is given a function to call: the function is a boundary."""

    names: tuple[str, ...]
    kind: str
    shape: str
    methods: tuple[str, ...]


@dataclass(frozen=True)
class Knowledge:
    """The facts of some libraries, by the dotted names that code uses."""

    reports: Mapping[str, ReportFact] = field(default_factory=dict)
    factories: Mapping[str, str] = field(default_factory=dict)
    """Functions that make something, and the class of what they make."""
    http_exceptions: frozenset[str] = frozenset()
    """Exceptions that a web framework answers with a status of their own."""
    aborts: frozenset[str] = frozenset()
    """Functions that raise such an exception."""
    never_return: frozenset[str] = frozenset()
    entries: tuple[Entry, ...] = ()


def knowledge_of(packages: Iterable[str]) -> Knowledge:
    """What is known about the standard library and the libraries among some top-level packages."""
    known = _roots()
    return _combined(frozenset(known[package] for package in packages if package in known))


@cache
def _roots() -> Mapping[str, str]:
    return {str(root): str(library) for root, library in _read("roots").items()}


@cache
def _combined(libraries: frozenset[str]) -> Knowledge:
    parts = [_library(name) for name in sorted(libraries | {_STANDARD_LIBRARY})]
    return Knowledge(
        reports={name: fact for part in parts for name, fact in part.reports.items()},
        factories={name: made for part in parts for name, made in part.factories.items()},
        http_exceptions=frozenset().union(*(part.http_exceptions for part in parts)),
        aborts=frozenset().union(*(part.aborts for part in parts)),
        never_return=frozenset().union(*(part.never_return for part in parts)),
        entries=tuple(entry for part in parts for entry in part.entries),
    )


@cache
def _library(name: str) -> Knowledge:
    data = _read(name)
    reports = data.get("report", [])
    exceptions = data.get("http_exception", [])
    interfaces = data.get("http_api", [])
    return Knowledge(
        reports={called: _report(entry) for entry in reports for called in entry["names"]},
        factories={called: entry["yields"] for entry in data.get("factory", []) for called in entry["names"]},
        http_exceptions=frozenset(called for e in exceptions if not e.get("domain") for called in e["names"]),
        aborts=frozenset(called for entry in interfaces for called in entry["names"]),
        never_return=frozenset(
            called for entry in [*reports, *interfaces] if entry.get("terminates") for called in entry["names"]
        ),
        entries=tuple(_entry(entry) for entry in data.get("entry", [])),
    )


def _read(name: str) -> dict[str, Any]:
    return tomli.loads(files(__name__).joinpath("libraries", f"{name}.toml").read_text(encoding="utf-8"))


def _report(entry: Mapping[str, Any]) -> ReportFact:
    level = entry.get("level", "ERROR")
    return ReportFact(
        kind=entry["kind"],
        level=Level[level] if level in Level.__members__ else Level.UNKNOWN,
        level_argument=entry.get("level_arg"),
        traced=entry["exc"] in ("ambient", "arg", "ambient_or_arg") or bool(entry.get("exc_default")),
        exception_keyword=entry.get("exc_kw") or ("exception" if entry["exc"] == "opt" else None),
        counts=entry.get("is_error_report", True) and entry["kind"] not in ("metric", "log_builder"),
    )


def _entry(entry: Mapping[str, Any]) -> Entry:
    return Entry(
        names=tuple(entry["names"]),
        kind=entry["kind"],
        shape=entry["shape"],
        methods=tuple(entry.get("methods", ())),
    )

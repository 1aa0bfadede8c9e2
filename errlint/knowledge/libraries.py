"""The facts of libraries, read from their tables and put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

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
from errlint.knowledge.hierarchies import Hierarchy, hierarchy_of
from errlint.settings import Settings

_TELLS_NOBODY = frozenset({"formatter", "processor", "enrich", "breadcrumb"})
"""Kinds of calls that make or decorate the text of an error, and leave telling it to others."""

_ABORTS = frozenset({"abort", "abort_or_response"})
_HTTP_INTERFACES = _ABORTS | {"request_context", "status_enum", "status_module"}
_OTHER_PROTOCOLS = ("websocket", "cli", "rpc", "graphql")


@dataclass(frozen=True)
class Knowledge:
    """The facts of some libraries, by the dotted names that code uses."""

    libraries: frozenset[str] = frozenset()
    """The libraries that it speaks of."""
    reports: Mapping[str, ReportFact] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    """Objects and attributes, and the class that they are of."""
    factories: Mapping[str, str] = field(default_factory=dict)
    """Functions that make something, and the class of what they make."""
    loggers: frozenset[str] = frozenset()
    """Objects that are loggers, and functions that give one."""
    http_exceptions: frozenset[str] = frozenset()
    """Exceptions that a web framework answers with a status of their own."""
    statuses: Mapping[str, HttpException] = field(default_factory=dict)
    """How exceptions, and functions that raise one, say their status; other protocols than HTTP too."""
    responses: Mapping[str, Response] = field(default_factory=dict)
    http_names: frozenset[str] = frozenset()
    """Names that mean HTTP wherever they are read: exceptions, responses, `abort`, the request at hand, statuses."""
    aborts: frozenset[str] = frozenset()
    """Functions that raise such an exception."""
    default_handlers: frozenset[str] = frozenset()
    """The exception handlers of libraries, which those of projects may call: they answer, and report nothing."""
    never_return: frozenset[str] = frozenset()
    entries: tuple[Entry, ...] = ()
    control_flow: frozenset[str] = frozenset()
    """Classes that derive from `Exception` and are no errors: a framework waits for them."""
    control_flow_calls: Mapping[str, str] = field(default_factory=dict)
    """Calls that raise such a class, and the class."""
    lost: Mapping[str, Lost] = field(default_factory=dict)
    swallows: Mapping[str, str] = field(default_factory=dict)
    """Calls that swallow errors, and which."""
    error_roots: Mapping[str, ErrorRoot] = field(default_factory=dict)
    log_handlers: Mapping[str, LogHandler] = field(default_factory=dict)
    behaviours: tuple[Behaviour, ...] = ()
    builds_on: str | None = None
    """The library that does what this one says nothing of."""

    @cached_property
    def entries_by_name(self) -> Mapping[str, tuple[Entry, ...]]:
        """The entries about a dotted name; where functions are added to an attribute, it is the attribute's."""
        found: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            for name in entry.names:
                for full in [f"{name}.{each}" for each in entry.attributes] or [name]:
                    found[full] = (*found.get(full, ()), entry)
        return found

    @property
    def bases(self) -> Mapping[str, tuple[str, ...]]:
        """What exception classes directly derive from, by the name of where they are defined."""
        return self._hierarchy.bases

    @property
    def aliases(self) -> Mapping[str, str]:
        """Other names of exception classes, and the one by which `bases` has them."""
        return self._hierarchy.aliases

    @property
    def aliases_since(self) -> Mapping[str, str]:
        """The versions from which on some aliases are aliases: before, they were classes of their own."""
        return self._hierarchy.aliases_since

    @cached_property
    def _hierarchy(self) -> Hierarchy:
        return hierarchy_of(self.libraries)

    def extended(self, settings: Settings) -> Knowledge:
        """The same with what a project adds in its settings."""
        added = (settings.boundaries, settings.http_exceptions, settings.control_flow_exceptions, settings.loggers)
        if not any(added):
            return self
        return replace(
            self,
            entries=(*self.entries, *_boundaries(settings.boundaries)),
            http_exceptions=self.http_exceptions.union(settings.http_exceptions),
            control_flow=self.control_flow.union(settings.control_flow_exceptions),
            loggers=self.loggers.union(settings.loggers),
        )


def _boundaries(names: tuple[str, ...]) -> Iterator[Entry]:
    """A name of a project may be a decorator, a base class, or a function that is given functions."""
    if names:
        yield Entry(names, "boundary", "decorator_either")
        yield Entry(names, "boundary", "base_class", methods=("*",))
        yield Entry(names, "boundary", "call_arg")


def combined(libraries: frozenset[str]) -> Knowledge:
    """What is known about some libraries, and about the standard library."""
    return _combined(libraries | {files.STANDARD_LIBRARY})


@cache
def _combined(libraries: frozenset[str]) -> Knowledge:
    parts = [library(name) for name in sorted(libraries)]
    return Knowledge(
        libraries=libraries,
        reports=_joined(part.reports for part in parts),
        values=_joined(part.values for part in parts),
        factories=_joined(part.factories for part in parts),
        loggers=frozenset().union(*(part.loggers for part in parts)),
        http_exceptions=frozenset().union(*(part.http_exceptions for part in parts)),
        statuses=_joined(part.statuses for part in parts),
        responses=_joined(part.responses for part in parts),
        http_names=frozenset().union(*(part.http_names for part in parts)),
        aborts=frozenset().union(*(part.aborts for part in parts)),
        default_handlers=frozenset().union(*(part.default_handlers for part in parts)),
        never_return=frozenset().union(*(part.never_return for part in parts)),
        entries=tuple(entry for part in parts for entry in part.entries),
        control_flow=frozenset().union(*(part.control_flow for part in parts)),
        control_flow_calls=_joined(part.control_flow_calls for part in parts),
        lost=_joined(part.lost for part in parts),
        swallows=_joined(part.swallows for part in parts),
        error_roots=_joined(part.error_roots for part in parts),
        log_handlers=_joined(part.log_handlers for part in parts),
        behaviours=tuple(behaviour for part in parts for behaviour in part.behaviours),
    )


def _joined(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: fact for part in parts for name, fact in part.items()}


@cache
def library(name: str) -> Knowledge:
    """What is known about one library."""
    data = files.library(name)
    reports = [entry for entry in data.get("report", []) if entry["kind"] not in _TELLS_NOBODY]
    exceptions = data.get("http_exception", [])
    interfaces = data.get("http_api", [])
    factories = data.get("factory", [])
    return Knowledge(
        libraries=frozenset({name}),
        reports={called: _report(entry) for called, entry in _named(reports)},
        values={called: made["yields"] for called, made in _named(factories) if made.get("how") == "value"},
        factories={called: made["yields"] for called, made in _named(factories) if made.get("how") != "value"},
        loggers=frozenset(called for called, _ in _named(data.get("logger_source", []))),
        http_exceptions=frozenset(
            called
            for called, entry in _named(exceptions)
            if not entry.get("domain") and _protocol(entry) not in ("cli", "graphql")
        ),
        statuses={called: _status(entry) for called, entry in _named([*interfaces, *exceptions])},
        responses={called: _response(entry) for called, entry in _named(data.get("response", []))},
        http_names=frozenset(
            called
            for called, entry in _named([*interfaces, *exceptions, *data.get("response", [])])
            if _means_http(entry)
        ),
        aborts=frozenset(called for called, entry in _named(interfaces) if entry["kind"] in _ABORTS),
        default_handlers=frozenset(called for called, each in _named(interfaces) if each["kind"] == "default_handler"),
        never_return=frozenset(called for called, entry in _named([*reports, *interfaces]) if entry.get("terminates")),
        entries=tuple(_entry(entry, name) for entry in data.get("entry", [])),
        control_flow=frozenset(
            called
            for called, entry in _named(data.get("control_flow", []))
            if entry["derives_exception"] and not entry.get("may_be_caught")
        ),
        control_flow_calls={called: entry["raises"] for called, entry in _named(data.get("control_flow_call", []))},
        lost={called: _lost(e) for called, e in _named(data.get("lost", [])) if e.get("result") or e.get("safe")},
        swallows={called: entry["what"] for called, entry in _named(data.get("swallow", []))},
        error_roots={
            called: ErrorRoot(entry["family"], entry.get("status_attr"))
            for called, entry in _named(data.get("error_root", []))
        },
        log_handlers={called: _log_handler(entry) for called, entry in _named(data.get("log_handler", []))},
        behaviours=tuple(_behaviour(entry) for entry in data.get("behaviour", [])),
        builds_on=data.get("builds_on"),
    )


def _named(entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in entries:
        for name in entry["names"]:
            yield name, entry


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


def _entry(entry: Mapping[str, Any], library: str) -> Entry:
    handled = entry.get("exc_type_pos")
    return Entry(
        names=tuple(entry["names"]),
        kind=entry["kind"],
        shape=entry["shape"],
        methods=tuple(entry.get("methods", ())),
        callable_argument=entry.get("callable_arg"),
        callable_position=entry.get("callable_pos"),
        keyword=entry.get("kwarg"),
        attributes=tuple(entry["attr"].split(" / ")) if entry["shape"] == "attr_append" and "attr" in entry else (),
        parameters=tuple(entry.get("params", ())),
        function_names=tuple(entry.get("function_names", ())),
        suffixes=(entry["module_suffix"], entry["suffix"]) if "suffix" in entry else None,
        takes_coroutine=entry.get("takes") == "coroutine",
        handled_position=None if handled == "*" else handled,
        handles_all_arguments=handled == "*",
        exception_parameter=entry.get("exc_param"),
        exception_keyword=entry.get("exc_kw"),
        library=library,
    )


def _means_http(entry: Mapping[str, Any]) -> bool:
    """Whether what an entry is about has a meaning in HTTP only."""
    if "kind" in entry and entry["kind"] not in _HTTP_INTERFACES:
        return False
    return _protocol(entry) == "http" and not entry.get("domain") and not entry.get("assignment")


def _protocol(entry: Mapping[str, Any]) -> str:
    return next((protocol for protocol in _OTHER_PROTOCOLS if entry.get(protocol)), "http")


def _status(entry: Mapping[str, Any]) -> HttpException:
    return HttpException(
        status=entry.get("status", entry.get("default_status")),
        status_argument=entry.get("status_arg"),
        status_position=entry.get("status_pos"),
        status_attribute=entry.get("status_attr"),
        protocol=_protocol(entry),
    )


def _response(entry: Mapping[str, Any]) -> Response:
    return Response(
        status_argument=entry.get("status_arg"),
        status_position=entry.get("status_pos"),
        default_status=entry.get("default_status"),
        fixed_status=entry.get("fixed_status"),
        is_attribute=entry.get("assignment", False),
    )


def _lost(entry: Mapping[str, Any]) -> Lost:
    return Lost(
        until=entry["until"],
        silent=entry["when_lost"].startswith("SILENT"),
        only_with=entry.get("keyword"),
        excused_by=frozenset(entry.get("excused_by", ())),
        safe=entry.get("safe", False),
    )


def _log_handler(entry: Mapping[str, Any]) -> LogHandler:
    blocking = entry["blocking"]
    return LogHandler(entry["io"], blocking if isinstance(blocking, bool) else None)


def _behaviour(entry: Mapping[str, Any]) -> Behaviour:
    return Behaviour(
        event=entry["event"],
        kinds=tuple(entry.get("kinds", ())),
        told=Told[entry["told"].upper()],
        logger=entry.get("logger"),
        unless=entry.get("unless"),
        is_answered_first=entry.get("answered_first", False),
        names=tuple(entry.get("names", ())),
    )

"""What an operator hears of an error that a framework is given, as far as the framework and the project's handlers go.

Measured for each framework by running it; the proofs in tests/proofs run it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from errlint.knowledge import Behaviour, Told, library, library_of
from errlint.semantics.answers import Answer, By
from errlint.semantics.boundaries import WEB_KINDS
from errlint.semantics.registrations import Boundary
from errlint.semantics.survey import EVERYTHING, GIVEN_ERRORS, ErrorHandler
from errlint.source.outline import Function

if TYPE_CHECKING:
    from errlint.semantics.module import Module

_FAILURE = frozenset({"500", "werkzeug.exceptions.InternalServerError"})
_SEES_UNHANDLED = re.compile(r"\b(?:on_failure|task_failure|teardown_\w+|got_request_exception)\b")
"""Observers that are called when nothing has handled an error; celery's `on_retry` is not."""

_CRASH_REPORTER = re.compile(
    r"\bsentry_sdk\.init\(|\brollbar\.init\(|\bbugsnag\.configure\(|\bhoneybadger\.configure\(|\blogfire\.\w+\("
    r"|\b(?:newrelic|elasticapm|ddtrace|raygun4py|pybrake|airbrake|appsignal|aws_xray_sdk|opentelemetry)\b"
)
"""What sets up, or at least brings in, a tool that takes errors from the framework by itself."""


class Aftermath:
    """Who hears of what leaves the functions of one module. `None` stands for what cannot be told."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def of_error(self, function: Function | None, raised: str | None) -> Told | None:
        """What is heard of an error of a class, or of any error, that leaves a function that something outside calls;
        `None` also if nothing is known to call it.
        """
        if function is None:
            return None
        boundaries = [each for each in self._module.boundaries.of(function) if each.kind not in GIVEN_ERRORS]
        answers = {self._at(boundary, function, raised) for boundary in boundaries}
        return answers.pop() if len(answers) == 1 else None

    def of_answer(self, answer: Answer, function: Function | None) -> Told | None:
        """What is heard of an answer with a status of 5xx that a function gives."""
        if answer.protocol == "rpc":
            known = library_of(answer.name)
            names = frozenset() if known is None else known.libraries
            return next((self._told(each) for each in _about(names, "abort")), None)
        if answer.by in (By.EXCEPTION, By.ABORT):
            return self.of_http_exception(answer.name)
        return self.of_returned_failure(function)

    def _may_be_given(self, handler: ErrorHandler, name: str) -> bool:
        """Whether a handler may be given an HTTP exception with a status of 5xx, or what a function such as `abort`
        raises, whose class nobody names.
        """
        if handler.handles_failure or handler.handles_everything:
            return True
        known = library_of(name)
        if known is None or name not in known.aborts:
            return self._module.exceptions.maybe_derives(name, handler.handles)
        about = [(each, library_of(each)) for each in handler.handles]
        return any(known is not None and each in known.http_exceptions for each, known in about)

    def leaves_report_to(self, handler: ErrorHandler) -> bool:
        """Whether a framework logs nothing itself beside a handler of the project for everything."""
        if not handler.library:
            return False
        beside = next(_about(frozenset({handler.library}), "handler_for_everything"), None)
        return beside is None or beside.told is Told.NOTHING

    def of_http_exception(self, name: str | None) -> Told | None:
        """What is heard of an HTTP exception with a status of 5xx, by the name of its class, or of what raises it."""
        if name is None:
            return None
        behaviour = self._at_http_exception(name)
        given = [handler for handler in self._handlers() if self._may_be_given(handler, name)]
        if behaviour is not None and behaviour.is_answered_first:
            given = [each for each in given if not (each.handles_everything or each.handles_failure)]
        nearest = [handler for handler in given if not handler.handles_everything] or given
        told = {_told_by(handler) for handler in nearest}
        if told - {Told.NOTHING}:
            return told.pop() if len(told) == 1 else None
        return None if behaviour is None else self._told(behaviour, self._libraries_of(name))

    def _at_http_exception(self, name: str) -> Behaviour | None:
        """What a library does with an HTTP exception: with that very class, or with all of them."""
        bases = self._module.exceptions.named_bases(name)
        behaviours = list(_about(self._libraries_of(name), "http_exception"))
        own = (each for each in behaviours if not set(bases).isdisjoint(each.names))
        return next(own, next((each for each in behaviours if not each.names), None))

    def _libraries_of(self, name: str) -> frozenset[str]:
        """The libraries that have the nearest known base of an HTTP exception."""
        bases = self._module.exceptions.named_bases(name)
        return next((about.libraries for base in bases if (about := library_of(base)) is not None), frozenset())

    def of_returned_failure(self, function: Function | None) -> Told | None:
        """What is heard of a response with a status of 5xx that a function returns."""
        libraries = {self._library(each) for each in self._boundaries(function) if each.kind in WEB_KINDS}
        told = {
            next((self._told(each) for each in _about(frozenset({name}), "returned_5xx")), Told.NOTHING)
            for name in libraries
            if name
        }
        return told.pop() if len(told) == 1 else None

    def besides(self, function: Function, boundary: Boundary) -> Behaviour | None:
        """What a framework does by itself with every error that it gives to an exception handler or observer of the
        project; `None` if that depends, or if the project seems to care for the logger in question.
        """
        names = frozenset({boundary.library})
        events = ("unhandled",) if looks_on(function, boundary) else _events(boundary)
        found = [next((each for each in _about(names, event) if not each.kinds), None) for event in events]
        if not found or any(each is None or each.told is not Told.RECORD for each in found):
            return None
        behaviour = next((each for each in (*found, *_about(names, "unhandled")) if each and each.logger), found[0])
        logger = None if behaviour is None else behaviour.logger
        if logger is not None and any(map(self._module.project.survey.mentions_word, (f'"{logger}"', f"'{logger}'"))):
            return None
        return behaviour

    def is_unheard(self, library: str) -> bool:
        """Whether nobody hears of the errors that leave the functions that a library calls: it makes no record of them,
        and the project registers no handler or observer for them and sets up no crash reporter.
        """
        survey = self._module.project.survey
        general = (each for each in _about(frozenset({library}), "unhandled") if not each.kinds)
        if next((self._told(each) for each in general), None) is not Told.NOTHING or survey.holds(_CRASH_REPORTER):
            return False
        hooks = (each for each in survey.error_handlers if _family(each.library) == _family(library))
        return not any(
            each.kind == "error_observer" or not each.handles or each.handles_everything or each.handles_failure
            for each in hooks
        )

    def _boundaries(self, function: Function | None) -> Iterator[Boundary]:
        if function is not None:
            yield from self._module.boundaries.of(function)

    def _at(self, boundary: Boundary, function: Function, raised: str | None) -> Told | None:
        name = self._library(boundary)
        if name is None:
            return None
        if boundary.kind in WEB_KINDS:
            handled = self._by_handlers(name, raised)
            if handled is not None:
                return handled[0]
        return self._unhandled(name, boundary.kind, function)

    def _by_handlers(self, name: str, raised: str | None) -> tuple[Told | None] | None:
        """What is heard because the project has handlers of its own for such errors; `None` if it has none."""
        exceptions = self._module.exceptions
        handlers = [each for each in self._handlers() if _family(each.library) == _family(name)]
        for handler in handlers:
            if handler.handles_everything or not handler.handles:
                continue
            if raised is not None and exceptions.surely_derives(raised, handler.handles):
                return (_told_by(handler),)
            if raised is None or exceptions.maybe_derives(raised, handler.handles):
                return (None,) if not handler.handles_failure else None
        for handler in handlers:
            if handler.handles_everything and self.leaves_report_to(handler):
                return (_told_by(handler),)
        return None

    def _unhandled(self, name: str, kind: str, function: Function) -> Told | None:
        found = list(_about(frozenset({name}), "unhandled"))
        own = [each for each in found if kind in each.kinds]
        general = [each for each in found if not each.kinds]
        if function.is_async:
            general = [*_about(frozenset({name}), "unhandled_async"), *general]
        return next((self._told(each) for each in (*own, *general)), None)

    def _told(self, behaviour: Behaviour, libraries: frozenset[str] = frozenset()) -> Told | None:
        """`None` where the project may have chosen another behaviour: it has a handler for all errors of one of some
        libraries that may report, or one that is not known.
        """
        if behaviour.unless is None or not self._module.project.survey.mentions_word(behaviour.unless):
            return behaviour.told
        chosen = {_told_by(each) for each in self._handlers() if each.library in libraries and not each.handles}
        return behaviour.told if chosen == {Told.NOTHING} else None

    def _library(self, boundary: Boundary) -> str | None:
        """The library that calls a function; for one that is known by its look, the one framework of the project."""
        if boundary.library or boundary.kind not in WEB_KINDS:
            return boundary.library or None
        names = {next(iter(known.libraries)) for package in self._frameworks if (known := library_of(package))}
        families = {_family(name) for name in names}
        return min(names) if len(families) == 1 else None

    @property
    def _frameworks(self) -> frozenset[str]:
        return self._module.project.survey.frameworks

    def _handlers(self) -> Iterator[ErrorHandler]:
        yield from (each for each in self._module.project.survey.error_handlers if each.kind == "exception_handler")


def looks_on(function: Function, boundary: Boundary) -> bool:
    """Whether a framework shows a function what nothing has handled, and goes on as if the function were not there.
    A `process_exception` of django does so as long as it answers with nothing.
    """
    if boundary.kind == "error_observer":
        return _SEES_UNHANDLED.search(boundary.because) is not None
    return boundary.library == "django" and function.name == "process_exception"


def _events(boundary: Boundary) -> tuple[str, ...]:
    """For which behaviour of its framework an exception handler is registered; nothing if that cannot be told."""
    everything, failure = EVERYTHING.intersection(boundary.handles), _FAILURE.intersection(boundary.handles)
    if len(everything) + len(failure) != len(boundary.handles):
        return ()
    return tuple(dict.fromkeys(["handler_for_everything"] * bool(everything) + ["handler_for_500"] * bool(failure)))


def _told_by(handler: ErrorHandler) -> Told | None:
    """What is heard of an error by a handler of the project; `None` if it only may report."""
    if handler.reports and not handler.surely_reports:
        return None
    return Told.RECORD if handler.reports else Told.NOTHING


def _family(name: str) -> str:
    """The library that a library builds on in the end: their handlers are one another's."""
    above = library(name).builds_on if name else None
    return name if above is None else _family(above)


def _about(names: frozenset[str], event: str) -> Iterator[Behaviour]:
    """What libraries do at an event, or else what those that they build on do."""
    for name in names:
        known = library(name)
        found = [each for each in known.behaviours if each.event == event]
        if not found and known.builds_on is not None:
            found = list(_about(frozenset({known.builds_on}), event))
        yield from found

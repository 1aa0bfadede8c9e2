"""What an operator hears of an error that a framework is given, as far as the framework and the project's handlers go.

Measured for each framework by running it; the proofs in tests/proofs run it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from errlint.knowledge import Behaviour, Told, library, library_of
from errlint.semantics.answers import Answer, By
from errlint.semantics.boundaries import WEB_KINDS
from errlint.semantics.registrations import Boundary
from errlint.semantics.survey import ErrorHandler
from errlint.source.outline import Function

if TYPE_CHECKING:
    from errlint.semantics.module import Module

_HANDLERS = frozenset({"exception_handler", "error_observer"})


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
        boundaries = [each for each in self._module.boundaries.of(function) if each.kind not in _HANDLERS]
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

    def _is_last_resort(self, handler: ErrorHandler) -> bool:
        """Whether a handler is only given what the framework logs as an error of the server, which HTTP exceptions are
        not: in Starlette, one for everything or for the status 500.
        """
        is_general = handler.handles_everything or handler.handles_failure
        return is_general and bool(handler.library) and not self.leaves_report_to(handler)

    def leaves_report_to(self, handler: ErrorHandler) -> bool:
        """Whether a framework logs nothing itself beside a handler of the project for everything."""
        if not handler.library:
            return False
        beside = next((each for each in _about(frozenset({handler.library}), "handler_for_everything")), None)
        return beside is None or beside.told is Told.NOTHING

    def of_http_exception(self, name: str | None) -> Told | None:
        """What is heard of an HTTP exception with a status of 5xx, by the name of its class, or of what raises it."""
        if name is None:
            return None
        for handler in self._handlers():
            if handler.reports and self._may_be_given(handler, name) and not self._is_last_resort(handler):
                return _told_by(handler)
        for base in self._module.exceptions.named_bases(name):
            known = library_of(base)
            if known is not None:
                return next((self._told(each) for each in _about(known.libraries, "http_exception")), None)
        return None

    def of_returned_failure(self, function: Function | None) -> Told | None:
        """What is heard of a response with a status of 5xx that a function returns."""
        libraries = {self._library(each) for each in self._boundaries(function) if each.kind in WEB_KINDS}
        told = {
            next((self._told(each) for each in _about(frozenset({name}), "returned_5xx")), Told.NOTHING)
            for name in libraries
            if name
        }
        return told.pop() if len(told) == 1 else None

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

    def _told(self, behaviour: Behaviour) -> Told | None:
        """`None` where the project may have chosen another behaviour."""
        if behaviour.unless is not None and self._module.project.survey.mentions_word(behaviour.unless):
            return None
        return behaviour.told

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

"""Which functions something outside of the project calls: routes, tasks, commands, threads, and why that is known.

Told by what a function wears (`@app.get`), by what its class derives from, by what it is given (`Depends(user)`), by
the calls that register it, in whatever module of the run, by its place (`main()` under `__main__`), and at last by
the look of what cannot be resolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from errlint.knowledge import Entry
from errlint.source.outline import Call, Class, Definition, Function, last_part

if TYPE_CHECKING:
    from errlint.semantics.module import Module

WEB_KINDS = frozenset(
    {
        *("http_route", "ws_route", "exception_handler", "middleware", "request_hook", "dependency", "permission"),
        *("graphql_resolver", "lambda_handler", "wsgi_app", "asgi_app"),
    }
)
"""Kinds of boundaries at which the caller is answered over HTTP, or what is in front of it."""
COMMAND_KINDS = frozenset({"cli_command", "cli_callback", "cli_main"})
"""Kinds of boundaries at which a person is answered on a terminal."""
_NO_BOUNDARY = frozenset({"auto_record_scope"})
_VERBS = ("get", "post", "put", "delete", "patch", "head", "options", "route", "websocket", "errorhandler")
_ROUTERS = ("app", "api", "bp", "blueprint")


@dataclass(frozen=True, slots=True)
class Boundary:
    """Why a function is a boundary. `because` is for people: "`@app.get`", "`add_url_rule` in shop/urls.py"."""

    kind: str
    because: str


Registrations = Mapping[tuple[str, str], tuple[Boundary, ...]]
"""The boundaries of functions and classes that calls register, by module and qualified name."""


class Boundaries:
    """The boundaries that one module defines."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._names = module.names
        self._entries = [entry for entry in module.knowledge.entries if entry.kind not in _NO_BOUNDARY]
        self._known: dict[Function, tuple[Boundary, ...]] = {}

    def of(self, function: Function) -> Iterator[Boundary]:
        """Why a function of the module is a boundary, the cheap reasons first; nothing if it is none."""
        yield from self._own(function)
        yield from self._registered_as(function, self._module.project.survey.registrations)

    def own(self) -> Iterator[tuple[Function, Boundary]]:
        """The boundaries of which the module itself tells, in the order of the source."""
        for definition in self._module.outline.definitions:
            if isinstance(definition, Function):
                yield from ((definition, boundary) for boundary in self._own(definition))

    @cached_property
    def registrations(self) -> Registrations:
        """What the calls of the module register, of this module or another."""
        found: dict[tuple[str, str], tuple[Boundary, ...]] = {}
        scopes = (None, *self._module.outline.definitions) if self._registering else ()
        for scope in scopes:
            for call in self._module.outline.facts(scope).calls:
                if last_part(call.callee) in self._registering:
                    for key, boundary in self._registered_by(call, scope):
                        found[key] = (*found.get(key, ()), boundary)
        return found

    @cached_property
    def _registering(self) -> Mapping[str, list[Entry]]:
        return registering(self._entries)

    def _registered_by(self, call: Call, scope: Definition | None) -> Iterator[tuple[tuple[str, str], Boundary]]:
        callee = self._module.reporters.resolved(call.callee, scope)
        for entry in self._registering[last_part(call.callee)]:
            for given in _given(call, entry) if callee in entry.names else ():
                found = self._names.find(self._names.resolve(given, scope))
                if found is not None:
                    because = f"`{last_part(call.callee)}` in {self._module.place}"
                    yield (found.names.module, found.definition.qualname), Boundary(entry.kind, because)

    def _own(self, function: Function) -> tuple[Boundary, ...]:
        if function not in self._known:
            self._known[function] = tuple(dict.fromkeys(self._reasons(function)))
        return self._known[function]

    def _reasons(self, function: Function) -> Iterator[Boundary]:
        yield from self._worn(function)
        yield from self._required(function)
        owner = function.owner
        if owner is not None:
            yield from self._derived(function, owner)
        yield from self._registered_as(function, self.registrations)
        if self._is_main(function):
            yield Boundary("cli_main", "called under `__main__`")

    def _registered_as(self, function: Function, registrations: Registrations) -> Iterator[Boundary]:
        yield from registrations.get((self._module.name, function.qualname), ())
        if function.owner is not None and function.name in (*_VERBS, "dispatch", "__call__"):
            yield from registrations.get((self._module.name, function.owner.qualname), ())

    def _worn(self, function: Function) -> Iterator[Boundary]:
        for decorator in function.decorators:
            name = self._module.reporters.resolved(decorator, function.parent)
            for entry in self._entries:
                if entry.shape.startswith("decorator") and name in entry.names:
                    yield Boundary(entry.kind, f"`@{decorator.removesuffix('()')}`")
            if _looks_like_route(decorator):
                yield Boundary("http_route", f"`@{decorator.removesuffix('()')}`, by its name")

    def _required(self, function: Function) -> Iterator[Boundary]:
        """What asks for dependencies is called by the framework itself: `user: User = Depends(current_user)`."""
        made = {f"{name}()" for entry in self._entries if entry.kind == "dependency" for name in entry.names}
        marks = (
            self._names.resolve(mark, function.parent) for parameter in function.parameters for mark in parameter.marks
        )
        if made and not made.isdisjoint(marks):
            yield Boundary("dependency", "it asks for dependencies")

    def _derived(self, function: Function, owner: Class) -> Iterator[Boundary]:
        for entry in self._entries:
            if entry.shape in ("base_class", "method_override", "protocol_method") and self._overrides(function, entry):
                bases = {name.rpartition(".")[0] for name in entry.names} if not entry.methods else set(entry.names)
                if self._derives(owner, bases):
                    yield Boundary(entry.kind, f"`{function.name}` of a class that derives from `{min(bases)}`")

    def _overrides(self, function: Function, entry: Entry) -> bool:
        """Whether a function is named like a method that an entry's framework calls."""
        if not entry.methods:
            return entry.shape == "method_override" and function.name in {last_part(name) for name in entry.names}
        return any(re.fullmatch(method.replace("*", r"\w+"), function.name) for method in entry.methods)

    def _derives(self, owner: Class, bases: set[str]) -> bool:
        return not bases.isdisjoint(self._module.exceptions.named_bases(f"{self._module.name}.{owner.qualname}"))

    def _is_main(self, function: Function) -> bool:
        """Whether the module calls a function when it is run as a program."""
        outline = self._module.outline
        if not outline.main_guard or function.parent is not None:
            return False
        return any(call.callee == function.name for call in outline.facts(None).calls)


def registering(entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    """The entries whose calls are given a function, by the last part of their names."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.shape == "call_arg" and entry.kind not in _NO_BOUNDARY:
            for name in entry.names:
                found.setdefault(last_part(name), []).append(entry)
    return found


def _given(call: Call, entry: Entry) -> Iterator[str]:
    """The paths of the functions that a registering call may be given."""
    keywords = dict(call.keywords)
    position = entry.callable_position
    given: list[str | None] = []
    if entry.callable_argument in keywords:
        given.append(keywords[entry.callable_argument])
    elif position is not None:
        given.extend(call.arguments[position : position + 1])
    elif entry.callable_argument is None:
        given.extend([*call.arguments, *keywords.values()])
    for path in given:
        if path is not None:  # a view is made of a class, and a coroutine by calling it: `create_task(work())`
            yield path.removesuffix(".as_view()").removesuffix("()")


def _looks_like_route(decorator: str) -> bool:
    """Whether a decorator that cannot be resolved (`@api.get("/")`) reads like a route's."""
    receiver, _, method = decorator.removesuffix("()").rpartition(".")
    last = last_part(receiver).lower()
    is_router = last in _ROUTERS or last.endswith(("router", "_app", "_bp", "routes"))
    if not receiver and method in ("expose", "action", "api_view", "route"):
        return True
    return is_router and method in (*_VERBS, "exception_handler", "middleware")

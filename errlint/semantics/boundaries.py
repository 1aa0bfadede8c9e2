"""Which functions something outside of the project calls: routes, tasks, commands, threads, and why that is known.

Told by what a function wears (`@app.get`), by what its class derives from, by what it is given (`Depends(user)`), by
the calls that register it, in whatever module of the run, by its form (`lambda_handler(event, context)`), by its place
(`main()` under `__main__`, a script of pyproject.toml), and at last by the look of what cannot be resolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from errlint.knowledge import Entry, conventions
from errlint.semantics.registrations import Boundary, Registrations, handled, registering, registrations_of
from errlint.source.outline import Class, Function, last_part

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
_VERBS = ("get", "post", "put", "delete", "patch", "head", "options")
_CALLED = frozenset({*_VERBS, "dispatch", "dispatch_request", "__call__"})
"""The methods that are called of a class that is registered."""
_BASE_SHAPES = ("base_class", "protocol_method")


class Boundaries:
    """The boundaries that one module defines."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._names = module.names
        self._entries = module.entries
        nameless = (entry for entry in module.knowledge.entries if not entry.names)
        self._forms = tuple(dict.fromkeys([*conventions(), *nameless]))
        self._known: dict[Function, tuple[Boundary, ...]] = {}

    def of(self, function: Function) -> Iterator[Boundary]:
        """Why a function of the module is a boundary, the cheap reasons first; nothing if it is none."""
        own = self._own(function)
        yield from own
        elsewhere = self._registered_as(function, self._module.project.survey.registrations)
        yield from (boundary for boundary in dict.fromkeys(elsewhere) if boundary not in own)

    def own(self) -> Iterator[tuple[Function, Boundary]]:
        """The boundaries of which the module itself tells, in the order of the source."""
        for definition in self._module.outline.definitions:
            if isinstance(definition, Function):
                yield from ((definition, boundary) for boundary in self._own(definition))

    @cached_property
    def registrations(self) -> Registrations:
        """What the calls of the module register, of this module or another."""
        own = registering(self._module.knowledge.entries)
        return registrations_of(self._module, {**self._module.project.survey.registering, **own})

    def _own(self, function: Function) -> tuple[Boundary, ...]:
        if function not in self._known:
            self._known[function] = tuple(dict.fromkeys(self._reasons(function)))
        return self._known[function]

    def _reasons(self, function: Function) -> Iterator[Boundary]:
        for decorator in function.decorators:
            yield from self._worn(decorator.removesuffix("()"), function)
        yield from self._required(function)
        owner = function.owner
        if owner is not None:
            yield from self._derived(function, owner)
        yield from self._formed(function)
        yield from self._registered_as(function, self.registrations)
        yield from self._main(function)

    def _registered_as(self, function: Function, registrations: Registrations) -> Iterator[Boundary]:
        yield from registrations.get((self._module.name, function.qualname), ())
        if function.owner is not None and function.name in _CALLED:
            yield from registrations.get((self._module.name, function.owner.qualname), ())

    def _worn(self, decorator: str, function: Function) -> Iterator[Boundary]:
        shown = f"`@{decorator}`"
        worn = [
            Boundary(entry.kind, shown, entry.library, self._handled(decorator, entry, function))
            for entry in self._entries.about(decorator, function.parent)
            if entry.shape.startswith("decorator")
        ]
        receiver, _, method = decorator.rpartition(".")
        if method == "connect":
            signals = self._entries.about(receiver, function.parent)
            worn += [Boundary(entry.kind, shown, entry.library) for entry in signals if entry.shape == "signal"]
        if not worn and _looks_like_route(decorator) and not self._is_own(decorator, function):
            worn.append(Boundary("http_route", f"{shown}, by its name"))
        yield from worn

    def _handled(self, decorator: str, entry: Entry, function: Function) -> tuple[str, ...]:
        """What a function is given errors of by what it wears: `@app.errorhandler(404)`."""
        calls = [call for call in function.decorator_calls if call.callee == decorator]
        return tuple(each for call in calls for each in handled(call, entry, self._names, function.parent))

    def _is_own(self, decorator: str, function: Function) -> bool:
        """Whether a decorator is a function of the project, which is no framework's, whatever it is called."""
        return self._names.find(self._names.resolve(decorator, function.parent)) is not None

    def _required(self, function: Function) -> Iterator[Boundary]:
        """What asks for dependencies is called by the framework itself: `user: User = Depends(current_user)`."""
        for mark in (mark for parameter in function.parameters for mark in parameter.marks):
            entries = self._entries.about(mark.removesuffix("()"), function.parent) if mark.endswith("()") else ()
            asked = next((entry for entry in entries if entry.kind == "dependency"), None)
            if asked is not None:
                yield Boundary("dependency", "it asks for dependencies", asked.library)

    def _derived(self, function: Function, owner: Class) -> Iterator[Boundary]:
        """Of methods that a framework calls, told by the nearest base class for each kind."""
        found: dict[str, Boundary] = {}
        for base in self._module.exceptions.named_bases(f"{self._module.name}.{owner.qualname}"):
            for entry in self._calling(function.name, base):
                shown = f"`{function.name}` of a `{base}`"
                found.setdefault(entry.kind, Boundary(entry.kind, shown, entry.library))
        yield from found.values()

    def _calling(self, method: str, base: str) -> Iterator[Entry]:
        """The entries by which a method of what derives from a base is called."""
        yield from (entry for entry in self._entries.named(f"{base}.{method}") if entry.shape == "method_override")
        for entry in self._entries.named(base):
            if entry.shape in _BASE_SHAPES and _is_one_of(method, entry.methods):
                yield entry
        module, _, name = base.rpartition(".")
        for entry in self._forms:
            endings = entry.suffixes
            if endings is not None and module.endswith(endings[0]) and name.endswith(endings[1]):
                yield from (entry,) if not method.startswith("_") else ()

    def _formed(self, function: Function) -> Iterator[Boundary]:
        """What is called by its form: its parameters, its name, or those of what it is made by."""
        for entry in self._forms:
            if entry.shape == "signature" and _has_signature(function, entry):
                shown = f"`{function.name}({', '.join(entry.parameters)})`"
                yield Boundary(entry.kind, f"{shown}, by its signature", entry.library)
            elif entry.shape == "made_with" and self._is_made_with(function, entry):
                yield Boundary(entry.kind, f"made with `{entry.parameters[0]}`", entry.library)
            elif entry.shape == "protocol_method" and function.owner is not None and function.name in entry.methods:
                yield Boundary(entry.kind, f"`{function.name}`, by its name", entry.library)

    def _is_made_with(self, function: Function, entry: Entry) -> bool:
        """Whether a class is made with what a framework hands it, or a function that returns this one takes it."""
        if function.owner is not None:
            maker = self._module.outline.find(f"{function.owner.qualname}.__init__")
            return _is_one_of(function.name, entry.methods) and _takes(maker, entry.parameters)
        is_called = not entry.methods or "__call__" in entry.methods
        return is_called and _takes(function.parent, entry.parameters) and len(function.parameters) == 1

    def _main(self, function: Function) -> Iterator[Boundary]:
        outline = self._module.outline
        is_started = outline.main_guard and function.parent is None
        if is_started and any(call.callee == function.name for call in outline.facts(None).calls):
            yield Boundary("cli_main", "called under `__main__`", "python")
        for script in self._module.project.scripts:
            if last_part(script.function) == function.name and self._is_at(script.target, function):
                yield Boundary("cli_main", f"`[{script.table}]` of pyproject.toml", "python")

    def _is_at(self, target: str, function: Function) -> bool:
        """Whether a dotted name leads to a function, be it through modules that import it."""
        located = self._module.project.locate(target, self._module.name)
        found = None if located is None else located[0].find(located[0].attribute(located[1]))
        if found is None or found.names.module != self._module.name:
            return False
        return found.definition.qualname == function.qualname


def _is_one_of(method: str, patterns: tuple[str, ...]) -> bool:
    """Whether a method is among some names; `*` stands for one that is not private."""
    return any(re.fullmatch(pattern.replace("*", r"[^\W_]\w*"), method) for pattern in patterns)


def _has_signature(function: Function, entry: Entry) -> bool:
    """Whether a function, or a class by its `__call__`, takes just the parameters by which a framework knows it; those
    that it does not use may say so: `_context`.
    """
    names = tuple(parameter.name.removeprefix("_") for parameter in function.parameters)
    if function.owner is not None:
        if function.name != "__call__" or entry.function_names:
            return False
        names = names[1:]
    return names == entry.parameters and (not entry.function_names or function.name in entry.function_names)


def _takes(maker: object, parameters: tuple[str, ...]) -> bool:
    if not isinstance(maker, Function):
        return False
    return tuple(parameter.name for parameter in maker.parameters if parameter.name != "self") == parameters


_ROUTERS = ("app", "api", "bp", "blueprint")


def _looks_like_route(decorator: str) -> bool:
    """Whether a decorator that cannot be resolved (`@api.get("/")`) reads like a route's."""
    receiver, _, method = decorator.rpartition(".")
    last = last_part(receiver).lower()
    is_router = last in _ROUTERS or last.endswith(("router", "_app", "_bp", "routes"))
    if not receiver and method in ("expose", "action", "api_view", "route"):
        return True
    return is_router and method in (*_VERBS, "route", "websocket", "errorhandler", "exception_handler", "middleware")

"""Which functions the calls of a module hand to a framework: `add_url_rule("/", view_func=show)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from errlint.knowledge import Entry
from errlint.semantics.entries import NO_BOUNDARY
from errlint.semantics.names import Names
from errlint.semantics.statuses import status_named
from errlint.source.outline import Call, Class, Definition, Facts, last_part

if TYPE_CHECKING:
    from errlint.semantics.module import Module


@dataclass(frozen=True, slots=True)
class Boundary:
    """Why a function is a boundary. `because` is for people: "`@app.get`", "`add_url_rule` in shop/urls.py"."""

    kind: str
    because: str
    library: str = ""
    """The library that calls it; empty if it was only told by its look."""
    handles: tuple[str, ...] = ()
    """What an exception handler is for: dotted names of classes, and statuses as numbers. Empty if not known."""


Key: TypeAlias = tuple[str, str]
"""A module, and the qualified name of a function or class in it."""
Registrations: TypeAlias = Mapping[Key, tuple[Boundary, ...]]
Words: TypeAlias = Mapping[str, tuple[Entry, ...]]
"""The entries by which a function can be registered, by the last part of their names."""

_KEYWORD_SHAPES = ("kwarg", "mapping_kwarg")
_METHODS = {"connect": "signal", "append": "attr_append", "extend": "attr_append"}
"""The methods by which functions are added, and the shape of what they are added to."""
_SHAPES = ("call_arg", "assignment", *_KEYWORD_SHAPES, *_METHODS.values())
_DECORATORS = ("decorator", "decorator_either", "decorator_factory")
_APPLIED_KINDS = ("middleware", "request_hook", "error_observer", "lifespan")
"""The kinds whose decorators are called like any function as well: `app.before_request(load_user)`."""


def registering(entries: Iterable[Entry]) -> Words:
    """The entries by which calls and assignments register functions."""
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        is_applied = entry.shape in _DECORATORS and entry.kind in _APPLIED_KINDS
        if (entry.shape in _SHAPES or is_applied) and entry.kind not in NO_BOUNDARY:
            for name in entry.attributes or entry.names:
                found[last_part(name)] = (*found.get(last_part(name), ()), entry)
    return found


def registrations_of(module: Module, words: Words) -> Registrations:
    """What a module registers, in whatever module that is defined."""
    found: dict[Key, tuple[Boundary, ...]] = {}
    for key, boundary in _Reader(module, words).read() if words else ():
        if boundary not in found.get(key, ()):
            found[key] = (*found.get(key, ()), boundary)
    return found


class _Reader:
    def __init__(self, module: Module, words: Words) -> None:
        self._module = module
        self._names = module.names
        self._words = words

    def read(self) -> Iterator[tuple[Key, Boundary]]:
        for scope in (None, *self._module.outline.definitions):
            facts = self._module.outline.facts(scope)
            for call in facts.calls:
                yield from self._by_call(call, scope)
                yield from self._by_method(call, scope)
            yield from self._by_assignment(facts, scope)

    def _by_call(self, call: Call, scope: Definition | None) -> Iterator[tuple[Key, Boundary]]:
        name = last_part(call.callee)
        if name not in self._words:
            return
        for entry in self._module.entries.about(call.callee, scope):
            if entry.shape == "call_arg":
                handles = handled(call, entry, self._names, scope)
                yield from self._each(_given(call, entry), entry, f"`{name}`", scope, handles=handles)
            elif entry.shape in _KEYWORD_SHAPES:
                yield from self._by_keyword(call, entry, scope)
        yield from self._by_decorator(call, scope)
        if "_" in name and self._names.resolve(call.callee, scope) is None:
            for entry in self._words[name]:
                if entry.shape == "call_arg":
                    yield from self._each(_given(call, entry), entry, f"`{name}`", scope, ", by its name")

    def _by_decorator(self, call: Call, scope: Definition | None) -> Iterator[tuple[Key, Boundary]]:
        """What a decorator is given in a call: `app.before_request(load_user)`, `app.middleware("http")(count)`."""
        decorator = call.callee.removesuffix("()")
        other = "decorator_factory" if decorator == call.callee else "decorator"
        for entry in self._module.entries.about(decorator, scope):
            if entry.kind in _APPLIED_KINDS and entry.shape in _DECORATORS and entry.shape != other:
                yield from self._each(call.arguments[:1], entry, f"`{last_part(decorator)}`", scope)

    def _by_keyword(self, call: Call, entry: Entry, scope: Definition | None) -> Iterator[tuple[Key, Boundary]]:
        """What a keyword holds: a function, or several in a list or dict."""
        by = f"`{entry.keyword}` of `{last_part(call.callee)}`"
        for keyword, items in call.displays:
            if keyword == entry.keyword:
                for key, value in items:
                    handles = _classes([key], self._names, scope)
                    yield from self._each([value], entry, by, scope, handles=handles)
        given = dict(call.keywords).get(entry.keyword or "")
        yield from self._each([given], entry, by, scope)
        for key, name in self._names.items(given, scope):
            yield from self._named(name, entry, by, _classes([key], self._names, None))

    def _by_method(self, call: Call, scope: Definition | None) -> Iterator[tuple[Key, Boundary]]:
        """What is added to a signal, or to a list of functions: `app.on_startup.append(open_pool)`."""
        receiver, _, method = call.callee.rpartition(".")
        name = last_part(receiver)
        if method not in _METHODS or name not in self._words:
            return
        given = [*call.arguments[:1], *(value for _, value in dict(call.displays).get(0, ()))]
        for entry in self._module.entries.about(receiver, scope):
            if entry.shape == _METHODS[method]:
                yield from self._each(given, entry, f"`{name}.{method}`", scope)

    def _by_assignment(self, facts: Facts, scope: Definition | None) -> Iterator[tuple[Key, Boundary]]:
        for target, binding in facts.assigned:
            if last_part(target) in self._words:
                for entry in self._module.entries.about(target, scope):
                    if entry.shape == "assignment":
                        yield from self._each([binding.value], entry, f"`{target}`", scope)

    def _each(
        self,
        given: Iterable[str | None],
        entry: Entry,
        by: str,
        scope: Definition | None,
        how: str = "",
        handles: tuple[str, ...] = (),
    ) -> Iterator[tuple[Key, Boundary]]:
        library = "" if how else entry.library
        for path in given:
            key = None if path is None else self._key(path, entry, scope)
            if key is not None:
                yield key, Boundary(entry.kind, f"{by} in {self._module.place}{how}", library, handles)

    def _named(
        self, name: str | None, entry: Entry, by: str, handles: tuple[str, ...]
    ) -> Iterator[tuple[Key, Boundary]]:
        """The same of a dotted name, which a list or dict of this module or another holds."""
        found = self._names.find(name)
        if found is not None:
            because = f"{by} in {self._module.place}"
            yield (found.names.module, found.definition.qualname), Boundary(entry.kind, because, entry.library, handles)

    def _key(self, path: str, entry: Entry, scope: Definition | None) -> Key | None:
        """The function or class of the project that is handed over, itself or as its instance."""
        path = path.removesuffix(".as_view()")
        found = self._names.find(self._names.resolve(path, scope))
        if found is None or (path.endswith("()") and not entry.takes_coroutine and not _is_class(found.definition)):
            return None
        return found.names.module, found.definition.qualname


def handled(call: Call, entry: Entry, names: Names, scope: Definition | None) -> tuple[str, ...]:
    """What the call that registers an exception handler says that it is for."""
    if entry.handles_all_arguments:
        return _classes(call.arguments, names, scope)
    position = entry.handled_position
    return () if position is None else _classes(call.arguments[position : position + 1], names, scope)


def _classes(paths: Iterable[str | None], names: Names, scope: Definition | None) -> tuple[str, ...]:
    found: list[str] = []
    for path in paths:
        name = names.resolve(path, scope) or path
        members = names.members(path, scope)
        for each in (name,) if members is None else members:
            status = status_named(each)
            if each is not None:
                found.append(each if status is None else str(status))
    return tuple(found)


def _is_class(definition: Definition) -> bool:
    return isinstance(definition, Class)


def _given(call: Call, entry: Entry) -> Iterator[str | None]:
    """The paths of the functions that a registering call may be given."""
    keywords = dict(call.keywords)
    position = entry.callable_position
    if entry.callable_argument in keywords:
        yield keywords[entry.callable_argument]
    elif position is not None:
        yield from call.arguments[position : position + 1]
    elif entry.callable_argument is None:
        yield from (*call.arguments, *keywords.values())

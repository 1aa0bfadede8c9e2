"""What kind of module a file is: a script, a command-line tool, domain code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from errlint.knowledge import Entry, Knowledge
from errlint.semantics.names import Names
from errlint.settings import Settings
from errlint.source.outline import Class, Function, Outline

_CLI_LIBRARIES = frozenset({"argparse", "click", "typer", "fire", "cyclopts", "optparse", "docopt", "getopt"})
_SCRIPT_FOLDERS = frozenset({"scripts", "bin", "tools", "script", "migrations", "alembic"})
_WEB_FOLDERS = frozenset(
    {
        *("api", "apis", "controllers", "endpoints", "handlers", "http", "middleware", "middlewares", "rest"),
        *("resources", "routers", "routes", "view", "views", "viewsets", "web"),
    }
)
_WEB_CLASSES = ("View", "ViewSet", "APIView", "Resource", "Mixin", "Controller", "Endpoint", "Middleware")
_DOMAIN_NAMES = frozenset(
    {
        *("domain", "domains", "service", "services", "usecase", "usecases", "use_case", "use_cases", "core"),
        *("model", "models", "repository", "repositories", "entity", "entities"),
    }
)
_WEB_KINDS = frozenset({"http_route", "ws_route", "exception_handler", "middleware", "request_hook", "dependency"})
_REQUEST_NAMES = frozenset({"request", "req"})


@dataclass(frozen=True)
class ModuleKind:
    """What the place and the outline of a file say about its part in the project."""

    is_script: bool
    is_cli: bool
    is_domain: bool

    @property
    def speaks_to_a_person(self) -> bool:
        """Whether text on the terminal reaches someone: there, printing an error is a report."""
        return self.is_script or self.is_cli


def kind_of(
    place: PurePosixPath, text: str, outline: Outline, names: Names, knowledge: Knowledge, settings: Settings
) -> ModuleKind:
    """Judge a file. `place` is its path below the project root."""
    return ModuleKind(
        is_script=_is_script(place, text, outline),
        is_cli=bool(outline.packages & _CLI_LIBRARIES),
        is_domain=_is_domain(place, outline, names, knowledge, settings),
    )


def _is_script(place: PurePosixPath, text: str, outline: Outline) -> bool:
    return (
        outline.main_guard
        or text.startswith("#!")
        or place.name == "__main__.py"
        or not _SCRIPT_FOLDERS.isdisjoint(place.parent.parts)
    )


def _is_domain(place: PurePosixPath, outline: Outline, names: Names, knowledge: Knowledge, settings: Settings) -> bool:
    if settings.layers is not None:
        return settings.layers.domain.matches(place) and not settings.layers.http.matches(place)
    parts = {*place.parent.parts, place.stem}
    named = not _DOMAIN_NAMES.isdisjoint(parts) and _WEB_FOLDERS.isdisjoint(parts)
    return named and not _defines_boundary(outline, names, knowledge)


def _defines_boundary(outline: Outline, names: Names, knowledge: Knowledge) -> bool:
    """Whether a module is part of the HTTP layer: it has a route, or registers one, or derives a view."""
    entries = [entry for entry in knowledge.entries if entry.kind in _WEB_KINDS]
    if any(isinstance(d, Function) and is_web_boundary(d, names, knowledge) for d in outline.definitions):
        return True
    bases = tuple(name for entry in entries if entry.shape == "base_class" for name in entry.names)
    if any(isinstance(d, Class) and _derives(d, bases, names) for d in outline.definitions):
        return True
    registering = {name for entry in entries if entry.shape == "call_arg" for name in entry.names}
    scopes = [None, *outline.definitions]
    called = {names.resolve(call.callee, scope) for scope in scopes for call in outline.facts(scope).calls}
    return any(name is not None and name.replace("()", "") in registering for name in called)


def is_web_boundary(function: Function, names: Names, knowledge: Knowledge) -> bool:
    """Whether a web framework calls a function: a route, a middleware, an exception handler, a dependency."""
    entries = [entry for entry in knowledge.entries if entry.kind in _WEB_KINDS]
    if any(entry.shape.startswith("decorator") and _wears(function, entry, names) for entry in entries):
        return True
    if any(_routes(decorator) for decorator in function.decorators):
        return True
    marks = {names.resolve(mark, function.parent) for parameter in function.parameters for mark in parameter.marks}
    if any(entry.kind == "dependency" and marks.intersection(_made(entry)) for entry in entries):
        return True
    owner = function.owner
    return owner is not None and any(
        entry.shape == "base_class" and function.name in entry.methods and _derives(owner, entry.names, names)
        for entry in entries
    )


def _wears(function: Function, entry: Entry, names: Names) -> bool:
    wrapped = {names.resolve(decorator, function.parent) for decorator in function.decorators}
    return any(name is not None and name.replace("()", "") in entry.names for name in wrapped)


def _made(entry: Entry) -> set[str]:
    """The names of an entry as a call of them is written: `fastapi.Depends()`."""
    return {f"{name}()" for name in entry.names}


def _routes(decorator: str) -> bool:
    """Whether a decorator that cannot be resolved (`@api.get("/")`) reads like a route's."""
    receiver, _, method = decorator.removesuffix("()").rpartition(".")
    last = receiver.rpartition(".")[2].lower()
    is_router = last in ("app", "api", "bp", "blueprint") or last.endswith(("router", "_app", "_bp", "routes"))
    if not receiver and method in ("expose", "action", "api_view", "route"):
        return True
    verbs = ("get", "post", "put", "delete", "patch", "head", "options", "route", "websocket", "errorhandler")
    return is_router and method in (*verbs, "exception_handler", "middleware")


def _derives(owner: Class, bases: tuple[str, ...], names: Names) -> bool:
    resolved = {names.resolve(base, owner.parent) for base in owner.bases}
    if resolved.intersection(bases):
        return True
    above = [found for name in resolved if (found := names.find(name)) is not None]
    return any(
        isinstance(found.definition, Class)
        and found.definition is not owner
        and _derives(found.definition, bases, found.names)
        for found in above
    )


def takes_request(function: Function, names: Names) -> bool:
    """Whether a function is given the HTTP request, which makes it part of the boundary."""
    kinds = [names.resolve(p.annotation, function.parent) or p.annotation or "" for p in function.parameters]
    named = any(parameter.name in _REQUEST_NAMES for parameter in function.parameters)
    return named or any(kind.rpartition(".")[2].endswith("Request") for kind in kinds)


def is_web_layer(function: Function | None, names: Names, knowledge: Knowledge) -> bool:
    """Whether a function, or one around it, belongs to the boundary with HTTP."""
    current = function
    while current is not None:
        owner = current.owner
        if is_web_boundary(current, names, knowledge) or takes_request(current, names):
            return True
        if owner is not None and owner.name.endswith(_WEB_CLASSES):
            return True
        above = current.parent
        while above is not None and not isinstance(above, Function):
            above = above.parent
        current = above
    return False

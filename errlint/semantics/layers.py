"""Which layer a module belongs to: as the settings say, or inferred from its path and the boundaries that it has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from errlint.knowledge import Knowledge
from errlint.semantics.boundaries import COMMAND_KINDS, WEB_KINDS
from errlint.source.outline import Class, Function, last_part

if TYPE_CHECKING:
    from errlint.semantics.module import Module

DOMAIN = "domain"
HTTP = "http"
ADAPTERS = "adapters"
NONE = ""

_WEB_NAMES = frozenset(
    {
        *("asgi", "controllers", "endpoints", "middleware", "middlewares", "routers", "routes", "view", "views"),
        *("viewsets", "wsgi"),
    }
)
_MAYBE_WEB_NAMES = frozenset({"api", "apis", "handlers", "http", "resources", "rest", "serializers", "urls", "web"})
"""Names that clients and others bear too: such a module speaks HTTP only if it imports a framework."""
_WEB_CLASSES = ("View", "ViewSet", "APIView", "Resource", "Mixin", "Controller", "Endpoint", "Middleware")
_DOMAIN_NAMES = frozenset(
    {
        *("domain", "domains", "service", "services", "usecase", "usecases", "use_case", "use_cases", "core"),
        *("model", "models", "repository", "repositories", "entity", "entities"),
    }
)
_OTHER_NAMES = frozenset({"management", "migrations", "settings", "templatetags"})
"""Parts of a project that belong to a framework's other sides."""
_CLASS = re.compile(r"[a-z_.]+\.[A-Z]\w*")
_REQUEST_NAMES = frozenset({"request", "req"})


@dataclass(frozen=True, slots=True)
class Layer:
    """The layer of a module, and how that is known, for people."""

    name: str
    because: str


def may_be_domain(module: Module) -> bool:
    """The cheap part of the question whether a module is domain code."""
    return module.settings.layers is not None or not _DOMAIN_NAMES.isdisjoint(_parts(module))


def is_only_called_core(module: Module) -> bool:
    """Whether a module would be domain code by the name `core` alone, which what a whole application shares has too."""
    return module.settings.layers is None and _DOMAIN_NAMES.intersection(_parts(module)) == {"core"}


def layer_of(module: Module) -> Layer:
    """The layer of a module. Without settings, domain code is named so, in a project that has an HTTP framework, and
    defines no boundary with HTTP or a terminal itself.
    """
    if module.settings.layers is not None:
        return _from_settings(module)
    if module.settings.tests.matches(module.place):
        return Layer(NONE, "it is a test")
    parts = _parts(module)
    web = _first(parts, _WEB_NAMES)
    if web is not None:
        return Layer(HTTP, f"`{web}` in its path")
    boundary = _boundary(module, WEB_KINDS)
    if boundary is not None:
        return Layer(HTTP, boundary)
    router = min(_routers(module.knowledge).intersection(module.outline.imported), default=None)
    if router is not None:
        return Layer(HTTP, f"it imports `{router}`, of which routes are made")
    frameworks = module.frameworks
    maybe_web = _first(parts, _MAYBE_WEB_NAMES)
    if maybe_web is not None and frameworks:
        return Layer(HTTP, f"`{maybe_web}` in its path, and it imports {min(frameworks)}")
    named = _first(parts, _DOMAIN_NAMES)
    is_other = maybe_web is not None or _first(parts, _OTHER_NAMES) is not None
    if named is None or is_other or not (frameworks or module.project.survey.frameworks):
        return Layer(NONE, "")
    if _boundary(module, COMMAND_KINDS) is not None:
        return Layer(NONE, "")
    return Layer(DOMAIN, f"`{named}` in its path, and it defines no routes and no commands")


def _routers(knowledge: Knowledge) -> frozenset[str]:
    """The classes of libraries to which routes are added, or from which they derive: `fastapi.APIRouter`."""
    names = (name for entry in knowledge.entries if entry.kind == "http_route" for name in entry.names)
    return frozenset(found[0] for name in names if (found := _CLASS.match(name)))


def _first(parts: list[str], names: frozenset[str]) -> str | None:
    return next((part for part in parts if part in names), None)


def _parts(module: Module) -> list[str]:
    return [*module.place.parent.parts, module.place.stem]


def _from_settings(module: Module) -> Layer:
    layers = module.settings.layers
    if layers is not None:
        for name, patterns in ((HTTP, layers.http), (ADAPTERS, layers.adapters), (DOMAIN, layers.domain)):
            glob = patterns.deciding(module.place)
            if glob is not None:
                return Layer(name, f"`{glob}` in the settings")
    return Layer(NONE, "")


def _boundary(module: Module, kinds: frozenset[str]) -> str | None:
    """The first boundary of some kinds that a module defines or registers, for people."""
    found = next((each for each in module.boundaries.own() if each[1].kind in kinds), None)
    if found is not None:
        return f"`{_shown(found[0].qualname)}` is a boundary: {found[1].because}"
    for (_, registered), boundaries in module.boundaries.registrations.items():
        if boundaries[0].kind in kinds:
            return f"it registers `{_shown(registered)}`: {boundaries[0].because}"
    return None


def _shown(qualname: str) -> str:
    return qualname.replace(".<locals>", "")


def is_web_layer(module: Module, function: Function | None) -> bool:
    """Whether a function, or one around it, belongs to the boundary with HTTP: a route, or what takes its request."""
    current = function
    while current is not None:
        owner = current.owner
        if any(boundary.kind in WEB_KINDS for boundary in module.boundaries.of(current)):
            return True
        if _takes_request(module, current) or (owner is not None and owner.name.endswith(_WEB_CLASSES)):
            return True
        above = current.parent
        while isinstance(above, Class):
            above = above.parent
        current = above if isinstance(above, Function) else None
    return False


def _takes_request(module: Module, function: Function) -> bool:
    kinds = [module.names.resolve(p.annotation, function.parent) or p.annotation or "" for p in function.parameters]
    named = any(parameter.name in _REQUEST_NAMES for parameter in function.parameters)
    return named or any(last_part(kind).endswith("Request") for kind in kinds)

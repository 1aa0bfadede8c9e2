"""Which layer a module belongs to: as the settings say, or inferred from its path and the boundaries that it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from errlint.semantics.boundaries import WEB_KINDS
from errlint.source.outline import Class, Function, last_part

if TYPE_CHECKING:
    from errlint.semantics.module import Module

DOMAIN = "domain"
HTTP = "http"
ADAPTERS = "adapters"
NONE = ""

_WEB_NAMES = frozenset(
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
_REQUEST_NAMES = frozenset({"request", "req"})


@dataclass(frozen=True, slots=True)
class Layer:
    """The layer of a module, and how that is known, for people."""

    name: str
    because: str


def may_be_domain(module: Module) -> bool:
    """The cheap part of the question whether a module is domain code."""
    return module.settings.layers is not None or not _DOMAIN_NAMES.isdisjoint(_parts(module))


def layer_of(module: Module) -> Layer:
    """The layer of a module. Without settings, domain code is named so and defines no boundary with HTTP itself."""
    if module.settings.layers is not None:
        return _from_settings(module)
    parts = _parts(module)
    web = next((part for part in parts if part in _WEB_NAMES), None)
    named = next((part for part in parts if part in _DOMAIN_NAMES), None)
    if web is not None:
        return Layer(HTTP, f"`{web}` in its path")
    boundary = _web_boundary(module)
    if boundary is not None:
        return Layer(HTTP, boundary)
    if named is not None:
        return Layer(DOMAIN, f"`{named}` in its path, and it defines no boundary with HTTP")
    return Layer(NONE, "")


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


def _web_boundary(module: Module) -> str | None:
    """The first boundary with HTTP that a module defines or registers."""
    found = next((each for each in module.boundaries.all() if each[1].kind in WEB_KINDS), None)
    if found is not None:
        return f"`{found[0].qualname}` is a boundary: {found[1].because}"
    for (_, registered), boundaries in module.boundaries.registrations.items():
        if boundaries[0].kind in WEB_KINDS:
            return f"it registers `{registered}`: {boundaries[0].because}"
    return None


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

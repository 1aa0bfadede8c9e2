"""What the code of a project uses and how it is laid out, for those who set errlint up."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from errlint.engine.run import without_collector
from errlint.knowledge import library_of
from errlint.knowledge.files import STANDARD_LIBRARY
from errlint.semantics.layers import layer_of
from errlint.semantics.module import Module
from errlint.semantics.project import Project, Projects
from errlint.settings import Settings
from errlint.source.discovery import Found
from errlint.source.outline import Call, Definition

_LOUD = frozenset({"exception", "critical"})
"""Methods by which an object that nobody knows shows that it is a logger."""

_STANDARD_LIBRARY = sys.stdlib_module_names | {"builtins"}
_PRINTS = frozenset({"builtins", "sys"})


@dataclass(frozen=True)
class Inventory:
    """What was found in some files. Counts are calls in `except` and `finally` clauses."""

    frameworks: tuple[str, ...]
    """The HTTP frameworks that the files import."""
    libraries: tuple[str, ...]
    """The other libraries that they import and errlint has facts about."""
    layers: dict[str, list[Found]]
    """The files of each layer."""
    reporting: Counter[str]
    """The packages whose functions report errors there: `logging`, `sentry_sdk`."""
    reporters: Counter[str]
    """The functions of the project that report errors there, by their dotted names."""
    loggers: Counter[str]
    """What is called like a logger there and nothing is known of: objects, and functions that gave them."""


def inventory(files: Sequence[Found], settings: Settings, progress: Callable[[int, str], None]) -> Inventory:
    """Look through all files; `progress` is told what is done and what comes. What is not Python is passed over."""
    project = Projects([file.path for file in files]).of(settings)
    layers: dict[str, list[Found]] = {}
    reporting: Counter[str] = Counter()
    reporters: Counter[str] = Counter()
    loggers: Counter[str] = Counter()
    libraries: set[str] = set()
    with without_collector():
        for done, file in enumerate(files):
            progress(done, file.name)
            with project.opened(file.path.absolute()) as module:
                if module is not None:
                    libraries.update(_libraries(module))
                    layers.setdefault(layer_of(module).name, []).append(file)
                    for call, scope in _calls_in_handlers(module):
                        _count(module, call, scope, project, (reporting, reporters, loggers))
    own = _own_packages(settings, files)
    frameworks = tuple(sorted(project.survey.frameworks - own))
    return Inventory(
        frameworks, tuple(sorted(libraries.difference(frameworks, own))), layers, reporting, reporters, loggers
    )


def _libraries(module: Module) -> Iterator[str]:
    for name in module.outline.imported:
        known = library_of(name)
        if known is not None:
            yield from known.libraries - {STANDARD_LIBRARY}


def _own_packages(settings: Settings, files: Sequence[Found]) -> frozenset[str]:
    """The names at the top of the project's folder, or of its `src`."""
    places = (settings.place(file.path).parts for file in files)
    return frozenset(Path(parts[parts[0] == "src" and len(parts) > 1]).stem for parts in places)


def _calls_in_handlers(module: Module) -> Iterator[tuple[Call, Definition | None]]:
    if "except" not in module.source.text or module.settings.tests.matches(module.place):
        return
    for scope in (None, *module.outline.definitions):
        yield from ((call, scope) for call in module.outline.facts(scope).calls if call.in_handler)


def _count(
    module: Module,
    call: Call,
    scope: Definition | None,
    project: Project,
    counters: tuple[Counter[str], Counter[str], Counter[str]],
) -> None:
    """Count what a call in a handler is. Whatever the error's words alone speak for counts as nothing."""
    reporting, reporters, loggers = counters
    name = module.reporters.resolved(call.callee, scope)
    if name is None:
        return
    report = module.reporters.report(call, scope)
    if module.reporters.is_known(name):
        package = name.partition(".")[0]
        if report is not None and report.counts and package not in _PRINTS:
            reporting[package] += 1
        return
    if report is not None and report.is_logger:
        return
    found = module.names.find(name)
    if found is not None:
        is_named = "<locals>" not in found.definition.qualname
        if is_named and project.reporters(found.names).function_reports(found):
            reporters[f"{found.names.module}.{found.definition.qualname}"] += 1
        return
    owner, _, method = name.rpartition(".")
    if method in _LOUD and "." in owner and "(" not in name and owner.partition(".")[0] not in _STANDARD_LIBRARY:
        loggers[owner] += 1

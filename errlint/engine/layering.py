"""The layer of each module of a run, and why, for those who ask: what rules about domain code go by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from errlint.engine.run import without_collector
from errlint.semantics.layers import Layer, layer_of
from errlint.semantics.project import Project, Projects
from errlint.settings import Settings
from errlint.source.discovery import Around, Found


@dataclass(frozen=True)
class Layering:
    """The files of one project with their layers; one that is not readable Python has `None`."""

    settings: Settings
    frameworks: tuple[str, ...]
    """The HTTP frameworks that the files import."""
    layers: tuple[tuple[Found, Layer | None], ...]


def layerings(files: Iterable[tuple[Found, Settings]], around: Around | None = None) -> list[Layering]:
    """What the files of each project belong to, as a check of the same files takes it."""
    files = list(files)
    projects = Projects([file.path for file, _ in files], around)
    grouped: dict[int, tuple[Settings, list[Found]]] = {}
    for file, settings in files:
        grouped.setdefault(id(settings), (settings, []))[1].append(file)
    with without_collector():
        return [_layering(projects.of(settings), settings, found) for settings, found in grouped.values()]


def _layering(project: Project, settings: Settings, files: Iterable[Found]) -> Layering:
    layers: list[tuple[Found, Layer | None]] = []
    for file in files:
        with project.opened(file.path.absolute()) as module:
            layers.append((file, None if module is None else layer_of(module)))
    return Layering(settings, tuple(sorted(project.survey.frameworks)), tuple(layers))

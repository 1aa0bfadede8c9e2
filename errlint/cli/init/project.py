"""What `errlint init` finds out about a project."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from errlint.cli.init.linters import others, pytest_folders, ruff_twins
from errlint.cli.progress import Progress
from errlint.engine.inventory import Inventory, inventory
from errlint.engine.registry import Catalogue
from errlint.semantics.environment import Environment, environment_of
from errlint.semantics.pyproject import oldest_python
from errlint.settings import TEST_FILES, Patterns, Settings
from errlint.settings.finder import SettingsFinder
from errlint.source.discovery import Found, discover

_TEST_FOLDERS = ("test", "testing", "spec", "specs")
"""Names of folders of tests that are not taken for tests without a setting; deeper down they may be anything."""
_ENVIRONMENTS = ("env", ".env", "virtualenv", ".virtualenv", "pyenv")


@dataclass(frozen=True)
class Facts:
    """What was found out. Globs and paths are relative to the project's folder."""

    files: int
    tests: int
    source_folders: tuple[str, ...]
    """The folders at the top that hold code which is no test."""
    test_folders: tuple[str, ...]
    """Folders of tests that errlint would take for code of the application."""
    environment: str
    """The environment that errlint uses, for people."""
    unseen_environment: str | None
    """A folder with an environment that errlint would not find."""
    oldest_python: str | None
    """The oldest Python that `requires-python` allows."""
    layers: dict[str, tuple[str, ...]]
    """Globs for what is inferred."""
    inventory: Inventory
    ruff: dict[str, tuple[str, ...]] | None
    """The rules that mean the same as a selected code of ruff, by that code; `None` without ruff."""
    linters: tuple[str, ...]
    """Other linters that are set up."""


def facts_of(root: Path, catalogue: Catalogue) -> Facts:
    """Look at a folder as `errlint check` would without settings. Raises `UsageError` for one that cannot be read."""
    settings = Settings(root=root)
    files = discover([str(root)], SettingsFinder(settings, {}))
    places = {file: settings.place(file.path) for file in files}
    tests = [file for file in files if settings.tests.matches(places[file])]
    with Progress(len(files)) as progress:
        found = inventory(files, settings, progress.advance)
    environment = environment_of(settings)
    is_here = environment.folder.is_relative_to(root)
    oldest = oldest_python(root)
    return Facts(
        files=len(files),
        tests=len(tests),
        source_folders=_tops(places[file] for file in files if file not in set(tests)),
        test_folders=_test_folders(root, places.values(), settings.tests),
        environment=_shown(environment, is_here=is_here),
        unseen_environment=None if is_here else _unseen_environment(root),
        oldest_python=None if oldest is None else ".".join(map(str, oldest)),
        layers={name: _globs(members, files, places) for name, members in sorted(found.layers.items()) if name},
        inventory=found,
        ruff=ruff_twins(root, catalogue.rules),
        linters=others(root),
    )


def _tops(places: Iterable[PurePosixPath]) -> tuple[str, ...]:
    return tuple(sorted({f"{place.parts[0]}/" for place in places if len(place.parts) > 1}))


def _test_folders(root: Path, places: Iterable[PurePosixPath], known: Patterns) -> tuple[str, ...]:
    """Where pytest looks, and folders whose names speak of tests, as far as they hold files that are not known."""
    unknown = [place for place in places if not known.matches(place)]
    told = [str(PurePosixPath(folder)) for folder in pytest_folders(root)]
    candidates = dict.fromkeys(folder for folder in (*told, *_TEST_FOLDERS) if folder != ".")
    found = (folder for folder in candidates if any(place.is_relative_to(folder) for place in unknown))
    return tuple(f"/{_literal(folder)}/" for folder in found)


def _shown(environment: Environment, *, is_here: bool) -> str:
    """The folder of an environment that is elsewhere is nothing for the settings of a project."""
    if is_here:
        return f"{environment.folder.name}, in the project's folder"
    return (
        "the environment that is active"
        if environment.because == "it is active"
        else "the environment that errlint runs in"
    )


def _unseen_environment(root: Path) -> str | None:
    return next((name for name in _ENVIRONMENTS if (root / name / "pyvenv.cfg").is_file()), None)


def _globs(members: Sequence[Found], files: Sequence[Found], places: dict[Found, PurePosixPath]) -> tuple[str, ...]:
    """Globs that mean some files and no others: the largest folders that hold nothing else, then single files."""
    inside = {places[file] for file in members}
    mixed = {folder for file in files if places[file] not in inside for folder in places[file].parents}
    globs = set()
    for place in inside:
        folders = [folder for folder in place.parents if folder not in mixed and folder.parts]
        globs.add(f"/{_literal(folders[-1])}/" if folders else f"/{_literal(place)}")
    return tuple(sorted(globs))


def _literal(place: PurePosixPath | str) -> str:
    """A path as a glob that means it alone."""
    return re.sub(r"([\\*?\[])", r"\\\1", str(place))


def all_tests(facts: Facts) -> tuple[str, ...]:
    """The globs of all tests: the usual ones, and those of this project."""
    return (*TEST_FILES, *facts.test_folders)

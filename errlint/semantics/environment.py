"""The Python environment in which a project's code runs, read from disk; nothing of it is ever imported."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from errlint.errors import UsageError
from errlint.settings import Settings

_USUAL_FOLDERS = (".venv", "venv")
_PACKAGES = (
    "lib/python3*/site-packages",
    "lib/python3*/dist-packages",
    "lib/python3/dist-packages",
    "Lib/site-packages",
)
"""Where packages stand in an environment (docs.python.org/3/library/site.html; the second and third are Debian's)."""


@dataclass(frozen=True)
class Environment:
    """A folder with an interpreter. `because` says how it was found."""

    folder: Path
    because: str

    @cached_property
    def packages(self) -> tuple[Path, ...]:
        """The folders in which its interpreter looks for packages, those of editable installs included."""
        found = [folder for glob in _PACKAGES for folder in sorted(self.folder.glob(glob)) if folder.is_dir()]
        return tuple(dict.fromkeys([*found, *(added for folder in found for added in _added_by_files(folder))]))

    def holds(self, package: str) -> bool:
        """Whether a top-level package or module is installed."""
        return any((folder / package).is_dir() or (folder / f"{package}.py").is_file() for folder in self.packages)


def environment_of(settings: Settings) -> Environment:
    """The environment that the settings name, the active one, that of the project's folder, or errlint's own.

    Raises `UsageError` if the settings name one that is not there.
    """
    if settings.python is not None:
        return _named(settings.root, settings.python)
    active = os.environ.get("VIRTUAL_ENV")
    if active and Path(active).is_dir():
        return Environment(Path(active), "it is active")
    for name in _USUAL_FOLDERS:
        if (settings.root / name / "pyvenv.cfg").is_file():
            return Environment(settings.root / name, f"it is {name} in the project's folder")
    return Environment(Path(sys.prefix), "errlint runs in it")


def _named(root: Path, python: str) -> Environment:
    """An environment by its folder or its interpreter, whose link is not followed: it leads out of a virtual one."""
    path = root / Path(python).expanduser()
    folder = path if path.is_dir() else path.parent.parent
    if not path.exists() or not Environment(folder, "").packages:
        hint = "name its folder or its interpreter, such as .venv/bin/python"
        raise UsageError(f"python = {python!r}: there is no Python environment; {hint}")
    return Environment(folder, f"python = {python!r}")


def _added_by_files(folder: Path) -> Iterator[Path]:
    """The folders that the `.pth` files of a folder of packages name, as `site` reads them; their code is not run."""
    for file in sorted(folder.glob("*.pth")):
        text = file.read_text(encoding="utf-8", errors="replace")
        for line in text.splitlines():
            named = folder / line.strip()
            if line.strip() and not re.match(r"#|import\s", line) and named.is_dir():
                yield named

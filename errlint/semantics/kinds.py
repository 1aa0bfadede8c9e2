"""What kind of module a file is: a script, a command-line tool, or code that others call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from errlint.source.outline import Outline

_CLI_LIBRARIES = frozenset({"argparse", "click", "typer", "fire", "cyclopts", "optparse", "docopt", "getopt"})
_SCRIPT_FOLDERS = frozenset({"scripts", "bin", "tools", "script", "migrations", "alembic"})


@dataclass(frozen=True, slots=True)
class ModuleKind:
    """What the place and the outline of a file say about who reads its output."""

    is_script: bool
    is_cli: bool

    @property
    def speaks_to_a_person(self) -> bool:
        """Whether text on the terminal reaches someone: there, printing an error is a report."""
        return self.is_script or self.is_cli


def kind_of(place: PurePosixPath, text: str, outline: Outline) -> ModuleKind:
    """Judge a file. `place` is its path below the project root."""
    is_script = (
        outline.main_guard
        or text.startswith("#!")
        or place.name == "__main__.py"
        or not _SCRIPT_FOLDERS.isdisjoint(place.parent.parts)
    )
    return ModuleKind(is_script, is_cli=bool(outline.packages & _CLI_LIBRARIES))

"""Where the value of each setting comes from: nobody set it, a line of a settings file, an option, or both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from errlint.settings import Settings
from errlint.settings.finder import EXTENDED
from errlint.settings.keys import KEYS, attribute
from errlint.settings.reading import load


@dataclass(frozen=True, slots=True)
class Origin:
    """What a value is made of. Without a file and an option it is the default."""

    file: Path | None = None
    line: int = 0
    """1-based; 0 where the file does not show it."""
    option: str | None = None

    def __str__(self) -> str:
        """For people: a file below the current folder is named from there."""
        place = "" if self.file is None else _near(self.file)
        if self.line:
            place = f"{place}:{self.line}"
        return " and ".join(part for part in (place, self.option) if part) or "default"


def _near(file: Path) -> str:
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def origins(settings: Settings, overridden: Collection[str]) -> Mapping[str, Origin]:
    """The origin of each setting by its key. `overridden` are the attributes that options set.

    Reads the settings file again: a run has no use for its lines.
    """
    found, table = (None, None) if settings.source is None else load(settings.source)
    result = {}
    for key in KEYS:
        name = attribute(key)
        option = f"--{key}" if name in overridden else None
        is_in_file = found is not None and key in found and (option is None or name in EXTENDED)
        if table is not None and is_in_file:
            result[key] = Origin(settings.source, table.line_of((key,)), option)
        else:
            result[key] = Origin(option=option)
    return result

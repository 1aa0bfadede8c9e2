"""Where the keys of a settings file stand, and what is wrong with their values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias

from errlint.settings import Problem

Key: TypeAlias = tuple[str, ...]
"""Where a value stands below the table: `("per-file-ignores", "tests/*.py")`."""

_WORD = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)"""
_DOTTED = rf"({_WORD}(?:\s*\.\s*{_WORD})*)"


class Table:
    """The TOML table of a settings file: where its keys stand, and what is wrong with it."""

    def __init__(self, path: Path, text: str, header: Key) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.header = header
        self.problems: list[Problem] = []

    def problem(self, key: Key, message: str) -> None:
        """Note a mistake at the line of `key`."""
        self.problems.append(Problem(str(self.path), self.line_of(key), message))

    def line_of(self, key: Key) -> int:
        """The 1-based line on which a key of the table is first written; 0 if it is not found.

        tomli gives values without places, so the lines are searched: table headers, then `key =`.
        """
        wanted = (*self.header, *key)
        table: Key = ()
        for number, line in enumerate(self.lines, start=1):
            if header := re.match(rf"\s*\[{{1,2}}\s*{_DOTTED}\s*\]", line):
                table = full = _parts(header[1])
            elif assignment := re.match(rf"\s*{_DOTTED}\s*=", line):
                full = (*table, *_parts(assignment[1]))
                if "{" in line and full == wanted[: len(full)]:
                    return number
            else:
                continue
            if full[: len(wanted)] == wanted:
                return number
        return 0


def _parts(dotted: str) -> Key:
    return tuple(part.strip("\"'") for part in re.findall(_WORD, dotted))

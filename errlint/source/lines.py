"""Lines of source, for those who show findings: of any file, or of a text that has no file."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from errlint.source.file import SourceFile, Unreadable, decode, read

Lines: TypeAlias = Callable[[str, int], str]
"""Gives the source of a 1-based line of a path, empty where there is none."""


def lines_of_files() -> Lines:
    """Reads the files; one that cannot be read has no lines (its finding says so)."""

    @lru_cache(maxsize=16)
    def source(path: str) -> SourceFile | None:
        try:
            return read(Path(path), path)
        except (OSError, Unreadable):  # ERR000 or ERR001 is what is being shown
            return None

    def line(path: str, number: int) -> str:
        found = source(path)
        return "" if found is None else found.line(number)

    return line


def lines_of_text(data: bytes, name: str) -> Lines:
    """The lines of one text, whatever path is asked for."""
    try:
        source = decode(data, Path(name), name)
    except Unreadable:
        return lambda path, number: ""
    return lambda path, number: source.line(number)

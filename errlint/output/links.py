"""Where a finding leads: the documentation of its rule, and its file as other programs name it."""

from __future__ import annotations

import os
from pathlib import Path

_DOCS = "https://github.com/errlint/errlint/blob/main/docs/"


def documentation(code: str) -> str:
    """The address of the text about a rule."""
    return f"{_DOCS}rules.md#{code.lower()}"


def configuration(section: str) -> str:
    """The address of a section of the text about settings."""
    return f"{_DOCS}configuration.md#{section}"


def relative(path: str) -> str:
    """A path from the folder in which errlint was started, with `/`; one that is elsewhere, or `-`, stays as it is."""
    if path == "-":
        return path
    try:
        inside = os.path.relpath(path)
    except ValueError:  # on another drive of Windows
        return Path(path).as_posix()
    return Path(path).as_posix() if inside.startswith("..") else Path(inside).as_posix()

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


def relative(path: str, folder: str = os.curdir) -> str:
    """A path from a folder (the one in which errlint was started), with `/`; one that is elsewhere, or `-`, stays."""
    if path == "-":
        return path
    try:
        inside = Path(os.path.relpath(path, folder))
    except ValueError:  # on another drive of Windows
        return Path(path).as_posix()
    return Path(path).as_posix() if inside.parts[:1] == ("..",) else inside.as_posix()

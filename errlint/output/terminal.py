"""What the place where people read can show: colours, bold, links. Imports rich."""

from __future__ import annotations

import os
from typing import IO

from rich.console import Console

_NO_LINKS = ("dumb", "linux")
"""Values of `TERM` where nothing can be clicked on."""


def console(stream: IO[str], colour: str) -> Console:
    """Prints what it is given and changes nothing in it. For `auto` rich asks the terminal and the environment."""
    forced = {"always": True, "never": False}.get(colour)
    return Console(
        file=stream,
        soft_wrap=True,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        force_terminal=forced,
        no_color=None if forced is None else not forced,
        color_system="auto" if forced is None else "standard" if forced else None,
    )


def can_link(stream: IO[str]) -> bool:
    """Whether somebody may click on what is written: not in a file, nor in the log of a CI job."""
    return stream.isatty() and os.environ.get("TERM") not in _NO_LINKS and not os.environ.get("CI")

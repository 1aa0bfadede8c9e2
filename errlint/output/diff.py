"""What fixes change, or would change, as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import IO

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def lines(name: str, before: str, after: str) -> Iterator[str]:
    """The lines of the diff of one file, without their endings."""
    old, new = _lines(before), _lines(after)
    for line in difflib.unified_diff(old, new, name, name):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    """The lines as Python counts them: neither a form feed nor U+2028 ends one."""
    whole, _, last = text.rpartition("\n")
    found = [f"{line}\n" for line in whole.split("\n")] if "\n" in text else []
    return [*found, last] if last else found


def write(diff: Iterable[str], stream: IO[str]) -> None:
    """Print a diff: in colours for a person, and byte for byte for `patch`. rich decides who reads it."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, soft_wrap=True, highlight=False, markup=False, emoji=False, legacy_windows=False)
    for line in diff:
        if console.is_terminal:
            bold = "bold" if line.startswith(("+++ ", "--- ")) else ""
            console.print(Text(line, style=bold or _STYLES.get(line[:1], "")))
        else:
            stream.write(f"{line}\n")

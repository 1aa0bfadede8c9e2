"""What fixes change, or would change, as a unified diff."""

from __future__ import annotations

import difflib
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from errlint.source.file import decode

_HEADER_LINES = 2
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def write_change(name: str, before: bytes, after: bytes, stream: IO[str], colour: str = "auto") -> None:
    """Print how the bytes of a file change."""
    old, new = (decode(data, Path(name), name) for data in (before, after))
    mark = "\ufeff" if old.encoding == "utf-8-sig" else ""
    write(lines(name, mark + old.text, mark + new.text), "utf-8" if mark else old.encoding, stream, colour)


def lines(name: str, before: str, after: str) -> Iterator[str]:
    """The lines of the diff of one file, without their endings."""
    old, new = _lines(before), _lines(after)
    name += "\t" if " " in name else ""  # `patch` takes a name up to the first space, or up to a tab
    for line in difflib.unified_diff(old, new, name, name):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    """The lines as Python counts them: neither a form feed nor U+2028 ends one."""
    whole, _, last = text.rpartition("\n")
    found = [f"{line}\n" for line in whole.split("\n")] if "\n" in text else []
    return [*found, last] if last else found


def write(diff: Iterable[str], encoding: str, stream: IO[str], colour: str = "auto") -> None:
    """Print the diff of one file: in colours for a person, else in the file's own encoding, as `patch` needs it."""
    if not isinstance(stream, io.TextIOWrapper) or _is_for_a_person(stream, colour):
        _write_in_colours(diff, stream, colour)
        return
    stream.flush()
    for number, line in enumerate(diff):
        is_name = number < _HEADER_LINES
        stream.buffer.write((os.fsencode(line) if is_name else line.encode(encoding)) + b"\n")
    stream.buffer.flush()


def _is_for_a_person(stream: IO[str], colour: str) -> bool:
    """Whether rich would write colours (or be forced to), asked without importing it."""
    return colour == "always" or stream.isatty() or (colour == "auto" and bool(os.environ.get("FORCE_COLOR")))


def _write_in_colours(diff: Iterable[str], stream: IO[str], colour: str) -> None:
    from rich.text import Text

    from errlint.output.terminal import console

    to = console(stream, colour)
    for line in diff:
        style = "bold" if line.startswith(("+++ ", "--- ")) else _STYLES.get(line[:1], "")
        to.print(Text(line, style=style))

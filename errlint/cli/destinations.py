"""Where the findings go: one format on standard output, others to files, in one run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import IO

from errlint.cli.streams import output
from errlint.errors import UsageError
from errlint.output import FORMATS
from errlint.output.report import Report
from errlint.suggestions import suggestion


@dataclass(frozen=True)
class Destination:
    """A format and the file that gets it; `None` is standard output."""

    output_format: str
    file: str | None


def destinations(options: argparse.Namespace) -> list[Destination]:
    """What is written, standard output first. Raises `UsageError` for a format or file that cannot be meant.

    `-o FILE` sends the format of `--output-format` to a file instead; `-o FORMAT:FILE` writes another one as well.
    """
    usual = Destination(options.output_format, None)
    values: list[str] = options.output_file or []
    given = [_destination(value, usual.output_format) for value in values]
    is_moved = any(map(_is_file, values)) or any(each.file is None for each in given)
    found = given if is_moved else [usual, *given]
    taken = [each.file for each in found]
    for file in taken:
        if taken.count(file) > 1:
            raise UsageError(f"two outputs cannot both go to {'standard output' if file is None else file}")
    return sorted(found, key=lambda each: each.file is not None)


def _destination(value: str, usual: str) -> Destination:
    if _is_file(value):
        return Destination(usual, None if value == "-" else value)
    name, _, file = value.partition(":")
    if name not in FORMATS:
        hint = suggestion(name, FORMATS) or f"; use one of {', '.join(FORMATS)}"
        raise UsageError(f"'{name}' in `-o {value}` is not a format{hint}")
    if not file:
        raise UsageError(f"`-o {value}` names no file; write `-o {name}:FILE`, or `-o {name}:-` for standard output")
    return Destination(name, None if file == "-" else file)


def _is_file(value: str) -> bool:
    """Whether the value is a file alone: no word stands before a colon. The drive of `C:\\found.txt` is no word."""
    name, colon, _ = value.partition(":")
    return not colon or not name.isalnum() or len(name) == 1


def write_report(report: Report, given: Sequence[Destination], standard: IO[str] | None = None) -> None:
    """Write a report wherever it should go. Raises `OutputError`."""
    for each in given:
        with output(each.file, standard if each.file is None else None) as stream:
            import_module(f"errlint.output.{each.output_format}").write(report, stream)

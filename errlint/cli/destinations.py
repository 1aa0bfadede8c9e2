"""Where the findings go: one format on standard output, others to files, in one run; and how many of them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import IO

from errlint.cli.streams import output, say
from errlint.errors import UsageError
from errlint.output import FORMATS
from errlint.output.limits import limited
from errlint.output.report import Report
from errlint.output.words import counted
from errlint.suggestions import choice

_CODE = (".py", ".pyi", ".pyw")
_READABLE = 100
"""So many findings are shown on a terminal, unless said otherwise; the rest would push them out of sight."""


@dataclass(frozen=True)
class Destination:
    """A format and the file that gets it; `None` is standard output. `adds` keeps what is in the file."""

    output_format: str
    file: str | None
    adds: bool = False


def destinations(options: argparse.Namespace) -> list[Destination]:
    """What is written, standard output first. Raises `UsageError` for a format or file that cannot be meant.

    `-o FILE` sends the format of `--output-format` to a file instead; `-o FORMAT:FILE` writes another one as well.
    """
    values: list[str] = options.output_file or []
    given = [_destination(value, options.output_format or "full") for value in values]
    is_moved = any(map(_is_file, values)) or any(each.file is None for each in given)
    found = given if is_moved else [*_usual(options, [each.file for each in given]), *given]
    taken = [None if each.file is None else os.path.realpath(each.file) for each in found]
    for each, file in zip(found, taken, strict=True):
        if taken.count(file) > 1:
            raise UsageError(f"two outputs cannot both go to {'standard output' if file is None else each.file}")
    for each in given:
        if each.file is not None:
            _demand_place(each.file)
    return sorted(found, key=lambda each: each.file is not None)


def _usual(options: argparse.Namespace, taken: Sequence[str | None]) -> list[Destination]:
    """What goes where nothing is said about standard output: GitHub Actions gets annotations and a summary of the step.

    The summary is added to what other commands of the step have written there.
    """
    if options.output_format is not None or options.statistics or os.environ.get("GITHUB_ACTIONS") != "true":
        return [Destination(options.output_format or "full", None)]
    found = [Destination("github", None)]
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and summary not in taken:
        found.append(Destination("markdown", summary, adds=True))
    return found


def _destination(value: str, usual: str) -> Destination:
    if _is_file(value):
        return Destination(usual, None if value == "-" else value)
    name, _, file = value.partition(":")
    if name not in FORMATS:
        raise UsageError(f"'{name}' in `-o {value}` is not a format{choice(name, FORMATS)}")
    if not file:
        raise UsageError(f"`-o {value}` names no file; write `-o {name}:FILE`, or `-o {name}:-` for standard output")
    return Destination(name, None if file == "-" else file)


def _demand_place(file: str) -> None:
    """Raise `UsageError` before the run for what would fail after it, or destroy code: `-o app.py` lacks its value."""
    if os.path.isdir(file):
        raise UsageError(f"--output-file {file}: cannot be written: Is a directory")
    if not os.path.isdir(os.path.dirname(file) or "."):
        raise UsageError(f"--output-file {file}: cannot be written: there is no folder {os.path.dirname(file)}")
    if file.endswith(_CODE) and os.path.exists(file):
        raise UsageError(f"--output-file {file}: is Python code, and stays as it is; write `-o FILE` to another file")


def _is_file(value: str) -> bool:
    """Whether the value is a file alone: no word stands before a colon. The drive of `C:\\found.txt` is no word."""
    name, colon, _ = value.partition(":")
    return not colon or not name.isalnum() or len(name) == 1


def write_report(
    report: Report, given: Sequence[Destination], most: int | None = None, standard: IO[str] | None = None
) -> None:
    """Write a report wherever it should go, `most` findings of it (0: all), and say what is left out.

    Where `most` is not given, people get as many as they can look through. Raises `OutputError`.
    """
    for each in given:
        with output(each.file, standard if each.file is None else None, adds=each.adds) as stream:
            is_for_a_person = each.output_format == "full" and stream.isatty()
            shown = limited(report, _READABLE if most is None and is_for_a_person else most or 0)
            import_module(f"errlint.output.{each.output_format}").write(shown, stream)
        if shown.left_out:
            where = "" if each.file is None else f" in {each.file}"
            say(f"errlint: {counted(shown.left_out, 'more finding')} not shown{where}; `--max-findings 0` shows all")

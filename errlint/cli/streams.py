"""Standard output and standard error, which may be closed, full, or unable to show what is written to them."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from errlint.errors import ErrlintError


class OutputError(ErrlintError):
    """What was found cannot be written where it should go."""


def prepare() -> None:
    """Make both streams usable: a missing one is silent, and what the encoding lacks is written as `\\xe9`."""
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


@contextmanager
def output(name: str | None, standard: IO[str] | None = None, *, adds: bool = False) -> Iterator[IO[str]]:
    """The file of that name, or a standard stream: output unless said. Raises `OutputError` if it cannot be written.

    With `adds` what is in the file stays. If the reader has gone (`errlint | head`), the rest of the block is left out
    and nothing is said.
    """
    standard = sys.stdout if standard is None else standard
    try:
        if name is None:
            yield standard
            standard.flush()
        else:
            with open(name, "a" if adds else "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                yield stream
    except OSError as error:
        if name is None:
            where = "standard error" if standard is sys.stderr else "standard output"
            _let_go(standard)
            if isinstance(error, BrokenPipeError):
                return
        else:
            where = f"GITHUB_STEP_SUMMARY {name}" if adds else f"--output-file {name}"
        raise OutputError(f"{where}: cannot be written: {error.strerror}") from error


def write_bytes(data: bytes) -> None:
    """Write to standard output, byte for byte. Raises `OutputError`."""
    with output(None) as stream:
        stream.flush()
        if isinstance(stream, io.TextIOWrapper):
            stream.buffer.write(data)


def give_back() -> None:
    """Copy standard input to standard output: who has a text fixed gets it back if nothing could be done."""
    if sys.stdin is not None:
        write_bytes(sys.stdin.buffer.read())


def say(text: str) -> None:
    """Print to standard error; where that is closed or full, there is nobody left to tell."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        _let_go(sys.stderr)


def _nowhere() -> IO[str]:
    return open(os.devnull, "w", encoding="utf-8")


def _let_go(stream: IO[str]) -> None:
    """Send what is still in a stream's buffer nowhere, or the interpreter fails at its last flush."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)

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
def output(name: str | None) -> Iterator[IO[str]]:
    """Standard output, or the file of that name. Raises `OutputError` where it cannot be written to.

    If the reader has gone (`errlint | head`), the rest of the block is left out and nothing is said.
    """
    where = "standard output" if name is None else f"--output-file {name}"
    try:
        if name is None:
            yield sys.stdout
            sys.stdout.flush()
        else:
            with open(name, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                yield stream
    except OSError as error:
        if name is None:
            _let_go(sys.stdout)
            if isinstance(error, BrokenPipeError):
                return
        raise OutputError(f"{where}: cannot be written: {error.strerror}") from error


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

"""Programs on a terminal of their own: typed at like a person does, and watched to their end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyte

from tests.cli.command import LIMIT, environment

COLUMNS, ROWS = 100, 60
"""What those who watch have in view."""
_IMPATIENT = """
import sys
from errlint.cli import main, progress
progress._PATIENCE = -1.0
sys.exit(main.main())
"""
"""errlint that draws its line at once: a test has no time for a long run."""


class Terminal:
    """What is typed at a program, and what it shows."""

    def __init__(self, descriptor: int, started: subprocess.Popen[bytes]) -> None:
        self._descriptor = descriptor
        self._started = started
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self._descriptor, text.encode())

    def until(self, text: str) -> str:
        """All that is shown up to a text, from here on. Fails if it does not come."""
        end = time.monotonic() + LIMIT
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} is not shown; this is: {self.shown!r}"
            if not self._read(1.0) and self._started.poll() is not None:
                raise AssertionError(f"{text!r} is not shown before the end; this is: {self.shown!r}")
        before, _, self.shown = self.shown.partition(text)
        return before

    def rest(self) -> tuple[int, str]:
        """The exit code of a program that ends, and all that it still shows."""
        end = time.monotonic() + LIMIT
        while self._started.poll() is None and time.monotonic() < end:
            self._read(0.1)
        while self._read(0.1):
            pass
        return self._started.wait(1), self.shown

    def piped(self) -> str:
        """What a program that has ended wrote to its pipe."""
        return "" if self._started.stdout is None else self._started.stdout.read().decode()

    def _read(self, seconds: float) -> bool:
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:  # Linux says so when the other side has closed
            return False
        self.shown += self._decoder.decode(data)
        return bool(data)


@contextmanager
def terminal(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    size: tuple[int, int] = (200, 200),
    *,
    piped: bool = False,
) -> Iterator[Terminal]:
    """Start a program on a terminal of so many lines and columns; `piped` sends its standard output elsewhere."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    out = subprocess.PIPE if piped else theirs
    started = subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=out, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    try:
        yield Terminal(ours, started)
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.kill()
        started.wait(LIMIT)
        if started.stdout is not None:
            started.stdout.close()
        os.close(ours)


@dataclass(frozen=True)
class Watched:
    """What stood on a terminal: all that was written, and what is left to see at the end."""

    code: int
    written: str
    piped: str

    @property
    def screen(self) -> list[str]:
        screen = pyte.Screen(COLUMNS, ROWS)
        pyte.Stream(screen).feed(self.written)
        return [line.rstrip() for line in screen.display if line.strip()]


def watch(folder: Path, *arguments: str, piped: bool = False, **more: str) -> Watched:
    """Start errlint on a terminal and wait for it; with `piped`, its standard output goes through a pipe instead."""
    command = [sys.executable, "-c", _IMPATIENT, *arguments]
    given = environment(**{"TERM": "xterm-256color", **more})
    with terminal(command, folder, given, (ROWS, COLUMNS), piped=piped) as started:
        code, written = started.rest()
        return Watched(code, written, started.piped())

"""A program on a terminal of its own, typed at like a person does."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.cli.command import LIMIT


class Terminal:
    """What is typed at a program, and what it shows."""

    def __init__(self, descriptor: int, started: subprocess.Popen[bytes]) -> None:
        self._descriptor = descriptor
        self._started = started
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

    def _read(self, seconds: float) -> bool:
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:  # Linux says so when the other side has closed
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)


@contextmanager
def terminal(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Start a program on a terminal of 200 columns and as many lines."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 200, 0, 0))
    started = subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    try:
        yield Terminal(ours, started)
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.kill()
        started.wait(LIMIT)
        os.close(ours)

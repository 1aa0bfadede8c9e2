"""Starts the real command on a terminal of its own, and keeps what it writes there."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path

import pyte

from tests.cli.command import LIMIT, environment

COLUMNS, ROWS = 100, 60
_IMPATIENT = """
import sys
from errlint.cli import main, progress
progress._PATIENCE = -1.0
sys.exit(main.main())
"""
"""errlint that draws its line at once: a test has no time for a long run."""


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
    """Start errlint on a terminal; with `piped`, its standard output goes through a pipe instead."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", _IMPATIENT, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if piped else theirs,
        stderr=theirs,
        env=environment(**{"TERM": "xterm-256color", **more}),
    )
    os.close(theirs)
    written = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    out, _ = process.communicate(timeout=LIMIT)
    return Watched(process.returncode, written.decode(), (out or b"").decode())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so when the last writer has gone
        return b""

"""Starts the real command in a folder, with an environment that holds nothing of the tester's own."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import errlint
from errlint.cli.main import main

PACKAGE = Path(errlint.__file__).parent
BAD = "def check():\n    raise\n"
"""One finding in any file, tests included: ERR105 at 2:5."""
CLEAN = "def check():\n    return 1\n"
LIMIT = 60
"""Seconds after which a started command counts as hung."""


@dataclass(frozen=True)
class Outcome:
    """What a started command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def places(self) -> list[str]:
        """`path:line:column CODE` of the findings in the concise format."""
        return [place_of(line) for line in self.lines if ": ERR" in line]

    @property
    def items(self) -> list[dict[str, Any]]:
        """The findings in the JSON format."""
        found = json.loads(self.out)
        assert isinstance(found, list)
        return found


def place_of(line: str) -> str:
    """`path:line:column CODE` of one line of the concise format."""
    place, _, rest = line.partition(": ERR")
    return f"{place} ERR{rest.split(' ')[0]}"


def environment(**more: str) -> dict[str, str]:
    """What a started command gets: enough to run Python, and what the test adds."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(PACKAGE.parent), "PYTHONDONTWRITEBYTECODE": "1", **more}


def errlint_command(*arguments: str) -> list[str]:
    """The command line that starts errlint."""
    return [sys.executable, "-m", "errlint", *arguments]


def run(folder: Path, *arguments: str, stdin: bytes = b"", **more: str) -> Outcome:
    """Start errlint in a folder and wait for it; `more` goes into the environment."""
    done = subprocess.run(
        errlint_command(*arguments),
        cwd=folder,
        input=stdin,
        capture_output=True,
        env=environment(**more),
        timeout=LIMIT,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def here(folder: Path, *arguments: str) -> Outcome:
    """The same in this process, for commands that only answer a question: a start takes half a second."""
    out, err = io.StringIO(), io.StringIO()
    before = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(arguments)
    except SystemExit as exit_:  # of argparse, for --help
        code = int(exit_.code or 0)
    finally:
        os.chdir(before)
        gc.unfreeze()
    return Outcome(code, out.getvalue(), err.getvalue())


def concise(folder: Path, *arguments: str, stdin: bytes = b"", **more: str) -> Outcome:
    """The same, one line a finding."""
    return run(folder, "--output-format", "concise", *arguments, stdin=stdin, **more)


def tree(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, with the folders that they need; the folder is returned."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder

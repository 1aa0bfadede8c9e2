"""Questions to git, asked of the program itself: it alone knows its files, its settings and its history."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from errlint.errors import ErrlintError


class GitError(ErrlintError):
    """git is missing, or refused. The text is its own."""


def ask(folder: Path, *arguments: str) -> bytes:
    """What git prints when it is started in a folder. Raises `GitError`."""
    command = ["git", "-c", "core.quotePath=false", "--no-pager", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 the arguments are ours; a revision is checked before it gets here
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            check=False,
        )
    except OSError as error:
        raise GitError(f"git cannot be started: {error.strerror or error}") from error
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip() or f"git {arguments[0]} ended with {done.returncode}"
        raise GitError(words)
    return done.stdout


def repository(folder: Path) -> Path:
    """The top folder of the working tree that holds a folder, without links. Raises `GitError`."""
    return Path(os.path.realpath(os.fsdecode(ask(folder, "rev-parse", "--show-toplevel")).removesuffix("\n")))

"""Scratch repositories, made with the real git and with nobody's settings but our own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.cli.command import LIMIT, environment
from tests.tools import require

MADE = "2026-01-02T03:04:05+0000"
"""When commits are made, unless said."""


def git(folder: Path, *arguments: str, when: str = MADE) -> str:
    """What git prints. Fails if it refuses."""
    require(shutil.which("git"), "git")
    person = {f"GIT_{who}_{what}": "me" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    alone = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    settings = ["-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *settings, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        env=environment(**person, **dates, **alone),
        check=True,
    )
    return done.stdout


def commit(folder: Path, when: str = MADE) -> None:
    """All that a folder holds, in a commit; the repository is made if need be."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "more", when=when)

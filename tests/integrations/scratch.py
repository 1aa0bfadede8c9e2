"""Git repositories for a test, and an environment in which nothing of the tester's own counts."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.cli.command import tree
from tests.cli.git import commit

ROOT = Path(__file__).parent.parent.parent
_OUR_OWN = ("PYTHONPATH", "VIRTUAL_ENV", "PRE_COMMIT", "CI")
_PUBLISHED = (".pre-commit-hooks.yaml", "LICENSE", "README.md", "action.yml", "pyproject.toml")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The tester's environment, which knows how packages are got, without what would reach errlint or git."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _OUR_OWN and not name.startswith(("GIT_", "GITHUB_", "INPUT_", "PYTEST_", "COV_"))
    }
    roles = ("AUTHOR", "COMMITTER")
    who = {f"GIT_{role}_{what}": "test@example.org" for role in roles for what in ("NAME", "EMAIL")}
    return {**kept, **who, "HOME": str(home), "PIP_DISABLE_PIP_VERSION_CHECK": "1", **more}


def started(folder: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; what it prints is one text."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


def repository(folder: Path, files: Mapping[str, str]) -> Path:
    """A git repository with one commit."""
    tree(folder, files)
    commit(folder)
    return folder


def published(folder: Path) -> Path:
    """A repository with what users of errlint get when they name it: this checkout, whatever is committed in it."""
    folder.mkdir(parents=True)
    for name in _PUBLISHED:
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, folder / name)
    for name in ("errlint", "action"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return repository(folder, {})

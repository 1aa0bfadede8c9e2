"""What can be configured: one frozen object for a run, and what is wrong with the files that it came from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from errlint.errors import ErrlintError
from errlint.model import Severity

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

PRESETS = ("recommended", "production", "critical")
"""From the smallest to the largest; each holds the ones before it."""

BASELINE = "errlint-baseline.toml"
"""Where a project has its baseline unless it says otherwise, below its root."""

TEST_FILES = ("tests/", "test_*.py", "*_test.py", "conftest.py")
DEFAULT_EXCLUDES = (
    *(".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d"),
    *(".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pycache__"),
    *("__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the settings. `line` is 1-based; 0 where only the file (or the command line) is known."""

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {self.message}"


class SettingsError(ErrlintError):
    """Settings that cannot be used; `problems` holds every mistake that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Patterns:
    """Globs as in a .gitignore, relative to the project root."""

    globs: tuple[str, ...] = ()

    def matches(self, place: PurePosixPath) -> bool:
        """Whether a path below the project root, or a folder that holds it, is meant."""
        return bool(self.globs) and self._spec.match_file(str(place))

    def deciding(self, place: PurePosixPath) -> str | None:
        """The glob by which a path is meant, if it is."""
        if not self.globs:
            return None
        result = self._spec.check_file(str(place))
        return self.globs[result.index] if result.include and result.index is not None else None

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self.globs)


@dataclass(frozen=True, slots=True)
class Layers:
    """Which modules are domain code, which speak HTTP, and which wrap third parties."""

    domain: Patterns = Patterns()
    http: Patterns = Patterns()
    adapters: Patterns = Patterns()


@dataclass(frozen=True, slots=True)
class Selector:
    """A code, prefix, family or name by which rules are chosen, and where it was written."""

    text: str
    source: str = "command line"
    line: int = 0


@dataclass(frozen=True)
class Settings:
    """All that can be configured. `root` is the folder of the settings file: globs are relative to it."""

    root: Path = field(default_factory=Path.cwd)
    source: Path | None = None
    preset: str = "recommended"
    select: tuple[Selector, ...] | None = None
    ignore: tuple[Selector, ...] = ()
    extend_select: tuple[Selector, ...] = ()
    extend_ignore: tuple[Selector, ...] = ()
    per_file_ignores: tuple[tuple[Patterns, tuple[Selector, ...]], ...] = ()
    extend_safe_fixes: tuple[Selector, ...] = ()
    extend_unsafe_fixes: tuple[Selector, ...] = ()
    unfixable: tuple[Selector, ...] = ()
    severity: tuple[tuple[Selector, Severity], ...] = ()
    fail_on: Severity = Severity.INFO
    exclude: tuple[str, ...] = DEFAULT_EXCLUDES
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    force_exclude: bool = False
    tests: Patterns = Patterns(TEST_FILES)
    layers: Layers | None = None
    python: str | None = None
    baseline: str | None = None
    reporters: tuple[str, ...] = ()
    required_error_attributes: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    http_exceptions: tuple[str, ...] = ()
    control_flow_exceptions: tuple[str, ...] = ()
    loggers: tuple[str, ...] = ()
    public_errors: tuple[str, ...] = ()
    sanitizers: tuple[str, ...] = ()
    proxies: Patterns = Patterns()
    comment_is_reason: bool = True
    require_reason: bool = False
    honor_foreign_ignores: bool = True

    def place(self, path: Path) -> PurePosixPath:
        """A path relative to the project root; a file elsewhere keeps its own path."""
        try:
            return PurePosixPath(Path(os.path.abspath(path)).relative_to(self.root))
        except ValueError:
            return PurePosixPath(path.name)


def distinct(used: Iterable[Settings]) -> list[Settings]:
    """Each settings object once: there is one for each settings file."""
    return list({id(settings): settings for settings in used}.values())

"""A run over many files: settings per folder, files in order, findings in one list."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from errlint.engine.checking import Checker
from errlint.engine.registry import Catalogue
from errlint.engine.selection import Selection
from errlint.model import CRASH, Diagnostic
from errlint.settings import Problem, Settings, SettingsError, SettingsFinder
from errlint.source.discovery import Found


@dataclass(frozen=True)
class Result:
    """What a run found. `seconds` is wall time."""

    findings: tuple[Diagnostic, ...]
    files: int
    seconds: float

    @property
    def crashed(self) -> bool:
        """Whether errlint could not do its job somewhere."""
        return any(finding.code == CRASH for finding in self.findings)


def settings_of(files: Iterable[Found], finder: SettingsFinder, catalogue: Catalogue) -> list[tuple[Found, Settings]]:
    """Each file with the settings that hold for it. Raises `SettingsError` with every mistake in all of them."""
    paired = [(file, finder.settings_for(file.path.parent)) for file in files]
    check_settings((settings for _, settings in paired), finder.problems, catalogue)
    return paired


def check_settings(used: Iterable[Settings], problems: Iterable[Problem], catalogue: Catalogue) -> None:
    """Raise `SettingsError` for known problems and for selectors that mean no rule."""
    selection = Selection(catalogue)
    each = {id(settings): settings for settings in used}.values()
    wrong = [*problems, *(problem for settings in each for problem in selection.problems(settings))]
    if wrong:
        raise SettingsError(sorted(set(wrong), key=lambda problem: (problem.source, problem.line, problem.message)))


def run(
    files: Iterable[tuple[Found, Settings]], catalogue: Catalogue, progress: Callable[[int], None] | None = None
) -> Result:
    """Check files one after the other; `progress` is told how many are done."""
    checker = Checker(Selection(catalogue))
    findings: list[Diagnostic] = []
    began = time.perf_counter()
    done = 0
    with without_collector():
        for file, settings in files:
            findings.extend(checker.check(file.path, file.name, settings))
            done += 1
            if progress is not None:
                progress(done)
    return Result(tuple(findings), done, time.perf_counter() - began)


def run_text(data: bytes, name: str, settings: Settings, catalogue: Catalogue) -> Result:
    """Check bytes from standard input as if they were the file `name`."""
    began = time.perf_counter()
    findings = Checker(Selection(catalogue)).check_text(data, Path(name), name, settings)
    return Result(findings, 1, time.perf_counter() - began)


@contextmanager
def without_collector() -> Iterator[None]:
    """The cyclic collector costs 30 % of libcst's time, and trees hold no cycles: they are freed without it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()

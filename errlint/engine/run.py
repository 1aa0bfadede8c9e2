"""A run over many files: settings per folder, files in order, findings in one list."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from errlint.engine.checking import Checker
from errlint.engine.fixing import Fixed, Fixer
from errlint.engine.ignoring import Ignorer
from errlint.engine.known import Known
from errlint.engine.registry import Catalogue
from errlint.engine.selection import Selection
from errlint.errors import UsageError
from errlint.model import CRASH, Diagnostic, Ignore, Silenced, crash
from errlint.semantics.environment import environment_of
from errlint.settings import Problem, Settings, SettingsError, distinct
from errlint.settings.finder import SettingsFinder
from errlint.source.discovery import Around, Found
from errlint.source.writing import WriteError, replace_bytes


@dataclass(frozen=True)
class Change:
    """What the fixes make of a file. `name` is the path as it is shown to people."""

    name: str
    before: bytes
    after: bytes


@dataclass(frozen=True)
class Result:
    """What a run found and did. `seconds` is wall time.

    `mended` counts fixed findings by the code and name of their rule, `fixed_files` the files that they were in.
    `changes` are what was not written to files: the run was asked for a diff, or read standard input.
    `silenced` and `ignores` are as they were before anything was fixed. `lines` counts the lines of each file.
    `today` is the day by which comments expired.
    """

    findings: tuple[Diagnostic, ...]
    files: int
    seconds: float
    mended: Counter[tuple[str, str]] = field(default_factory=Counter)
    fixed_files: int = 0
    changes: tuple[Change, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    today: date = date.min

    @property
    def crashed(self) -> bool:
        """Whether errlint could not do its job somewhere."""
        return any(finding.code == CRASH for finding in self.findings)


@dataclass(frozen=True)
class Fixing:
    """Which fixes a run applies, and whether it writes them to the files.

    With `ignore_because` it writes ignore comments with this reason, which may be empty, instead of fixes.
    """

    unsafe: bool
    write: bool
    ignore_because: str | None = None

    def by(self, checker: Checker) -> Fixer | Ignorer:
        """What changes the files."""
        return Fixer(checker, self.unsafe) if self.ignore_because is None else Ignorer(checker, self.ignore_because)


def settings_of(files: Iterable[Found], finder: SettingsFinder, catalogue: Catalogue) -> list[tuple[Found, Settings]]:
    """Each file with the settings that hold for it. Raises `SettingsError` with every mistake in all of them."""
    paired = [(file, finder.settings_for(file.path.parent)) for file in files]
    check_settings((settings for _, settings in paired), finder.problems, catalogue)
    return paired


def check_settings(used: Iterable[Settings], problems: Iterable[Problem], catalogue: Catalogue) -> None:
    """Raise `SettingsError` for known problems, selectors that mean no rule, and environments that are not there."""
    selection = Selection(catalogue)
    each = distinct(used)
    wrong = [*problems, *(problem for settings in each for problem in selection.problems(settings))]
    wrong += [problem for settings in each if (problem := _environment_problem(settings)) is not None]
    if wrong:
        raise SettingsError(sorted(set(wrong), key=lambda problem: (problem.source, problem.line, problem.message)))


def _environment_problem(settings: Settings) -> Problem | None:
    if settings.python is None:
        return None
    try:
        environment_of(settings)
    except UsageError as error:
        return Problem(str(settings.source or "command line"), 0, str(error))
    return None


def run(
    files: Iterable[tuple[Found, Settings]],
    catalogue: Catalogue,
    progress: Callable[[int, str], None] | None = None,
    fixing: Fixing | None = None,
    known: Known | None = None,
    *,
    around: Around | None = None,
    all_comments: bool = False,
) -> Result:
    """Check files one after the other, and fix each before the next. `progress` is told what is done and what comes.

    What is `known` from a baseline is silenced, and so it is not fixed. `around` finds the rest of a project where the
    run does not hold it, and what stands there matters. `all_comments` lists other tools' ignore comments in files
    without findings too.
    """
    files = list(files)
    paths = [file.path for file, _ in files]
    checker = Checker(Selection(catalogue), paths, around=around, known=known, all_comments=all_comments)
    worker = _Worker(checker, fixing)
    began = time.perf_counter()
    with without_collector():
        for done, (file, settings) in enumerate(files):
            if progress is not None:
                progress(done, file.name)
            worker.work_on(file, settings)
    return worker.result(len(files), time.perf_counter() - began)


def run_text(
    data: bytes,
    name: str,
    settings: Settings,
    catalogue: Catalogue,
    fixing: Fixing | None = None,
    known: Known | None = None,
    *,
    around: Around | None = None,
) -> Result:
    """Check bytes from standard input as if they were the file `name`; what fixes make of them is the one change."""
    began = time.perf_counter()
    paths = () if around is None else [Path(name)]
    worker = _Worker(Checker(Selection(catalogue), paths, around=around, known=known), fixing)
    worker.work_on_text(data, Path(name), name, settings)
    return worker.result(1, time.perf_counter() - began)


class _Worker:
    """Checks and fixes files, and keeps what is to be told about them."""

    def __init__(self, checker: Checker, fixing: Fixing | None) -> None:
        self._checker = checker
        self._is_dry = fixing is None or not fixing.write
        self._fixer = None if fixing is None else fixing.by(checker)
        self._findings: list[Diagnostic] = []
        self._silenced: list[Silenced] = []
        self._ignores: list[Ignore] = []
        self._mended: Counter[tuple[str, str]] = Counter()
        self._fixed_files = 0
        self._changes: list[Change] = []
        self._lines: dict[str, int] = {}

    def result(self, files: int, seconds: float) -> Result:
        return Result(
            findings=tuple(self._findings),
            files=files,
            seconds=seconds,
            mended=self._mended,
            fixed_files=self._fixed_files,
            changes=tuple(self._changes),
            silenced=tuple(self._silenced),
            ignores=tuple(self._ignores),
            lines=self._lines,
            today=self._checker.today,
        )

    def work_on(self, file: Found, settings: Settings) -> None:
        try:
            data = file.path.read_bytes()
        except OSError as error:
            self._findings.append(crash(file.name, 1, f"cannot be read: {error.strerror or error}"))
            return
        found = self._checked(data, file.path, file.name, settings)
        fixed = self._fixed(data, file.path, file.name, settings, found)
        if fixed.data != data and not self._is_dry:
            try:
                replace_bytes(file.path, data, fixed.data, settings.root)
            except WriteError as error:
                self._findings += (*found, crash(file.name, 1, f"{error}; its fixes were not applied"))
                return
        self._keep(file.name, data, fixed, is_dry=self._is_dry)

    def work_on_text(self, data: bytes, path: Path, name: str, settings: Settings) -> None:
        found = self._checked(data, path, name, settings)
        self._keep(name, data, self._fixed(data, path, name, settings, found), is_dry=True)

    def _checked(self, data: bytes, path: Path, name: str, settings: Settings) -> tuple[Diagnostic, ...]:
        checked = self._checker.check(data, path, name, settings)
        self._silenced += checked.silenced
        self._ignores += checked.ignores
        return checked.findings

    def _fixed(self, data: bytes, path: Path, name: str, settings: Settings, found: tuple[Diagnostic, ...]) -> Fixed:
        if self._fixer is None:
            return Fixed(data, found, Counter())
        return self._fixer.fix(data, path, name, settings, found)

    def _keep(self, name: str, data: bytes, fixed: Fixed, *, is_dry: bool) -> None:
        self._findings += fixed.findings
        self._lines[name] = len(fixed.data.splitlines())
        self._mended += fixed.mended
        self._fixed_files += fixed.data != data
        if fixed.data != data and is_dry:
            self._changes.append(Change(name, data, fixed.data))


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

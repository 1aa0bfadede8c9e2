"""What a run's findings mean for whoever asked: which are shown, which fail it, and what is said of the others."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from errlint.engine.run import Result
from errlint.errors import UsageError
from errlint.model import CRASH, Diagnostic
from errlint.output.words import counted
from errlint.settings import Settings
from errlint.source.discovery import Found
from errlint.source.ignoring import is_reason

if TYPE_CHECKING:
    from errlint.source.changes import Changes

_UNREADABLE = "ERR001"


@dataclass(frozen=True)
class Verdict:
    """`result` holds the findings that are shown; `fails` is whether one of them makes the exit code 1.

    `remarks` are sentences for the end of the summary.
    """

    result: Result
    fails: bool
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judge:
    """What a run was asked for: the settings of each file by the name that is shown, and the change that matters."""

    settings: Mapping[str, Settings]
    changes: Changes | None = None

    @classmethod
    def of(cls, files: Iterable[tuple[Found, Settings]], changes: Changes | None) -> Judge:
        """The judge of a run over some files."""
        return cls({file.name: settings for file, settings in files}, changes)

    def demand_reason(self, reason: str | None) -> None:
        """Raise `UsageError` for ignore comments without a reason where the settings want one."""
        if reason != "":
            return
        demanding = next((settings for settings in self.settings.values() if settings.require_reason), None)
        if demanding is not None:
            raise UsageError(f"{demanding.source} sets `require-reason`; say why with `--add-ignores --reason TEXT`")

    def verdict(self, result: Result) -> Verdict:
        """What holds for a run."""
        shown = [finding for finding in result.findings if self._is_shown(finding)]
        passing = sum(not self._fails(finding) for finding in shown)
        outside = len(result.findings) - len(shown)
        remarks = tuple(self._remarks(passing, outside))
        return Verdict(replace(result, findings=tuple(shown)), len(shown) > passing, remarks)

    def _is_shown(self, finding: Diagnostic) -> bool:
        """Whether a finding belongs to the change. What stops errlint from checking a file belongs to all of it."""
        if self.changes is None or finding.code == CRASH:
            return True
        if finding.code == _UNREADABLE:
            return self.changes.has(finding.path)
        return self.changes.touch(finding)

    def _fails(self, finding: Diagnostic) -> bool:
        settings = self.settings.get(finding.path)
        return settings is None or finding.severity.rank >= settings.fail_on.rank

    def _remarks(self, passing: int, outside: int) -> Iterator[str]:
        if passing:
            yield f"{passing:,} of them {'is' if passing == 1 else 'are'} less severe than `fail-on`: no failure."
        if outside and self.changes is not None:
            is_one = outside == 1
            where = f"outside of what was changed since {self.changes.since}"
            yield f"{counted(outside, 'finding')} {where} {'is' if is_one else 'are'} not shown."


def reason_of(options: argparse.Namespace) -> str | None:
    """The reason for new ignore comments; `None` if none are to be written. Raises `UsageError`."""
    if not options.add_ignores:
        if options.reason is not None:
            raise UsageError("--reason is for the comments of --add-ignores; add that, or leave --reason out")
        return None
    for option in ("fix", "fix_only"):
        if getattr(options, option):
            name = f"--{option.replace('_', '-')}"
            raise UsageError(f"{name} and --add-ignores cannot go together; fix first, then ignore what is left")
    reason: str = (options.reason or "").strip()
    if reason and not is_reason(reason):
        raise UsageError("--reason takes one line of text, without `until=` and without another comment")
    return reason


def changes_of(options: argparse.Namespace) -> Changes | None:
    """The change that `--diff-base` names, in the repository of the first path. Raises `ErrlintError`."""
    if options.diff_base is None:
        return None
    for option in ("fix", "fix_only", "diff"):
        if getattr(options, option):
            name = f"--{option.replace('_', '-')}"
            raise UsageError(f"--diff-base chooses what is shown, and {name} mends whole files: use one of them")
    if options.add_ignores:
        raise UsageError("--diff-base chooses what is shown, and --add-ignores is about whole files: use one of them")
    from errlint.source.changes import changes_since

    first = Path(options.paths[0] if options.paths else ".")
    return changes_since(options.diff_base, first if first.is_dir() else first.parent)

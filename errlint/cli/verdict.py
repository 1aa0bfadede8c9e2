"""What a run's findings mean for whoever asked: which are shown, which fail it, and what is said of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from errlint.engine.run import Result
from errlint.errors import UsageError
from errlint.model import CRASH, UNREADABLE, Diagnostic
from errlint.output.words import are, counted
from errlint.settings import Settings
from errlint.source.discovery import Found

if TYPE_CHECKING:
    from errlint.source.changes import Changes


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
        if finding.code == UNREADABLE:
            return self.changes.has(finding.path)
        return self.changes.touch(finding)

    def _fails(self, finding: Diagnostic) -> bool:
        settings = self.settings.get(finding.path)
        return settings is None or finding.severity.rank >= settings.fail_on.rank

    def _remarks(self, passing: int, outside: int) -> Iterator[str]:
        if passing:
            yield f"{passing:,} of them {are(passing)} less severe than `fail-on`: no failure."
        if outside and self.changes is not None:
            where = f"outside of what was changed since {self.changes.since}"
            yield f"{counted(outside, 'finding')} {where} {are(outside)} not shown."

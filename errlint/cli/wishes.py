"""What the options of `errlint check` ask for besides settings, and which of them cannot go together."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from errlint.cli.arguments import BY
from errlint.cli.destinations import Destination, destinations
from errlint.cli.inputs import STDIN
from errlint.cli.statistics import STATISTICS
from errlint.engine.run import Fixing
from errlint.errors import UsageError
from errlint.source.ignoring import is_reason
from errlint.suggestions import one_of

if TYPE_CHECKING:
    from errlint.source.changes import Changes


@dataclass(frozen=True)
class Wishes:
    """Where the findings go, standard output first, and what is done to the files."""

    destinations: Sequence[Destination]
    fixing: Fixing | None

    @classmethod
    def of(cls, options: argparse.Namespace) -> Wishes:
        """Read the options. Raises `UsageError`."""
        refuse_what_stays_unused(options)
        given = destinations(options)
        if options.statistics and given[0].output_format not in STATISTICS:
            raise UsageError(
                f"--statistics counts findings, and {given[0].output_format} has no form for that; "
                f"use {one_of(STATISTICS)}"
            )
        if STDIN in options.paths and options.diff_base is not None:
            raise UsageError("--diff-base compares files with a git revision, and `-` is no file")
        return cls(given, _fixing(options, _reason(options)))

    @property
    def reason(self) -> str | None:
        """The reason for new ignore comments; `None` if none are to be written."""
        return None if self.fixing is None else self.fixing.ignore_because


def refuse_what_stays_unused(options: argparse.Namespace) -> None:
    """Raise `UsageError` for a wish about findings where none are shown: a report would be missing in silence."""
    for wish, name in ((options.output_file, "--output-file"), (options.statistics, "--statistics")):
        if wish and (other := _given(options, "diff", "fix_only", "show_files", "show_settings")):
            raise UsageError(f"{other} shows no findings, and {name} does; use one of them")
    by = next((path for path in options.paths if path in BY and not os.path.lexists(path)), None)
    if options.statistics and by is not None:
        raise UsageError(f"--statistics takes its value behind a `=`; did you mean `--statistics={by}`?")


def _fixing(options: argparse.Namespace, reason: str | None) -> Fixing | None:
    if not (options.fix or options.fix_only or options.diff or options.add_ignores):
        return None
    return Fixing(unsafe=options.unsafe_fixes, write=not options.diff, ignore_because=reason)


def _reason(options: argparse.Namespace) -> str | None:
    """The reason for new ignore comments; `None` if none are to be written. Raises `UsageError`."""
    if not options.add_ignores:
        if options.reason is not None:
            raise UsageError("--reason is for the comments of --add-ignores; add that, or leave --reason out")
        return None
    if other := _given(options, "fix", "fix_only"):
        raise UsageError(f"{other} and --add-ignores cannot go together; fix first, then ignore what is left")
    reason: str = (options.reason or "").strip()
    if options.reason is not None and not reason:
        raise UsageError("--reason says nothing; say why, or leave it out")
    if reason and not is_reason(reason):
        raise UsageError("--reason takes one line of text, without `until=` and without another comment")
    return reason


def changes_of(options: argparse.Namespace) -> Changes | None:
    """The change that `--diff-base` names, in the repository of the first path. Raises `ErrlintError`."""
    if options.diff_base is None:
        return None
    if other := _given(options, "fix", "fix_only", "diff", "add_ignores"):
        raise UsageError(f"--diff-base chooses what is shown, and {other} is about whole files; use one of them")
    from errlint.source.changes import changes_since

    first = Path(options.paths[0] if options.paths else ".")
    return changes_since(options.diff_base, first if first.is_dir() else first.parent)


def _given(options: argparse.Namespace, *names: str) -> str | None:
    """The first of some options that was given, as people write it."""
    return next((f"--{name.replace('_', '-')}" for name in names if getattr(options, name)), None)

"""`errlint check --baseline`: which baselines are in use, and what the run has to say of them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from errlint.cli.inputs import STDIN
from errlint.cli.streams import say
from errlint.engine.known import Known, Read, path_of
from errlint.engine.registry import Catalogue
from errlint.engine.run import Result
from errlint.engine.selection import Selection
from errlint.errors import UsageError
from errlint.output.words import are, counted
from errlint.settings import Settings


def known_findings(options: argparse.Namespace, used: Sequence[Settings], rules: Catalogue) -> Known | None:
    """What the baselines of a run know, `None` if none is in use. Raises `BaselineError` for one that is broken."""
    if STDIN in options.paths and options.stdin_filename is None:
        if options.baseline is not None:
            raise UsageError("a baseline knows files by their paths; name what `-` reads with --stdin-filename")
        used = ()  # the settings may be meant for files with names
    if all(settings.baseline is None for settings in used):
        if options.error_stale:
            raise UsageError("--error-stale is about a baseline; add --baseline, or set `baseline` in the settings")
        return None
    return Known(used, Selection(rules), reader(options, used), date.today().isoformat())


def reader(options: argparse.Namespace, used: Sequence[Settings]) -> Read:
    """How baselines are read. One that is missing is a mistake; but of the projects inside of a project, to all of
    which `--baseline` alone applies, those need none in which nothing was found.
    """
    from errlint.engine.baseline_file import read_baseline, read_if_there

    paths = {path for settings in used if (path := path_of(settings)) is not None}
    is_there = any(map(os.path.lexists, paths))
    return read_if_there if options.baseline == "" and is_there else read_baseline


def absolute(paths: Sequence[str]) -> list[Path]:
    """The files and folders that a command was given."""
    return [Path(os.path.abspath(path)) for path in paths or ["."] if path != STDIN]


def say_gone(known: Known | None, paths: Sequence[str]) -> bool:
    """List the entries that are gone, each with its place in its baseline; whether there are any."""
    found = False
    if known is None:
        return False
    for baseline in known.baselines:
        for entry in known.gone(baseline, absolute(paths)):
            found = True
            say(f"{baseline.shown}:{entry.line}: is gone: {entry}")
    return found


def remarks(result: Result, known: Known | None, paths: Sequence[str]) -> Iterator[str]:
    """What the summary says of the baselines."""
    if known is None:
        return
    hidden = sum(each.comment is None for each in result.silenced)
    gone = sum(len(known.gone(baseline, absolute(paths))) for baseline in known.baselines)
    moved = sum(len(baseline.matching.moved) for baseline in known.baselines)
    there = [baseline for baseline in known.baselines if baseline.stored.data is not None]
    where = "the baseline" if len(there) == 1 else "baselines"
    left = f", {entries(gone, 'is', 'are')} gone: run `errlint baseline --prune`" if gone else ""
    yield f"{counted(hidden, 'finding')} {are(hidden)} in {where}{left}."
    for baseline in known.baselines:
        new = sum(baseline.place(Path(finding.path)) in baseline.checked for finding in result.findings)
        if baseline not in there and new:
            yield f"{counted(new, 'finding')} would be in {baseline.shown}, which is not there: run `errlint baseline`."
    if moved:
        yield f"{entries(moved, 'belongs', 'belong')} to files that were renamed: run `errlint baseline`."
    if known.expired:
        yield f"{entries(len(known.expired), 'has', 'have')} expired: mend the code, or change `until`."


def entries(number: int, one: str, several: str) -> str:
    """`1 entry is`, `2 entries are`."""
    return f"{number:,} {f'entry {one}' if number == 1 else f'entries {several}'}"

"""`errlint baseline`: write down the findings of today, or take out of the list what is gone."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from errlint.cli.inputs import STDIN, around, discovered, finder_of
from errlint.cli.known import absolute, entries, reader
from errlint.cli.progress import Progress
from errlint.cli.streams import output, say
from errlint.cli.summary import failures
from errlint.engine.baseline import NEVER, Entry
from errlint.engine.baseline_file import read_if_there, write_baseline
from errlint.engine.known import Baseline, Known, path_of
from errlint.engine.registry import catalogue
from errlint.engine.run import Result, run, settings_of
from errlint.engine.selection import Selection
from errlint.errors import UsageError
from errlint.model import Diagnostic
from errlint.output.words import counted
from errlint.settings import BASELINE
from errlint.source.writing import WriteError

_BEFORE_ALL_DAYS = ""
"""A today on which no entry has expired: what has, stays in the baseline until its finding is gone."""


def baseline(options: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    if STDIN in options.paths:
        raise UsageError("a baseline is about files; name files or folders instead of `-`")
    if options.file == "":
        raise UsageError(f"--file names no file; leave it out for {BASELINE} at the project's root")
    options.baseline = options.file or ""
    rules = catalogue()
    finder = finder_of(options)
    files = settings_of(discovered(options.paths or ["."], finder), finder, rules)
    used = [settings for _, settings in files] or [finder.settings_for(Path.cwd())]
    read = reader(options, used) if options.prune else read_if_there
    known = Known(used, Selection(rules), read, _BEFORE_ALL_DAYS)
    with Progress(len(files), quiet=options.quiet) as progress:
        result = run(files, rules, progress.advance, known=known, around=around(options.paths, finder))
    _say_what_no_baseline_holds(result)
    if result.crashed:
        say(f"{failures(result)}; no baseline was written. Leave the files out with --exclude to go on without them")
        return 2
    if not files and not any(each.stored.entries for each in known.baselines):
        say("errlint: no Python files found; no baseline was written")
        return 0
    homes = {file.name: known.baseline_of(settings) for file, settings in files}
    updates = []
    for each in known.baselines:
        gone = known.gone(each, absolute(options.paths))
        found = [finding for finding in _holdable(result) if homes[finding.path] is each]
        updates.append(_pruned(each, gone) if options.prune else _renewed(each, gone, found))
    for update in _needed(updates, {path_of(settings) for settings in used if settings.source is None}):
        files_of = sum(home is update.baseline for home in homes.values())
        _write(update, options, files_of, result.seconds)
    return 1 if any(finding.code in NEVER for finding in result.findings) else 0


def _say_what_no_baseline_holds(result: Result) -> None:
    from errlint.output.concise import lines

    for line in lines(finding for finding in result.findings if finding.code in NEVER):
        say(line)


def _holdable(result: Result) -> Iterator[Diagnostic]:
    """What a baseline may hold: all findings that no comment silences, whether it held them before or not."""
    yield from (finding for finding in result.findings if finding.code not in NEVER)
    yield from (silenced.finding for silenced in result.silenced if silenced.comment is None)


@dataclass(frozen=True)
class _Update:
    """What becomes of a baseline. `moved` are entries of files that were renamed, and among `entries`."""

    baseline: Baseline
    entries: Sequence[Entry]
    gone: Sequence[Entry]
    added: Sequence[Entry] = ()
    moved: Sequence[Entry] = ()


def _needed(updates: Sequence[_Update], unnamed: Collection[Path | None]) -> list[_Update]:
    """The baselines to write. A project inside of another gets no first one that is empty, unless its settings speak
    of it; one that stands alone does, or `check --baseline` would miss it.
    """
    others = [each for each in updates if each.entries or each.baseline.stored.data is not None]
    named = [each for each in updates if each not in others and each.baseline.path not in unnamed]
    homes = {each.baseline.path.parent for each in updates}
    return others + named or [each for each in updates if homes.isdisjoint(each.baseline.path.parent.parents)]


def _pruned(baseline: Baseline, gone: Sequence[Entry]) -> _Update:
    return _Update(baseline, [entry for entry in baseline.stored.entries if entry not in gone], gone)


def _renewed(baseline: Baseline, gone: Sequence[Entry], found: Iterable[Diagnostic]) -> _Update:
    """Entries for what was found, and those of which the run can say nothing; reasons and dates stay."""
    entries = [entry for entry in baseline.matching.left() if entry not in gone]
    added = []
    for finding in found:
        place = baseline.place(Path(finding.path))
        old = baseline.matching.entry_for(place, finding)
        entry = Entry(
            path=place,
            code=finding.code,
            fingerprint=finding.fingerprint,
            scope=finding.scope,
            message=finding.message,
            reason=old.reason if old else "",
            until=old.until if old else "",
        )
        entries.append(entry)
        if old is None:
            added.append(entry)
    return _Update(baseline, entries, gone, added, baseline.matching.moved)


def _write(update: _Update, options: argparse.Namespace, checked: int, seconds: float) -> None:
    name = update.baseline.shown
    is_first = update.baseline.stored.data is None
    try:
        is_changed = write_baseline(update.baseline.path, update.baseline.stored, update.entries)
    except WriteError as error:
        raise UsageError(f"{name}: {error}") from error
    if options.quiet:
        return
    with output(None) as stream:
        if is_first:
            files = len({entry.path for entry in update.entries})
            found = f"{counted(len(update.entries), 'finding')} in {files:,} of {counted(checked, 'file')}"
            print(f"Wrote {name}: {found} ({seconds:.1f} s).", file=stream)
            print(f"Now `errlint check {_option(options)}` shows new findings only.", file=stream)
            return
        for mark, entry in [*(("-", each) for each in update.gone), *(("+", each) for each in update.added)]:
            print(f"{mark} {entry}", file=stream)
        if is_changed:
            print(f"Wrote {name}: {_counts(update)}.", file=stream)
        else:
            print(f"{name} is up to date: {entries(len(update.entries), 'stands', 'stand')} in it.", file=stream)


def _option(options: argparse.Namespace) -> str:
    return f"--baseline={options.file}" if options.file else "--baseline"


def _counts(update: _Update) -> str:
    kept = len(update.entries) - len(update.added) - len(update.moved)
    counts = {"added": len(update.added), "kept": kept, "moved": len(update.moved), "gone": len(update.gone)}
    told = [f"{count:,} {what}" for what, count in counts.items() if count]
    return f"{', '.join(told)}; {entries(len(update.entries), 'stands', 'stand')} in it"

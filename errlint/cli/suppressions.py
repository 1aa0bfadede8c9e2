"""`errlint suppressions`: every ignore comment, why it is there, how old it is, and whether it is still needed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from errlint.cli.inputs import STDIN, discovered, finder_of
from errlint.cli.progress import Progress
from errlint.cli.streams import output, say
from errlint.engine.registry import catalogue
from errlint.engine.run import Result, run, settings_of
from errlint.errors import UsageError
from errlint.model import CRASH, UNREADABLE, Ignore
from errlint.output.json import place
from errlint.output.words import counted
from errlint.source.ages import Ages

_FOREIGN = "foreign"


@dataclass(frozen=True)
class Entry:
    """A comment, and the day on which its line was written, if git knows it."""

    ignore: Ignore
    since: date | None
    today: date

    @property
    def state(self) -> str:
        """In a word, what it does: `used`, `unused`, `expired`, or `unknown` where its rule did not run."""
        if self.ignore.lapsed:
            return "expired"
        if self.ignore.hides:
            return "used"
        return "unused" if self.ignore.is_judged and self.ignore.tool != _FOREIGN else "unknown"

    @property
    def does(self) -> str:
        """The same for people."""
        if self.state == "used":
            return f"hides {counted(self.ignore.hides, 'finding')}"
        others = {
            "expired": self.ignore.lapsed,
            "unused": "hides nothing",
            "unknown": "not judged: its rules did not run",
        }
        return others[self.state]

    @property
    def days(self) -> int | None:
        """How old it is."""
        return None if self.since is None else max((self.today - self.since).days, 0)

    @property
    def age(self) -> str:
        """The same for people."""
        return "-" if self.days is None else counted(self.days, "day")

    @property
    def named(self) -> str:
        """The rules that it names."""
        return ", ".join(self.ignore.codes) or "all rules"


def suppressions(options: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    if STDIN in options.paths:
        raise UsageError("`-` has no history; name a file or folder")
    rules = catalogue()
    finder = finder_of(options)
    files = settings_of(discovered(options.paths or ["."], finder), finder, rules)
    with Progress(len(files)) as progress:
        result = run(files, rules, progress.advance, all_comments=options.all)
    entries = [each for each in _entries(result, options) if _is_wanted(each, options)]
    with output(None) as stream:
        _WRITERS[options.output_format](entries, stream)
    unread = [finding for finding in result.findings if finding.code in (CRASH, UNREADABLE)]
    for finding in unread:
        say(f"errlint: {finding.path}:{finding.span.start.line}: {finding.message}")
    return 2 if unread else 0


def _entries(result: Result, options: argparse.Namespace) -> Iterator[Entry]:
    """The comments, in the order of their places; git is asked once for each file that has some."""
    grouped: dict[str, list[Ignore]] = {}
    for ignore in result.ignores:
        if options.all or ignore.tool != _FOREIGN:
            grouped.setdefault(ignore.path, []).append(ignore)
    ages = Ages()
    for path, found in grouped.items():
        written = ages.written(Path(path), {ignore.span.start.line for ignore in found})
        for ignore in sorted(found, key=lambda each: (each.span, each.codes)):
            moment = written.get(ignore.span.start.line)
            yield Entry(ignore, None if moment is None else moment.date(), result.today)


def _is_wanted(entry: Entry, options: argparse.Namespace) -> bool:
    """Whether a filter asks for a comment; without filters, all are shown."""
    if not (options.unused or options.without_reason or options.expired):
        return True
    return (
        (options.unused and entry.state == "unused")
        or (options.without_reason and not entry.ignore.reason)
        or (options.expired and entry.state == "expired")
    )


def _write_full(entries: Sequence[Entry], stream: IO[str]) -> None:
    for entry in entries:
        ignore, start = entry.ignore, entry.ignore.span.start
        where = "in the whole file, " if ignore.whole_file else ""
        until = "" if ignore.until is None or ignore.lapsed else f", until {ignore.until}"
        age = "" if entry.since is None else f", {entry.age} old"
        print(
            f"{ignore.path}:{start.line}:{start.column + 1}: {entry.named}: {where}{entry.does}{until}{age}",
            file=stream,
        )
        print(f"    {ignore.reason or '(no reason given)'}", file=stream)
    print(_summary(entries), file=stream)


def _summary(entries: Sequence[Entry]) -> str:
    if not entries:
        return "No ignore comments."
    hidden = sum(entry.ignore.hides for entry in entries)
    states = [entry.state for entry in entries]
    notes = [f"{states.count(state):,} {text}" for state, text in _NOTES.items() if state in states]
    unexplained = sum(not entry.ignore.reason for entry in entries)
    notes += [f"{unexplained:,} without a reason"] if unexplained else []
    verb = "hides" if len(entries) == 1 else "hide"
    rest = f": {', '.join(notes)}" if notes else ""
    return f"{counted(len(entries), 'ignore comment')} {verb} {counted(hidden, 'finding')}{rest}."


_NOTES = {"unused": "not needed", "expired": "expired", "unknown": "not judged"}


def _write_json(entries: Sequence[Entry], stream: IO[str]) -> None:
    print(json.dumps([_item(entry) for entry in entries], indent=2), file=stream)


def _item(entry: Entry) -> dict[str, Any]:
    ignore = entry.ignore
    return {
        "filename": str(Path(ignore.path).absolute()),
        "location": place(ignore.span.start),
        "tool": ignore.tool,
        "codes": list(ignore.codes),
        "whole_file": ignore.whole_file,
        "reason": ignore.reason or None,
        "state": entry.state,
        "hides": ignore.hides,
        "until": None if ignore.until is None else ignore.until.isoformat(),
        "since": None if entry.since is None else entry.since.isoformat(),
        "days": entry.days,
    }


def _write_markdown(entries: Sequence[Entry], stream: IO[str]) -> None:
    from errlint.output.markdown import marked_up

    print("| place | ignores | does | age | until | reason |", "|---|---|---|---|---|---|", sep="\n", file=stream)
    for entry in entries:
        ignore = entry.ignore
        where = f"{Path(ignore.path).as_posix()}:{ignore.span.start.line}"
        cells = [where, entry.named, entry.does, entry.age, str(ignore.until or "-"), ignore.reason or "-"]
        print("| " + " | ".join(map(marked_up, cells)) + " |", file=stream)
    print("", _summary(entries), sep="\n", file=stream)


_WRITERS = {"full": _write_full, "json": _write_json, "markdown": _write_markdown}

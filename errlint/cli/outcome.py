"""The end of `errlint check`: what is shown of a run, what is said of it, and its exit code."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from errlint.cli.destinations import Destination, write_report
from errlint.cli.known import remarks, say_gone
from errlint.cli.statistics import write_statistics
from errlint.cli.streams import output, say
from errlint.cli.summary import failures, fixes, summary
from errlint.cli.verdict import Verdict
from errlint.engine.known import Known
from errlint.engine.registry import Catalogue
from errlint.engine.run import Change
from errlint.model import CRASH, Diagnostic
from errlint.output.report import Report
from errlint.source.lines import Lines

_SUMMED_UP = ("full", "github")
"""The formats below which people read a summary; GitHub passes over lines that are no commands."""


@dataclass(frozen=True)
class Outputs:
    """Where a run's findings go, and what is needed to show them. `standard` stands in for standard output."""

    rules: Catalogue
    destinations: Sequence[Destination]
    line: Lines
    standard: IO[str] | None = None
    known: Known | None = None


def finish(options: argparse.Namespace, verdict: Verdict, to: Outputs) -> int:
    """Tell what was found and done; the result is the exit code."""
    result = verdict.result
    if options.diff or options.fix_only:
        _say_findings([found for found in result.findings if found.code == CRASH])
    else:
        _show(options, verdict, to)
    if options.diff:
        _write_diff(result.changes, options.color)
    if (options.diff or options.fix_only) and result.mended and not options.quiet:
        done = ("Would ignore", "Ignored") if options.add_ignores else ("Would fix", "Fixed")
        say(f"{done[not options.diff]} {fixes(result)}.")
    is_stale = options.error_stale and say_gone(to.known, options.paths)
    if result.crashed:
        say(failures(result))
        return 2
    if options.exit_zero:
        return 0
    changed = bool(result.mended) and (options.diff or options.exit_non_zero_on_fix)
    fails = verdict.fails and not (options.diff or options.fix_only)
    return 1 if fails or changed or is_stale else 0


def _show(options: argparse.Namespace, verdict: Verdict, to: Outputs) -> None:
    result = verdict.result
    if options.statistics:
        with output(to.destinations[0].file, to.standard) as stream:
            write_statistics(result, options.statistics, to.destinations[0].output_format, stream)
    report = Report(
        findings=result.findings,
        line=to.line,
        rules=to.rules.rules,
        files=result.files,
        seconds=result.seconds,
        silenced=result.silenced,
        lines=result.lines,
        colour=options.color,
        say=say,
    )
    shown = to.destinations[1 if options.statistics else 0 :]
    write_report(report, shown, options.max_findings, to.standard)
    first = to.destinations[0]
    if first.file is None and first.output_format in _SUMMED_UP and not options.quiet:
        with output(None, to.standard) as stream:
            done = "Ignored" if options.add_ignores else "Fixed"
            print(summary(result, fixed=options.fix, unsafe=options.unsafe_fixes, done=done), file=stream)
            for remark in (*verdict.remarks, *remarks(result, to.known, options.paths)):
                print(remark, file=stream)
            if written := [each.file for each in to.destinations if each.file is not None]:
                print(f"Written: {', '.join(written)}.", file=stream)


def _say_findings(findings: Sequence[Diagnostic]) -> None:
    from errlint.output.concise import lines

    for text in lines(findings):
        say(text)


def _write_diff(changes: Iterable[Change], colour: str) -> None:
    from errlint.output.diff import write_change

    with output(None) as stream:
        for change in changes:
            write_change(change.name, change.before, change.after, stream, colour)

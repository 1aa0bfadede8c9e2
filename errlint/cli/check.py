"""`errlint check`: find files, run the rules, show what they found."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, TypeAlias

from errlint.cli.arguments import BY
from errlint.cli.destinations import Destination, destinations, write_report
from errlint.cli.inputs import STDIN, around, discovered, finder_of, is_left_out
from errlint.cli.known import known_findings, remarks, say_gone
from errlint.cli.progress import Progress
from errlint.cli.show import show_settings
from errlint.cli.statistics import STATISTICS, write_statistics
from errlint.cli.streams import output, say, write_bytes
from errlint.cli.summary import failures, fixes, summary
from errlint.cli.verdict import Judge, Verdict, changes_of, reason_of
from errlint.engine.known import Known
from errlint.engine.registry import Catalogue, catalogue
from errlint.engine.run import Fixing, Result, check_settings, run, run_text, settings_of
from errlint.errors import UsageError
from errlint.model import CRASH, Diagnostic
from errlint.output.report import Report
from errlint.settings import Settings
from errlint.settings.finder import SettingsFinder
from errlint.source.discovery import Found
from errlint.source.file import SourceFile, Unreadable, decode, read

_SUMMED_UP = ("full", "github")
"""The formats below which people read a summary; GitHub passes over lines that are no commands."""

Lines: TypeAlias = "Callable[[str, int], str]"
"""Gives the source of a 1-based line of a path."""


def check(options: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    if STDIN in options.paths:
        return _check_stdin(options)
    given, reason = _wishes(options)
    rules = catalogue()
    finder = finder_of(options)
    if options.stdin_filename is not None:
        raise UsageError("--stdin-filename names what `-` reads; add `-`")
    files = settings_of(discovered(options.paths or ["."], finder), finder, rules)
    if options.show_files:
        with output(None) as stream:
            print("\n".join(file.name for file, _ in files), file=stream)
        return 0
    if options.show_settings:
        used = [settings for _, settings in files] or [finder.settings_for(Path.cwd())]
        return show_settings(used, finder, rules, options.output_format)
    judge = Judge.of(files, changes_of(options))
    judge.demand_reason(reason)
    if options.verbose:
        _say_what_is_used(files)
    known = known_findings(options, [settings for _, settings in files], rules)
    with Progress(len(files), quiet=options.quiet, colour=options.color) as progress:
        result = run(
            files, rules, progress.advance, _fixing(options, reason), known, around=around(options.paths, finder)
        )
    return _finish(options, judge.verdict(result), _Output(rules, given, _line_of_files(), known=known))


def _wishes(options: argparse.Namespace) -> tuple[Sequence[Destination], str | None]:
    """Where the findings go, and the reason for ignore comments if some are to be written. Raises `UsageError`."""
    _refuse_what_stays_unused(options)
    given = destinations(options)
    if options.statistics and given[0].output_format not in STATISTICS:
        raise UsageError(
            f"`--statistics` counts findings, and {given[0].output_format} has no form for that; "
            f"use one of {', '.join(STATISTICS)}"
        )
    if STDIN in options.paths and options.diff_base is not None:
        raise UsageError("--diff-base compares files with a git revision, and `-` is no file")
    return given, reason_of(options)


def _refuse_what_stays_unused(options: argparse.Namespace) -> None:
    """Raise `UsageError` for a wish about findings where none are shown: a report would be missing in silence."""
    for option in ("diff", "fix_only", "show_files", "show_settings"):
        for wish, name in ((options.output_file, "--output-file"), (options.statistics, "--statistics")):
            if getattr(options, option) and wish:
                raise UsageError(f"--{option.replace('_', '-')} shows no findings, and {name} does: use one of them")
    by = next((path for path in options.paths if path in BY and not os.path.lexists(path)), None)
    if options.statistics and by is not None:
        raise UsageError(f"--statistics takes its value behind a `=`; did you mean `--statistics={by}`?")


def _check_stdin(options: argparse.Namespace) -> int:
    if options.show_settings or options.show_files:
        return _show_for_stdin(options)
    if sys.stdin is None:
        raise UsageError("`-` reads standard input, which is closed")
    if not (options.fix or options.fix_only or options.add_ignores) or options.diff:
        given, reason = _wishes(options)
        rules, name, settings, finder = _settings_for_stdin(options)
        judge = Judge({name: settings})
        judge.demand_reason(reason)
        known = known_findings(options, [settings], rules)
        data = sys.stdin.buffer.read()
        result = _run_text(data, name, settings, rules, finder, _fixing(options, reason), known)
        return _finish(options, judge.verdict(result), _Output(rules, given, _line_of_text(data, name), known=known))
    data = written = sys.stdin.buffer.read()
    try:
        given, reason = _wishes(options)
        rules, name, settings, finder = _settings_for_stdin(options)
        judge = Judge({name: settings})
        judge.demand_reason(reason)
        known = known_findings(options, [settings], rules)
        result = _run_text(data, name, settings, rules, finder, _fixing(options, reason), known)
        written = result.changes[0].after if result.changes else data
    finally:  # an editor replaces its text by what we write, so it gets its own back if anything goes wrong
        write_bytes(written)
    to = _Output(rules, given, _line_of_text(written, name), sys.stderr, known)
    return _finish(options, judge.verdict(result), to)


def _show_for_stdin(options: argparse.Namespace) -> int:
    _refuse_what_stays_unused(options)
    rules, name, settings, finder = _settings_for_stdin(options)
    if options.show_settings:
        return show_settings([settings], finder_of(options), rules, options.output_format)
    with output(None) as stream:
        if not is_left_out(name, finder):
            print(name, file=stream)
    return 0


def _run_text(
    data: bytes,
    name: str,
    settings: Settings,
    rules: Catalogue,
    finder: SettingsFinder,
    fixing: Fixing | None,
    known: Known | None,
) -> Result:
    if is_left_out(name, finder):
        return Result((), files=0, seconds=0.0)
    return run_text(data, name, settings, rules, fixing, known, around=around([name], finder))


def _settings_for_stdin(options: argparse.Namespace) -> tuple[Catalogue, str, Settings, SettingsFinder]:
    if len(options.paths) > 1:
        raise UsageError("`-` reads standard input and goes with no other path")
    rules = catalogue()
    finder = finder_of(options)
    name = options.stdin_filename or STDIN
    settings = finder.settings_for(Path(name).parent if options.stdin_filename else Path.cwd())
    check_settings([settings], finder.problems, rules)
    return rules, name, settings, finder


def _fixing(options: argparse.Namespace, reason: str | None) -> Fixing | None:
    if not (options.fix or options.fix_only or options.diff or options.add_ignores):
        return None
    return Fixing(unsafe=options.unsafe_fixes, write=not options.diff, ignore_because=reason)


def _say_what_is_used(files: Iterable[tuple[Found, Settings]]) -> None:
    sources = Counter(str(settings.source or "defaults") for _, settings in files)
    for source, count in sorted(sources.items()):
        say(f"errlint: {count} files with settings from {source}")


@dataclass(frozen=True)
class _Output:
    """Where a run's findings go, and what is needed to show them. `standard` stands in for standard output."""

    rules: Catalogue
    destinations: Sequence[Destination]
    line: Lines
    standard: IO[str] | None = None
    known: Known | None = None


def _finish(options: argparse.Namespace, verdict: Verdict, to: _Output) -> int:
    result = verdict.result
    if options.diff or options.fix_only:
        _say_findings([found for found in result.findings if found.code == CRASH])
    else:
        _show(options, verdict, to)
    if options.diff:
        _write_diff(result, options.color)
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


def _show(options: argparse.Namespace, verdict: Verdict, to: _Output) -> None:
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


def _write_diff(result: Result, colour: str) -> None:
    from errlint.output import diff

    with output(None) as stream:
        for change in result.changes:
            before, after = (decode(data, Path(change.name), change.name) for data in (change.before, change.after))
            mark = "\ufeff" if before.encoding == "utf-8-sig" else ""
            encoding = "utf-8" if mark else before.encoding
            diff.write(diff.lines(change.name, mark + before.text, mark + after.text), encoding, stream, colour)


def _line_of_files() -> Lines:
    """Source lines from the files; a file that cannot be read has none (its finding says so)."""

    @lru_cache(maxsize=16)
    def source(path: str) -> SourceFile | None:
        try:
            return read(Path(path), path)
        except (OSError, Unreadable):  # ERR000 or ERR001 is what is being shown
            return None

    def line(path: str, number: int) -> str:
        found = source(path)
        return "" if found is None else found.line(number)

    return line


def _line_of_text(data: bytes, name: str) -> Lines:
    try:
        source = decode(data, Path(name), name)
    except Unreadable:
        return lambda path, number: ""
    return lambda path, number: source.line(number)

"""`errlint check`: find files, run the rules, show what they found."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from errlint.cli.inputs import STDIN, around, discovered, finder_of
from errlint.cli.known import known_findings
from errlint.cli.outcome import Outputs, finish
from errlint.cli.progress import Progress
from errlint.cli.show import show_settings
from errlint.cli.streams import output, say
from errlint.cli.verdict import Judge
from errlint.cli.wishes import Wishes, changes_of
from errlint.engine.registry import catalogue
from errlint.engine.run import run, settings_of
from errlint.errors import UsageError
from errlint.output.words import counted
from errlint.settings import Settings
from errlint.source.discovery import Found
from errlint.source.lines import lines_of_files


def check(options: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    if STDIN in options.paths:
        from errlint.cli.standard_input import check_standard_input

        return check_standard_input(options)
    wishes = Wishes.of(options)
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
    judge.demand_reason(wishes.reason)
    if options.verbose:
        _say_what_is_used(files)
    known = known_findings(options, [settings for _, settings in files], rules)
    with Progress(len(files), quiet=options.quiet, colour=options.color) as progress:
        result = run(files, rules, progress.advance, wishes.fixing, known, around=around(options.paths, finder))
    to = Outputs(rules, wishes.destinations, lines_of_files(), known=known)
    return finish(options, judge.verdict(result), to)


def _say_what_is_used(files: Iterable[tuple[Found, Settings]]) -> None:
    sources = Counter(str(settings.source or "defaults") for _, settings in files)
    for source, count in sorted(sources.items()):
        say(f"errlint: {counted(count, 'file')} with settings from {source}")

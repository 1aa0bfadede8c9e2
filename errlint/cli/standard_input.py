"""`errlint check -`: a text from standard input, as if it were a file, and back to standard output if it is fixed."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from errlint.cli.arguments import gives_text_back
from errlint.cli.inputs import STDIN, around, finder_of, is_left_out
from errlint.cli.known import known_findings
from errlint.cli.outcome import Outputs, finish
from errlint.cli.show import show_settings
from errlint.cli.streams import output, write_bytes
from errlint.cli.verdict import Judge
from errlint.cli.wishes import Wishes, refuse_what_stays_unused
from errlint.engine.known import Known
from errlint.engine.registry import Catalogue, catalogue
from errlint.engine.run import Result, check_settings, run_text
from errlint.errors import UsageError
from errlint.settings import Settings
from errlint.settings.finder import SettingsFinder
from errlint.source.lines import lines_of_text


def check_standard_input(options: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    if options.show_settings or options.show_files:
        return _show(options)
    if sys.stdin is None:
        raise UsageError("`-` reads standard input, which is closed")
    if not gives_text_back({f"--{name.replace('_', '-')}" for name, value in vars(options).items() if value}):
        job = _Job.of(options)
        data = sys.stdin.buffer.read()
        return job.finish(options, job.run(data), data)
    data = written = sys.stdin.buffer.read()
    try:
        job = _Job.of(options)
        result = job.run(data)
        written = result.changes[0].after if result.changes else data
    finally:  # an editor replaces its text by what we write, so it gets its own back if anything goes wrong
        write_bytes(written)
    return job.finish(options, result, written, is_text_given_back=True)


@dataclass(frozen=True)
class _Text:
    """What holds for the text that is read: its name, `-` if it has none, and its settings."""

    name: str
    settings: Settings
    finder: SettingsFinder
    rules: Catalogue

    @classmethod
    def of(cls, options: argparse.Namespace) -> _Text:
        if len(options.paths) > 1:
            raise UsageError("`-` reads standard input and goes with no other path")
        rules = catalogue()
        finder = finder_of(options)
        name = options.stdin_filename or STDIN
        settings = finder.settings_for(Path(name).parent if options.stdin_filename else Path.cwd())
        check_settings([settings], finder.problems, rules)
        return cls(name, settings, finder, rules)


@dataclass(frozen=True)
class _Job:
    """What is to be done with the text; all wrong use is told before it is read."""

    text: _Text
    wishes: Wishes
    judge: Judge
    known: Known | None

    @classmethod
    def of(cls, options: argparse.Namespace) -> _Job:
        wishes = Wishes.of(options)
        text = _Text.of(options)
        judge = Judge({text.name: text.settings})
        judge.demand_reason(wishes.reason)
        return cls(text, wishes, judge, known_findings(options, [text.settings], text.rules))

    def run(self, data: bytes) -> Result:
        name, finder = self.text.name, self.text.finder
        if is_left_out(name, finder):
            return Result((), files=0, seconds=0.0)
        near = around([name], finder)
        return run_text(data, name, self.text.settings, self.text.rules, self.wishes.fixing, self.known, around=near)

    def finish(
        self, options: argparse.Namespace, result: Result, shown: bytes, *, is_text_given_back: bool = False
    ) -> int:
        line = lines_of_text(shown, self.text.name)
        standard = sys.stderr if is_text_given_back else None
        to = Outputs(self.text.rules, self.wishes.destinations, line, standard, self.known)
        return finish(options, self.judge.verdict(result), to)


def _show(options: argparse.Namespace) -> int:
    refuse_what_stays_unused(options)
    text = _Text.of(options)
    if options.show_settings:
        return show_settings([text.settings], text.finder, text.rules, options.output_format)
    with output(None) as stream:
        if not is_left_out(text.name, text.finder):
            print(text.name, file=stream)
    return 0

"""`errlint check`: find files, run the rules, show what they found."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from errlint.cli.progress import Progress
from errlint.cli.show import show_settings
from errlint.cli.streams import output, say
from errlint.engine.registry import Catalogue, catalogue
from errlint.engine.run import Result, check_settings, run, run_text, settings_of
from errlint.errors import UsageError
from errlint.model import CRASH, Diagnostic
from errlint.settings import (
    Patterns,
    Selector,
    Settings,
    SettingsError,
    SettingsFinder,
    read_settings,
)
from errlint.source.discovery import Found, discover
from errlint.source.file import SourceFile, Unreadable, decode, read
from errlint.suggestions import suggestion

STDIN = "-"


def check(options: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    rules = catalogue()
    finder = SettingsFinder(_fixed_settings(options), _overrides(options), isolated=options.isolated)
    if STDIN in options.paths:
        return _check_stdin(options, finder, rules)
    if options.stdin_filename is not None:
        raise UsageError("--stdin-filename names what `-` reads; add `-`")
    files = settings_of(_discovered(options.paths or ["."], finder), finder, rules)
    if options.show_files:
        with output(None) as stream:
            print("\n".join(file.name for file, _ in files), file=stream)
        return 0
    if options.show_settings:
        used = [settings for _, settings in files] or [finder.settings_for(Path.cwd())]
        with output(None) as stream:
            show_settings(used, rules, stream)
        return 0
    if options.verbose:
        _say_what_is_used(files)
    with Progress(len(files)) as progress:
        result = run(files, rules, progress.advance)
    return _finish(options, result, _line_of_files())


def _check_stdin(options: argparse.Namespace, finder: SettingsFinder, rules: Catalogue) -> int:
    if len(options.paths) > 1:
        raise UsageError("`-` reads standard input and goes with no other path")
    name = options.stdin_filename or STDIN
    folder = Path(name).parent if options.stdin_filename else Path.cwd()
    settings = finder.settings_for(folder)
    check_settings([settings], finder.problems, rules)
    if options.show_settings:
        with output(None) as stream:
            show_settings([settings], rules, stream)
        return 0
    if options.show_files:
        with output(None) as stream:
            print(name, file=stream)
        return 0
    if sys.stdin is None:
        raise UsageError("`-` reads standard input, which is closed")
    data = sys.stdin.buffer.read()
    result = run_text(data, name, settings, rules)
    return _finish(options, result, _line_of_text(data, name))


def _discovered(paths: Sequence[str], finder: SettingsFinder) -> list[Found]:
    try:
        return discover(paths, finder)
    except UsageError as error:
        from errlint.cli.parser import COMMANDS

        hint = suggestion(paths[0], COMMANDS) if paths[0].replace("-", "").isalpha() else ""
        first, *others = str(error).split("\n")
        if first.startswith(f"{paths[0]}: "):
            first += hint
        raise UsageError("\n".join([first, *others])) from error


def _fixed_settings(options: argparse.Namespace) -> Settings | None:
    if options.isolated and options.config is not None:
        raise UsageError("--config and --isolated cannot go together")
    if options.config is None:
        return None
    settings, problems = read_settings(Path(options.config))
    if problems:
        raise SettingsError(problems)
    return settings


def _overrides(options: argparse.Namespace) -> dict[str, Any]:
    """What the command line says instead of, or on top of, the settings files."""
    found: dict[str, Any] = {}
    if options.preset is not None:
        found["preset"] = options.preset
    for name in ("select", "ignore", "extend_select", "extend_ignore"):
        if (values := _listed(getattr(options, name))) is not None:
            found[name] = tuple(Selector(value, f"--{name.replace('_', '-')}") for value in values)
    for name in ("exclude", "extend_exclude"):
        if (values := _listed(getattr(options, name))) is not None:
            found[name] = values
    if (pairs := _listed(options.per_file_ignores)) is not None:
        found["per_file_ignores"] = tuple(_per_file(pair) for pair in pairs)
    return found


def _listed(values: list[str] | None) -> tuple[str, ...] | None:
    if values is None:
        return None
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _per_file(pair: str) -> tuple[Patterns, tuple[Selector, ...]]:
    glob, colon, rule = pair.rpartition(":")
    if not (glob and colon and rule):
        raise UsageError(f"--per-file-ignores takes GLOB:RULE, not '{pair}'")
    return Patterns((glob,)), (Selector(rule, "--per-file-ignores"),)


def _say_what_is_used(files: Iterable[tuple[Found, Settings]]) -> None:
    sources = Counter(str(settings.source or "defaults") for _, settings in files)
    for source, count in sorted(sources.items()):
        say(f"errlint: {count} files with settings from {source}")


def _finish(options: argparse.Namespace, result: Result, line: Callable[[str, int], str]) -> int:
    with output(options.output_file) as stream:
        if options.statistics:
            _write_statistics(result.findings, options.output_format, stream)
        else:
            _write(result.findings, options.output_format, stream, line)
        if options.output_format == "full" and not options.quiet and options.output_file is None:
            print(_summary(result), file=stream)
    if result.crashed:
        _say_that_it_failed(result)
        return 2
    return 1 if result.findings and not options.exit_zero else 0


def _write(
    findings: Sequence[Diagnostic], output_format: str, stream: IO[str], line: Callable[[str, int], str]
) -> None:
    if output_format == "json":
        from errlint.output.json import text

        print(text(findings), file=stream)
    elif output_format == "concise":
        from errlint.output.concise import lines

        stream.writelines(f"{each}\n" for each in lines(findings))
    elif findings:
        from errlint.output.full import write

        write(findings, line, stream)


def _write_statistics(findings: Sequence[Diagnostic], output_format: str, stream: IO[str]) -> None:
    counts = Counter((finding.code, finding.name) for finding in findings)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if output_format == "json":
        import json

        rows = [{"code": code, "name": name, "count": count} for (code, name), count in ordered]
        print(json.dumps(rows, indent=2), file=stream)
        return
    width = max((len(str(count)) for count in counts.values()), default=1)
    for (code, name), count in ordered:
        print(f"{count:>{width}}  {code}  {name}", file=stream)


def _summary(result: Result) -> str:
    count = len(result.findings)
    files = _counted(result.files, "file")
    if not result.files:
        return "No Python files found."
    if not count:
        return f"No findings in {files} ({result.seconds:.1f} s)."
    touched = len({finding.path for finding in result.findings})
    return f"{_counted(count, 'finding')} in {touched} of {files} ({result.seconds:.1f} s)."


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _say_that_it_failed(result: Result) -> None:
    failures = [finding for finding in result.findings if finding.code == CRASH]
    say(f"errlint: {_counted(len(failures), 'place')} could not be checked; see {CRASH} above")


def _line_of_files() -> Callable[[str, int], str]:
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


def _line_of_text(data: bytes, name: str) -> Callable[[str, int], str]:
    try:
        source = decode(data, Path(name), name)
    except Unreadable:
        return lambda path, number: ""
    return lambda path, number: source.line(number)

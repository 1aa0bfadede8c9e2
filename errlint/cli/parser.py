"""The arguments of every command, with suggestions for what is misspelt."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from errlint import __version__
from errlint.cli.streams import output
from errlint.errors import UsageError
from errlint.model import Severity
from errlint.output import FORMATS
from errlint.settings import PRESETS
from errlint.suggestions import suggestion

BY = ("rule", "family", "folder")
"""What `--statistics` counts by."""
COMMANDS = ("check", "config", "suppressions", "new-rule")


class ArgumentsError(UsageError):
    """Arguments that no command takes. `usage` shows what it does take, on lines of its own."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message, usage)
        self.message = message
        self.usage = "\n" + usage.rstrip()

    def __str__(self) -> str:
        return self.message


class Parser(argparse.ArgumentParser):
    """argparse, but mistakes are raised as `UsageError` and name what may have been meant."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.optional_values: dict[str, str] = {}
        """Options that take a value only behind `=`, and what they mean without: the next argument is a path."""

    def error(self, message: str) -> NoReturn:
        """Raise `ArgumentsError` with what was meant, where argparse would print and exit."""
        raise ArgumentsError(self._explained(message), self.format_usage())

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Unknown arguments are a mistake of the command that got them: argparse would hand them to the top."""
        args = self._with_values(sys.argv[1:] if args is None else args)
        options, unknown = super().parse_known_args(args, namespace)
        if unknown:
            raise ArgumentsError(self._unknown(unknown[0]), self.format_usage())
        return options, unknown

    def _with_values(self, arguments: Sequence[str]) -> list[str]:
        options = arguments[: arguments.index("--")] if "--" in arguments else arguments
        given = [f"{each}={self.optional_values[each]}" if each in self.optional_values else each for each in options]
        return [*given, *arguments[len(options) :]]

    def _print_message(self, message: str, file: Any = None) -> None:
        """Help and version; argparse would pass over a full disk."""
        with output(None) as stream:
            stream.write(message)

    def _unknown(self, argument: str) -> str:
        if not argument.startswith("-"):
            return f"'{argument}' is one argument too many"
        option = argument.partition("=")[0]
        known = [name for action in self._actions for name in action.option_strings]
        return f"there is no option '{option}'{suggestion(option, known)}"

    def _explained(self, message: str) -> str:
        choice = re.match(r"argument (\S+): invalid choice: '?([^']*)'? \(choose from (.*)\)", message)
        if choice:
            name, value, listed = choice.groups()
            known = [word.strip(" '\"") for word in listed.split(",")]
            hint = suggestion(value, known) or f"; use one of {', '.join(known)}"
            return f"'{value}' is not a value of {name}{hint}"
        return message


def parser() -> Parser:
    """The parser of `errlint`, with all commands."""
    top = Parser(
        prog="errlint",
        description="Finds where Python code raises, handles and reports errors in ways that nobody can react to "
        "or troubleshoot. `errlint PATH` is `errlint check PATH`.",
        epilog="exit codes: 0 clean, 1 findings, 2 errlint could not do its job, 130 interrupted",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"errlint {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    _add_check(commands)
    _add_config(commands)
    _add_suppressions(commands)
    _add_new_rule(commands)
    return top


def _add_check(commands: Any) -> None:
    check = commands.add_parser(
        "check",
        help="check files and folders (the default command)",
        description="Check Python files. Without PATH: the current folder. `-` reads from standard input.",
        epilog="exit codes: 0 clean, 1 findings, 2 errlint could not do its job, 130 interrupted",
        allow_abbrev=False,
    )
    check.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; `-` is standard input")
    _add_rule_options(check)
    fixes = check.add_argument_group("fixes", "safe ones keep behaviour, apart from what the rule is about")
    fixes.add_argument("--fix", action="store_true", help="apply safe fixes, then show the findings that are left")
    fixes.add_argument(
        "--unsafe-fixes", action="store_true", help="apply, or count, those that may change behaviour too"
    )
    fixes.add_argument("--fix-only", action="store_true", help="apply fixes, and show no findings")
    fixes.add_argument("--diff", action="store_true", help="show what fixes would change, and write nothing")
    fixes.add_argument("--exit-non-zero-on-fix", action="store_true", help="exit with 1 also if all could be fixed")
    fixes.add_argument("--add-ignores", action="store_true", help="write an ignore comment for each finding")
    fixes.add_argument("--reason", metavar="TEXT", help="what the new ignore comments say")
    files = _add_file_options(check)
    files.add_argument("--diff-base", metavar="REF", help="show only findings on lines changed since a git revision")
    files.add_argument("--stdin-filename", metavar="PATH", help="the name of what `-` reads")
    output = check.add_argument_group("output")
    output.add_argument("--output-format", choices=FORMATS, default="full", help="default: full")
    output.add_argument(
        "--output-file",
        "-o",
        action="append",
        metavar="[FORMAT:]FILE",
        help="write findings to a file; with a format, beside what is printed; may be repeated",
    )
    output.add_argument(
        "--statistics",
        nargs="?",
        const=BY[0],
        choices=BY,
        metavar="=BY",
        help="count findings instead of listing them: by rule (default), family or folder",
    )
    check.optional_values["--statistics"] = BY[0]
    output.add_argument(
        "--fail-on",
        choices=[severity.value for severity in Severity],
        help="exit with 1 only for findings that are as severe as this (default: info, all of them)",
    )
    output.add_argument("--show-files", action="store_true", help="list the files that would be checked, and stop")
    output.add_argument("--show-settings", action="store_true", help="show the settings and rules in use, and stop")
    output.add_argument("--exit-zero", action="store_true", help="exit with 0 although there are findings")
    output.add_argument("--quiet", "-q", action="store_true", help="print findings only, no summary")
    output.add_argument("--verbose", "-v", action="store_true", help="say which settings and files are used")


def _add_config(commands: Any) -> None:
    config = commands.add_parser(
        "config",
        help="show the settings and rules in use, or the layers",
        description="Show the settings that hold for Python files, and the rules that they switch on. Nothing is "
        "checked. Without PATH: the current folder. A folder of this name is checked with `errlint ./config`.",
        allow_abbrev=False,
    )
    config.add_argument("paths", nargs="*", metavar="PATH", help="files or folders")
    config.add_argument("--layers", action="store_true", help="show the layer of each module, and why")
    config.add_argument("--output-format", choices=("full", "json"), default="full", help="default: full")
    _add_rule_options(config)
    _add_file_options(config)


def _add_suppressions(commands: Any) -> None:
    listing = commands.add_parser(
        "suppressions",
        help="list the ignore comments, their reasons, and whether they are still needed",
        description="List every comment that silences errlint: what it hides, its age by git, its reason. Several "
        "filters show what any of them asks for. Without PATH: the current folder. A folder of this name is listed "
        "with `errlint suppressions ./suppressions`.",
        epilog="exit codes: 0 listed, 2 a file could not be read, or wrong arguments",
        allow_abbrev=False,
    )
    listing.add_argument("paths", nargs="*", metavar="PATH", help="files or folders")
    listing.add_argument("--unused", action="store_true", help="show those that hide nothing")
    listing.add_argument("--without-reason", action="store_true", help="show those that do not say why")
    listing.add_argument("--expired", action="store_true", help="show those whose `until` has passed")
    listing.add_argument("--all", action="store_true", help="list the comments for other tools too")
    formats = ("full", "json", "markdown")
    listing.add_argument("--output-format", choices=formats, default="full", help="default: full")
    _add_rule_options(listing)
    _add_file_options(listing)


def _add_rule_options(command: Any) -> None:
    rules = command.add_argument_group("rules", "codes (ERR202), prefixes (ERR2), families (swallow), names, or ALL")
    rules.add_argument("--preset", choices=PRESETS, help="the set of rules to start from (default: recommended)")
    for option, text in (
        ("--select", "run these rules instead of the preset's"),
        ("--ignore", "leave these rules out"),
        ("--extend-select", "run these rules too"),
        ("--extend-ignore", "leave these rules out too"),
    ):
        rules.add_argument(option, action="append", metavar="RULE[,RULE]", help=text)
    rules.add_argument(
        "--per-file-ignores", action="append", metavar="GLOB:RULE[,GLOB:RULE]", help="leave rules out in some files"
    )


def _add_file_options(command: Any) -> Any:
    files = command.add_argument_group("files and settings")
    files.add_argument("--exclude", action="append", metavar="GLOB[,GLOB]", help="leave these out, not the defaults")
    files.add_argument("--extend-exclude", action="append", metavar="GLOB[,GLOB]", help="leave these out too")
    files.add_argument("--config", metavar="FILE", help="use these settings for all files")
    files.add_argument("--isolated", action="store_true", help="use no settings file")
    files.add_argument(
        "--python", metavar="PATH", help="the environment whose packages the code uses: its folder or interpreter"
    )
    return files


def _add_new_rule(commands: Any) -> None:
    new_rule = commands.add_parser(
        "new-rule",
        help="write the files of a new rule (for those who work on errlint)",
        description="Write errlint/rules/FAMILY/NAME.py and its fixture, with the next free code of the family.",
        allow_abbrev=False,
    )
    new_rule.add_argument("family", help="context, swallow, http, report, types, flow or meta")
    new_rule.add_argument("name", help="the fault in words, as in raise-without-cause")
    new_rule.add_argument("--root", default=".", metavar="FOLDER", help="the errlint checkout (default: here)")


def with_default_command(arguments: Sequence[str]) -> list[str]:
    """`errlint src` means `errlint check src`; so does `errlint --select ERR2`."""
    if not arguments:
        return ["check"]
    first = arguments[0]
    if first in COMMANDS or first in ("--version", "--help", "-h"):
        return list(arguments)
    return ["check", *arguments]

"""The arguments of every command."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from errlint import __version__
from errlint.cli.parser import EXAMPLES, Parser
from errlint.model import Severity
from errlint.output import COLOURS, FORMATS
from errlint.settings import BASELINE, PRESETS

BY = ("rule", "family", "folder")
"""What `--statistics` counts by."""
COMMANDS = ("check", "baseline", "rule", "config", "init", "completion", "suppressions", "server", "new-rule")
SHELLS = ("bash", "zsh", "fish", "powershell")
_MENDING = frozenset({"--fix", "--fix-only", "--add-ignores"})
_ONLY_SHOWING = frozenset({"--diff", "--show-files", "--show-settings"})
_EXIT_CODES = "exit codes: 0 clean, 1 findings, 2 errlint could not do its job, 130 interrupted"


def parser() -> Parser:
    """The parser of `errlint`, with all commands."""
    top = Parser(
        prog="errlint",
        description="Finds where Python code raises, handles and reports errors in ways that nobody can react to "
        "or troubleshoot. `errlint PATH` is `errlint check PATH`.",
        epilog=_examples("src", "check --fix src", "rule ERR202") + f"\n\n{_EXIT_CODES}",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"errlint {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    _add_check(commands)
    _add_baseline(commands)
    _add_rule(commands)
    _add_config(commands)
    _add_init(commands)
    _add_completion(commands)
    _add_server(commands)
    _add_suppressions(commands)
    _add_new_rule(commands)
    return top


def commands_of(top: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The parsers of the commands by their names."""
    found = next(action for action in top._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def actions_of(command: str) -> Sequence[argparse.Action]:
    """The options and arguments of a command."""
    return commands_of(parser())[command]._actions


def gives_text_back(given: AbstractSet[str]) -> bool:
    """Whether `errlint check -` writes back the text that it reads: for some of the options, as people write them."""
    return not _MENDING.isdisjoint(given) and _ONLY_SHOWING.isdisjoint(given)


def _add_check(commands: Any) -> None:
    check = commands.add_parser(
        "check",
        usage="%(prog)s [OPTIONS] [PATH ...]",
        help="check files and folders (the default command)",
        description="Check Python files. Without PATH: the current folder. `-` reads from standard input.",
        epilog=_examples("src", "check --select swallow --diff src", "check --statistics .") + f"\n\n{_EXIT_CODES}",
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
    _add_known_options(check)
    output = check.add_argument_group("output")
    output.add_argument(
        "--output-format",
        choices=FORMATS,
        help="default: full; where GITHUB_ACTIONS is true: github, and markdown is added to $GITHUB_STEP_SUMMARY",
    )
    output.add_argument(
        "--output-file",
        "-o",
        action="append",
        metavar="[FORMAT:]FILE",
        help="write findings to a file; with a format, beside what is printed; may be repeated",
    )
    output.add_argument(
        "--max-findings",
        type=_most,
        metavar="N",
        help="show the N gravest, 0 for all (default: all, but 100 of `full` on a terminal); all are counted",
    )
    output.add_argument(
        "--color", choices=COLOURS, default="auto", help="colours in `full` and `--diff` (default: auto, on a terminal)"
    )
    output.add_argument(
        "--statistics",
        nargs="?",
        const=BY[0],
        choices=BY,
        metavar="BY",
        help="count findings instead of listing them: by rule (default), family or folder",
    )
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


def _most(text: str) -> int:
    """A number of findings. `isdecimal` keeps signs, spaces and `1_000` out."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"takes a number of findings, or 0 for all, not '{text}'")
    return int(text)


def _add_known_options(check: Any) -> None:
    known = check.add_argument_group(
        "baseline", "the findings of today, which are let pass; `errlint baseline` writes it"
    )
    which = known.add_mutually_exclusive_group()
    which.add_argument(
        "--baseline",
        nargs="?",
        const="",
        metavar="FILE",
        help=f"show only what is not in the baseline; alone: in the settings' one, or {BASELINE} at the project's root",
    )
    which.add_argument("--no-baseline", action="store_true", help="show all findings, whatever the settings say")
    known.add_argument(
        "--error-stale", action="store_true", help="list entries whose findings are gone, and exit with 1"
    )


def _add_baseline(commands: Any) -> None:
    baseline = commands.add_parser(
        "baseline",
        usage="%(prog)s [OPTIONS] [PATH ...]",
        help="write down the findings of today, so that `errlint check --baseline` shows new ones only",
        description="Write the findings to a baseline, or bring it up to date: reasons and dates of what is still "
        "there are kept. Without PATH: the current folder. A folder of this name is checked with `errlint ./baseline`.",
        epilog=_examples("baseline", "baseline --prune", "baseline --file old.toml src")
        + "\n\nexit codes: 0 written, 1 written, but for files that do not parse, 2 errlint could not do its job",
        allow_abbrev=False,
    )
    baseline.add_argument("paths", nargs="*", metavar="PATH", help="files or folders")
    baseline.add_argument(
        "--file", metavar="FILE", help=f"the baseline (default: the settings' one, or {BASELINE} at the project's root)"
    )
    baseline.add_argument("--prune", action="store_true", help="take out what is gone, and add nothing")
    baseline.add_argument("--quiet", "-q", action="store_true", help="print nothing if all went well")
    _add_rule_options(baseline)
    _add_file_options(baseline)


def _add_rule(commands: Any) -> None:
    rule = commands.add_parser(
        "rule",
        help="explain a rule, or list the rules",
        description="Say what a rule finds, why it matters, what it does about it, and with which examples. Without "
        "RULE: a list of all rules.",
        epilog=_examples("rule ERR202", "rule swallow", "rule B904", "rule --all --output-format json"),
        allow_abbrev=False,
    )
    rule.add_argument(
        "rules",
        nargs="*",
        metavar="RULE",
        help="a code or name; for a list a prefix (ERR2) or family (swallow); a code of another tool (B904)",
    )
    rule.add_argument("--all", action="store_true", help="all about every rule")
    rule.add_argument("--output-format", choices=("full", "json", "markdown"), default="full", help="default: full")


def _add_config(commands: Any) -> None:
    config = commands.add_parser(
        "config",
        usage="%(prog)s [OPTIONS] [PATH ...]",
        help="show the settings and rules in use, and where they come from; the layers; a schema",
        description="Show the settings that hold for Python files, and the rules that they switch on. Nothing is "
        "checked. Without PATH: the current folder. A folder of this name is checked with `errlint ./config`.",
        epilog=_examples("config", "config --setting reporters", "config --layers src", "config --schema"),
        allow_abbrev=False,
    )
    config.add_argument("paths", nargs="*", metavar="PATH", help="files or folders")
    shown = config.add_mutually_exclusive_group()
    shown.add_argument("--setting", metavar="KEY", help="show one setting: its value, and what it is for")
    shown.add_argument("--layers", action="store_true", help="show the layer of each module, and why")
    shown.add_argument("--schema", action="store_true", help="print a JSON Schema of the settings, for editors")
    config.add_argument("--output-format", choices=("full", "json"), default="full", help="default: full")
    _add_rule_options(config)
    _add_file_options(config)


def _add_init(commands: Any) -> None:
    init = commands.add_parser(
        "init",
        help="write settings with what is found out about the project",
        description="Look at the project of the current folder, show settings for it with a reason for each, and ask "
        "whether to append them to pyproject.toml (or to write errlint.toml where there is none). Settings that exist "
        "are never changed.",
        epilog=_examples("init", "init --yes", "init --file services/shop/pyproject.toml"),
        allow_abbrev=False,
    )
    init.add_argument("--yes", "-y", action="store_true", help="write without asking")
    init.add_argument("--file", metavar="FILE", help="a pyproject.toml or errlint.toml; the project is its folder")


def _add_completion(commands: Any) -> None:
    completion = commands.add_parser(
        "completion",
        help="print a script by which a shell completes commands, options, rules and settings",
        description="Print a completion script. It holds the words of this errlint: make it anew after an update.",
        epilog=_examples(
            "completion bash > ~/.local/share/bash-completion/completions/errlint",
            "completion zsh > ~/.zfunc/_errlint",
            "completion fish > ~/.config/fish/completions/errlint.fish",
        ),
        allow_abbrev=False,
    )
    completion.add_argument("shell", choices=SHELLS, help="the shell that reads the script")


def _add_suppressions(commands: Any) -> None:
    listing = commands.add_parser(
        "suppressions",
        usage="%(prog)s [OPTIONS] [PATH ...]",
        help="list the ignore comments, their reasons, and whether they are still needed",
        description="List every comment that silences errlint: what it hides, its age by git, its reason. Several "
        "filters show what any of them asks for. Without PATH: the current folder. A folder of this name is listed "
        "with `errlint suppressions ./suppressions`.",
        epilog=_examples("suppressions", "suppressions --unused src", "suppressions --output-format json")
        + "\n\nexit codes: 0 listed, 2 a file could not be read, or wrong arguments",
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
    files.add_argument(
        "--force-exclude",
        action="store_true",
        help="leave out what is excluded or in .gitignore also where it is named, as commit hooks do",
    )
    files.add_argument("--config", metavar="FILE", help="use these settings for all files")
    files.add_argument("--isolated", action="store_true", help="use no settings file")
    files.add_argument(
        "--python", metavar="PATH", help="the environment whose packages the code uses: its folder or interpreter"
    )
    return files


def _add_server(commands: Any) -> None:
    server = commands.add_parser(
        "server",
        help="talk to an editor: the language server",
        description="Speak the language server protocol on standard input and output. An editor starts this; how to "
        "set it up is in docs/integrations.md. Needs errlint[lsp].",
        epilog=_examples("server"),
        allow_abbrev=False,
    )
    server.add_argument("--stdio", action="store_true", help="what it does anyway; some editors say so")


def _add_new_rule(commands: Any) -> None:
    new_rule = commands.add_parser(
        "new-rule",
        help="write the files of a new rule (for those who work on errlint)",
        description="Write errlint/rules/FAMILY/NAME.py and its fixture, with the next free code of the family.",
        epilog=_examples("new-rule swallow lost-apology"),
        allow_abbrev=False,
    )
    new_rule.add_argument("family", help="context, swallow, http, report, types, flow or meta")
    new_rule.add_argument("name", help="the fault in words, as in raise-without-cause")
    new_rule.add_argument("--root", default=".", metavar="FOLDER", help="the errlint checkout (default: here)")


def _examples(*lines: str) -> str:
    """Commands to try, below the options of a help."""
    return "\n".join([EXAMPLES, *(f"  errlint {line}" for line in lines)])


def with_default_command(arguments: Sequence[str]) -> list[str]:
    """`errlint src` means `errlint check src`; so does `errlint --select ERR2`."""
    if not arguments:
        return ["check"]
    first = arguments[0]
    if first in COMMANDS or first in ("--version", "--help", "-h"):
        return list(arguments)
    return ["check", *arguments]

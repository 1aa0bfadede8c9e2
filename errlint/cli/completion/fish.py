"""Completion for fish, with a description of each word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from errlint.cli.completion.words import Argument, Command, Holds, Word, Words

_SCRIPT = """\
# fish completion for errlint, written by `errlint completion fish`

function __errlint_rules
    printf '%s\\t%s\\n' \\
{rules}
end

function __errlint_settings
    printf '%s\\t%s\\n' \\
{settings}
end

function __errlint_rule_list
    # what stands before the last comma stays
    set -l token (commandline -ct | string replace -r -- '^--[a-z-]+=' '')
    set -l before (string match -r -- '.*,' $token)
    __errlint_rules | string replace -r -- '^' "$before"
end

function __errlint_command
    set -l words (commandline -opc)
    set -l command check
    if contains -- "$words[2]" {names}
        set command $words[2]
    end
    test $command = $argv[1]
end

complete -c errlint -f
{commands}
{cases}
"""


def script(known: Words) -> str:
    """The whole script."""
    first = "test (count (commandline -opc)) -eq 1"
    commands = (
        f"complete -c errlint -n {_quoted(first)} -a {command.name} -d {_quoted(command.about)}"
        for command in known.commands
    )
    return _SCRIPT.format(
        rules=_described(known.rules),
        settings=_described(known.settings),
        names=" ".join(command.name for command in known.commands),
        commands="\n".join(commands),
        cases="\n".join(line for command in known.commands for line in _case(command)),
    )


def _described(words: Iterable[Word]) -> str:
    return " \\\n".join(f"        {word.text} {_quoted(word.about)}" for word in words)


def _case(command: Command) -> Iterator[str]:
    here = f"complete -c errlint -n {_quoted(f'__errlint_command {command.name}')}"
    for option in command.options:
        names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
        value = _value(option) if option.needs_value else ""
        yield f"{here} {names}{value} -d {_quoted(option.about)}"
    if command.argument.holds is not Holds.NOTHING:
        yield f"{here}{_value(command.argument)}"


def _value(argument: Argument) -> str:
    """The flags that say what a value may be: `-x` takes one and no files, `-r -F` takes one and files too."""
    option = bool(argument.names)
    words = {
        Holds.CHOICES: " ".join(argument.choices),
        Holds.RULES: "(__errlint_rules)",
        Holds.RULE_LIST: "(__errlint_rule_list)",
        Holds.SETTINGS: "(__errlint_settings)",
        Holds.FOLDERS: "(__fish_complete_directories)",
    }
    if argument.holds is Holds.FILES:
        return " -r -F" if option else " -F"
    if argument.holds is Holds.ANYTHING:
        return " -x" if option else ""
    return f"{' -x' if option else ''} -a {_quoted(words[argument.holds])}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

"""argparse, made to say what is wrong in one line, and what may have been meant."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from errlint.cli.streams import output
from errlint.errors import UsageError
from errlint.suggestions import choice, one_of, suggestion

EXAMPLES = "examples:"
"""How the last part of a help begins that is printed as it stands."""


class ArgumentsError(UsageError):
    """Arguments that no command takes."""


class Parser(argparse.ArgumentParser):
    """argparse, but mistakes are raised as `UsageError` and name what may have been meant."""

    def __init__(self, **how: Any) -> None:
        super().__init__(formatter_class=_Help, **how)

    def error(self, message: str) -> NoReturn:
        """Raise `ArgumentsError` with what was meant, where argparse would print and exit."""
        raise ArgumentsError(self._explained(message))

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Unknown arguments are a mistake of the command that got them: argparse would hand them to the top."""
        args = self._with_values(sys.argv[1:] if args is None else args)
        options, unknown = super().parse_known_args(args, namespace)
        if unknown:
            raise ArgumentsError(self._unknown(unknown[0]))
        return options, unknown

    def _with_values(self, arguments: Sequence[str]) -> list[str]:
        """Give options that need no value the one that they mean without: argparse would take a path that follows."""
        alone = {
            name: action.const for action in self._actions if action.nargs == "?" for name in action.option_strings
        }
        options = arguments[: arguments.index("--")] if "--" in arguments else arguments
        given = [f"{each}={alone[each]}" if each in alone else each for each in options]
        return [*given, *arguments[len(options) :]]

    def _print_message(self, message: str, file: Any = None) -> None:
        """Help and version; argparse would pass over a full disk."""
        with output(None) as stream:
            stream.write(message)

    def _unknown(self, argument: str) -> str:
        if not argument.startswith("-"):
            return f"'{argument}' is one argument too many{self._see_help}"
        option = argument.partition("=")[0]
        known = [name for action in self._actions for name in action.option_strings]
        return f"there is no option '{option}'{suggestion(option, known) or self._see_help}"

    def _explained(self, message: str) -> str:
        unknown = re.match(r"argument (\S+): invalid choice: '?([^']*)'? \(choose from (.*)\)", message)
        if unknown:
            name, value, listed = unknown.groups()
            known = [word.strip(" '\"") for word in listed.split(",")]
            return f"'{value}' is not a value of {name}{choice(value, known)}"
        missing = re.match(r"argument (\S+): expected (?:one|at least one) argument", message)
        if missing:
            option = missing[1].split("/")[0]
            action = next(action for action in self._actions if option in action.option_strings)
            if action.choices is not None:
                return f"{option} lacks its value: use {one_of(action.choices)}"
            return f"{option} lacks its value: write `{option} {action.metavar or 'VALUE'}`"
        if surplus := re.match(r"argument (\S+): ignored explicit argument (.*)", message):
            return f"{surplus[1].split('/')[0]} takes no value; leave out {surplus[2]}"
        if needed := re.match(r"the following arguments are required: (.*)", message):
            named = {action.metavar or action.dest: action for action in self._actions if not action.option_strings}
            first = named.get(needed[1])
            if first is not None and first.choices is not None:
                return f"{self.prog} lacks its {needed[1]}: use {one_of(first.choices)}"
        if both := re.match(r"argument (\S+): not allowed with argument (\S+)", message):
            return f"{both[1].split('/')[0]} and {both[2].split('/')[0]} cannot go together"
        if unfit := re.match(r"argument (\S+): (takes .*)", message):
            return f"{unfit[1]} {unfit[2]}"
        return f"{message}{self._see_help}"

    @property
    def _see_help(self) -> str:
        return f"; `{self.prog} --help` shows what there is"


class _Help(argparse.HelpFormatter):
    """argparse's layout, with examples on lines of their own, and `--option[=VALUE]` where the value may be missing."""

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if action.nargs == "?" and action.option_strings:
            return ", ".join(f"{name}[={action.metavar}]" for name in action.option_strings)
        return super()._format_action_invocation(action)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith(EXAMPLES):
            return text
        return super()._fill_text(text, width, indent)

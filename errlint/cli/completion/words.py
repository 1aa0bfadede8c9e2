"""What a shell can complete: read off the parsers, the rules and the settings, so that it is never out of step."""

from __future__ import annotations

import argparse
import enum
from collections.abc import Iterator
from dataclasses import dataclass

from errlint.cli.arguments import commands_of, parser
from errlint.engine.registry import EVERYTHING, Catalogue
from errlint.rule import families
from errlint.settings.keys import KEYS


class Holds(enum.Enum):
    """What the value of an option, or an argument, is."""

    NOTHING = "nothing"
    ANYTHING = "anything"
    """Text that no shell can know."""
    FILES = "files"
    FOLDERS = "folders"
    CHOICES = "choices"
    RULES = "rules"
    RULE_LIST = "rule_list"
    """Rules with commas between them."""
    SETTINGS = "settings"


_BY_METAVAR = {
    "FILE": Holds.FILES,
    "[=FILE]": Holds.FILES,
    "[FORMAT:]FILE": Holds.FILES,
    "FOLDER": Holds.FOLDERS,
    "GLOB[,GLOB]": Holds.FILES,
    "KEY": Holds.SETTINGS,
    "PATH": Holds.FILES,
    "RULE": Holds.RULES,
    "RULE[,RULE]": Holds.RULE_LIST,
}


@dataclass(frozen=True)
class Word:
    """A word, and what a shell that can show it says about it."""

    text: str
    about: str


@dataclass(frozen=True)
class Argument:
    """An option with its spellings, or (without any) what a command is given besides options."""

    names: tuple[str, ...]
    about: str
    holds: Holds
    choices: tuple[str, ...] = ()
    needs_value: bool = False
    """Whether an option cannot stand without its value."""


@dataclass(frozen=True)
class Command:
    """One command."""

    name: str
    about: str
    options: tuple[Argument, ...]
    argument: Argument


@dataclass(frozen=True)
class Words:
    """All that can be completed."""

    commands: tuple[Command, ...]
    rules: tuple[Word, ...]
    settings: tuple[Word, ...]


def words(catalogue: Catalogue) -> Words:
    """What this errlint knows."""
    top = parser()
    texts = _command_texts(top)
    commands = tuple(_command(name, texts[name], command) for name, command in commands_of(top).items())
    settings = tuple(Word(key, setting.about) for key, setting in KEYS.items())
    return Words(commands, tuple(_rules(catalogue)), settings)


def _command_texts(top: argparse.ArgumentParser) -> dict[str, str]:
    found = next(action for action in top._actions if isinstance(action, argparse._SubParsersAction))
    return {choice.dest: choice.help or "" for choice in found._choices_actions}


def _command(name: str, about: str, command: argparse.ArgumentParser) -> Command:
    options = tuple(_argument(action) for action in command._actions if action.option_strings)
    given = [_argument(action) for action in command._actions if not action.option_strings]
    return Command(name, about, options, given[0] if given else Argument((), "", Holds.NOTHING))


def _argument(action: argparse.Action) -> Argument:
    about = (action.help or "").replace("%%", "%")
    names = tuple(action.option_strings)
    if action.choices is not None:
        choices = tuple(map(str, action.choices))
        return Argument(names, about, Holds.CHOICES, choices, needs_value=action.nargs is None)
    if action.nargs == 0:
        return Argument(names, about, Holds.NOTHING)
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    return Argument(names, about, _BY_METAVAR.get(metavar, Holds.ANYTHING), needs_value=action.nargs is None)


def _rules(catalogue: Catalogue) -> Iterator[Word]:
    """Codes with names, names with codes, and families."""
    for rule in catalogue.rules:
        yield Word(rule.code, f"{rule.name}: {rule.summary}")
    for rule in catalogue.rules:
        yield Word(rule.name, f"{rule.code}: {rule.summary}")
    for family in families():
        yield Word(family.name, f"all ERR{family.hundred}xx")
    yield Word(EVERYTHING, "every rule")

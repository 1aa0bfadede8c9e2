"""Every option of every command, given wrongly: one clear line. The parser is walked, so none is left out."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from errlint.cli.arguments import COMMANDS, commands_of, parser
from errlint.cli.parser import ArgumentsError
from errlint.errors import ErrlintError
from errlint.suggestions import one_of
from tests.cli.command import run

ACTIONS = [(command, action) for command in COMMANDS for action in commands_of(parser())[command]._actions]
OPTIONS = [(command, action, name) for command, action in ACTIONS for name in action.option_strings]
LONG = [(command, action, name) for command, action, name in OPTIONS if name.startswith("--")]
FLAGS = [(command, action, name) for command, action, name in LONG if action.nargs == 0]
WITH_VALUES = [(command, action, name) for command, action, name in OPTIONS if action.nargs != 0]
CHOOSING = [(command, action, name) for command, action, name in LONG if action.choices is not None]


def _mistake(*arguments: str) -> str:
    """What is said of a command line that cannot be meant: one line, which is no argparse English."""
    with pytest.raises(ErrlintError) as caught:
        parser().parse_args(arguments)
    told = str(caught.value)
    assert isinstance(caught.value, ArgumentsError)
    assert len(told.splitlines()) == 1
    assert "argument" not in told.partition(" is one argument too many")[0]
    return told


def _needed(command: str) -> Iterator[str]:
    """A word for each argument without which a command is not complete."""
    for action in commands_of(parser())[command]._actions:
        if not action.option_strings and action.nargs is None:
            yield "word" if action.choices is None else next(iter(action.choices))


def _name(value: object) -> str | None:
    return None if isinstance(value, str) else getattr(value, "dest", "")


def test_the_commands_that_are_walked_are_all() -> None:
    assert set(COMMANDS) == set(commands_of(parser()))
    assert len(OPTIONS) > 60
    assert {command for command, _ in ACTIONS} == set(COMMANDS)


@pytest.mark.parametrize(("command", "action", "name"), LONG, ids=_name)
def test_a_misspelt_option_has_a_suggestion(command: str, action: argparse.Action, name: str) -> None:
    known = {option for each, _, option in LONG if each == command}
    misspelt = next(word for word in (f"{name}x", name[:-1], f"{name}y") if word not in known)
    told = _mistake(command, *_needed(command), misspelt)
    assert told.startswith(f"there is no option '{misspelt}'; did you mean '--")


@pytest.mark.parametrize(("command", "action", "name"), WITH_VALUES, ids=_name)
def test_an_option_without_its_value_says_what_it_takes(command: str, action: argparse.Action, name: str) -> None:
    if action.nargs == "?":
        assert parser().parse_args([command, name, "src"]).paths == ["src"]
        return
    told = _mistake(command, *_needed(command), name)
    option = action.option_strings[0]
    assert told.startswith(f"{option} lacks its value: ")
    if action.choices is not None:
        assert all(str(choice) in told for choice in action.choices)


@pytest.mark.parametrize(("command", "action", "name"), FLAGS, ids=_name)
def test_an_option_that_takes_no_value_says_so(command: str, action: argparse.Action, name: str) -> None:
    told = _mistake(command, *_needed(command), f"{name}=yes")
    assert told == f"{action.option_strings[0]} takes no value; leave out 'yes'"


@pytest.mark.parametrize(("command", "action", "name"), CHOOSING, ids=_name)
def test_a_value_that_is_none_of_the_choices_names_them(command: str, action: argparse.Action, name: str) -> None:
    assert action.choices is not None
    choices = [str(choice) for choice in action.choices]
    told = _mistake(command, *_needed(command), f"{name}=@@@@")
    assert told == f"'@@@@' is not a value of {action.option_strings[0]}; use {one_of(choices)}"
    near = _mistake(command, *_needed(command), f"{name}={choices[-1]}x")
    assert near == f"'{choices[-1]}x' is not a value of {action.option_strings[0]}; did you mean '{choices[-1]}'?"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_help_for_each_of_its_options(command: str) -> None:
    top = commands_of(parser())[command]
    text = top.format_help()
    for _, action, name in (each for each in OPTIONS if each[0] == command):
        assert name in text
        assert action.help, f"{command} {name} has no help"


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_use_ends_with_two_and_one_line(command: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    found = run(tmp_path_factory.mktemp("empty"), command, *_needed(command), "--no-such-option-at-all")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("errlint: there is no option '--no-such-option-at-all'")
    assert len(found.err.splitlines()) == 1

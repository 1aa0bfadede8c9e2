"""`errlint completion`: a script by which a shell completes commands, options, rules and settings.

The scripts hold all words, so that nothing is started when somebody presses Tab.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from errlint.cli.completion.words import words
from errlint.cli.streams import output
from errlint.engine.registry import catalogue


def completion(options: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    text: str = import_module(f"errlint.cli.completion.{options.shell}").script(words(catalogue()))
    with output(None) as stream:
        stream.write(text)
    return 0

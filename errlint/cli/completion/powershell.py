"""Completion for PowerShell: commands, options and choices, as shtab writes it. Rules and settings are not in it."""

from __future__ import annotations

from errlint.cli.arguments import parser
from errlint.cli.completion.words import Words
from errlint.errors import UsageError


def script(_known: Words) -> str:
    """The whole script. Raises `UsageError` if shtab is not installed."""
    try:
        import shtab
    except ImportError as error:
        raise UsageError("completion for PowerShell needs shtab: install errlint[completion]") from error
    return shtab.complete(parser(), "powershell")

"""Words that several formats and summaries use: numbers with their nouns and verbs, how a fix is applied."""

from __future__ import annotations

from errlint.model import Applicability

APPLIED_WITH = {Applicability.SAFE: "--fix", Applicability.UNSAFE: "--fix --unsafe-fixes"}
"""The options of `errlint check` that apply a fix."""


def counted(number: int, word: str) -> str:
    """`1 file`, `2 files`, `1,200 files`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def are(number: int) -> str:
    """The verb to a number of things: `is`, `are`."""
    return "is" if number == 1 else "are"

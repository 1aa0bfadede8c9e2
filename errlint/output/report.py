"""What every format is given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from errlint.model import Diagnostic, Silenced
from errlint.rule import Rule
from errlint.source.lines import Lines


def _say(text: str) -> None:
    print(text, file=sys.stderr)


@dataclass(frozen=True)
class Report:
    """What a run has to tell, whatever the format. `seconds` is wall time, `files` how many were checked.

    `left_out` counts what was found beside the findings, and is not shown. `colour` is one of `COLOURS`.
    `rules` are all that errlint has.
    `say` is for what a format cannot hold, and people must know: one line on standard error.
    `lines` counts the lines of each checked file.
    """

    findings: tuple[Diagnostic, ...]
    line: Lines
    rules: tuple[Rule, ...] = ()
    files: int = 0
    seconds: float = 0.0
    silenced: tuple[Silenced, ...] = ()
    say: Callable[[str], None] = _say
    left_out: int = 0
    colour: str = "auto"
    lines: Mapping[str, int] = field(default_factory=dict)

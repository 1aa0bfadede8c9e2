"""What every format is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from errlint.model import Diagnostic, Silenced
from errlint.rule import Rule


@dataclass(frozen=True)
class Report:
    """What a run has to tell, whatever the format. `seconds` is wall time, `files` how many were checked.

    `line` gives the source of a 1-based line of a path, empty where there is none. `rules` are all that errlint has.
    """

    findings: tuple[Diagnostic, ...]
    line: Callable[[str, int], str]
    rules: tuple[Rule, ...] = ()
    files: int = 0
    seconds: float = 0.0
    silenced: tuple[Silenced, ...] = ()

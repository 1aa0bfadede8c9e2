"""What a long-lived process keeps between checks: the text of files that are open, and what was found out of each file.

A run of the command has an empty one of each; a language server has them in use all day.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class Abandoned(BaseException):
    """Nobody waits for this work any more.

    Not an `Exception`, as `asyncio.CancelledError` is none: no rule that fails in its own way may take it for that.
    """


def go_on() -> None:
    """The checkpoint of work that is never abandoned."""


class Answers:
    """Answers to questions about single files. Each is asked once, until the file is forgotten."""

    def __init__(self) -> None:
        self._known: dict[Path, dict[Hashable, Any]] = {}

    def about(self, path: Path, question: Hashable, ask: Callable[[], T]) -> T:
        """The answer to a question about a file; the question holds all that the answer depends on besides."""
        known = self._known.setdefault(path, {})
        if question not in known:
            known[question] = ask()
        answer: T = known[question]
        return answer

    def forget(self, path: Path) -> None:
        """The file is another now."""
        self._known.pop(path, None)

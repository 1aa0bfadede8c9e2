"""What came out of a program that was run, and how it is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

TRACEBACK = "Traceback (most recent call last)"
Detail: TypeAlias = Literal["body", "messages", "stderr"]
"""What is told only where a proof is about it."""


@dataclass(frozen=True)
class Record:
    """A log record at WARNING or above."""

    level: str
    logger: str
    message: str = ""
    error: str | None = None
    """The error whose traceback the record carries, as `story` tells it."""

    def words(self, message: bool) -> str:
        """The record in words, with its message or without."""
        said = f" {self.message!r}" if message else ""
        return f"{self.level} of {self.logger}{said} with " + (self.error or "no traceback")


@dataclass(frozen=True)
class Outcome:
    """What a client, an operator or a caller gets to see of a run; the rest is as if it had not happened."""

    status: int | None = None
    """The HTTP status of the answer."""
    body: str = ""
    exit_code: int | None = None
    state: str = ""
    """How a job ended, in the words of the framework: `FAILURE`."""
    result: str | None = None
    """What a call returned, as `repr` shows it."""
    raised: str | None = None
    """The error that came out of a call, as `story` tells it."""
    records: tuple[Record, ...] = ()
    tracebacks: int = 0
    """How many tracebacks were written to stderr."""
    stderr: str = ""

    @property
    def reports(self) -> int:
        """How often an operator is told: the records, and the tracebacks on stderr."""
        return len(self.records) + self.tracebacks

    @property
    def errors(self) -> list[str]:
        """The errors whose tracebacks the records carry."""
        return [record.error for record in self.records if record.error is not None]

    def words(self, *details: Detail) -> str:
        """The outcome on one line; `details` are told too."""
        return "; ".join(self._parts(details))

    def _parts(self, details: tuple[Detail, ...]) -> Iterator[str]:
        if self.status is not None:
            yield f"status {self.status}"
        if "body" in details:
            yield f"body `{_on_one_line(self.body)}`"
        if self.exit_code is not None:
            yield f"exit code {self.exit_code}"
        if self.state:
            yield self.state
        if self.result is not None:
            yield f"returns {self.result}"
        if self.raised is not None:
            yield f"raises {self.raised}"
        count = len(self.records)
        records = [record.words(message="messages" in details) for record in self.records]
        yield f"{count} record{'s' * (count > 1)}: {', '.join(records)}" if count else "no record"
        if self.tracebacks:
            yield f"{self.tracebacks} traceback{'s' * (self.tracebacks > 1)} on stderr"
        if "stderr" in details:
            yield f"stderr `{_on_one_line(self.stderr)}`" if self.stderr else "nothing on stderr"


def story(error: BaseException) -> str:
    """An error and those behind it, as a traceback tells them.

    `OrderError from KeyError` names its cause; `OrderError while handling KeyError` only came after it.
    """
    name = type(error).__name__
    if error.__cause__ is not None:
        return f"{name} from {story(error.__cause__)}"
    if error.__context__ is not None and not error.__suppress_context__:
        return f"{name} while handling {story(error.__context__)}"
    return name


def _on_one_line(text: str) -> str:
    """A text without line ends; of a traceback the first words will do, as its lines and files change."""
    head, traceback, _ = " ".join(text.split()).partition(TRACEBACK)
    return f"{head}{traceback} ..." if traceback else head

"""A bar on standard error while work is long, if somebody is looking."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_PATIENCE = 1.0
"""Seconds without a bar: short runs do not flicker, and do not import rich."""


class Progress:
    """Counts files; draws only when standard error is a terminal and the run takes long."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._began = time.monotonic()
        self._wanted = sys.stderr.isatty()
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def advance(self, done: int) -> None:
        """Say that `done` files are checked."""
        if not self._wanted:
            return
        if self._bar is None and time.monotonic() - self._began > _PATIENCE:
            from rich.console import Console
            from rich.progress import Progress as Bar

            self._bar = Bar(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("checking", total=self._total)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done)

    def __enter__(self) -> Progress:  # noqa: PYI034 typing.Self came with 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

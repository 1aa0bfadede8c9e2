"""A line on standard error while work is long, if somebody is looking: how far it is, and what it is at."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Line
    from rich.progress import TaskID

_PATIENCE = 1.0
"""Seconds without a line: short runs do not flicker, and do not import rich."""
_A_SECOND = 4
"""How often the line is drawn anew: often enough to look alive, and no work to speak of."""


class Progress:
    """Counts files; draws only when the run takes long, on a terminal that can erase a line, and unless `quiet`."""

    def __init__(self, total: int, *, quiet: bool = False, colour: str = "auto") -> None:
        self._total = total
        self._began = time.monotonic()
        self._wanted = not quiet and _is_watched()
        self._is_plain = colour == "never"
        self._line: Line | None = None
        self._task: TaskID | None = None

    def advance(self, done: int, name: str) -> None:
        """Say that `done` files are checked, and that `name` is the next."""
        if not self._wanted:
            return
        seconds = time.monotonic() - self._began
        if self._line is None and seconds > _PATIENCE:
            self._line = _line(is_plain=self._is_plain)
            self._line.start()
            self._task = self._line.add_task("", total=self._total, name=name, pace="")
        if self._line is not None and self._task is not None:
            self._line.update(self._task, completed=done, name=name, pace=f"{done / seconds:,.0f} files/s")

    def __enter__(self) -> Progress:  # noqa: PYI034 typing.Self came with 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            self._line.stop()


def _is_watched() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


def _line(*, is_plain: bool) -> Line:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Line
    from rich.table import Column

    return Line(
        MofNCompleteColumn(),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[pace]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[name]}", style="dim", markup=False, table_column=Column(ratio=1, no_wrap=True)),
        console=Console(stderr=True, no_color=is_plain or None),
        transient=True,
        expand=True,
        refresh_per_second=_A_SECOND,
    )

"""Work that nobody waits for, by name: new work ends what is left of earlier work of the same name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Tasks:
    """What goes on beside requests."""

    def __init__(self, report: Callable[[Exception], None]) -> None:
        """`report` is told what goes wrong."""
        self._report = report
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def spawn(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        """Begin work, in the place of earlier work of the same name."""
        self.cancel(name)

        async def watched() -> None:
            try:
                await work
            except Exception as error:  # told to the log and the user, and the server goes on
                self._report(error)

        self._tasks[name] = asyncio.ensure_future(watched())

    def cancel(self, name: str) -> None:
        """End work of a name, if there is any."""
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()

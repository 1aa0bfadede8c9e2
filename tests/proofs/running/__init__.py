"""Ways of running a program. Each is a module with a frozen dataclass, which is pickled into the process of the run."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import ClassVar, Protocol, TypeAlias

from tests.proofs.outcome import Outcome

Load: TypeAlias = Callable[[], ModuleType]
"""Imports the program."""


class Runner(Protocol):
    """A way of running a program."""

    libraries: ClassVar[tuple[str, ...]]
    """The packages that it needs beside those that the program imports."""
    warm: ClassVar[tuple[str, ...]]
    """Modules that are worth importing once for all programs."""

    def __call__(self, load: Load) -> Outcome:
        """Runs the program; log records and what is on stderr are gathered elsewhere."""
        ...

    def __str__(self) -> str:
        """How the program is run, in a few words."""
        ...

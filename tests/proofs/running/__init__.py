"""Ways of running a program. Each is a module with a frozen dataclass, which is pickled into the process of the run."""

from __future__ import annotations

from typing import ClassVar, Protocol

from tests.proofs.outcome import Outcome


class Runner(Protocol):
    """A way of running a program."""

    libraries: ClassVar[tuple[str, ...]]
    """The packages that it needs beside those that the program imports."""
    warm: ClassVar[tuple[str, ...]]
    """Modules that are worth importing once for all programs."""

    def __call__(self, module: str) -> Outcome:
        """Imports the program by the name of its module, and runs it. Log records and stderr are gathered elsewhere."""
        ...

    def __str__(self) -> str:
        """How the program is run, in a few words."""
        ...

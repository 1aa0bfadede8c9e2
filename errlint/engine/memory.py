"""What makes it fast to check the same files again and again, as an editor asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from errlint.source.regions import Trees


class Memory:
    """The text of the files that are open, and their trees."""

    def __init__(self, unsaved: Mapping[Path, bytes], checkpoint: Callable[[], None]) -> None:
        """`unsaved` is what stands for some files, by absolute path, instead of what is on disk; `checkpoint` is called
        often, and raises `Abandoned` when nobody waits for the findings any more.
        """
        self.unsaved = unsaved
        self.checkpoint = checkpoint
        self._trees: dict[Path, Trees] = {}

    def trees(self, path: Path) -> Trees | None:
        """The trees of a file that is open; others are read once."""
        if path not in self.unsaved:
            return None
        return self._trees.setdefault(path, Trees())

    def forget(self, path: Path) -> None:
        """The file is not open any more."""
        self._trees.pop(path, None)

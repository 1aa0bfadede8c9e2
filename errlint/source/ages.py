"""When lines were written, as git remembers it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from errlint.source.git import GitError, ask

_ENTRY = re.compile(rb"(?P<commit>[0-9a-f]{40,64}) \d+ (?P<line>\d+)(?: \d+)?")
_NOT_COMMITTED = re.compile(rb"0+")


class Ages:
    """Asks git once a file. Nothing is known of files outside of a repository, of lines that are not committed, and of
    those whose commit a shallow clone leaves out.
    """

    def __init__(self) -> None:
        self._is_shallow: dict[Path, bool | None] = {}

    def written(self, path: Path, lines: Iterable[int]) -> dict[int, datetime]:
        """When 1-based lines of a file were written: the author's date, in the author's time zone."""
        folder = Path(os.path.realpath(path)).parent
        is_shallow = self._shallow(folder)
        if is_shallow is None:
            return {}
        ranges = [f"-L{line},{line}" for line in sorted(set(lines))]
        try:
            told = ask(folder, "blame", "--line-porcelain", *ranges, "--", os.path.basename(os.path.realpath(path)))
        except GitError:  # the file is new, or not of the repository
            return {}
        return _read(told, is_shallow=is_shallow)

    def _shallow(self, folder: Path) -> bool | None:
        """Whether the history is cut short; `None` where there is none."""
        if folder not in self._is_shallow:
            try:
                answer = ask(folder, "rev-parse", "--is-shallow-repository")
            except GitError:  # no repository, no git: ages are shown as not known
                self._is_shallow[folder] = None
            else:
                self._is_shallow[folder] = answer.strip() == b"true"
        return self._is_shallow[folder]


def _read(told: bytes, *, is_shallow: bool) -> dict[int, datetime]:
    """The dates in what `git blame --line-porcelain` prints: a block a line, closed by the line itself."""
    found: dict[int, datetime] = {}
    number, is_known, seconds = 0, False, 0
    for row in told.split(b"\n"):
        if row.startswith(b"\t"):
            continue
        if entry := _ENTRY.fullmatch(row):
            number, is_known = int(entry["line"]), _NOT_COMMITTED.fullmatch(entry["commit"]) is None
        elif row == b"boundary" and is_shallow:
            is_known = False
            found.pop(number, None)
        elif row.startswith(b"author-time "):
            seconds = int(row.split()[1])
        elif row.startswith(b"author-tz ") and is_known:
            found[number] = datetime.fromtimestamp(seconds, _zone(row.split()[1].decode()))
    return found


def _zone(text: str) -> timezone:
    """`+0530` as a time zone; a nonsense one, which git lets through, as UTC."""
    minutes = int(text[-4:-2]) * 60 + int(text[-2:])
    offset = timedelta(minutes=-minutes if text.startswith("-") else minutes)
    return timezone(offset) if abs(offset) < timedelta(hours=24) else timezone.utc

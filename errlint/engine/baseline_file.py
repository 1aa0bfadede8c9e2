"""Baselines on the disk: TOML with one entry a line, so that reviews and merges go by entries."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import tomli

from errlint.engine.baseline import NEVER, Entry, Stored
from errlint.errors import ErrlintError
from errlint.settings import Problem
from errlint.source.writing import create_bytes, replace_bytes
from errlint.suggestions import suggestion

VERSION = 1
MOST_PROBLEMS = 20
"""Mistakes in one baseline that are told; who has more has another kind of file."""
_HEAD = """\
# Findings that errlint lets pass, as `errlint baseline` found them. Two things may be added to an entry by hand, and
# are kept: reason = "why", and until = 2027-01-31, its last day. `errlint baseline --prune` takes out what is mended.
"""
_TEXTS = ("path", "code", "fingerprint", "scope", "message", "reason")
_REQUIRED = ("path", "code", "fingerprint")
_KEYS = tuple(each.name for each in fields(Entry) if each.name != "line")
_MARKERS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class BaselineError(ErrlintError):
    """A baseline that cannot be used; every mistake in it is named with its line and what to do."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        told = list(problems)
        lines = [str(problem) for problem in told[:MOST_PROBLEMS]]
        if len(told) > MOST_PROBLEMS:
            lines.append(f"{told[0].source}: and {len(told) - MOST_PROBLEMS:,} mistakes more")
        super().__init__("\n".join(lines))


def read_if_there(path: Path, shown: str) -> Stored:
    """The baseline at a path, called `shown`, or none with no entries. Raises `BaselineError`."""
    return read_baseline(path, shown) if os.path.lexists(path) else Stored(None, ())


def read_baseline(path: Path, shown: str) -> Stored:
    """The baseline at a path, called `shown`. Raises `BaselineError`."""
    try:
        if stat.S_ISCHR(os.stat(path).st_mode):  # /dev/full and /dev/zero have no end
            raise BaselineError([Problem(shown, 0, "is a device; name a file")])
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except FileNotFoundError as error:
        message = "there is no such baseline; `errlint baseline` writes one"
        raise BaselineError([Problem(shown, 0, message)]) from error
    except OSError as error:
        raise BaselineError([Problem(shown, 0, f"cannot be read: {error.strerror or error}")]) from error
    except UnicodeDecodeError as error:
        raise BaselineError([Problem(shown, 0, f"is not UTF-8: {error.reason}; is it a baseline?")]) from error
    try:
        table = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise BaselineError([_unreadable(text, shown, error)]) from error
    return Stored(data, _Reader(shown, text, table).entries())


def written(entries: Iterable[Entry]) -> bytes:
    """The text of a baseline."""
    lines = (f"  {{ {_line(entry)} }},\n" for entry in sorted(entries, key=lambda entry: entry.order))
    return f"{_HEAD}version = {VERSION}\nfindings = [\n{''.join(lines)}]\n".encode()


def write_baseline(path: Path, before: Stored, entries: Iterable[Entry]) -> bool:
    """Write entries where `before` stands; whether that changed it. Raises `WriteError` if it stands there no more."""
    data = written(entries)
    if before.data is None:
        create_bytes(path, data)
    elif before.data != data:
        replace_bytes(path, before.data, data, path.parent)
    return before.data != data


def _line(entry: Entry) -> str:
    pairs = [(key, getattr(entry, key)) for key in _KEYS]
    return ", ".join(f"{key} = {value if key == 'until' else _quoted(value)}" for key, value in pairs if value)


def _quoted(text: str) -> str:
    """A TOML string. Its escapes are those of JSON, but for halves of surrogate pairs and the character DEL."""
    import json  # only for those who write

    whole = text.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007F")


def _unreadable(text: str, shown: str, error: tomli.TOMLDecodeError) -> Problem:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith(_MARKERS):
            remedy = "keep the entries of both sides, take out the marks, and run `errlint baseline --prune`"
            return Problem(shown, number, f"holds a merge that was not finished: {remedy}")
    remedy = "mend the line, or take an older version of the file"
    return Problem(shown, error.lineno, f"is not TOML: {error.msg}; {remedy}")


class _Reader:
    """Turns TOML into entries, and collects what is wrong with it."""

    def __init__(self, shown: str, text: str, data: dict[str, Any]) -> None:
        self._shown = shown
        self._data = data
        self._lines = _lines_of_entries(text)
        self._problems: list[Problem] = []

    def entries(self) -> tuple[Entry, ...]:
        """The entries. Raises `BaselineError` with all that is wrong."""
        rows = self._rows()
        if len(rows) != len(self._lines):  # somebody has formatted the file, and the lines of entries are not known
            self._lines = [0] * len(rows)
        found: dict[tuple[str, str], Entry] = {}
        for row, line in zip(rows, self._lines, strict=True):
            entry = self._entry(row, line)
            if entry is None:
                continue
            other = found.setdefault((entry.path, entry.fingerprint), entry)
            if (other.reason, other.until) != (entry.reason, entry.until):
                self._wrong(line, f"stands on line {other.line} too, with another reason or date; keep one of them")
        if self._problems:
            raise BaselineError(self._problems)
        return tuple(found.values())

    def _rows(self) -> list[Any]:
        version, rows = self._data.get("version"), self._data.get("findings")
        if version is None or not isinstance(rows, list):
            self._wrong(0, "is no baseline of errlint: it has no `version` and `findings`")
        elif not isinstance(version, int) or isinstance(version, bool) or version < 1:
            self._wrong(0, f"`version` must be {VERSION}")
        elif version > VERSION:
            self._wrong(0, f"is of version {version}, and this errlint reads {VERSION}; update errlint")
        for key in self._data:
            if key not in ("version", "findings"):
                self._wrong(0, f"'{key}' means nothing in a baseline{suggestion(key, ('version', 'findings'))}")
        if self._problems or not isinstance(rows, list):
            raise BaselineError(self._problems)
        return rows

    def _entry(self, row: Any, line: int) -> Entry | None:
        before = len(self._problems)
        if not isinstance(row, dict):
            self._wrong(line, "an entry must be a table: `{ path = ..., code = ..., fingerprint = ... }`")
            return None
        for key, value in row.items():
            if key in _TEXTS and not isinstance(value, str):
                self._wrong(line, f"'{key}' must be a string")
            elif key not in _KEYS:
                self._wrong(line, f"'{key}' means nothing in an entry{suggestion(key, _KEYS)}")
        until = row.get("until")
        if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
            self._wrong(line, "'until' must be a day, without quotes: until = 2027-01-31")
        for key in _REQUIRED:
            if not row.get(key):
                self._wrong(line, f"an entry needs '{key}'; remove the line and run `errlint baseline`")
        if row.get("code") in NEVER:
            self._wrong(line, f"{row['code']} cannot be in a baseline; remove the line")
        if len(self._problems) > before:
            return None
        return Entry(**{**row, "until": until.isoformat() if until else "", "line": line})

    def _wrong(self, line: int, message: str) -> None:
        self._problems.append(Problem(self._shown, line, message))


def _lines_of_entries(text: str) -> list[int]:
    """The lines on which entries stand, 1-based, where each has one of its own, as errlint writes them."""
    return [number for number, line in enumerate(text.split("\n"), start=1) if line.lstrip().startswith("{")]

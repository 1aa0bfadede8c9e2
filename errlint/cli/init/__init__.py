"""`errlint init`: settings for a project, with what was found out about it, written where nobody has written any."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from errlint.cli.init.project import facts_of
from errlint.cli.init.text import settings_of, text_of
from errlint.cli.streams import output, say
from errlint.engine.registry import catalogue
from errlint.errors import ErrlintError, UsageError
from errlint.settings import SettingsError
from errlint.settings.finder import SettingsFinder
from errlint.settings.reading import load, parsed, settings_from
from errlint.source.writing import WriteError, replace_bytes
from errlint.suggestions import one_of

_NAMES = ("pyproject.toml", "errlint.toml")
_HEADER = "[tool.errlint]"


class InitError(ErrlintError):
    """Settings that cannot be written; the file is as it was."""


def init(options: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    path = _target(options.file)
    _refuse_existing(path)
    facts = facts_of(path.absolute().parent, catalogue())
    body = text_of(facts)
    block = f"{_HEADER}\n{body}" if path.name == "pyproject.toml" else body
    old = path.read_bytes() if path.exists() else None
    new = _appended(old or b"", block)
    _expect(settings_of(facts), new, path)
    above = SettingsFinder(None, {}).settings_for(path.absolute().parent).source
    if above is not None:
        say(f"errlint: {above} holds here so far; what is written here replaces all of it for this folder")
    with output(None) as stream:
        stream.write(block)
    does = "append this to" if old is not None else "write this to"
    if not options.yes and not _agrees(f"{does[0].upper()}{does[1:]} {path}?", does, path):
        return 0
    _write(path, old, new)
    say(f"errlint: wrote {path}; `errlint check` goes by it")
    return 0


def _target(name: str | None) -> Path:
    """The file to write: pyproject.toml if there is one, unless somebody says otherwise."""
    if name is None:
        return Path("pyproject.toml" if Path("pyproject.toml").exists() else "errlint.toml")
    path = Path(name)
    if path.name not in _NAMES:
        raise UsageError(f"--file takes a {one_of(_NAMES)}, because errlint looks for no other; not '{name}'")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}")
    return path


def _refuse_existing(path: Path) -> None:
    """Raise `UsageError` if the folder has settings already: only one file of a folder counts."""
    for name in _NAMES:
        other = path.with_name(name)
        if not other.exists():
            continue
        found, table = load(other)
        if found is not None:
            line = table.line_of(())
            place = f"{other}:{line}" if line else str(other)
            raise UsageError(f"{place}: there are settings already; `errlint config` shows what they mean")


def _appended(old: bytes, block: str) -> bytes:
    """The bytes of a file with a block of text at the end, in the file's own line ends; the rest is kept as it is."""
    end = "\r\n" if b"\r\n" in old else "\n"
    start = "" if not old.strip(b"\xef\xbb\xbf\r\n\t ") else end if old.endswith(b"\n") else 2 * end
    return old + (start + block.replace("\n", end)).encode()


def _expect(wanted: dict[str, object], new: bytes, path: Path) -> None:
    """Raise `InitError` unless the new text means what it should: some ways of writing TOML allow no more tables."""
    try:
        found, table = parsed(new.decode("utf-8-sig"), path)
    except SettingsError as error:
        why = error.problems[0]
        raise InitError(f"{path}: nothing can be appended to it ({why.message}); write {_HEADER} by hand") from error
    settings_from(found or {}, table)
    if found != wanted or table.problems:
        raise InitError(f"{path}: what would be appended would not be read as it is meant; write {_HEADER} by hand")


def _agrees(question: str, does: str, path: Path) -> bool:
    """Ask on a terminal; elsewhere say what to do instead."""
    if sys.stdin is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        say(f"errlint: nothing is written; `errlint init --yes` would {does} {path}")
        return False
    say(question + " [y/N] ")
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    say("errlint: nothing is written")
    return False


def _write(path: Path, old: bytes | None, new: bytes) -> None:
    try:
        if old is not None:
            replace_bytes(path, old, new, path.absolute().parent)
            return
        with path.open("xb") as stream:
            stream.write(new)
    except WriteError as error:
        raise InitError(f"{path}: {error}") from error
    except OSError as error:
        raise InitError(f"{path}: cannot be written: {error.strerror}") from error

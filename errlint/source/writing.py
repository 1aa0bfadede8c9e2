"""A file's bytes replaced as a whole: whoever looks, or pulls the plug, finds the old bytes or the new ones."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from errlint.errors import ErrlintError

_LONGEST = 50
"""Characters of a file's name that go into the name of its draft, which must not get too long for the system."""


class WriteError(ErrlintError):
    """A file that could not, or must not, be replaced. It is as it was."""


def replace_bytes(path: Path, old: bytes, new: bytes, root: Path) -> None:
    """Write `new` where `old` stands, keeping mode and owner.

    Raises `WriteError` if the file no longer holds `old`, if it is reached through a link that leads out of `root` (out
    of its own folder, where it stands elsewhere), or if the system refuses.
    """
    named = Path(os.path.abspath(path))
    tree = root if named.is_relative_to(root) else named.parent
    try:
        target = path.resolve(strict=True)
        if target.is_relative_to(tree.resolve()):
            _replace(target, old, new)
            return
    except OSError as error:
        raise WriteError(f"cannot be written: {error.strerror or error}") from error
    raise WriteError(f"is a link to {target}, which is not in {tree}")


def create_bytes(path: Path, data: bytes) -> None:
    """Write a file where there is none. Raises `WriteError` if there is one by now, or if the system refuses."""
    draft = _draft(path)
    try:
        _write(draft, data)
        if path.exists():
            raise WriteError("was made by somebody else in the meantime; run errlint again")
        os.replace(draft, path)
    except OSError as error:
        raise WriteError(f"cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _draft(target: Path) -> Path:
    return target.with_name(f".{target.name[:_LONGEST]}.{secrets.token_hex(4)}.errlint")


def _replace(target: Path, old: bytes, new: bytes) -> None:
    status = target.stat()
    if not os.access(target, os.W_OK):
        raise WriteError("is read-only")
    draft = _draft(target)
    try:
        _write(draft, new, status)
        _expect(old, target)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _expect(data: bytes, target: Path) -> None:
    if target.read_bytes() != data:
        raise WriteError("was changed by somebody else in the meantime; run errlint again")


def _write(draft: Path, data: bytes, like: os.stat_result | None = None) -> None:
    """A new file with the mode and owner of another one, or the usual ones; it is on the disk when this returns."""
    mode = 0o666 if like is None else 0o600
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        if like is not None:
            _make_like(like, draft, descriptor)
        os.fsync(descriptor)


def _make_like(like: os.stat_result, draft: Path, descriptor: int) -> None:
    if hasattr(os, "fchown") and (like.st_uid, like.st_gid) != _owner(descriptor):
        os.fchown(descriptor, like.st_uid, like.st_gid)
    draft.chmod(stat.S_IMODE(like.st_mode))


def _owner(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_uid, status.st_gid


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk as well, where the system can; the file is replaced already."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

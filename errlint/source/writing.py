"""A file's bytes replaced as a whole: whoever looks, or pulls the plug, finds the old bytes or the new ones."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from errlint.errors import ErrlintError


class WriteError(ErrlintError):
    """A file that could not, or must not, be replaced. It is as it was."""


def replace_bytes(path: Path, old: bytes, new: bytes, root: Path) -> None:
    """Write `new` where `old` stands, keeping mode and owner.

    Raises `WriteError` if the file no longer holds `old`, if it is reached through a link that leads out of `root` (out
    of its own folder, where it stands elsewhere), or if the system refuses.
    """
    path = path.absolute()
    tree = root if path.is_relative_to(root) else path.parent
    try:
        target = path.resolve(strict=True)
        if target.is_relative_to(tree.resolve()):
            _replace(target, old, new)
            return
    except OSError as error:
        raise WriteError(f"cannot be written: {error.strerror or error}") from error
    raise WriteError(f"is a link to {target}, which is not in {tree}")


def _replace(target: Path, old: bytes, new: bytes) -> None:
    status = target.stat()
    if not os.access(target, os.W_OK):
        raise WriteError("is read-only")
    descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".errlint")
    try:
        _write(descriptor, draft, new, status)
        _expect(old, target)
        os.replace(draft, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)
    _sync_folder(target.parent)


def _expect(data: bytes, target: Path) -> None:
    if target.read_bytes() != data:
        raise WriteError("was changed by somebody else in the meantime; run errlint again")


def _write(descriptor: int, name: str, data: bytes, like: os.stat_result) -> None:
    """Fill a file that only we can read yet; it is on the disk when this returns."""
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        if hasattr(os, "fchown") and (like.st_uid, like.st_gid) != _owner(descriptor):
            os.fchown(descriptor, like.st_uid, like.st_gid)
        os.chmod(name, stat.S_IMODE(like.st_mode))
        os.fsync(descriptor)


def _owner(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_uid, status.st_gid


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk as well; Windows has no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

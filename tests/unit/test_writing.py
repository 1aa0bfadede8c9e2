"""A file replaced as a whole: old bytes or new ones at any moment, and never what somebody else wrote."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from errlint.source import writing
from errlint.source.writing import WriteError, create_bytes, replace_bytes
from tests.cli.command import LIMIT, environment

OLD, NEW = b"old\n" * 1000, b"new\r\n" * 1500
posix = pytest.mark.skipif(os.name == "nt", reason="modes, owners and signals are other things there")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "a.py"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _told(path: Path, root: Path) -> str:
    """Why a file was not replaced; nothing if it was."""
    try:
        replace_bytes(path, OLD, NEW, root)
    except WriteError as error:
        return str(error)
    return ""


def test_the_new_bytes_stand_where_the_old_ones_did(target: Path) -> None:
    replace_bytes(target, OLD, NEW, target.parent)
    assert target.read_bytes() == NEW
    assert _names(target.parent) == ["a.py"]
    replace_bytes(target, NEW, b"", target.parent)
    assert target.read_bytes() == b""


def test_what_somebody_else_wrote_is_not_overwritten(target: Path) -> None:
    with pytest.raises(WriteError, match="was changed by somebody else"):
        replace_bytes(target, OLD[1:], NEW, target.parent)
    assert target.read_bytes() == OLD
    assert _names(target.parent) == ["a.py"]


def test_a_file_that_has_gone_is_not_made_again(target: Path) -> None:
    target.unlink()
    with pytest.raises(WriteError):
        replace_bytes(target, OLD, NEW, target.parent)
    assert _names(target.parent) == []


@posix
@pytest.mark.parametrize("mode", [0o755, 0o640, 0o600, 0o664, 0o2755])
def test_mode_bits_are_kept(target: Path, mode: int) -> None:
    target.chmod(mode)
    mode = stat.S_IMODE(target.stat().st_mode)  # some systems take bits away
    replace_bytes(target, OLD, NEW, target.parent)
    assert stat.S_IMODE(target.stat().st_mode) == mode
    assert target.read_bytes() == NEW


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_is_kept(target: Path) -> None:
    target.chmod(0o4755)
    os.chown(target, 12345, 23456)
    target.chmod(0o4755)
    replace_bytes(target, OLD, NEW, target.parent)
    status = target.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (12345, 23456, 0o4755)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_file_is_not_overwritten(target: Path) -> None:
    target.chmod(0o444)
    with pytest.raises(WriteError, match="is read-only"):
        replace_bytes(target, OLD, NEW, target.parent)
    assert target.read_bytes() == OLD


def test_a_file_that_may_not_be_written_is_not_replaced(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or Path(path) != target.resolve())
    with pytest.raises(WriteError, match="is read-only"):
        replace_bytes(target, OLD, NEW, target.parent)
    assert target.read_bytes() == OLD
    assert _names(target.parent) == ["a.py"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_folder_is_told(target: Path) -> None:
    target.parent.chmod(0o555)
    try:
        with pytest.raises(WriteError, match="cannot be written: Permission denied"):
            replace_bytes(target, OLD, NEW, target.parent)
        assert target.read_bytes() == OLD
    finally:
        target.parent.chmod(0o755)


@posix
def test_a_link_stays_a_link_and_its_target_is_replaced(target: Path) -> None:
    folder = target.parent / "links"
    folder.mkdir()
    link, twice = folder / "b.py", folder / "c.py"
    link.symlink_to(Path("..") / "a.py")
    twice.symlink_to(link)
    replace_bytes(twice, OLD, NEW, target.parent)
    assert target.read_bytes() == NEW
    assert (link.is_symlink(), twice.is_symlink(), target.is_symlink()) == (True, True, False)
    assert _names(folder) == ["b.py", "c.py"]


@posix
def test_what_a_link_leads_to_outside_of_the_tree_is_left_alone(target: Path) -> None:
    outside = target.parent.parent / "outside"
    outside.mkdir()
    (outside / "b.py").write_bytes(OLD)
    (target.parent / "b.py").symlink_to(outside / "b.py")
    (target.parent / "folder").symlink_to(outside)
    for path in (target.parent / "b.py", target.parent / "folder" / "b.py"):
        with pytest.raises(WriteError, match="link"):
            replace_bytes(path, OLD, NEW, target.parent)
    assert (outside / "b.py").read_bytes() == OLD
    assert _names(outside) == ["b.py"]


@posix
def test_a_tree_that_is_itself_reached_through_a_link_is_no_obstacle(target: Path) -> None:
    root = target.parent.parent / "link"
    root.symlink_to(target.parent)
    replace_bytes(root / "a.py", OLD, NEW, root)
    assert target.read_bytes() == NEW


def test_a_file_beside_the_tree_is_replaced_whichever_way_it_is_named(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = target.parent.parent / "root"
    (root / "folder").mkdir(parents=True)
    replace_bytes(target, OLD, NEW, root)
    assert target.read_bytes() == NEW
    monkeypatch.chdir(root)
    replace_bytes(Path("..") / "project" / "a.py", NEW, OLD, root)
    assert target.read_bytes() == OLD
    replace_bytes(root / "folder" / ".." / ".." / "project" / "a.py", OLD, NEW, root)
    assert target.read_bytes() == NEW


@posix
@pytest.mark.parametrize("other", [OLD, NEW, None])
def test_a_way_up_from_a_link_leads_to_the_file_that_was_read(
    target: Path, monkeypatch: pytest.MonkeyPatch, other: bytes | None
) -> None:
    root = target.parent.parent / "root"
    root.mkdir()
    (target.parent / "folder").mkdir()
    (root / "link").symlink_to(target.parent / "folder")
    if other is not None:
        (root / "a.py").write_bytes(other)
    monkeypatch.chdir(root)
    path = Path("link") / ".." / "a.py"
    assert path.read_bytes() == OLD
    told = _told(path, root)
    assert "somebody else" not in told
    assert target.read_bytes() == (OLD if told else NEW)
    assert not (root / "a.py").exists() if other is None else (root / "a.py").read_bytes() == other


def test_a_long_name_is_no_obstacle(target: Path) -> None:
    path = target.with_name("a" * 250 + ".py")
    path.write_bytes(OLD)
    replace_bytes(path, OLD, NEW, target.parent)
    assert path.read_bytes() == NEW


@pytest.mark.parametrize("name", ["replace", "fsync"])
def test_a_system_that_refuses_is_told_and_leaves_nothing_behind(
    target: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, name, refuse)
    with pytest.raises(WriteError, match="cannot be written: No space left on device"):
        replace_bytes(target, OLD, NEW, target.parent)
    assert target.read_bytes() == OLD
    assert _names(target.parent) == ["a.py"]


@posix
@pytest.mark.parametrize("name", ["open", "fsync"])
def test_a_folder_that_cannot_be_synced_does_not_deny_what_was_written(
    target: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = getattr(os, name)

    def refuse_folders(what: Any, *rest: Any, **more: Any) -> Any:
        if stat.S_ISDIR(os.stat(what).st_mode if os.path.exists(what) else 0):
            raise OSError(errno.EINVAL, "Invalid argument")
        return real(what, *rest, **more)

    monkeypatch.setattr(os, name, refuse_folders)
    told = _told(target, target.parent)
    assert target.read_bytes() == (OLD if told else NEW), told


@contextmanager
def _interrupted_at(number: int) -> Iterator[list[int]]:
    """Raises KeyboardInterrupt at the n-th call, line or return in the module; the list holds how many were."""
    seen = [0]

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != writing.__file__:
            return None
        seen[0] += 1
        if seen[0] == number:
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield seen
    finally:
        sys.settrace(before)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_at_any_line_leaves_old_or_new_bytes_and_no_draft(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # it takes most of the time
    wrong, number, interrupted = [], 0, True
    while interrupted:
        number += 1
        target.write_bytes(OLD)
        interrupted = False
        try:
            with _interrupted_at(number):
                replace_bytes(target, OLD, NEW, target.parent)
        except KeyboardInterrupt:
            interrupted = True
        drafts = [name for name in _names(target.parent) if name != "a.py"]
        if drafts or target.read_bytes() not in (OLD, NEW):
            wrong.append((number, drafts))
        for name in drafts:
            target.with_name(name).unlink()
    assert number > 30
    assert target.read_bytes() == NEW
    assert wrong == []


KILLED = """
import os, signal, stat, sys
from pathlib import Path
from errlint.source import writing

os.fsync = lambda descriptor: None  # it takes most of the time
target, old, new = Path(sys.argv[1]), b"old\\n" * 1000, b"new\\r\\n" * 1500

def killed_at(number):
    seen = 0
    def trace(frame, event, _):
        nonlocal seen
        if frame.f_code.co_filename != writing.__file__:
            return None
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace
    sys.settrace(trace)
    writing.replace_bytes(target, old, new, target.parent)
    sys.settrace(None)
    os._exit(0)

number, status, ends = 0, None, set()
while status != 0:
    number += 1
    target.write_bytes(old)
    target.chmod(0o750)
    child = os.fork()
    if child == 0:
        killed_at(number)
    _, status = os.waitpid(child, 0)
    data = target.read_bytes()
    assert data in (old, new), (number, data[:20])
    assert stat.S_IMODE(target.stat().st_mode) == 0o750, number
    drafts = [path for path in target.parent.iterdir() if path != target]
    assert len(drafts) < 2, drafts
    for draft in drafts:
        assert draft.suffix not in (".py", ".pyi", ".pyw"), draft
        assert stat.S_IMODE(draft.stat().st_mode) & 0o007 == 0, "a draft shows no more than the file"
        draft.unlink()
    ends.add((data == new, bool(drafts)))
print(number, sorted(ends))
"""


@posix
def test_a_kill_at_any_line_leaves_old_or_new_bytes(target: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(target)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    number, _, ends = done.stdout.partition(" ")
    assert int(number) > 30
    assert ends == "[(False, False), (False, True), (True, False)]\n", "it was killed before, amid and after the write"


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    create_bytes(path, NEW)
    assert (path.read_bytes(), _names(tmp_path)) == (NEW, ["a.toml"])
    with pytest.raises(WriteError, match="was made by somebody else"):
        create_bytes(path, OLD)
    assert (path.read_bytes(), _names(tmp_path)) == (NEW, ["a.toml"])
    with pytest.raises(WriteError, match="cannot be written: No such file or directory"):
        create_bytes(tmp_path / "none" / "a.toml", NEW)


@posix
def test_a_new_file_has_the_mode_of_others(tmp_path: Path) -> None:
    create_bytes(tmp_path / "a", b"")
    (tmp_path / "b").touch()
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == stat.S_IMODE((tmp_path / "b").stat().st_mode)

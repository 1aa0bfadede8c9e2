"""Files survive `--fix`: kills, interrupts, two runs at once, other people's changes, links, modes, encodings."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command import BAD, LIMIT, PACKAGE, concise, environment, errlint_command, run, tree

SAFE = """\
def save(r):
    try:
        r.write()
    except OSError as error:
        r.rollback()
        raise error
"""
SAVED = SAFE.replace(" as error", "").replace("raise error", "raise")
SILENT = "def tell(user):\n    try:\n        user.box.deliver()\n    except ConnectionError:\n        pass\n"
QUIET = "def tell(user):\n    with contextlib.suppress(ConnectionError):\n        user.box.deliver()\n"
SUPPRESSED = f"import contextlib\n\n{QUIET}"
posix = pytest.mark.skipif(os.name == "nt", reason="signals, links and modes are other things there")
FILES = 40


def _before(number: int) -> bytes:
    return f"import contextlib\n\nNUMBER = {number}\n{SAFE}{SILENT}".encode()


def _after(number: int) -> bytes:
    return _before(number).replace(SAFE.encode(), SAVED.encode()).replace(SILENT.encode(), QUIET.encode())


def _name(number: int) -> str:
    return f"a{number:02}.py"


def _reset(folder: Path) -> None:
    """All files as before, executable, and nothing else in the folder."""
    for path in folder.iterdir():
        path.unlink()
    for number in range(FILES):
        path = folder / _name(number)
        path.write_bytes(_before(number))
        path.chmod(0o750)


def _started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        errlint_command("--fix", "--quiet", *arguments),
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _is_replaced(path: Path, inode: int) -> bool:
    """Whether a file is another one than it was; between two names it may seem to be none."""
    try:
        return path.stat().st_ino != inode
    except FileNotFoundError:
        return True


def _struck(folder: Path, number: int, delay: float, what: signal.Signals) -> tuple[int, str]:
    """Exit code and errors of a run that gets a signal some time after it has written one of the files."""
    path = folder / _name(number)
    inode = path.stat().st_ino
    with _started(folder) as started:
        while started.poll() is None and not _is_replaced(path, inode):
            time.sleep(0.0005)
        time.sleep(delay)
        started.send_signal(what)
        _, err = started.communicate(timeout=LIMIT)
    return started.returncode, err


def _drafts(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix != ".py"]


def _assert_old_or_new(folder: Path) -> int:
    """Every file is as before or as after, mode included; the number of those that are as after."""
    done = 0
    for number in range(FILES):
        path = folder / _name(number)
        data = path.read_bytes()
        assert data in (_before(number), _after(number)), path
        assert stat.S_IMODE(path.stat().st_mode) == 0o750, path
        done += data == _after(number)
    return done


def _assert_done(folder: Path) -> None:
    assert {path.name: path.read_bytes() for path in folder.glob("*.py")} == {
        _name(number): _after(number) for number in range(FILES)
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@posix
def test_a_kill_at_any_moment_leaves_each_file_as_before_or_as_after(project: Path) -> None:
    choice, done = random.Random(1), 0
    _reset(project)
    while done < FILES - 3:
        code, _ = _struck(project, done + 2, choice.random() / 200, signal.SIGKILL)
        assert code in (-signal.SIGKILL, 0)
        before, done = done, _assert_old_or_new(project)
        assert done > before + 2, "a run goes on where the last one was killed"
    for draft in ("a00.py", "a01.py"):  # what a kill may leave
        (project / f".{draft}.abcdefgh.errlint").write_text(SAFE)
    left = {path: path.read_bytes() for path in _drafts(project)}
    listed = run(project, "--show-files").lines
    assert listed == [_name(number) for number in range(FILES)]
    assert run(project, "--fix", "--quiet").code == 0
    _assert_done(project)
    assert {path: path.read_bytes() for path in _drafts(project)} == left


@posix
def test_an_interrupt_at_any_moment_ends_with_130_and_leaves_no_draft(project: Path) -> None:
    choice, done = random.Random(2), 0
    _reset(project)
    while done < FILES - 9:
        code, err = _struck(project, done + 8, choice.random() / 200, signal.SIGINT)
        assert (code, err) in ((130, "errlint: interrupted\n"), (0, ""))
        before, done = done, _assert_old_or_new(project)
        assert done > before + 8
        assert _drafts(project) == []
    assert run(project, "--fix", "--quiet").code == 0
    _assert_done(project)


def test_two_runs_at_once_leave_each_file_as_after(project: Path) -> None:
    for _ in range(2):
        _reset(project)
        with _started(project) as one, _started(project) as other:
            outputs = [each.communicate(timeout=LIMIT) for each in (one, other)]
        for started, (out, err) in zip((one, other), outputs, strict=True):
            failure = "ERR000 internal-error (error): "
            failures = out.count(failure)
            assert failures == out.count(f"{failure}was changed by somebody else in the meantime"), out
            assert started.returncode == (2 if failures else 0), (out, err)
            assert "Traceback" not in err
        _assert_old_or_new(project)
        assert _drafts(project) == []
    assert run(project, "--fix", "--quiet").code == 0
    _assert_done(project)


MEANWHILE = """
import os
from errlint.engine import fixing

fix = fixing.Fixer.fix

def meanwhile(self, data, path, *rest):
    if path.name == "b.py":
        with open(path, "ab") as stream:
            stream.write(b"x = 1\\n")
    if path.name == "c.py":
        os.remove(path)
    return fix(self, data, path, *rest)

fixing.Fixer.fix = meanwhile
"""


def test_what_somebody_else_changed_meanwhile_is_named_and_not_overwritten(tmp_path: Path, project: Path) -> None:
    tree(project, {"a.py": SAFE, "b.py": SAFE, "c.py": SAFE, "d.py": SAFE})
    tree(tmp_path / "site", {"sitecustomize.py": MEANWHILE})
    path = os.pathsep.join([str(tmp_path / "site"), str(PACKAGE.parent)])
    found = concise(project, "--fix", PYTHONPATH=path)
    assert found.code == 2
    assert found.places == ["b.py:6:9 ERR106", "b.py:1:1 ERR000", "c.py:6:9 ERR106", "c.py:1:1 ERR000"]
    assert "was changed by somebody else" in found.lines[1]
    assert "cannot be written: No such file or directory; its fixes were not applied" in found.lines[3]
    assert found.err == "errlint: 2 places could not be checked or fixed; see ERR000 above\n"
    left = {path.name: path.read_text() for path in project.iterdir()}
    assert left == {"a.py": SAVED, "b.py": f"{SAFE}x = 1\n", "d.py": SAVED}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everything")
def test_what_is_read_only_is_named_and_not_overwritten(project: Path) -> None:
    tree(project, {"a.py": SAFE, "b.py": SAFE, "closed/c.py": SAFE})
    (project / "a.py").chmod(0o444)
    (project / "closed").chmod(0o555)
    found = concise(project, "--fix")
    (project / "closed").chmod(0o755)
    assert found.code == 2
    assert [line for line in found.places if line.endswith("ERR000")] == ["a.py:1:1 ERR000", "closed/c.py:1:1 ERR000"]
    assert "is read-only; its fixes were not applied" in found.lines[1]
    assert "cannot be written: Permission denied; its fixes were not applied" in found.lines[3]
    assert [(project / name).read_text() for name in ("a.py", "b.py", "closed/c.py")] == [SAFE, SAVED, SAFE]


@posix
def test_links_out_of_the_project_are_named_and_not_followed(tmp_path: Path, project: Path) -> None:
    outside = tree(tmp_path / "outside", {"a.py": SAFE, "b.py": SAFE})
    tree(project, {"pyproject.toml": "", "c.py": SAFE, "src/d.py": SAFE, "src/e.py": BAD})
    (project / "out.py").symlink_to(outside / "a.py")
    (project / "src" / "up.py").symlink_to(Path("..") / ".." / "outside" / "b.py")
    (project / "folder").symlink_to(outside)
    found = concise(project / "src", "--fix", "..", str(Path("..") / "folder" / "b.py"))
    assert found.code == 2
    failed = [line for line in found.lines if ": ERR000 " in line]
    assert [line.split(":")[0] for line in failed] == ["../out.py", "../src/up.py", "../folder/b.py"]
    targets = ("a.py", "b.py", "b.py")
    for line, target in zip(failed, targets, strict=True):
        assert f"is a link to {(outside / target).resolve()}, which is not in " in line
    assert [(outside / name).read_text() for name in ("a.py", "b.py")] == [SAFE, SAFE]
    assert sorted(path.name for path in outside.iterdir()) == ["a.py", "b.py"]
    assert [(project / name).read_text() for name in ("c.py", "src/d.py")] == [SAVED, SAVED]
    assert ((project / "out.py").is_symlink(), (project / "src" / "up.py").is_symlink()) == (True, True)
    assert found.err == "errlint: 3 places could not be checked or fixed; see ERR000 above\n"


@posix
def test_a_link_inside_the_project_stays_a_link_and_its_target_is_fixed(project: Path) -> None:
    tree(project, {"src/a.py": SAFE, "src/b.py": SAFE, "hidden/c.txt": SAFE})
    (project / "links").mkdir()
    (project / "links" / "a.py").symlink_to(Path("..") / "src" / "a.py")
    (project / "links" / "c.py").symlink_to(project / "hidden" / "c.txt")
    (project / "folder").symlink_to("src")
    found = run(project, "--fix")
    assert found.code == 0
    assert "Fixed 3 findings in 3 files." in found.lines, "nothing is fixed twice"
    assert (project / "links" / "a.py").is_symlink()
    assert os.readlink(project / "links" / "a.py") == str(Path("..") / "src" / "a.py")
    assert (project / "folder").is_symlink()
    texts = [(project / name).read_text() for name in ("src/a.py", "src/b.py", "hidden/c.txt")]
    assert texts == [SAVED, SAVED, SAVED]
    (project / "src" / "b.py").write_text(SAFE)
    assert run(project, "--fix", "folder/b.py").code == 0
    assert (project / "src" / "b.py").read_text() == SAVED


@posix
def test_modes_are_kept_and_nothing_else_appears_in_the_folder(project: Path) -> None:
    modes = {"script.py": 0o755, "private.py": 0o600, "group.py": 0o640, "wide.py": 0o666, "odd.py": 0o711}
    tree(project, dict.fromkeys(modes, SAFE))
    for name, mode in modes.items():
        (project / name).chmod(mode)
    assert run(project, "--fix").code == 0
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in project.iterdir()} == modes
    assert {path.read_text() for path in project.iterdir()} == {SAVED}


def _mixed(text: str) -> str:
    """Every other line ends with CR LF."""
    return "".join(line.replace("\n", "\r\n") if at % 2 else line for at, line in enumerate(text.splitlines(True)))


TEXTS = {
    "plain": lambda text: text.encode(),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "bom_and_cookie": lambda text: b"\xef\xbb\xbf# coding: utf-8\n" + text.encode(),
    "cp1251": lambda text: f"#!/usr/bin/python\n# vim: set fileencoding=cp1251 :\nX = 'Ж'\n{text}".encode("cp1251"),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "crlf_no_end": lambda text: text.replace("\n", "\r\n").encode().removesuffix(b"\r\n"),
    "form_feed": lambda text: f"\x0c\nx = 1\n\x0c\n  \x0c{text}".encode(),
    "latin_1": lambda text: f"# -*- coding: latin-1 -*-\nX = '\xe9\x85'\n{text}# \xe9".encode("latin-1"),
    "lone_cr": lambda text: text.replace("\n", "\r").encode(),
    "mixed": lambda text: _mixed(text).encode(),
    "no_end": lambda text: text.encode().removesuffix(b"\n"),
    "separators": lambda text: f"X = '\u2028\x85\x1c\x0b'\n{text}".encode(),
    "shift_jis": lambda text: f"# coding: shift_jis\nX = '表'\n{text}".encode("shift_jis"),
    "spaces": lambda text: f"x = 1  \n\t\n   # x \n{text}   \n\n\n".encode(),
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "utf_8": lambda text: f"X = '漢字é🎈'\n{text}".encode(),
}


def test_all_bytes_outside_of_the_edits_stay_as_they_are(project: Path) -> None:
    for name, made in TEXTS.items():
        tree(project, {f"{name}.py": made(SAFE)})
    found = run(project, "--fix", "--quiet")
    assert (found.code, found.out) == (0, "")
    seen = {path.stem: path.read_bytes() for path in project.iterdir()}
    assert seen == {name: made(SAVED) for name, made in TEXTS.items()}


def test_lines_that_a_fix_adds_end_as_those_around_them(project: Path) -> None:
    whole = {name: TEXTS[name] for name in ("plain", "bom", "crlf", "crlf_no_end", "lone_cr", "no_end", "tabs")}
    for name, made in whole.items():
        tree(project, {f"{name}.py": made(SILENT)})
    assert run(project, "--fix", "--quiet").code == 0
    seen = {path.stem: path.read_bytes() for path in project.iterdir()}
    assert seen == {name: made(SUPPRESSED) for name, made in whole.items()}


def test_a_line_that_a_fix_adds_does_not_take_the_place_of_the_encoding(project: Path) -> None:
    cookies = {
        "blank_line_first.py": b"\n# coding: latin-1\n",
        "first_line.py": b"# coding: latin-1\n",
        "script.py": b"#!/usr/bin/python\n# coding: latin-1\n",
    }
    tree(project, {name: cookie + b"X = '\xc3\xa9'\n" + SILENT.encode() for name, cookie in cookies.items()})
    found = run(project, "--fix", "--quiet")
    for name in cookies:
        data = (project / name).read_bytes()
        assert any(line.startswith(b"# coding: latin-1") for line in data.splitlines()[:2]), data
        assert b"X = '\xc3\xa9'\n" in data
        assert b"suppress" in data or f"{name}:1:1" in found.out

"""0 clean, 1 findings, 2 errlint could not do its job, 130 interrupted; crashes and closed pipes included."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import BAD, CLEAN, LIMIT, PACKAGE, concise, environment, errlint_command, run, tree

CRASHING = """
from errlint.rules.swallow.bare_except import rule

def fail(node, ctx):
    raise ZeroDivisionError("on purpose\\nand on two lines")

rule.checks[:] = [(kind, fail) for kind, _ in rule.checks]
"""
HANDLER = "def size(path):\n    try:\n        return path.stat()\n    except:\n        return None\n"


def _with_a_crashing_rule(folder: Path, *arguments: str) -> tuple[int, str, str]:
    tree(folder.parent, {"site/sitecustomize.py": CRASHING})
    path = os.pathsep.join([str(folder.parent / "site"), str(PACKAGE.parent)])
    found = run(folder, *arguments, PYTHONPATH=path)
    return found.code, found.out, found.err


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"a.py": HANDLER, "b.py": BAD, "c.py": f"# errlint: ignore-file\nx = 1\n{HANDLER}"}
    return tree(tmp_path / "project", files)


def test_a_crash_in_a_rule_names_rule_file_and_line_and_the_run_goes_on(project: Path) -> None:
    code, out, err = _with_a_crashing_rule(project, "--output-format", "concise", "--select", "ERR1,ERR2")
    lines = out.splitlines()
    assert [line.split(" ")[0] + " " + line.split(" ")[1] for line in lines] == [
        "a.py:4:1: ERR000",
        "a.py:4:5: ERR203",
        "b.py:2:5: ERR105",
        "c.py:6:1: ERR000",
    ]
    assert "rule ERR201 (bare-except) crashed at " in lines[0]
    assert "sitecustomize.py:5: ZeroDivisionError: on purpose [internal-error, error]" in lines[0]
    assert err == "errlint: 2 places could not be checked or fixed; see ERR000 above\n"
    assert code == 2


def test_exit_zero_hides_findings_but_no_failure(project: Path) -> None:
    assert run(project, "--exit-zero").code == 0
    assert _with_a_crashing_rule(project, "--exit-zero")[0] == 2
    assert run(project, "--exit-zero", "missing.py").code == 2
    assert run(project, "--exit-zero", "--select", "ERR9").code == 2


def test_a_crash_shows_in_every_format(project: Path) -> None:
    code, out, _ = _with_a_crashing_rule(project, "--output-format", "json", "--quiet", "a.py")
    first = json.loads(out)[0]
    assert (code, first["code"], first["location"]) == (2, "ERR000", {"row": 4, "column": 1})
    code, out, _ = _with_a_crashing_rule(project, "--statistics", "--quiet")
    assert (code, out.splitlines()[0]) == (2, "2  ERR000  internal-error")
    code, out, _ = _with_a_crashing_rule(project, "a.py")
    assert code == 2
    assert out.startswith("ERR000 internal-error (error): rule ERR201 (bare-except) crashed at ")


def test_clean_code_is_zero_and_findings_are_one(tmp_path: Path) -> None:
    tree(tmp_path, {"clean.py": CLEAN, "bad.py": BAD, "broken.py": "def f(:\n"})
    assert run(tmp_path, "clean.py").code == 0
    assert run(tmp_path, "bad.py").code == 1
    assert run(tmp_path, "clean.py", "broken.py").code == 1
    assert run(tmp_path, "broken.py", "bad.py", "--exit-zero").code == 0


@pytest.mark.parametrize("options", [["--output-format", "concise"], ["--output-format", "json"], []])
def test_a_reader_that_has_gone_ends_the_run_quietly(tmp_path: Path, options: list[str]) -> None:
    tree(tmp_path, {"bad.py": "".join(f"def check{number}():\n    raise\n" for number in range(2000))})
    with subprocess.Popen(
        errlint_command(*options), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.read(10)
        started.stdout.close()
        err = started.stderr.read()
        code = started.wait(LIMIT)
    assert err == b""
    assert code in (0, 1)


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another thing there")
def test_an_interrupt_ends_with_130_and_without_a_traceback(tmp_path: Path) -> None:
    tree(tmp_path, {f"a{number}.py": BAD * 300 for number in range(400)})
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are told to ignore it
    with subprocess.Popen(
        errlint_command("--verbose"),
        cwd=tmp_path,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stderr is not None
        assert started.stderr.readline() == "errlint: 400 files with settings from defaults\n"
        started.send_signal(signal.SIGINT)
        _, err = started.communicate(timeout=LIMIT)
    assert (started.returncode, err) == (130, "errlint: interrupted\n")


def test_the_package_and_the_module_are_the_same_command(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD})
    script = "import sys; from errlint.cli.main import main; sys.exit(main(['--output-format', 'concise', 'bad.py']))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, concise(tmp_path, "bad.py").out)


def test_errlint_check_and_errlint_alone_mean_the_same(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD, "check/in_folder.py": BAD})
    plain = concise(tmp_path)
    assert plain.places == ["bad.py:2:5 ERR105", f"{Path('check/in_folder.py')}:2:5 ERR105"]
    assert run(tmp_path, "check", "--output-format", "concise") == plain
    assert run(tmp_path, "check", "--output-format=concise", ".") == plain
    assert concise(tmp_path, "check").places == [f"{Path('check/in_folder.py')}:2:5 ERR105"]
    assert run(tmp_path, "check", "bad.py", "--output-format", "concise").places == ["bad.py:2:5 ERR105"]


@pytest.mark.skipif(os.name == "nt", reason="a shell is needed")
def test_no_standard_output_at_all_ends_quietly(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD})
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *errlint_command("bad.py")],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a full device is needed")
@pytest.mark.parametrize("option", ["--output-format=concise", "--output-format=json", "--show-files", "-q"])
def test_a_full_disk_is_exit_two_without_a_traceback(tmp_path: Path, option: str) -> None:
    tree(tmp_path, {"bad.py": BAD})
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            errlint_command(option, "bad.py"),
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=LIMIT,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"errlint: ")
    assert b"Traceback" not in done.stderr


def test_an_output_file_on_a_full_disk_is_exit_two(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD})
    done = concise(tmp_path, "--output-file", "/dev/full")
    assert (done.code, "Traceback" in done.err) == (2, False)


def test_a_crash_in_a_rule_about_comments_names_the_line_of_the_comment(tmp_path: Path) -> None:
    script = (
        "from errlint.rules.meta.unused_suppression import rule\n"
        "def fail(comment, file):\n    raise ZeroDivisionError\n"
        "rule.checks[:] = [(kind, fail) for kind, _ in rule.checks]\n"
    )
    tree(tmp_path, {"site/sitecustomize.py": script, "p/a.py": "x = 1\ny = 2\nz = 3  # errlint: ignore[ERR202]\n"})
    path = os.pathsep.join([str(tmp_path / "site"), str(PACKAGE.parent)])
    found = run(tmp_path / "p", "--output-format", "concise", PYTHONPATH=path)
    assert (found.code, found.places) == (2, ["a.py:3:1 ERR000"])


@pytest.mark.skipif(os.name == "nt", reason="a shell is needed")
@pytest.mark.parametrize(
    ("arguments", "closed", "code"),
    [
        ("bad.py missing.py", "2>&-", 2),
        ("bad.py missing.py", "2>/dev/full", 2),
        ("--verbose bad.py", "2>&-", 1),
        ("--verbose bad.py", "2>/dev/full", 1),
        ("bad.py", ">&- 2>&-", 1),
        ("-", "<&-", 2),
        ("--help", ">&-", 0),
        ("--version", ">/dev/full", 2),
    ],
)
def test_closed_streams_do_not_change_the_exit_code(tmp_path: Path, arguments: str, closed: str, code: int) -> None:
    tree(tmp_path, {"bad.py": BAD})
    done = subprocess.run(
        ["sh", "-c", f'"$@" {arguments} {closed}', "sh", *errlint_command()],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_an_interrupt_in_the_making_of_a_class_ends_with_130_too(tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(
        "import sys\n"
        "from errlint.cli import main as command\n"
        "command._run = lambda arguments: exec('raise KeyboardInterrupt')\n"
        "sys.exit(command.main([]))\n"
    )
    command = [sys.executable, "-m", "interrupted"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "errlint: interrupted\n")


def test_a_crash_of_errlint_itself_is_no_finding(tmp_path: Path) -> None:
    crashing = "import errlint.source.discovery as broken\nbroken.discover = lambda *given: 1 / 0\n"
    tree(tmp_path, {"site/sitecustomize.py": crashing, "a.py": CLEAN})
    done = run(tmp_path, "a.py", PYTHONPATH=os.pathsep.join([str(tmp_path / "site"), str(PACKAGE.parent)]))
    assert (done.code, done.out) == (2, "")
    *_, error, last = done.err.splitlines()
    assert error == "ZeroDivisionError: division by zero"
    assert last == "errlint: this is a bug of errlint, not of the code; the lines above say where"

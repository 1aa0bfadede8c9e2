"""Which files a run looks at: .gitignore files, excludes, links, and things that are no files."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.cli.command import BAD, CLEAN, PACKAGE, concise, run, tree


def test_a_walk_follows_every_gitignore_and_the_default_excludes(tmp_path: Path) -> None:
    ignored = {
        ".gitignore": "generated.py\n/anchored.py\nout/\n*_pb2.py\n!keep_pb2.py\n",
        "generated.py": BAD,
        "anchored.py": BAD,
        "out/a.py": BAD,
        "out/.gitignore": "!a.py\n",
        "package/generated.py": BAD,
        "package/x_pb2.py": BAD,
        "package/own/.gitignore": "secret.py\n!generated.py\n",
        "package/own/secret.py": BAD,
        ".venv/a.py": BAD,
        "node_modules/a.py": BAD,
        "build/a.py": BAD,
        "deep/__pycache__/a.py": BAD,
        ".git/HEAD": "ref: refs/heads/main\n",
        ".git/hook.py": BAD,
        "notes.txt": BAD,
    }
    wanted = {
        "a.py": CLEAN,
        "package/anchored.py": CLEAN,
        "package/keep_pb2.py": CLEAN,
        "package/own/generated.py": CLEAN,
        "package/stub.pyi": CLEAN,
        "package/window.pyw": CLEAN,
        "secret.py": CLEAN,
    }
    tree(tmp_path, {**ignored, **wanted})
    shown = run(tmp_path, "--show-files")
    assert (shown.code, shown.err) == (0, "")
    assert sorted(shown.lines) == sorted(name.replace("/", os.sep) for name in wanted)
    assert run(tmp_path).code == 0


def test_the_gitignore_of_the_repository_holds_in_a_subfolder_of_it(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            ".git/HEAD": "",
            ".gitignore": "ignored.py\n/src/vendor/\n",
            "src/.gitignore": "local.py\n",
            "src/a.py": BAD,
            "src/ignored.py": BAD,
            "src/local.py": BAD,
            "src/vendor/b.py": BAD,
            "src/inner/local.py": BAD,
            "src/inner/c.py": BAD,
        },
    )
    assert run(tmp_path / "src", "--show-files").lines == ["a.py", str(Path("inner/c.py"))]
    assert run(tmp_path, "--show-files", "src/inner").lines == [str(Path("src/inner/c.py"))]


def test_a_gitignore_outside_the_repository_does_not_count(tmp_path: Path) -> None:
    tree(tmp_path, {".gitignore": "*.py\n", "repository/.git/HEAD": "", "repository/a.py": BAD})
    assert run(tmp_path / "repository", "--show-files").lines == ["a.py"]


def test_gitignore_files_are_passed_over_when_the_settings_say_so(tmp_path: Path) -> None:
    tree(tmp_path, {".git/HEAD": "", ".gitignore": "a.py\n", "a.py": BAD, "errlint.toml": "respect-gitignore = false"})
    assert run(tmp_path, "--show-files").lines == ["a.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
def test_a_walk_passes_over_what_is_no_regular_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, {"good.py": BAD, "folder.py/inside.py": BAD})
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "dangling.py").symlink_to("nowhere")
    (tmp_path / "up").symlink_to(".", target_is_directory=True)
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        found = concise(tmp_path)
    assert found.places == [f"{Path('folder.py/inside.py')}:2:5 ERR105", "good.py:2:5 ERR105"]
    assert (found.code, found.err) == (1, "")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
def test_named_paths_that_are_no_files_are_all_told_and_exit_with_two(tmp_path: Path) -> None:
    tree(tmp_path, {"good.py": BAD})
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "dangling.py").symlink_to("nowhere")
    found = run(tmp_path, "good.py", "pipe.py", "missing.py", "no/such/folder", "dangling.py", "loop.py")
    assert (found.code, found.out) == (2, "")
    told = found.err.splitlines()
    assert told[:4] == [
        "errlint: pipe.py: is neither a file nor a folder",
        "errlint: missing.py: no such file or folder",
        "errlint: no/such/folder: no such file or folder",
        "errlint: dangling.py: no such file or folder",
    ]
    assert told[4].startswith("errlint: loop.py: ")
    assert len(told) == 5


def test_a_named_file_is_checked_whatever_would_leave_it_out_of_a_walk(tmp_path: Path) -> None:
    tree(tmp_path, {".git/HEAD": "", ".gitignore": "ignored.py\n", "ignored.py": BAD, "build/a.py": BAD, "tool": BAD})
    found = concise(tmp_path, "ignored.py", "build/a.py", "tool", "./tool")
    assert found.places == ["ignored.py:2:5 ERR105", "build/a.py:2:5 ERR105", "tool:2:5 ERR105"]
    inside = run(tmp_path, "--show-files", "build")
    assert inside.lines == [str(Path("build/a.py"))]


def test_exclude_replaces_the_default_excludes_and_extend_exclude_adds_to_them(tmp_path: Path) -> None:
    names = ["a.py", "build/a.py", "gen/a.py", "gen/deep/a.py", "package/gen/a.py", "x_pb2.py"]
    tree(tmp_path, {**dict.fromkeys(names, CLEAN), "setup.cfg": ""})
    replaced = run(tmp_path, "--show-files", "--exclude", "gen,*_pb2.py")
    assert replaced.lines == ["a.py", str(Path("build/a.py"))]
    added = run(tmp_path, "--show-files", "--extend-exclude", "gen/deep", "--extend-exclude", "package/**/a.py")
    assert added.lines == ["a.py", str(Path("gen/a.py")), "x_pb2.py"]


def test_no_python_files_is_no_failure_but_is_told(tmp_path: Path) -> None:
    tree(tmp_path, {"notes.txt": ""})
    found = run(tmp_path)
    assert (found.code, found.out, found.err) == (0, "No Python files found.\n", "")


def test_globs_of_the_command_line_hold_in_folders_without_a_project_marker(tmp_path: Path) -> None:
    tree(tmp_path, dict.fromkeys(["a.py", "gen/a.py", "gen/deep/a.py", "package/gen/a.py"], CLEAN))
    added = run(tmp_path, "--show-files", "--extend-exclude", "gen/deep", "--extend-exclude", "package/**/a.py")
    assert added.lines == ["a.py", str(Path("gen/a.py"))]


def test_per_file_ignores_hold_in_folders_without_a_project_marker(tmp_path: Path) -> None:
    tree(tmp_path, {"gen/a.py": BAD})
    assert concise(tmp_path, "--per-file-ignores", "gen/*.py:ERR105").places == []


def test_the_tests_folder_is_known_without_a_project_marker(tmp_path: Path) -> None:
    tree(tmp_path, {"tests/helper.py": "def f():\n    raise Exception('x')\n"})
    assert concise(tmp_path, "--select", "ERR104").places == []


def test_an_empty_path_does_not_exist(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": BAD})
    found = run(tmp_path, "")
    assert (found.code, found.err) == (2, "errlint: '': no such file or folder\n")


@pytest.mark.parametrize(
    ("lines", "left"),
    [("*\n!*/\n!a.py\n", ["a.py", "p/a.py", "p/q/a.py"]), ("*\n!p/\n!p/a.py\n", ["p/a.py"])],
)
def test_a_gitignore_that_lists_what_is_kept_lets_folders_in_again(tmp_path: Path, lines: str, left: list[str]) -> None:
    """The wanted answers are those of `git ls-files -o --exclude-standard`."""
    tree(tmp_path, {".git/HEAD": "", ".gitignore": lines, "a.py": "", "p/a.py": "", "p/q/a.py": ""})
    assert run(tmp_path, "--show-files").lines == left


EXCLUDED = {
    "errlint.toml": 'extend-exclude = ["gen", "docs/snippets/"]\n',
    ".git/HEAD": "",
    ".gitignore": "ignored.py\n/local/\n",
    "a.py": BAD,
    "ignored.py": BAD,
    "local/deep/b.py": BAD,
    "gen/deep/c.py": BAD,
    "docs/snippets/d.py": BAD,
    "build/e.py": BAD,
    "own/errlint.toml": "exclude = []\nforce-exclude = true\n",
    "own/build/f.py": BAD,
    "tool": BAD,
}
NAMED = ("a.py", "ignored.py", "local/deep/b.py", "gen/deep/c.py", "docs/snippets/d.py", "build/e.py", "tool")


def test_force_exclude_leaves_out_what_a_walk_leaves_out_where_it_is_named(tmp_path: Path) -> None:
    """A commit hook names the files that changed; what the project excludes stays out."""
    tree(tmp_path, EXCLUDED)
    names = [*NAMED, "own/build/f.py"]
    assert run(tmp_path, "--show-files", *names).lines == names
    assert run(tmp_path, "--show-files", "--force-exclude", *names).lines == ["a.py", "tool", "own/build/f.py"]
    absolute = [str(tmp_path / name) for name in names]
    assert run(tmp_path / "own", "--show-files", "--force-exclude", *absolute).lines == [
        str(tmp_path / name) for name in ("a.py", "tool", "own/build/f.py")
    ]
    assert run(tmp_path, "--show-files", "--force-exclude", "gen", "build", "local/deep", ".").lines == [
        "a.py",
        str(Path("own/build/f.py")),
    ]


def test_force_exclude_can_be_set(tmp_path: Path) -> None:
    tree(tmp_path, {**EXCLUDED, "errlint.toml": "force-exclude = true\nexclude = ['gen']\nrespect-gitignore = false\n"})
    assert run(tmp_path, "--show-files", *NAMED).lines == [name for name in NAMED if name != "gen/deep/c.py"]


def test_only_excluded_files_are_no_failure(tmp_path: Path) -> None:
    tree(tmp_path, EXCLUDED)
    found = run(tmp_path, "--force-exclude", "gen/deep/c.py")
    assert (found.code, found.out, found.err) == (0, "No Python files found.\n", "")
    missing = run(tmp_path, "--force-exclude", "gen/nowhere.py")
    assert (missing.code, missing.err) == (2, "errlint: gen/nowhere.py: no such file or folder\n")


def test_the_folders_above_a_project_exclude_nothing(tmp_path: Path) -> None:
    place = tree(tmp_path / "build" / "project", {"errlint.toml": "", "p/a.py": BAD})
    assert run(place, "--show-files", "--force-exclude", "p/a.py").lines == ["p/a.py"]
    assert run(tmp_path, "--show-files", "--force-exclude", str(place / "p/a.py")).lines == [str(place / "p/a.py")]
    tree(place, {"elsewhere.toml": ""})
    settings = ("--config", str(place / "elsewhere.toml"))
    outside = tree(tmp_path / "venv", {"b.py": BAD}) / "b.py"
    assert run(place, "--show-files", "--force-exclude", *settings, str(outside)).lines == [str(outside)]


def test_force_exclude_goes_for_standard_input_with_a_name(tmp_path: Path) -> None:
    tree(tmp_path, EXCLUDED)
    excluded = ("--force-exclude", "-", "--stdin-filename", "gen/new.py")
    assert run(tmp_path, "--force-exclude", "-", "--stdin-filename", "a.py", stdin=BAD.encode()).code == 1
    assert run(tmp_path, "--force-exclude", "-", stdin=BAD.encode()).code == 1
    assert run(tmp_path, *excluded, stdin=BAD.encode()).code == 0
    assert run(tmp_path, "--show-files", *excluded).out == ""
    fixed = run(tmp_path, "--fix", "--quiet", *excluded, stdin=BAD.encode())
    assert (fixed.code, fixed.out, fixed.err) == (0, BAD, "")


CLOSED = """
import os
from functools import wraps


def refusing(call, marks):
    @wraps(call)
    def called(path=".", *arguments, **options):
        whole = os.path.join(os.path.abspath(path), "") if isinstance(path, (str, os.PathLike)) else ""
        if any(mark in whole for mark in marks):
            raise PermissionError(13, "Permission denied", path)
        return call(path, *arguments, **options)

    return called


os.stat = refusing(os.stat, [f"{os.sep}closed{os.sep}{name}" for name in "ep.s_"])  # what is in it, not itself
os.scandir = refusing(os.scandir, [f"{os.sep}closed{os.sep}"])
"""
"""Python, for which a folder is closed as one without permissions is to all but root."""


@pytest.mark.parametrize("command", ["check", "baseline", "suppressions", "config"])
def test_a_folder_that_must_not_be_entered_is_named(tmp_path: Path, command: str) -> None:
    tree(tmp_path, {"site/sitecustomize.py": CLOSED, "project/a.py": BAD, "project/closed/b.py": BAD})
    path = os.pathsep.join([str(tmp_path / "site"), str(PACKAGE.parent)])
    arguments = ["--layers"] if command == "config" else []
    done = run(tmp_path / "project", command, *arguments, PYTHONPATH=path)
    assert (done.code, done.out) == (2, "")
    assert done.err == "errlint: closed: Permission denied; `extend-exclude` leaves it out\n"
    without = run(tmp_path / "project", command, *arguments, "--extend-exclude", "closed", PYTHONPATH=path)
    assert (without.code, without.err) == (1 if command == "check" else 0, "")


def test_a_gitignore_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    unreadable = """
from pathlib import Path

read = Path.read_text

def refuse(path, *arguments, **options):
    if path.name == ".gitignore":
        raise PermissionError(13, "Permission denied")
    return read(path, *arguments, **options)

Path.read_text = refuse
"""
    tree(tmp_path, {"site/sitecustomize.py": unreadable, "project/.gitignore": "", "project/a.py": CLEAN})
    path = os.pathsep.join([str(tmp_path / "site"), str(PACKAGE.parent)])
    done = run(tmp_path / "project", PYTHONPATH=path)
    place = tmp_path / "project" / ".gitignore"
    assert done.code == 2
    assert (
        done.err == f"errlint: {place}: cannot be read: Permission denied; `respect-gitignore = false` does without\n"
    )

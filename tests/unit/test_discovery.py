"""From paths to files, without a process."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from errlint.errors import UsageError
from errlint.settings import Settings
from errlint.settings.finder import SettingsFinder
from errlint.source.discovery import Found, discover
from tests.cli.command import tree


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _names(*paths: str, **settings: object) -> list[str]:
    finder = SettingsFinder(Settings(**settings) if settings else None, {})  # type: ignore[arg-type]
    return [found.name.replace(os.sep, "/") for found in discover(paths, finder)]


def test_files_are_shown_as_they_were_named(here: Path) -> None:
    tree(here, {"p/b.py": "", "p/a.py": "", "p/c/d.py": "", "z.txt": ""})
    assert _names("p", "z.txt") == ["p/a.py", "p/b.py", "p/c/d.py", "z.txt"]
    assert _names(".") == ["p/a.py", "p/b.py", "p/c/d.py"]
    whole = str(here / "p" / "c")
    assert discover([whole], SettingsFinder(None, {})) == [Found(here / "p/c/d.py", str(here / "p/c/d.py"))]


def test_a_file_named_twice_is_found_once_where_it_came_first(here: Path) -> None:
    tree(here, {"p/b.py": "", "p/a.py": ""})
    assert _names("p/b.py", "p", "./p/b.py", str(here / "p" / "a.py")) == ["p/b.py", "p/a.py"]


def test_all_wrong_paths_are_told_in_one_error(here: Path) -> None:
    tree(here, {"a.py": ""})
    with pytest.raises(UsageError) as caught:
        _names("a.py", "b.py", "c.py", "nul\0.py")
    told = str(caught.value).split("\n")
    assert told[:2] == ["b.py: no such file or folder", "c.py: no such file or folder"]
    assert told[2].startswith("nul\0.py: ")
    assert "embedded null" in told[2]


def test_links_to_files_are_taken_and_links_to_folders_are_not(here: Path) -> None:
    tree(here, {"p/a.py": "", "elsewhere/b.py": ""})
    (here / "p" / "link.py").symlink_to(here / "elsewhere" / "b.py")
    (here / "p" / "folder").symlink_to(here / "elsewhere", target_is_directory=True)
    (here / "p" / "round").symlink_to(here / "p", target_is_directory=True)
    (here / "p" / "gone.py").symlink_to("nowhere")
    assert _names("p") == ["p/a.py", "p/link.py"]
    assert _names("p/folder") == ["p/folder/b.py"]


@pytest.mark.parametrize(
    ("outer", "inner", "left"),
    [
        ("", "", ["a.py", "p/a.py", "p/q/a.py"]),
        ("a.py", "", []),
        ("/a.py", "", ["p/a.py", "p/q/a.py"]),
        ("p/a.py", "", ["a.py", "p/q/a.py"]),
        ("q/", "", ["a.py", "p/a.py"]),
        ("a.py", "!a.py", ["p/a.py", "p/q/a.py"]),
        ("a.py", "!/a.py", ["p/a.py"]),
        ("p", "!a.py", ["a.py"]),
        ("*", "", []),
        ("", "*.py", ["a.py"]),
        ("", "# a.py\n\n\\#a.py", ["a.py", "p/a.py", "p/q/a.py"]),
        ("**/q/*.py", "", ["a.py", "p/a.py"]),
        ("p/**\n!p/q/", "", ["a.py"]),
    ],
)
def test_the_innermost_gitignore_with_an_opinion_decides(here: Path, outer: str, inner: str, left: list[str]) -> None:
    tree(here, {".git/HEAD": "", ".gitignore": outer, "p/.gitignore": inner})
    tree(here, {"a.py": "", "p/a.py": "", "p/q/a.py": ""})
    assert _names(".") == left
    assert _names(".", respect_gitignore=False) == ["a.py", "p/a.py", "p/q/a.py"]


def test_a_gitignore_that_is_no_utf8_still_counts(here: Path) -> None:
    tree(here, {".git/HEAD": "", ".gitignore": b"# caf\xe9\r\na.py\r\n", "a.py": "", "b.py": ""})
    assert _names(".") == ["b.py"]


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ((), ["a.py", "build/a.py", "p/b.py", "p/build/c.py"]),
        (("build",), ["a.py", "p/b.py"]),
        (("*.py",), []),
        (("[ab].py",), ["p/build/c.py"]),
        (("p/build",), ["a.py", "build/a.py", "p/b.py"]),
        (("/build",), ["a.py", "p/b.py", "p/build/c.py"]),
        (("p/**/c.py",), ["a.py", "build/a.py", "p/b.py"]),
        (("bui",), ["a.py", "build/a.py", "p/b.py", "p/build/c.py"]),
    ],
)
def test_excludes_are_names_or_globs_below_the_root(here: Path, exclude: tuple[str, ...], left: list[str]) -> None:
    tree(here, dict.fromkeys(["a.py", "build/a.py", "p/b.py", "p/build/c.py"], ""))
    assert _names(".", exclude=exclude) == left
    assert _names(".", exclude=(), extend_exclude=exclude) == left


LINES = ["*", "*/", "*.py", "p", "p/", "/p", "p/*", "p/**", "**/q", "**/q/", "p/**/a.py", "q/a.py", "a.py", "[ab].py"]
LINES += ["[!a].py", "[^a].py", "/q/", "?", "\\\\a.py", "p/q/", "**", "a.*", "/", "", "# p", "p  "]


@pytest.mark.skipif(shutil.which("git") is None, reason="git knows the answers")
def test_gitignore_files_mean_what_they_mean_to_git(here: Path) -> None:
    chance = random.Random(7)
    folders = ["", "p/", "q/", "p/q/", "q/p/"]
    tree(here, {f"{folder}{name}.py": "" for folder in folders for name in "abc"})
    subprocess.run(["git", "init", "-q"], cwd=here, check=True)
    for _ in range(40):
        for folder in ("", "p/"):
            lines = [chance.choice(["", "", "!"]) + chance.choice(LINES) for _ in range(chance.randint(1, 4))]
            tree(here, {f"{folder}.gitignore": "\n".join(lines)})
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=here, capture_output=True, text=True, check=True
        )
        wanted = sorted(name for name in listed.stdout.splitlines() if name.endswith(".py"))
        assert sorted(_names(".")) == wanted, [(here / f"{f}.gitignore").read_text() for f in ("", "p/")]

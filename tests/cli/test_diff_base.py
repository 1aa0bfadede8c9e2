"""`--diff-base REF`: only what was changed since a revision of git, in real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import BAD, Outcome, concise, run, tree
from tests.cli.git import commit, git

HANDLER = (
    "def f(a):\n    try:\n        a()\n    except Exception:\n        x = 1\n        log.exception('a')\n    return x\n"
)
ODD = 'o "d\\ \té.py'
OPTIONS = ("--isolated", "--select", "ERR105,ERR203,ERR001")


def _changed(folder: Path, *arguments: str, base: str = "main") -> Outcome:
    return concise(folder, *OPTIONS, "--diff-base", base, *(arguments or (".",)))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A branch `work` on a commit of `main`, in which every file has a fault."""
    tree(tmp_path, dict.fromkeys(("a.py", ODD, "sub/b.py", "old.py"), BAD * 3) | {"handler.py": HANDLER})
    commit(tmp_path)
    git(tmp_path, "switch", "--quiet", "--create", "work")
    return tmp_path


def test_only_changed_lines_count_committed_or_not(repository: Path) -> None:
    assert _changed(repository).places == []
    tree(repository, {"a.py": BAD + "\n" + BAD.replace("raise", "raise  # now") + BAD})
    assert _changed(repository).places == ["a.py:5:5 ERR105"]
    commit(repository)
    assert _changed(repository).places == ["a.py:5:5 ERR105"]
    tree(repository, {ODD: "\n" + BAD * 2 + BAD.replace("raise", "raise  # now")})
    found = run(repository, *OPTIONS, "--diff-base", "main", ".")
    assert (found.code, found.lines[-1]) == (1, "10 findings outside of what was changed since main are not shown.")
    assert _changed(repository).places == ["a.py:5:5 ERR105", f"{ODD}:7:5 ERR105"]


def test_what_was_taken_away_counts_where_it_stood(repository: Path) -> None:
    tree(repository, {"handler.py": HANDLER.replace("        log.exception('a')\n", "")})
    assert _changed(repository).places == ["handler.py:4:5 ERR203"]


def test_files_that_git_does_not_know_count_whole(repository: Path) -> None:
    tree(repository, {".gitignore": "ignored.py\n", "ignored.py": BAD, "new.py": BAD, "sub/added.py": BAD})
    git(repository, "add", "sub/added.py")
    found = _changed(repository, "ignored.py", "new.py", "sub", "a.py")
    assert found.places == ["ignored.py:2:5 ERR105", "new.py:2:5 ERR105", "sub/added.py:2:5 ERR105"]
    outside = tree(repository.parent / f"{repository.name}_outside", {"far.py": BAD})
    assert _changed(repository, ".", str(outside)).places[-1].endswith("far.py:2:5 ERR105")


def test_a_renamed_file_is_the_same_file(repository: Path) -> None:
    (repository / "b").mkdir()
    git(repository, "mv", "old.py", "b/new name.py")
    text = (repository / "b/new name.py").read_text()
    tree(repository, {"b/new name.py": text + BAD})
    assert _changed(repository).places == ["b/new name.py:8:5 ERR105"]


def test_what_others_did_meanwhile_is_no_change_of_ours(repository: Path) -> None:
    tree(repository, {"mine.py": BAD})
    commit(repository)
    git(repository, "switch", "--quiet", "main")
    tree(repository, {"a.py": BAD})
    commit(repository)
    git(repository, "switch", "--quiet", "work")
    assert _changed(repository).places == ["mine.py:2:5 ERR105"]


def test_a_file_that_no_longer_parses_belongs_to_the_change(repository: Path) -> None:
    tree(repository, {"broken.py": "x = (\n\n\ny = 1\n"})
    commit(repository)
    assert [place.partition(":")[0] for place in _changed(repository).places] == ["broken.py"]
    assert _changed(repository, base="work").places == []
    tree(repository, {"broken.py": "x = (\n\n\ny = 2\n"})
    assert [place.partition(":")[0] for place in _changed(repository, base="work").places] == ["broken.py"]


def test_it_does_not_matter_where_it_is_started_or_how_git_is_set(repository: Path) -> None:
    for key, value in (("diff.noprefix", "true"), ("color.ui", "always"), ("diff.external", "false")):
        git(repository, "config", key, value)
    git(repository, "config", "diff.mnemonicPrefix", "true")
    tree(repository, {"sub/b.py": BAD * 2 + BAD.replace("raise", "raise  # now")})
    assert _changed(repository / "sub").places == ["b.py:6:5 ERR105"]
    assert _changed(repository.parent, str(repository)).places == [f"{repository}/sub/b.py:6:5 ERR105"]


def test_a_file_whose_lines_git_does_not_show_counts_whole(repository: Path) -> None:
    tree(repository, {".gitattributes": "*.py -diff\n", "a.py": BAD * 3 + "\n"})
    assert len(_changed(repository).places) == 3


def test_a_submodule_counts_if_it_was_changed(repository: Path) -> None:
    other = tree(repository.parent / f"{repository.name}_other", {"m.py": BAD})
    commit(other)
    git(repository, "submodule", "--quiet", "add", str(other), "module")
    commit(repository)
    assert _changed(repository, base="work").places == []
    tree(repository / "module", {"m.py": BAD + "\n"})
    assert _changed(repository, base="work").places == ["module/m.py:2:5 ERR105"]


def test_statistics_and_other_formats_count_the_same(repository: Path) -> None:
    tree(repository, {"new.py": BAD})
    arguments = (*OPTIONS, "--diff-base", "main", ".")
    assert run(repository, "--statistics", "--quiet", *arguments).out.startswith("1  ERR105")
    assert len(run(repository, "--output-format", "json", *arguments).items) == 1


def test_a_shallow_clone_says_what_to_fetch(repository: Path) -> None:
    tree(repository, {"mine.py": BAD})
    commit(repository)
    clone = repository.parent / f"{repository.name}_clone"
    url = repository.as_uri()
    git(repository.parent, "clone", "--quiet", "--depth", "1", "--branch", "work", url, str(clone))
    found = _changed(clone, base="origin/main")
    assert (found.code, found.out) == (2, "")
    assert "origin/main: git knows no such revision here; fetch it (`git fetch origin main`)" in found.err
    git(clone, "fetch", "--quiet", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    found = _changed(clone, base="origin/main")
    assert found.code == 2
    assert "no commit in common in this shallow clone; fetch the rest of its history" in found.err


def test_outside_of_a_repository_git_says_so(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD})
    found = _changed(tmp_path)
    assert (found.code, found.out) == (2, "")
    assert "--diff-base main: " in found.err
    assert "not a git repository" in found.err


def test_without_git_it_says_so(repository: Path) -> None:
    found = concise(repository, *OPTIONS, "--diff-base", "main", ".", PATH="/nowhere")
    assert (found.code, found.out) == (2, "")
    assert "git cannot be started" in found.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--diff-base", "main", "--fix", "."), "--fix is about whole files"),
        (("--diff-base", "main", "--diff", "."), "--diff is about whole files"),
        (("--diff-base", "main", "--add-ignores", "."), "--add-ignores is about whole files"),
        (("--diff-base", "main", "-"), "`-` is no file"),
        (("--diff-base=--output=x", "."), "takes a revision of git, such as origin/main, not '--output=x'"),
        (("--diff-bas", "main", "."), "did you mean '--diff-base'?"),
    ],
)
def test_wrong_use_is_told(repository: Path, arguments: tuple[str, ...], message: str) -> None:
    found = run(repository, *arguments)
    assert (found.code, found.out) == (2, "")
    assert message in found.err

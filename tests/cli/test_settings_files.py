"""Settings files: the nearest one holds, and all that is wrong in them is told at once with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import BAD, concise, run, tree


def test_a_nested_project_keeps_its_own_settings(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "pyproject.toml": "[tool.errlint]\nignore = ['ERR105']\n",
            "a.py": BAD,
            "plain/pyproject.toml": "[tool.other]\nx = 1\n",
            "plain/a.py": BAD,
            "own/pyproject.toml": "[project]\nname = 'own'\n[tool.errlint]\nper-file-ignores = {'b.py' = ['ERR1']}\n",
            "own/a.py": BAD,
            "own/b.py": BAD,
            "own/deep/errlint.toml": "select = ['bare-raise-outside-handler']",
            "own/deep/pyproject.toml": "[tool.errlint]\nselect = ['ERR2']\n",
            "own/deep/b.py": BAD,
        },
    )
    wanted = [f"{Path('own/a.py')}:2:5 ERR105", f"{Path('own/deep/b.py')}:2:5 ERR105"]
    assert concise(tmp_path).places == wanted
    assert concise(tmp_path / "own" / "deep").places == ["b.py:2:5 ERR105"]
    assert len(concise(tmp_path, "--isolated").places) == 5
    fixed = concise(tmp_path, "--config", "own/pyproject.toml")
    wanted = ["a.py:2:5 ERR105", f"{Path('own/a.py')}:2:5 ERR105", f"{Path('plain/a.py')}:2:5 ERR105"]
    assert fixed.places == wanted, "one settings file for all, and no other"
    tree(tmp_path, {"all.toml": "ignore = ['ALL']"})
    assert concise(tmp_path, "--config", "all.toml").code == 0


WRONG = """[project]
name = "x"

[tool.errlint]
preset = "recomended"
selct = ["ERR1"]
ignore = "ERR1"
extend-select = [
    "ERR105",
    "silent-handlr",
]
require-reason = "yes"
reporters = [1]
zzz = 1

[tool.errlint.per-file-ignores]
"tests/*" = ["swalow"]
b = "ERR1"

[tool.errlint.layers]
domains = ["a"]
http = 3
"""
TOLD = [
    (5, "'recomended' is not a preset; did you mean 'recommended'?"),
    (6, "'selct' is not a setting; did you mean 'select'?"),
    (7, "'ignore' must be a list of strings, not a string"),
    (8, "'silent-handlr' is no rule, prefix or family; did you mean 'silent-handler'?"),
    (12, "'require-reason' must be true or false, not a string"),
    (13, "'reporters' must be a list of strings, not a list"),
    (14, "'zzz' is not a setting"),
    (17, "'swalow' is no rule, prefix or family; did you mean 'swallow'?"),
    (18, "'per-file-ignores.b' must be a list of strings, not a string"),
    (21, "'layers.domains' is not a layer; did you mean 'domain'?"),
    (22, "'layers.http' must be a list of strings, not a number"),
]


def test_all_that_is_wrong_is_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    tree(tmp_path, {"pyproject.toml": WRONG, "a.py": BAD, "own/errlint.toml": "\nselct = 1\n", "own/a.py": BAD})
    found = run(tmp_path)
    assert (found.code, found.out) == (2, "")
    main, nested = tmp_path / "pyproject.toml", tmp_path / "own" / "errlint.toml"
    assert found.err.splitlines() == [
        f"errlint: {nested}:2: 'selct' is not a setting; did you mean 'select'?",
        *(f"errlint: {main}:{line}: {message}" for line, message in TOLD),
    ]
    assert run(tmp_path, "--exit-zero").code == 2
    assert run(tmp_path, "--isolated").code == 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("errlint.toml", b"select = ['ERR1'\nx = 1\n", ":2: is not TOML: "),
        ("pyproject.toml", b"[tool.errlint]\nselect = [\n", ":3: is not TOML: "),
        ("errlint.toml", b"preset = '\xff'\n", ": is not UTF-8: "),
        ("pyproject.toml", b"[tool]\nerrlint = 3\n", "[tool.errlint] must be a table, not a number"),
        ("errlint.toml", b"layers = ['a']\n", ":1: 'layers' must be a table of lists of globs, not a list"),
        ("errlint.toml", b"per-file-ignores = 1\n", ":1: 'per-file-ignores' must be a table of lists of rules"),
        ("errlint.toml", b"select = ['ERR1', 2]\n", ":1: 'select' must be a list of strings"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_once_with_its_place(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    tree(tmp_path, {name: content, "a.py": BAD, "b/c.py": BAD})
    found = run(tmp_path)
    assert (found.code, found.out) == (2, "")
    (line,) = found.err.splitlines()
    assert line.startswith(f"errlint: {tmp_path / name}")
    assert told in line


def test_a_bad_config_option_is_exit_two(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": BAD, "broken.toml": "a = \n", "wrong.toml": "a = 1\nb = 2\n", "pyproject.toml": ""})
    missing = run(tmp_path, "--config", "missing.toml", "a.py")
    assert (missing.code, missing.err) == (2, "errlint: missing.toml: cannot be read: No such file or directory\n")
    folder = run(tmp_path, "--config", ".", "a.py")
    assert (folder.code, folder.err) == (2, "errlint: .: cannot be read: Is a directory\n")
    broken = run(tmp_path, "--config", "broken.toml", "a.py")
    assert broken.code == 2
    assert broken.err.startswith("errlint: broken.toml:1: is not TOML: ")
    wrong = run(tmp_path, "--config", "wrong.toml", "a.py")
    assert (wrong.code, wrong.err.splitlines()) == (
        2,
        ["errlint: wrong.toml:1: 'a' is not a setting", "errlint: wrong.toml:2: 'b' is not a setting"],
    )
    without = run(tmp_path, "--config", "pyproject.toml", "a.py")
    assert (without.code, without.err) == (
        2,
        "errlint: pyproject.toml: there is no table [tool.errlint] in this file\n",
    )


def test_a_broken_pyproject_of_somebody_else_is_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, {"pyproject.toml": "[tool.black\n", "a.py": BAD})
    assert concise(tmp_path).places == ["a.py:2:5 ERR105"]


def test_a_key_with_a_dot_in_it_has_its_line(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": '\n[per-file-ignores]\n"tests/*.py" = ["swalow"]\n', "a.py": BAD})
    assert run(tmp_path).err.startswith(f"errlint: {tmp_path / 'errlint.toml'}:3: 'swalow' is no rule")


def test_a_table_header_of_an_unknown_key_has_its_line(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": "[tool.errlint]\nselect = ['ERR1']\n", "a.py": BAD})
    assert run(tmp_path).err.startswith(
        f"errlint: {tmp_path / 'errlint.toml'}:1: 'tool' is not a setting; this file needs no table header"
    )

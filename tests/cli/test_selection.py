"""Which rules run: presets, codes, prefixes, families, names, and what wins when they disagree."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import concise, tree

MANY = (
    "def check():\n    raise\n"  # ERR105 at 2
    "def fail():\n    raise Exception('no')\n"  # ERR104 at 4
    "def size(path):\n    try:\n        return path.stat()\n"
    "    except:\n        log.exception('no')\n        return 0\n"  # ERR201 at 8
    "def sync(a):\n    try:\n        a.sync()\n    except Exception:\n        pass\n"  # ERR202 at 14
)
EVERY = ["ERR104", "ERR105", "ERR201", "ERR202"]


def _codes(folder: Path, *arguments: str) -> list[str]:
    tree(folder, {"bad.py": MANY})
    found = concise(folder, *arguments, "bad.py")
    assert found.err == ""
    assert found.code == (1 if found.places else 0)
    return sorted(code for place in found.places if (code := place.rpartition(" ")[2]) in EVERY)


def test_codes_prefixes_families_and_names_all_select(tmp_path: Path) -> None:
    assert _codes(tmp_path) == EVERY
    assert _codes(tmp_path, "--select", "err105") == ["ERR105"]
    assert _codes(tmp_path, "--select", "ERR2", "--extend-select", "generic-raise") == ["ERR104", "ERR201", "ERR202"]
    assert _codes(tmp_path, "--select", "swallow, bare-raise-outside-handler") == ["ERR105", "ERR201", "ERR202"]
    assert _codes(tmp_path, "--ignore", "swallow", "--extend-ignore", "ERR105") == ["ERR104"]


def test_the_more_specific_selector_wins(tmp_path: Path) -> None:
    assert _codes(tmp_path, "--select", "ERR202", "--ignore", "ERR2") == ["ERR202"]
    assert _codes(tmp_path, "--select", "ERR2", "--ignore", "silent-handler") == ["ERR201"]


def test_per_file_ignores_leave_rules_out_where_the_glob_matches(tmp_path: Path) -> None:
    assert _codes(tmp_path, "--per-file-ignores", "*.py:swallow,b*:ERR105") == ["ERR104"]
    assert _codes(tmp_path, "--per-file-ignores", "other/*.py:ALL") == EVERY


def test_the_command_line_is_laid_over_the_settings_file(tmp_path: Path) -> None:
    settings = "select = ['ERR1']\nignore = ['ERR104']\nper-file-ignores = {'bad.py' = ['ERR201']}\n"
    tree(tmp_path, {"errlint.toml": settings})
    assert _codes(tmp_path) == ["ERR105"]
    assert _codes(tmp_path, "--select", "ERR2") == ["ERR202"]
    assert _codes(tmp_path, "--extend-select", "ERR2") == ["ERR105", "ERR202"]
    assert _codes(tmp_path, "--ignore", "ERR105") == ["ERR104"]
    assert _codes(tmp_path, "--extend-ignore", "ERR105", "--exit-zero") == []
    assert _codes(tmp_path, "--extend-select", "ERR2", "--per-file-ignores", "b*:ERR202") == ["ERR105"]
    assert _codes(tmp_path, "--isolated") == EVERY


def test_rules_that_make_no_sense_in_tests_keep_out_of_them(tmp_path: Path) -> None:
    names = ["tests/helper.py", "test_a.py", "conftest.py", "package/a_test.py", "contest.py"]
    tree(tmp_path, {"setup.py": "", **dict.fromkeys(names, MANY)})
    found = concise(tmp_path, "--select", "ERR104,ERR105")
    assert found.places == [
        "conftest.py:2:5 ERR105",
        "contest.py:2:5 ERR105",
        "contest.py:4:5 ERR104",
        f"{Path('package/a_test.py')}:2:5 ERR105",
        "test_a.py:2:5 ERR105",
        f"{Path('tests/helper.py')}:2:5 ERR105",
    ]

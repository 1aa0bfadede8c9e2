"""`errlint new-rule`: what it writes works as it is, and what cannot become a rule is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import LIMIT, PACKAGE, concise, environment, run, tree


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    left_out = shutil.ignore_patterns("__pycache__", "projects")
    shutil.copytree(PACKAGE, root / "errlint", ignore=left_out)
    shutil.copytree(Path(__file__).parents[1], root / "tests", ignore=left_out)
    return root


def test_a_new_rule_has_the_next_code_and_finds_what_its_fixture_marks(checkout: Path) -> None:
    made = run(checkout, "new-rule", "swallow", "forgotten-thing", PYTHONPATH=str(checkout))
    assert (made.code, made.err) == (0, "")
    rule = Path("errlint/rules/swallow/forgotten_thing.py")
    fixture = Path("tests/fixtures/rules/swallow/forgotten_thing/forgotten_thing.py")
    assert made.lines[:2] == [str(rule), str(fixture)]
    code = made.lines[-1].split(" ")[0]
    assert code.startswith("ERR2")
    assert f'code="{code}"' in (checkout / rule).read_text(encoding="utf-8")
    text = (checkout / fixture).read_text(encoding="utf-8")
    line = 1 + next(number for number, each in enumerate(text.splitlines()) if f"# expect: {code}" in each)
    found = concise(checkout, "--isolated", "--select", code, "-", stdin=text.encode(), PYTHONPATH=str(checkout))
    assert found.places == [f"-:{line}:5 {code}"]
    assert "is wrong; do this instead [forgotten-thing, error]" in found.out

    again = run(checkout, "new-rule", "swallow", "forgotten-thing", PYTHONPATH=str(checkout))
    assert (again.code, again.out) == (2, "")
    assert again.err == "errlint: there is a rule 'forgotten-thing' already\n"

    second = run(checkout, "new-rule", "flow", "lost-way", "--root", ".", PYTHONPATH=str(checkout))
    assert (second.code, second.err) == (0, "")
    assert second.lines[-1].startswith("ERR6")
    assert (checkout / "errlint" / "rules" / "flow" / "__init__.py").read_text(encoding="utf-8").startswith('"""')


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["swalow", "some-thing"], "errlint: 'swalow' is not a family; did you mean 'swallow'?"),
        (["zzz", "some-thing"], "errlint: 'zzz' is not a family; use meta, context, swallow, http, report, "),
        (["swallow", "Some-Thing"], "errlint: 'Some-Thing' is not a rule name"),
        (["swallow", "something"], "errlint: 'something' is not a rule name"),
        (["swallow", "../some-thing"], "errlint: '../some-thing' is not a rule name"),
        (["swallow", "silent-handler"], "errlint: there is a rule 'silent-handler' already"),
        (["swallow", "some-thing", "--root", "elsewhere"], "errlint: elsewhere: has no folder errlint/rules; "),
        (["swallow", "some-thing"], "errlint: .: has no folder errlint/rules; "),
        (["swallow"], "errlint: the following arguments are required: name"),
    ],
)
def test_what_cannot_become_a_rule_is_exit_two_and_writes_nothing(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    found = run(tmp_path, "new-rule", *arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(told)
    assert not list(tmp_path.iterdir())


def test_existing_files_are_never_written_over(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint/rules/swallow/some_thing.py": "mine"})
    found = run(tmp_path, "new-rule", "swallow", "some-thing")
    assert (found.code, found.out) == (2, "")
    assert found.err == f"errlint: {Path('errlint/rules/swallow/some_thing.py')}: exists already\n"
    assert (tmp_path / "errlint/rules/swallow/some_thing.py").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["errlint"]


def test_a_new_rule_passes_the_tests_of_rules_as_it_is_written(tmp_path: Path) -> None:
    left_out = shutil.ignore_patterns("__pycache__", "projects")
    shutil.copytree(PACKAGE, tmp_path / "errlint", ignore=left_out)
    shutil.copytree(PACKAGE.parent / "tests", tmp_path / "tests", ignore=left_out)
    made = run(tmp_path, "new-rule", "swallow", "forgotten-thing", PYTHONPATH=str(tmp_path))
    assert (made.code, made.err) == (0, "")
    code = made.lines[2].split(" ")[0]
    tests = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"),
            *("tests/test_examples.py", "tests/test_fixtures.py", "-k", f"{code} or forgotten_thing"),
        ],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert tests.returncode == 0, tests.stdout

"""Ignore comments that errlint writes: each hides something, all findings go, and the program stays the same."""

from __future__ import annotations

import ast
import os
import warnings
from pathlib import Path

import pytest

from errlint.engine.checking import Checker
from errlint.engine.ignoring import Ignorer
from errlint.engine.registry import catalogue
from errlint.engine.selection import Selection
from errlint.model import Diagnostic
from errlint.settings import Selector, Settings
from tests.corpus import paths

FIXTURES = Path(__file__).parent / "fixtures" / "rules"
SETTINGS = Settings(root=Path("/project"), select=(Selector("ALL"),))
CHECKER = Checker(Selection(catalogue()))
EVERY = int(os.environ.get("ERRLINT_EVERY", "10"))
"""Each so many-th fixture is tried, and of the standard library's files four times fewer. `ERRLINT_EVERY=1`: more."""


def _about_code(findings: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{each.code} {each.span.start.line}: {each.message}" for each in findings if each.family != "meta"]


def _meant(data: bytes) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(data))
    except (SyntaxError, ValueError):
        return None


def _holds(data: bytes, path: Path) -> int:
    """Check the promise on one file; the number of findings that were ignored."""
    before = CHECKER.check(data, path, path.name, SETTINGS)
    done = Ignorer(CHECKER, "it is known").fix(data, path, path.name, SETTINGS, before.findings)
    assert not [each.message for each in done.findings if each.code == "ERR000"], path
    after = CHECKER.check(done.data, path, path.name, SETTINGS)
    assert after.findings == done.findings
    assert _about_code(after.findings) == [], path
    assert _meant(done.data) == _meant(data), path
    unused = sum(each.code == "ERR002" for each in before.findings)
    assert sum(each.code == "ERR002" for each in after.findings) == unused, path
    again = Ignorer(CHECKER, "again").fix(done.data, path, path.name, SETTINGS, after.findings)
    assert again.data == done.data
    return done.mended.total()


FIXTURE_FILES = sorted(path for path in FIXTURES.rglob("*.py") if "fixed" not in path.name)
TRIED = sorted({*FIXTURE_FILES[::EVERY], *(path for path in FIXTURE_FILES if "one_line" in path.name)})


def test_all_faults_of_the_fixtures_can_be_ignored() -> None:
    assert sum(_holds(path.read_bytes(), Path("/project/package", path.name)) for path in TRIED) > 200


def test_all_findings_in_the_standard_library_can_be_ignored() -> None:
    assert sum(_holds(path.read_bytes(), path) for path in paths()[:: 4 * EVERY]) > 5


SENSITIVE = [
    "def f(a):\n    try:\n        a()\n    except OSError:\n        return 1\n    except KeyError:\n        return 1\n",
    "def f(a):\n    if a:\n        raise Failed('no')\n    raise Failed('no')\n",
    "def f(a):\n    try:\n        a()\n    except OSError:  # ok\n        raise\n",
    "import subprocess\n\n\ndef f(a):\n    subprocess.run([a])  # x: y\n",
]
"""Code of which a rule also reads the comments."""


@pytest.mark.parametrize("code", SENSITIVE)
def test_a_comment_for_errlint_is_none_to_the_rules(code: str) -> None:
    assert _holds(code.encode(), Path("/project/package/a.py")) > 0

"""Ignore comments that errlint writes: each hides something, all findings go, and the program stays the same."""

from __future__ import annotations

import ast
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
EVERY = 8
"""Each so many-th file of the standard library is tried."""


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


@pytest.mark.parametrize("family", sorted(each.name for each in FIXTURES.iterdir() if each.is_dir()))
def test_all_faults_of_the_fixtures_can_be_ignored(family: str) -> None:
    ignored = sum(
        _holds(path.read_bytes(), Path("/project/package", path.name)) for path in (FIXTURES / family).rglob("*.py")
    )
    assert ignored > (0 if family == "meta" else 50)


def test_all_findings_in_the_standard_library_can_be_ignored() -> None:
    assert sum(_holds(path.read_bytes(), path) for path in paths()[::EVERY]) > 50

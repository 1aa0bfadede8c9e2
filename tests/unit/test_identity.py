"""What a finding is known by: nothing that moves with the lines, everything that makes another fault."""

from dataclasses import replace
from pathlib import Path

import pytest

from errlint.engine.checking import Checker
from errlint.engine.identity import normalised
from errlint.engine.registry import catalogue
from errlint.engine.selection import Selection
from errlint.model import Diagnostic
from errlint.settings import Selector, Settings

SETTINGS = Settings(
    root=Path("/p"), comment_is_reason=False, select=(Selector("ERR202"), Selector("ERR203"), Selector("ERR102"))
)
LOAD = """\
class Store:
    def load(self, path):
        try:
            return path.read_text()
        except OSError:
            pass
"""
READ = """\
try:
    read()
except KeyError:
    raise gone()
"""


def _found(code: str, name: str = "a.py") -> tuple[Diagnostic, ...]:
    return Checker(Selection(catalogue())).check_text(code.encode(), Path("/p", name), name, SETTINGS)


def _prints(code: str, name: str = "a.py") -> list[str]:
    return [finding.fingerprint for finding in _found(code, name)]


def test_the_scope_is_the_innermost_definition() -> None:
    (found,) = _found(LOAD)
    assert found.scope == "Store.load"
    assert [each.scope for each in _found("try:\n    import a\nexcept OSError:\n    pass\n")] == [""]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("class", "import os\n\n\nclass"),
        ("        try", "        # once\n\n        try"),
        ("except OSError:\n", "except OSError:  # the file is optional\n\n"),
        ("\n", "\r\n"),
    ],
)
def test_lines_and_comments_do_not_matter(before: str, after: str) -> None:
    changed = LOAD.replace(before, after)
    assert _prints(changed) == _prints(LOAD) != []


def test_neither_the_indentation_nor_the_file_matters() -> None:
    indented = LOAD.replace("        try", "        if path:\n            try").replace("\n        ", "\n            ")
    indented = indented.replace("            if path:", "        if path:").replace(
        "                try", "            try"
    )
    compile(indented, "a.py", "exec")
    assert _prints(indented, "b.py") == _prints(LOAD)


@pytest.mark.parametrize(
    ("before", "after"),
    [("OSError", "Exception"), ("pass", "..."), ("load", "read"), ("Store", "Shop")],
)
def test_another_fault_is_another_finding(before: str, after: str) -> None:
    (other,) = _prints(LOAD.replace(before, after))
    assert [other] != _prints(LOAD)


def test_equal_findings_are_counted() -> None:
    first, second = _prints(READ * 2)
    assert [first] == _prints(READ)
    assert second != first


def test_a_silenced_finding_keeps_its_place_in_the_count() -> None:
    silenced = READ.replace("gone()", "gone()  # errlint: ignore[ERR102]")
    assert _prints(silenced + READ) == _prints(READ * 2)[1:]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f(a, 'b')", 'f(\n    a,\n    "b",\n)'),
        ("x = a + b", "x = a + \\\n    b"),
        ("raise A  # no", "raise A"),
        ("except A:\n    pass", "except A: # x # y\n        pass"),
    ],
)
def test_what_a_formatter_changes_is_left_out(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"), [("not a", "nota"), ("f('# a')", "f('')"), ("raise a", "raise b"), ("f(a,b)", "f(ab)")]
)
def test_what_means_something_else_stays_apart(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def test_findings_about_comments_are_known_by_the_comment() -> None:
    chosen = replace(SETTINGS, select=(Selector("ERR002"), Selector("ERR102")))
    code = "def f():\n    a = 1  # errlint: ignore[ERR102] {}\n    b = 1  # errlint: ignore[ERR102] {}\n"
    checker = Checker(Selection(catalogue()))

    def prints(*reasons: str) -> list[str]:
        found = checker.check_text(code.format(*reasons).encode(), Path("/p/a.py"), "a.py", chosen)
        return [finding.fingerprint for finding in found]

    same, other = prints("x", "x"), prints("x", "y")
    assert same[0] == other[0]
    assert len({*same, *other}) == 3

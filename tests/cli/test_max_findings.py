"""`--max-findings`: the gravest are shown, all are counted, and what is left out is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import BAD, CLEAN, run, tree

SILENT = "try:\n    import a\nexcept OSError:\n    pass\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Three warnings (ERR105) around an error (ERR202)."""
    return tree(tmp_path, {"a.py": BAD, "b.py": f"{BAD}{SILENT}", "c.py": BAD, "d.py": CLEAN})


def test_the_gravest_are_shown_in_their_order(project: Path) -> None:
    found = run(project, "--output-format", "concise", "--max-findings", "2")
    assert found.places == ["a.py:2:5 ERR105", "b.py:5:1 ERR202"]
    assert (found.code, found.err) == (1, "errlint: 2 more findings not shown; `--max-findings 0` shows all\n")


@pytest.mark.parametrize("most", ["0", "4", "9"])
def test_where_all_are_shown_nothing_is_said(project: Path, most: str) -> None:
    found = run(project, "--output-format", "concise", "--max-findings", most)
    assert (len(found.places), found.err) == (4, "")


def test_summary_statistics_and_exit_code_are_those_of_all(project: Path) -> None:
    found = run(project, "--max-findings", "1")
    assert found.lines[0].startswith("ERR202 ")
    assert "4 findings in 3 of 4 files" in found.out
    assert run(project, "--max-findings", "1", "--statistics", "--quiet").lines[0].startswith("3  ERR105")


def test_each_output_is_limited_and_each_says_so(project: Path) -> None:
    found = run(project, "--max-findings", "3", "-o", "json:out.json", "-o", "markdown:out.md", "--quiet")
    assert found.err.splitlines() == [
        f"errlint: 1 more finding not shown{where}; `--max-findings 0` shows all"
        for where in ("", " in out.json", " in out.md")
    ]
    assert len(json.loads((project / "out.json").read_text(encoding="utf-8"))) == 3
    page = (project / "out.md").read_text(encoding="utf-8")
    assert page.startswith("**errlint**: 4 findings in 4 files.\n")
    assert page.endswith("\n1 more are not shown here.\n")


@pytest.mark.parametrize("value", ["-1", "ten", "1.5", ""])
def test_what_is_no_number(project: Path, value: str) -> None:
    found = run(project, f"--max-findings={value}")
    assert (found.code, found.out) == (2, "")
    assert found.err.splitlines()[0] == (
        f"errlint: --max-findings takes a number of findings, or 0 for all, not '{value}'"
    )

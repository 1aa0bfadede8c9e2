"""Under GitHub Actions errlint makes annotations and a summary by itself, unless it is told what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import BAD, CLEAN, Outcome, run, tree


def _run(folder: Path, *arguments: str, **more: str) -> Outcome:
    return run(folder, *arguments, **{"GITHUB_ACTIONS": "true", **more})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tree(tmp_path, {"bad.py": BAD, "clean.py": CLEAN})


def test_findings_are_annotations_with_a_summary_below(project: Path) -> None:
    found = _run(project)
    assert found.lines[0].startswith(f"::warning title=ERR105 bare-raise-outside-handler,file={project}/bad.py,line=2,")
    assert found.lines[1].startswith("1 finding in 1 of 2 files (")
    assert (found.code, found.err, len(found.lines)) == (1, "", 2)
    assert len(_run(project, "--quiet").lines) == 1


def test_the_page_of_the_step_gets_a_text_behind_what_is_there(project: Path) -> None:
    page = project / "summary.md"
    page.write_text("# Before\n", encoding="utf-8")
    assert _run(project, GITHUB_STEP_SUMMARY=str(page)).code == 1
    assert _run(project, "clean.py", GITHUB_STEP_SUMMARY=str(page)).code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Before\n**errlint**: 1 finding in 2 files.\n")
    assert text.endswith("**errlint**: no findings in 1 file.\n")


def test_a_page_that_cannot_be_written_is_said(project: Path) -> None:
    found = _run(project, GITHUB_STEP_SUMMARY=str(project / "no" / "page.md"))
    assert found.code == 2
    assert found.err.startswith(f"errlint: GITHUB_STEP_SUMMARY {project}/no/page.md: cannot be written: ")


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (["--output-format", "concise"], "bad.py:2:5: ERR105 "),
        (["--output-format", "full"], "ERR105 bare-raise-outside-handler (warning): "),
        (["--output-format", "github"], "::warning "),
        (["-o", "concise:-"], "bad.py:2:5: ERR105 "),
        (["--statistics"], "1  ERR105  "),
        (["--show-settings"], "# defaults "),
        (["--show-files"], "bad.py"),
    ],
    ids=str,
)
def test_what_is_asked_for_is_written_and_nothing_else(project: Path, arguments: list[str], first: str) -> None:
    page = project / "summary.md"
    found = _run(project, *arguments, GITHUB_STEP_SUMMARY=str(page))
    assert found.lines[0].startswith(first)
    assert not page.exists()


def test_other_outputs_leave_the_annotations_where_they_are(project: Path) -> None:
    found = _run(project, "-o", "json:out.json", "-o", "markdown:page.md", GITHUB_STEP_SUMMARY="page.md")
    assert found.code == 1
    assert found.lines[0].startswith("::warning ")
    assert (project / "out.json").exists()
    assert (project / "page.md").read_text(encoding="utf-8").count("**errlint**") == 1


def test_a_file_alone_gets_what_people_read(project: Path) -> None:
    found = _run(project, "-o", "out.txt")
    assert (found.code, found.out) == (1, "")
    assert (project / "out.txt").read_text(encoding="utf-8").startswith("ERR105 ")


@pytest.mark.parametrize("value", ["", "false", "1"])
def test_other_places_are_not_github(project: Path, value: str) -> None:
    assert run(project, GITHUB_ACTIONS=value).lines[0].startswith("ERR105 ")

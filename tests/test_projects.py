"""Whole applications under fixtures/projects/<framework>/{bad,good}, each checked in one run, as `errlint check` does.

The recommended preset finds every marked line and nothing else. A `good` application has no marks: what it does with
its errors is right. Marks are taken out of the copy that is checked: a comment in a handler may excuse it.
"""

import shutil
from pathlib import Path

import pytest

from errlint.engine.registry import catalogue
from errlint.engine.run import run, settings_of
from errlint.model import Diagnostic
from errlint.settings.finder import SettingsFinder
from errlint.source.discovery import discover
from tests.marked import complaint, expectations, unmarked

ROOT = Path(__file__).parent / "fixtures" / "projects"
PROJECTS = sorted(path for path in ROOT.glob("*/*") if path.name in {"bad", "good"})


def _name(project: Path) -> str:
    return f"{project.parent.name}-{project.name}"


def _modules(project: Path) -> list[Path]:
    return sorted(path.relative_to(project) for path in project.rglob("*.py"))


def without_marks(project: Path, place: Path) -> Path:
    """A copy of a project that holds what its authors would have written. Every project has a root of its own."""
    copy = place / "application"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for module in _modules(project):
        (copy / module).write_text(unmarked((project / module).read_text("utf-8")), "utf-8")
    return copy


def _found(project: Path) -> dict[Path, list[Diagnostic]]:
    """The findings of one run over a project, by module."""
    finder = SettingsFinder(None, {})
    result = run(settings_of(discover([str(project)], finder), finder, catalogue()), catalogue())
    found: dict[Path, list[Diagnostic]] = {}
    for finding in result.findings:
        found.setdefault(Path(finding.path).relative_to(project), []).append(finding)
    return found


@pytest.mark.parametrize("project", PROJECTS, ids=_name)
def test_every_marked_line_is_found_and_nothing_else(project: Path, tmp_path: Path) -> None:
    found = _found(without_marks(project, tmp_path))
    wrong = ""
    for module in _modules(project):
        text = (project / module).read_text("utf-8")
        differing = complaint(text, found.get(module, ()), expectations(text))
        wrong += f"\n{module}{differing}" if differing else ""
    if wrong:
        pytest.fail(wrong, pytrace=False)


@pytest.mark.parametrize("project", PROJECTS, ids=_name)
def test_a_bad_project_is_marked_and_a_good_one_is_not(project: Path) -> None:
    assert (project / "pyproject.toml").is_file(), "without it, globs and layers are relative to some other folder"
    marks = [mark for module in _modules(project) for mark in expectations((project / module).read_text("utf-8"))]
    assert bool(marks) == (project.name == "bad")


@pytest.mark.parametrize("framework", sorted({project.parent for project in PROJECTS}), ids=lambda path: path.name)
def test_a_framework_has_a_project_of_each_kind(framework: Path) -> None:
    assert {path.name for path in framework.iterdir()} >= {"bad", "good"}

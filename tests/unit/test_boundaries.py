"""Which functions are boundaries, in the small projects of tests/fixtures/boundaries.

Each file of a project begins with `# file: its/place.py`. A function is a boundary if `# is KIND: why` stands on its
line, with `;` between several; all others are none.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from errlint.semantics.project import Project
from errlint.settings import Settings
from errlint.source.outline import Function
from tests.unit.test_project import dedented, opened, write

PROJECTS = sorted((Path(__file__).parents[1] / "fixtures" / "boundaries").glob("*.txt"))


def split(text: str) -> dict[str, str]:
    """The files of a project."""
    parts = re.split(r"^# file: (\S+)\n", dedented(text), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def told(root: Path, files: dict[str, str], settings: Settings) -> dict[str, list[str]]:
    """What is said of each function of a project, by its place."""
    names = [name for name in files if name.endswith(".py")]
    project = Project(settings, files=[root / name for name in names])
    found: dict[str, list[str]] = {}
    for name in names:
        module = opened(project, root, name, settings)
        for function in module.outline.definitions:
            if isinstance(function, Function):
                reasons = [f"{boundary.kind}: {boundary.because}" for boundary in module.boundaries.of(function)]
                if reasons:
                    found[f"{name}:{function.line} {function.name}"] = sorted(reasons)
        project.end(module)
    return found


def marked(files: dict[str, str]) -> dict[str, list[str]]:
    """What the marks say of each function."""
    found: dict[str, list[str]] = {}
    for name, text in files.items():
        for number, line in enumerate(text.splitlines(), start=1):
            mark = re.search(r"def (\w+)\(.*# is (.*)", line)
            if mark is not None:
                found[f"{name}:{number} {mark[1]}"] = sorted(mark[2].split("; "))
    return found


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.stem)
def test_boundaries_are_what_something_outside_calls(tmp_path: Path, project: Path) -> None:
    files = split(project.read_text(encoding="utf-8"))
    write(tmp_path, files)
    assert told(tmp_path, files, Settings(root=tmp_path)) == marked(files)


def test_the_settings_name_boundaries_of_a_project_s_own(tmp_path: Path) -> None:
    files = split("""
        # file: shop/queue.py
        def job(function):
            return function
        def later(function):
            pass
        class Page:
            def show(self):  # is boundary: `show` of a `shop.queue.Page`
                return self._shown()
            def _shown(self):
                pass

        # file: shop/use.py
        from shop.queue import Page, job, later

        @job
        def work():  # is boundary: `@job`
            pass

        def delayed():  # is boundary: `later` in shop/use.py
            pass

        class Home(Page):
            def show(self):  # is boundary: `show` of a `shop.queue.Page`
                pass

        def plain():
            later(delayed)
    """)
    write(tmp_path, files)
    settings = Settings(root=tmp_path, boundaries=("shop.queue.job", "shop.queue.later", "shop.queue.Page"))
    assert told(tmp_path, files, settings) == marked(files)
    assert told(tmp_path, files, Settings(root=tmp_path)) == {}


@pytest.mark.parametrize(
    "text", ["not TOML", "[project]\nscripts = 3\n", "project = 1\n", "[project.scripts]\na = 1\n"]
)
def test_a_pyproject_that_names_no_scripts_is_passed_over(tmp_path: Path, text: str) -> None:
    files = {"pyproject.toml": text, "tool.py": "def run():\n    pass\n"}
    write(tmp_path, files)
    assert told(tmp_path, files, Settings(root=tmp_path)) == {}

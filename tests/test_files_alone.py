"""A file that is checked alone, as commit hooks and editors do, is judged as in a run over its whole project."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from errlint.engine.registry import catalogue
from errlint.engine.run import run, run_text, settings_of
from errlint.model import Diagnostic
from errlint.settings import Selector, Settings
from errlint.settings.finder import SettingsFinder
from errlint.source.discovery import Found, discover, surroundings
from tests.cli.command import concise, tree
from tests.test_projects import PROJECTS, without_marks

TELLING = [path for path in PROJECTS if path.name == "bad" and path.parent.name in {"django", "flask", "sanic"}]
"""Those in which some file alone would be judged otherwise, did nobody look around it."""

NEED_THE_WHOLE = {"ERR414", "ERR506", "ERR508", "ERR509"}
"""Rules that say something only of a folder that the run holds: docs/integrations.md lists them."""

ANSWERS = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "shop/__init__.py": "",
    "shop/work.py": """\
import threading

from shop.tell import tell


def start(job):
    threading.Thread(target=run, args=(job,)).start()


def run(job):
    job.load()
    raise RuntimeError(f"{job} was not expected")


def quietly(job):
    try:
        job.load()
    except Exception as error:
        tell(error)
        return None
""",
    "shop/tell.py": "import logging\n\nlogger = logging.getLogger(__name__)\n\n\n"
    "def tell(error):\n    logger.error('failed', exc_info=error)\n",
    "shop/main.py": "import threading\n\nfrom shop.hooks import told\n\nthreading.excepthook = told\n",
    "shop/hooks.py": "def told(args):\n    raise SystemExit(args)\n",
}
"""`work` leads to `tell` by a name; that `main` sets a hook for threads is known only to who looks at all files."""


def _key(finding: Diagnostic) -> tuple[str, int, str]:
    return finding.path, finding.span.start.line, finding.code


def _finder() -> SettingsFinder:
    return SettingsFinder(None, {"select": (Selector("ALL"),)})


def _files(project: Path) -> list[tuple[Found, Settings]]:
    finder = _finder()
    return settings_of(discover([str(project)], finder), finder, catalogue())


@pytest.mark.parametrize("project", TELLING, ids=lambda path: path.parent.name)
def test_a_file_alone_has_the_findings_that_it_has_in_a_run_over_all(project: Path, tmp_path: Path) -> None:
    files = _files(without_marks(project, tmp_path))
    around = partial(surroundings, finder=_finder())
    whole = {_key(finding) for finding in run(files, catalogue()).findings}
    alone = {_key(finding) for file in files for finding in run([file], catalogue(), around=around).findings}
    assert files
    assert alone <= whole, "a hook finds what nobody else does"
    assert {code for _, _, code in whole - alone} <= NEED_THE_WHOLE


def test_what_an_editor_holds_is_judged_with_the_project_too(tmp_path: Path) -> None:
    files = _files(without_marks(TELLING[1], tmp_path))
    around = partial(surroundings, finder=_finder())
    assert files
    for file, settings in files:
        named = run([(file, settings)], catalogue(), around=around).findings
        read = run_text(file.path.read_bytes(), file.name, settings, catalogue(), around=around).findings
        assert set(map(_key, named)) == set(map(_key, read))


@pytest.mark.parametrize("has_hook", [True, False], ids=["hook", "no hook"])
def test_what_another_file_sets_up_counts_for_a_file_that_is_named(tmp_path: Path, has_hook: bool) -> None:
    tree(tmp_path, {name: text for name, text in ANSWERS.items() if has_hook or name != "shop/main.py"})
    arguments = ("--select", "ERR2")
    whole = [place for place in concise(tmp_path, *arguments).places if "work.py" in place]
    assert concise(tmp_path, *arguments, "shop/work.py").places == whole
    text = (tmp_path / "shop/work.py").read_bytes()
    assert concise(tmp_path, *arguments, "-", "--stdin-filename", "shop/work.py", stdin=text).places == whole
    assert bool(whole) != has_hook


def test_nothing_is_read_around_a_file_where_nothing_marks_a_project(tmp_path: Path) -> None:
    """Its folder may be somebody's home."""
    tree(tmp_path, {"a.py": "", "b.py": ""})
    finder = _finder()
    assert not list(surroundings(finder.settings_for(tmp_path), finder))
    (tmp_path / "errlint.toml").touch()
    finder = _finder()
    found = [path.name for path in surroundings(finder.settings_for(tmp_path), finder)]
    assert found == ["a.py", "b.py"]


def test_a_folder_that_nobody_named_and_that_cannot_be_listed_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, {"errlint.toml": "", "a.py": "", "closed/b.py": ""})

    def scandir(folder: Path) -> object:
        if folder.name == "closed":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    listed = os.scandir
    monkeypatch.setattr("errlint.source.discovery.os.scandir", scandir)
    finder = _finder()
    assert [path.name for path in surroundings(finder.settings_for(tmp_path), finder)] == ["a.py"]


def test_errors_of_a_part_of_a_package_are_not_said_to_lack_a_common_root(tmp_path: Path) -> None:
    errors = "".join(f"class {name}Error(Exception):\n    pass\n\n\n" for name in ("Late", "Lost", "Broken"))
    tree(tmp_path, {"errlint.toml": "", "shop/__init__.py": "", "shop/errors.py": errors, "shop/more.py": ""})
    assert concise(tmp_path, "--select", "ERR506").places == ["shop/errors.py:1:7 ERR506"]
    assert concise(tmp_path, "--select", "ERR506", "shop/errors.py").places == []

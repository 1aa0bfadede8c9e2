"""docs/integrations.md shows the files of examples/ci; they are valid, and their commands do what the page says."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.cli.command import BAD, CLEAN, tree
from tests.integrations.scratch import ROOT, environment, repository, started

EXAMPLES = ROOT / "examples/ci"
PAGE = (ROOT / "docs/integrations.md").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r"^```\w+\n((?:#|//) examples/ci/\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
NAMES = sorted(path.name for path in EXAMPLES.iterdir())


def _read(name: str) -> Any:
    return YAML(typ="safe").load((EXAMPLES / name).read_text(encoding="utf-8"))


def _commands(name: str) -> list[str]:
    """What the shell of a job is given."""
    if name == "gitlab-ci.yml":
        return list(_read(name)["errlint"]["script"])
    if name == "azure-pipelines.yml":
        return [step["script"] for step in _read(name)["steps"] if "script" in step]
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return re.findall(r"sh '(.*)'", text) if name == "Jenkinsfile" else text.splitlines()


def _tools(folder: Path) -> Path:
    """A `pip` whose `install errlint` gives the checkout, a `python` whose venv has that pip, and a `reviewdog`."""
    errlint = f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m errlint "$@"\n'
    pip = '#!/bin/sh\n[ "$*" = "install errlint" ] || exit 9\ncd "$(dirname "$0")" && mv later errlint\n'
    python = '#!/bin/sh\n[ "$*" = "-m venv .venv" ] || exit 9\nmkdir -p .venv && cp -r "$(dirname "$0")" .venv/bin\n'
    reviewdog = '#!/bin/sh\n[ "$(wc -c)" -gt 10 ] && echo "reviewdog was given something" && exit 1\n'
    tree(folder, {"pip": pip, "later": errlint, "python": python, "reviewdog": reviewdog})
    for tool in folder.iterdir():
        tool.chmod(0o755)
    return folder


def _job(name: str, project: Path, tools: Path) -> subprocess.CompletedProcess[str]:
    path = f"{tools}:/usr/local/bin:/usr/bin:/bin"
    environ = environment(tools, PATH=path, CI="true")
    return started(project, "bash", "-e", "-c", "\n".join(_commands(name)), **environ)


def test_the_page_shows_every_file_as_it_is() -> None:
    assert sorted(key.rpartition("/")[2] for key in SHOWN) == NAMES
    for key, text in SHOWN.items():
        assert f"{key}\n{text}" == (EXAMPLES / key.rpartition("/")[2]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("github-workflows", "github.yml"),
        ("gitlab-ci", "gitlab-ci.yml"),
        ("azure-pipelines", "azure-pipelines.yml"),
    ],
)
def test_a_file_is_valid_to_the_service_that_reads_it(tmp_path: Path, schema: str, name: str) -> None:
    check = str(Path(sys.executable).with_name("check-jsonschema"))
    arguments = ("--regex-variant", "nonunicode", "--builtin-schema", f"vendor.{schema}", str(EXAMPLES / name))
    done = started(ROOT, check, *arguments, **environment(tmp_path))
    assert done.returncode == 0, done.stdout


def test_the_only_weakness_of_the_workflow_is_the_one_that_the_page_speaks_of(tmp_path: Path) -> None:
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    arguments = ("--offline", "--quiet", "--no-exit-codes", "--format", "json", str(EXAMPLES / "github.yml"))
    done = started(ROOT, zizmor, *arguments, **environment(tmp_path))
    assert {finding["ident"] for finding in json.loads(done.stdout)} == {"unpinned-uses"}
    assert "pin each to the commit" in PAGE


def test_the_workflow_uses_inputs_and_outputs_that_the_action_has() -> None:
    action = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (step,) = [each for each in _read("github.yml")["jobs"]["errlint"]["steps"] if each.get("id") == "errlint"]
    assert set(step["with"]) <= set(action["inputs"])
    used = re.findall(r"steps\.errlint\.outputs\.([\w-]+)", (EXAMPLES / "github.yml").read_text(encoding="utf-8"))
    assert used
    assert set(used) <= set(action["outputs"])
    for name in (*action["inputs"], *action["outputs"]):
        assert f"| `{name}` |" in PAGE


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("gitlab-ci.yml", ["errlint.json", "errlint.xml"]),
        ("azure-pipelines.yml", ["errlint.xml"]),
        ("Jenkinsfile", ["errlint.sarif", "errlint.xml"]),
        ("reviewdog.sh", ["errlint.json"]),
        ("any.sh", ["errlint.xml"]),
    ],
)
def test_the_commands_of_a_job_fail_with_a_reason_and_leave_their_reports(
    tmp_path: Path, name: str, written: list[str]
) -> None:
    project = tree(tmp_path / "a project", {"src/a b.py": BAD})
    tools = _tools(tmp_path / "bin")
    done = _job(name, project, tools)
    assert done.returncode == 1, done.stdout
    assert ("reviewdog was given something" if name == "reviewdog.sh" else "ERR105") in done.stdout
    for report in written:
        assert "ERR105" in (project / report).read_text(encoding="utf-8")


def test_a_job_on_clean_code_succeeds_and_one_that_checks_nothing_does_not(tmp_path: Path) -> None:
    project = tree(tmp_path / "project", {"src/a.py": CLEAN})
    assert _job("any.sh", project, _tools(tmp_path / "bin")).returncode == 0
    (project / "src/a.py").unlink()
    (project / "src").rmdir()
    done = _job("any.sh", project, _tools(tmp_path / "again"))
    assert (done.returncode, done.stdout) == (2, "errlint: src: no such file or folder\n")


def test_only_findings_on_changed_lines_count_where_the_page_says_so(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    remote = repository(tmp_path / "remote", {"src/old.py": BAD})
    started(tmp_path, "git", "clone", "-q", str(remote), "clone", **environ)
    clone = tmp_path / "clone"
    tools = _tools(tmp_path / "bin")
    (tools / "later").rename(tools / "errlint")
    done = _job("changed-files.sh", clone, tools)
    assert done.returncode == 0, done.stdout
    tree(clone, {"src/new.py": BAD})
    done = _job("changed-files.sh", clone, tools)
    assert (done.returncode, "new.py" in done.stdout, "old.py" in done.stdout) == (1, True, False)

"""What the formats are tried on."""

from __future__ import annotations

from pathlib import Path

import pytest

from errlint.engine.registry import catalogue
from errlint.engine.run import run
from errlint.output.report import Report
from errlint.settings import Patterns, Selector, Settings
from errlint.source.discovery import Found
from errlint.source.file import SourceFile, read
from tests.corpus import ROOT
from tests.output import pitfalls

PACKAGES = ("concurrent", "email", "http", "logging", "multiprocessing", "xml")


@pytest.fixture(scope="session")
def standard_library() -> Report:
    """Findings of all rules on a part of the standard library, with paths from its root: `http/client.py`.

    Some 160 findings of 20 rules in 90 files, with and without fixes and second places, in six seconds.
    """
    rules = catalogue()
    settings = Settings(root=ROOT, select=(Selector("ALL"),), tests=Patterns())
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    found = run([(Found(path, path.relative_to(ROOT).as_posix()), settings) for path in paths], rules)
    sources: dict[str, SourceFile] = {}

    def line(path: str, number: int) -> str:
        if path not in sources:
            sources[path] = read(ROOT / path, path)
        return sources[path].line(number)

    return Report(
        findings=found.findings,
        line=line,
        rules=rules.rules,
        files=found.files,
        seconds=found.seconds,
        silenced=found.silenced,
    )


@pytest.fixture(scope="session")
def pitfalls_written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What errlint writes about `pitfalls.FILES`, by format."""
    return pitfalls.outputs(tmp_path_factory.mktemp("pitfalls"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, with none of the variables by which a service makes itself known."""
    for name in ("GITHUB_ACTIONS", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path

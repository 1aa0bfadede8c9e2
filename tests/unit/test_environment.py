"""The Python environment of a project, and what is read of the packages in it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from errlint.errors import UsageError
from errlint.semantics.environment import Environment, environment_of
from errlint.semantics.exceptions import Answer, Hierarchy
from errlint.semantics.project import Project, Projects
from errlint.semantics.pyproject import oldest_python
from errlint.semantics.resolver import Resolver
from errlint.settings import Settings


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment with a package, and another one that is installed to be edited."""
    folder = tmp_path / "env"
    packages = folder / "lib" / "python3.12" / "site-packages"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    (folder / "pyvenv.cfg").touch()
    files = {
        packages / "parcel" / "__init__.py": "from .faults import Lost, Torn\nfrom .other import *\n",
        packages / "parcel" / "faults.py": "class Fault(Exception): pass\nclass Lost(Fault, KeyError): pass\n"
        "Torn = type('Torn', (Fault,), {})\n",
        packages / "parcel" / "other.py": "class Late(TimeoutError): pass\nnumber = 1\n",
        packages / "parcel" / "explosive.py": "raise SystemExit('imported')\nclass Bang(OSError): pass\n",
        packages / "single.py": "from parcel import Lost\nclass Single(Lost): pass\n",
        packages / "edited.pth": f"import os; os.abort()\n# a comment\n{tmp_path / 'sources'}\n{tmp_path / 'gone'}\n",
        tmp_path / "sources" / "edited" / "__init__.py": "class Edited(OSError): pass\n",
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Environment(folder, "a test made it")


@pytest.mark.parametrize(
    ("name", "base", "answer"),
    [
        ("parcel.Lost", "builtins.LookupError", Answer.YES),
        ("parcel.Lost", "builtins.OSError", Answer.NO),
        ("parcel.Late", "builtins.OSError", Answer.YES),
        ("single.Single", "parcel.Lost", Answer.YES),
        ("parcel.faults.Lost", "parcel.Lost", Answer.YES),
        ("parcel.Lost", "parcel.faults.Lost", Answer.YES),
        ("parcel.Late", "parcel.Lost", Answer.NO),
        ("parcel.faults.Lost", "parcel.faults.Fault", Answer.YES),
        ("parcel.explosive.Bang", "builtins.OSError", Answer.YES),
        ("single.Single", "builtins.KeyError", Answer.YES),
        ("edited.Edited", "builtins.OSError", Answer.YES),
        ("parcel.number", "builtins.OSError", Answer.MAYBE),
        ("parcel.Gone", "builtins.OSError", Answer.MAYBE),
        ("libcst.ParserSyntaxError", "builtins.Exception", Answer.MAYBE),
        ("http.cookiejar.LoadError", "builtins.OSError", Answer.YES),
    ],
)
def test_classes_of_installed_packages_are_read(environment: Environment, name: str, base: str, answer: Answer) -> None:
    project = Project(Settings(root=environment.folder), Resolver(environment))
    before = list(sys.path)
    assert project.hierarchy.derives(name, [base]) is answer
    assert sys.path == before
    assert not {"parcel", "parcel.explosive", "single", "edited"} & set(sys.modules)


def test_two_environments_are_not_mixed_up(environment: Environment, tmp_path: Path) -> None:
    other = tmp_path / "other" / "lib" / "python3.12" / "site-packages" / "parcel" / "__init__.py"
    other.parent.mkdir(parents=True)
    other.write_text("class Lost(OSError): pass\n", encoding="utf-8")
    first, second = Resolver(environment), Resolver(Environment(tmp_path / "other", ""))
    for _ in range(2):
        assert "builtins.KeyError" in (first.ancestors("parcel.Lost") or ())
        assert "builtins.OSError" in (second.ancestors("parcel.Lost") or ())
        assert "builtins.KeyError" in (first.ancestors("single.Single") or ())


def test_a_question_that_takes_too_long_is_given_up(environment: Environment) -> None:
    assert Resolver(environment, seconds=-1).ancestors("single.Single") is None
    assert Resolver(environment).ancestors("single.Single") is not None


def test_the_environment_is_that_of_the_settings_the_active_one_or_the_folder_s(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert environment_of(Settings(root=tmp_path)).folder == Path(sys.prefix)
    environment.folder.rename(tmp_path / ".venv")
    assert environment_of(Settings(root=tmp_path)).folder == tmp_path / ".venv"
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert environment_of(Settings(root=tmp_path)).folder == Path(sys.prefix)
    for python in (".venv", ".venv/bin/python", str(tmp_path / ".venv")):
        assert environment_of(Settings(root=tmp_path, python=python)).folder == tmp_path / ".venv"


@pytest.mark.parametrize("python", ["gone", "gone/bin/python", "sources", "sources/edited/__init__.py"])
def test_an_environment_that_is_not_there_is_an_error(environment: Environment, tmp_path: Path, python: str) -> None:
    with pytest.raises(UsageError, match="there is no Python environment"):
        Projects().of(Settings(root=tmp_path, python=python))


@pytest.mark.parametrize(
    ("text", "oldest"),
    [
        ('[project]\nrequires-python = ">=3.10"\n', (3, 10)),
        ('[project]\nrequires-python = "<4, >= 3.9"\n', (3, 9)),
        ('[project]\nname = "x"\n', None),
        ("project = 1\n", None),
        ("broken", None),
    ],
)
def test_the_oldest_python_is_that_of_the_project(tmp_path: Path, text: str, oldest: tuple[int, int] | None) -> None:
    assert oldest_python(tmp_path) is None
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert oldest_python(tmp_path) == oldest


@pytest.mark.parametrize(("requires", "answer"), [(">=3.10", Answer.MAYBE), (">=3.11", Answer.YES), (None, Answer.YES)])
def test_names_that_became_one_class_later_are_two_before(tmp_path: Path, requires: str | None, answer: Answer) -> None:
    if requires is not None:
        (tmp_path / "pyproject.toml").write_text(f'[project]\nrequires-python = "{requires}"\n', encoding="utf-8")
    hierarchy: Hierarchy = Project(Settings(root=tmp_path)).hierarchy
    assert hierarchy.derives("asyncio.TimeoutError", ["builtins.TimeoutError"]) is answer
    assert hierarchy.derives("socket.timeout", ["builtins.TimeoutError"]) is Answer.YES


def test_libraries_that_are_not_installed_are_known_by_the_tables(tmp_path: Path) -> None:
    hierarchy = Project(Settings(root=tmp_path)).hierarchy
    assert hierarchy.surely_derives("requests.ConnectTimeout", ["requests.exceptions.Timeout"])
    assert hierarchy.surely_derives("requests.exceptions.ConnectTimeout", ["builtins.OSError"])
    assert hierarchy.surely_derives("botocore.exceptions.ClientError", ["builtins.Exception"])
    assert not hierarchy.maybe_derives("requests.ConnectTimeout", ["builtins.ValueError"])

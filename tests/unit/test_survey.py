"""What only all files of a run together can tell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import pytest

from errlint.semantics.project import Project
from errlint.semantics.survey import Survey
from errlint.settings import Settings
from tests.unit.test_project import write

FILES = {
    "shop/__init__.py": "from .errors import ShopError\n",
    "shop/errors.py": """
        class ShopError(Exception):
            code = "shop"
        class Notice(UserWarning): pass
        class Halt(KeyboardInterrupt): pass
        class Plain: pass
    """,
    "shop/orders.py": """
        from . import ShopError
        class OrderNotFound(ShopError, LookupError):
            error_code: int = 17
        class Gone(OrderNotFound): pass
        def find():
            class Local(ShopError): pass
            raise Local
    """,
    "shop/tests/test_orders.py": "class Planned(Exception): pass\nraise Gone\n",
    "shop/broken.py": "class Broken(Exception:\n",
    "tool.py": "class Single(Exception): pass\n",
    "docs/errors.md": "`Single` means that ...\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


def survey(root: Path, names: Iterable[str] = FILES) -> Survey:
    files = [root / name for name in names if name.endswith(".py")]
    return Project(Settings(root=root), files=files).survey


def test_the_error_types_of_a_run_are_those_of_all_its_files(root: Path) -> None:
    found = {error.name: (error.ancestors[1:], error.root, error.code) for error in survey(root).error_types}
    assert found == {
        "shop.errors.ShopError": ((), "shop.errors.ShopError", "'shop'"),
        "shop.orders.OrderNotFound": (("shop.errors.ShopError",), "shop.errors.ShopError", "17"),
        "shop.orders.Gone": (
            ("shop.orders.OrderNotFound", "shop.errors.ShopError"),
            "shop.errors.ShopError",
            None,
        ),
        "tool.Single": ((), "tool.Single", None),
    }


def test_error_types_have_a_place(root: Path) -> None:
    first = survey(root).error_types[0]
    assert (first.place, first.line, first.package) == (PurePosixPath("shop/errors.py"), 1, "shop")


def test_a_mention_is_a_word_in_a_file_or_document(root: Path) -> None:
    found = survey(root)
    counted = {error.name: found.mentions(error) for error in found.error_types}
    assert counted == {
        "shop.errors.ShopError": 5,
        "shop.orders.OrderNotFound": 2,
        "shop.orders.Gone": 2,
        "tool.Single": 2,
    }


def test_a_run_is_whole_if_it_holds_all_files_of_a_top_level_folder(root: Path) -> None:
    place = PurePosixPath("shop/errors.py")
    assert survey(root).is_whole(place)
    assert not survey(root, [name for name in FILES if name != "shop/orders.py"]).is_whole(place)
    assert not survey(root).is_whole(PurePosixPath("tool.py"))


def test_no_file_is_kept(root: Path) -> None:
    project = Project(Settings(root=root), files=[root / "tool.py"])
    assert len(project.survey.error_types) == 1
    assert project.holding("tool.Single") is None

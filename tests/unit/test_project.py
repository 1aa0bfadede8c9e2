"""Names and classes followed from file to file, as they lie on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from errlint.semantics.exceptions import Answer
from errlint.semantics.module import Module
from errlint.semantics.project import Project
from errlint.settings import Settings
from errlint.source.file import decode

FILES = {
    "shop/__init__.py": "from .errors import *\nfrom .client import Client\nfrom .app import app\n",
    "shop/app.py": "from flask import Flask\napp = Flask(__name__)\n",
    "shop/errors.py": """
        class ShopError(Exception): pass
        class NotFound(ShopError, LookupError): pass
        class _Hidden(ShopError): pass
        class Circle(Square): pass
        class Square(Circle): pass
    """,
    "shop/compat.py": """
        try:
            from json import JSONDecodeError
        except ImportError:
            JSONDecodeError = ValueError
        if sys.version_info > (3,):
            class Base(OSError): pass
        else:
            Base = TimeoutError
    """,
    "shop/log.py": """
        import logging
        logger = logging.getLogger(__name__)
        def get(name) -> "logging.Logger":
            return logger
    """,
    "shop/client.py": """
        from .log import logger
        class Base:
            def __init__(self):
                self.log = logger
            def fail(self): raise OSError
        class Client(Base):
            def get(self): return self.fail()
    """,
    "shop/broken.py": "def (:\n",
    "shop/loop_one.py": "from .loop_two import a\nfrom .loop_two import *\n",
    "shop/loop_two.py": "from .loop_one import a\nfrom .loop_one import *\n",
    "plain/inner/things.py": "class Thing(Exception): pass\n",
}

ASKING = """
    import logging
    import shop
    import shop.errors as errors
    from shop import NotFound, Client, Gone, app
    from shop.errors import ShopError as Root, _Hidden
    from shop.log import logger, get
    from shop.compat import JSONDecodeError, Base
    from shop.broken import Lost
    from shop.nowhere import Never
    from shop.loop_one import a, b
    from plain.inner.things import Thing
    from plain.inner import things
    from shop.log import *

    class Mine(NotFound): pass
    class Decode(JSONDecodeError): pass
    class Either(Base): pass
    class Far(Lost): pass
    class Near(Far, KeyError): pass
    class Service(Client):
        def run(self): pass
"""


def dedented(text: str) -> str:
    import textwrap

    return textwrap.dedent(text).lstrip("\n")


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedented(text), encoding="utf-8")


def opened(project: Project, root: Path, name: str, settings: Settings | None = None) -> Module:
    """A file of a project as the one that is being checked."""
    path = root / name
    source = decode(path.read_bytes(), path, name)
    settings = settings or Settings(root=root)
    place = settings.place(path)
    module = Module(project, source, place, settings, project.outline(source), project.name(path, place))
    project.begin(module)
    return module


@pytest.fixture(params=["", "src", "backend", "services/a/src"])
def asking(request: pytest.FixtureRequest, tmp_path: Path) -> Module:
    """The project in the root of a repository and below it; the asking file stands beside the packages."""
    write(tmp_path / request.param, FILES)
    write(tmp_path / request.param, {"use/__init__.py": "", "use/it.py": ASKING})
    return opened(Project(Settings(root=tmp_path)), tmp_path, f"{request.param}/use/it.py".lstrip("/"))


def meaning(module: Module, path: str, scope: str | None = None) -> str | None:
    where = None if scope is None else module.outline.find(scope)
    assert (where is None) == (scope is None)
    return module.names.resolve(path, where)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("NotFound", "shop.errors.NotFound"),
        ("shop.NotFound", "shop.errors.NotFound"),
        ("errors.NotFound", "shop.errors.NotFound"),
        ("Root", "shop.errors.ShopError"),
        ("_Hidden", "shop.errors._Hidden"),
        ("shop._Hidden", "shop._Hidden"),
        ("Client", "shop.client.Client"),
        ("Client().log.error", "logging.getLogger().error"),
        ("shop.Client().log.error", "logging.getLogger().error"),
        ("logger.error", "logging.getLogger().error"),
        ("get().error", "logging.Logger().error"),
        ("app.logger", "flask.Flask().logger"),
        ("shop.app.run", "flask.Flask().run"),
        ("Gone", "shop.Gone"),
        ("Never", "shop.nowhere.Never"),
        ("JSONDecodeError", None),
        ("Client().fail", "shop.client.Base.fail"),
        ("Client().other", "shop.client.Client().other"),
        ("logging.Logger", "logging.Logger"),
        ("a", None),
    ],
)
def test_names_lead_through_the_modules_of_the_project(asking: Module, path: str, name: str | None) -> None:
    assert meaning(asking, path) == name


def test_a_file_that_does_not_parse_leaves_names_as_they_are(asking: Module) -> None:
    assert meaning(asking, "Lost") == "shop.broken.Lost"
    assert asking.exceptions.lineage("use.it.Far") is None


def test_folders_without_init_are_packages_too(asking: Module) -> None:
    found = asking.exceptions.class_of(meaning(asking, "Thing"))
    assert found is not None
    assert found.definition.name == "Thing"
    assert meaning(asking, "things.Thing") == meaning(asking, "Thing")


def test_attributes_are_inherited_from_other_files(asking: Module) -> None:
    assert meaning(asking, "self.log.error", "Service.run") == "logging.getLogger().error"
    assert meaning(asking, "self.fail", "Service.run") == "shop.client.Base.fail"
    assert meaning(asking, "super().get", "Service.run") == "shop.client.Client.get"


@pytest.mark.parametrize(
    ("name", "base", "answer"),
    [
        ("use.it.Mine", "builtins.LookupError", Answer.YES),
        ("use.it.Mine", "shop.errors.ShopError", Answer.YES),
        ("use.it.Mine", "builtins.OSError", Answer.NO),
        ("use.it.Decode", "builtins.ValueError", Answer.YES),
        ("use.it.Decode", "json.JSONDecodeError", Answer.NO),
        ("use.it.Either", "builtins.OSError", Answer.YES),
        ("use.it.Far", "builtins.OSError", Answer.MAYBE),
        ("use.it.Near", "builtins.LookupError", Answer.YES),
        ("use.it.Near", "builtins.OSError", Answer.MAYBE),
        ("shop.errors.Circle", "builtins.OSError", Answer.MAYBE),
    ],
)
def test_classes_derive_from_those_of_other_files(asking: Module, name: str, base: str, answer: Answer) -> None:
    assert asking.exceptions.derives(name, [base]) is answer


def test_two_packages_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    for service, base in (("a", "OSError"), ("b", "KeyError")):
        write(
            tmp_path / service,
            {
                "app/__init__.py": "",
                "app/errors.py": f"class Fault({base}): pass\n",
                "app/use.py": "from app.errors import Fault\n",
            },
        )
    project = Project(Settings(root=tmp_path))
    first, second = (opened(project, tmp_path, f"{service}/app/use.py") for service in ("a", "b"))
    for module, base in ((first, "builtins.OSError"), (second, "builtins.KeyError")):
        assert module.exceptions.surely_derives(meaning(module, "Fault"), [base])


def test_a_project_does_not_hide_the_standard_library(tmp_path: Path) -> None:
    write(tmp_path, {"json.py": "class JSONDecodeError(OSError): pass\n", "use.py": "import json\n"})
    module = opened(Project(Settings(root=tmp_path)), tmp_path, "use.py")
    assert not module.exceptions.surely_derives(meaning(module, "json.JSONDecodeError"), ["builtins.OSError"])


def test_django_imports_from_the_folder_of_manage_py(tmp_path: Path) -> None:
    files = {"site/__init__.py": "", "site/core/__init__.py": "", "site/core/errors.py": "class Fault(OSError): pass\n"}
    write(tmp_path, {**files, "site/shop/__init__.py": "", "site/shop/use.py": "from core.errors import Fault\n"})
    assert (
        meaning(opened(Project(Settings(root=tmp_path)), tmp_path, "site/shop/use.py"), "Fault") == "core.errors.Fault"
    )
    write(tmp_path, {"site/manage.py": ""})
    module = opened(Project(Settings(root=tmp_path)), tmp_path, "site/shop/use.py")
    assert meaning(module, "Fault") == "site.core.errors.Fault"


def test_a_module_that_nobody_asked_for_is_let_go(tmp_path: Path) -> None:
    write(tmp_path, {"one.py": "import two\nx = two.y\n", "two.py": "y = OSError\n"})
    project = Project(Settings(root=tmp_path))
    one = opened(project, tmp_path, "one.py")
    assert meaning(one, "x") == "builtins.OSError"
    project.end(one)
    assert project.holding("one.x") is None
    two = opened(project, tmp_path, "two.py")
    project.end(two)
    assert project.holding("two.y") == (two.names, "y")


def test_what_an_editor_holds_counts_more_than_the_disk(tmp_path: Path) -> None:
    write(tmp_path, {"one.py": "class Fault(OSError): pass\n"})
    project = Project(Settings(root=tmp_path))
    assert opened(project, tmp_path, "one.py").exceptions.surely_derives("one.Fault", ["builtins.OSError"])
    source = decode(b"class Fault(KeyError): pass\n", tmp_path / "one.py", "one.py")
    assert project.outline(source).facts(None).bindings.keys() == {"Fault"}
    assert project.outline(source).definitions[0].bases == ("KeyError",)  # type: ignore[attr-defined]

"""What names stand for, and which exceptions derive from which."""

from __future__ import annotations

from pathlib import Path

import pytest

from errlint.semantics.exceptions import Answer, Hierarchy, canonical
from errlint.semantics.names import Names
from errlint.source.file import decode
from errlint.source.outline import Definition, Outline
from errlint.source.regions import parse_outline

CODE = """
import logging as lg, os.path
import json
from os import path as p
from . import errors
from .errors import Gone as G
from ..deep import x
import requests
log = lg.getLogger(__name__)
ERRORS = (OSError, ValueError, G, unknown)
again = ERRORS
alias = OSError
round_one = round_two
round_two = round_one
itself = itself.wrapped
if a:
    two = OSError
    same = OSError
else:
    two = ValueError
    same = IOError if b else OSError
if a:
    agreed = KeyError
else:
    agreed = KeyError

class Base(Exception):
    retries = lg.INFO

class Own(Base, KeyError):
    def __init__(self):
        self.log = lg.getLogger()
        self.other = None
        self.other = Base()
    def method(self, e: ValueError, q: requests.Response | None, plain):
        def inner():
            e = 1
        def other():
            return e
    @staticmethod
    def static(self):
        return self

class Circle(Square): pass
class Square(Circle): pass
class Far(errors.X): pass
class Both(errors.X, OSError): pass
class Plain: pass
class Grand(Own): pass

def f(log=None):
    OSError = 1
"""


@pytest.fixture(scope="module")
def outline() -> Outline:
    return parse_outline(decode(CODE.encode(), Path("m.py"), "m.py"))


@pytest.fixture(scope="module")
def names(outline: Outline) -> Names:
    return Names(outline, "pkg.sub.m", False)


@pytest.fixture(scope="module")
def exceptions(names: Names) -> Hierarchy:
    return Hierarchy(OneModule(names))


class OneModule:
    """A project of one module."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def locate(self, name: str, near: str) -> tuple[Names, str] | None:
        return None

    def holding(self, name: str) -> tuple[Names, str] | None:
        local = name.removeprefix(f"{self.names.module}.")
        return None if local == name else (self.names, local)


@pytest.mark.parametrize(
    ("path", "scope", "meaning"),
    [
        ("lg.error", None, "logging.error"),
        ("os.path.join", None, "os.path.join"),
        ("p.join", None, "os.path.join"),
        ("errors.X", None, "pkg.sub.errors.X"),
        ("G", None, "pkg.sub.errors.Gone"),
        ("x", None, "pkg.deep.x"),
        ("log.error", None, "logging.getLogger().error"),
        ("log.error", "f", None),
        ("alias", None, "builtins.OSError"),
        ("round_one", None, None),
        ("itself", None, None),
        ("two", None, None),
        ("same", None, None),
        ("agreed", None, "builtins.KeyError"),
        ("OSError", None, "builtins.OSError"),
        ("OSError", "f", None),
        ("OSError", "Own.method", "builtins.OSError"),
        ("ExceptionGroup", None, "builtins.ExceptionGroup"),
        ("nothing", None, None),
        ("Own", "f", "pkg.sub.m.Own"),
        ("Own()", None, "pkg.sub.m.Own()"),
        ("self", "Own.method", "pkg.sub.m.Own()"),
        ("self", "Own.static", None),
        ("self", None, None),
        ("self.log.error", "Own.method", "logging.getLogger().error"),
        ("self.log.error", "Own.method.<locals>.other", "logging.getLogger().error"),
        ("self.other", "Own.method", "pkg.sub.m.Base()"),
        ("self.method", "Own.method", "pkg.sub.m.Own.method"),
        ("self.retries", "Own.method", "logging.INFO"),
        ("retries", "Base", "logging.INFO"),
        ("retries", "Own.method", None),
        ("e", "Own.method", "builtins.ValueError()"),
        ("e", "Own.method.<locals>.other", "builtins.ValueError()"),
        ("e", "Own.method.<locals>.inner", None),
        ("q", "Own.method", "requests.Response()"),
        ("q.status", "Own.method", "requests.Response().status"),
        ("plain", "Own.method", None),
        ("ERRORS", None, None),
        ("ERRORS[]", None, None),
        (None, None, None),
    ],
)
def test_a_path_has_a_meaning_only_if_it_is_sure(
    names: Names, outline: Outline, path: str | None, scope: str | None, meaning: str | None
) -> None:
    where = None if scope is None else outline.find(scope)
    assert (where is None) == (scope is None)
    assert names.resolve(path, where) == meaning


def test_a_package_counts_its_own_name_in_relative_imports(outline: Outline) -> None:
    package = Names(outline, "pkg.sub", True)
    assert package.resolve("G", None) == "pkg.sub.errors.Gone"
    assert package.resolve("x", None) == "pkg.deep.x"


def test_tuples_of_classes_have_members(names: Names) -> None:
    assert names.members("ERRORS", None) == ("builtins.OSError", "builtins.ValueError", "pkg.sub.errors.Gone", None)
    assert names.members("alias", None) is None
    assert names.members("two", None) is None
    assert names.members("a.b", None) is None
    assert names.members(None, None) is None


def test_definitions_are_found_through_instances_and_bases(names: Names, outline: Outline) -> None:
    def find(name: str | None) -> Definition | None:
        found = names.find(name)
        return None if found is None else found.definition

    assert find("pkg.sub.m.Own") is outline.find("Own")
    assert find("pkg.sub.m.Own().method") is outline.find("Own.method")
    assert find("pkg.sub.m.Grand().method") is outline.find("Own.method")
    assert find("pkg.sub.m.Circle().method") is None
    assert find("pkg.other.Own") is None
    assert find(None) is None


@pytest.mark.parametrize(
    ("name", "lineage"),
    [
        ("pkg.sub.m.Base", {"pkg.sub.m.Base", "builtins.Exception", "builtins.BaseException"}),
        (
            "pkg.sub.m.Grand",
            {
                *("pkg.sub.m.Grand", "pkg.sub.m.Own", "pkg.sub.m.Base", "builtins.KeyError", "builtins.LookupError"),
                *("builtins.Exception", "builtins.BaseException"),
            },
        ),
        ("builtins.IOError", {"builtins.OSError", "builtins.Exception", "builtins.BaseException"}),
        (
            "socket.timeout",
            {"builtins.TimeoutError", "builtins.OSError", "builtins.Exception", "builtins.BaseException"},
        ),
        (
            "configparser.NoSectionError",
            {
                *("configparser.NoSectionError", "configparser.Error", "builtins.Exception"),
                "builtins.BaseException",
            },
        ),
        ("pkg.sub.m.Plain", {"pkg.sub.m.Plain", "builtins.object"}),
    ],
)
def test_the_lineage_of_a_class_is_followed_to_the_builtins(
    exceptions: Hierarchy, name: str, lineage: set[str]
) -> None:
    found = exceptions.lineage(name)
    assert found is not None
    assert set(found) == lineage
    assert found[0] == canonical(name)


@pytest.mark.parametrize(
    "name", [None, "pkg.sub.m.Circle", "pkg.sub.m.Far", "pkg.sub.m.Both", "requests.X", "json.nothing", "json.loads"]
)
def test_a_lineage_that_is_not_wholly_known_is_none(exceptions: Hierarchy, name: str | None) -> None:
    assert exceptions.lineage(name) is None


@pytest.mark.parametrize(
    ("name", "base", "answer"),
    [
        ("builtins.FileNotFoundError", "builtins.OSError", Answer.YES),
        ("builtins.FileNotFoundError", "builtins.IOError", Answer.YES),
        ("builtins.OSError", "builtins.FileNotFoundError", Answer.NO),
        ("builtins.KeyboardInterrupt", "builtins.Exception", Answer.NO),
        ("builtins.ExceptionGroup", "builtins.BaseExceptionGroup", Answer.YES),
        ("pkg.sub.m.Own", "builtins.LookupError", Answer.YES),
        ("pkg.sub.m.Own", "builtins.OSError", Answer.NO),
        ("pkg.sub.m.Far", "builtins.OSError", Answer.MAYBE),
        ("pkg.sub.m.Far", "pkg.sub.errors.X", Answer.YES),
        ("pkg.sub.m.Both", "builtins.OSError", Answer.YES),
        ("pkg.sub.m.Both", "builtins.KeyError", Answer.MAYBE),
        ("pkg.sub.m.Circle", "builtins.OSError", Answer.MAYBE),
        ("requests.X", "requests.X", Answer.YES),
        ("requests.X", "builtins.OSError", Answer.MAYBE),
        ("subprocess.CalledProcessError", "builtins.OSError", Answer.NO),
        ("json.JSONDecodeError", "builtins.ValueError", Answer.YES),
        (None, "builtins.OSError", Answer.MAYBE),
    ],
)
def test_deriving_is_yes_no_or_maybe(exceptions: Hierarchy, name: str | None, base: str, answer: Answer) -> None:
    assert exceptions.derives(name, [base]) is answer
    assert exceptions.surely_derives(name, [base]) is (answer is Answer.YES)
    assert exceptions.maybe_derives(name, [base]) is (answer is not Answer.NO)

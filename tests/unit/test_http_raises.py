"""Which HTTP exceptions come out of calls, through functions and modules."""

from __future__ import annotations

import ast

import pytest

from errlint.semantics.module import Module
from errlint.semantics.project import Project
from errlint.settings import Settings
from errlint.syntax.escapes import escaping
from tests.unit.test_project import opened, write

CHECKS = """
    import asyncio
    import functools
    from fastapi import HTTPException
    from flask import abort
    from shop.errors import NotHere, OrderError

    def raises():
        raise HTTPException(404)
    def raises_class():
        raise HTTPException
    def raises_own():
        raise NotHere("x")
    async def raises_later():
        raise HTTPException(404)
    def raises_in_a_branch(number):
        for each in number:
            if not each:
                with each:
                    raise HTTPException(404)
    def raises_in_a_handler():
        try:
            work()
        except KeyError:
            raise HTTPException(404)
    def aborts():
        abort(404)
    def calls():
        return raises()
    def calls_what_calls():
        return calls()
    def calls_too_far():
        return calls_what_calls()
    def calls_itself(number):
        return calls_itself(number - 1)
    def raises_other():
        raise OrderError("x")
    def keeps_all():
        try:
            raise HTTPException(404)
        except Exception:
            return None
    def keeps_its_own():
        try:
            raise HTTPException(404)
        except HTTPException:
            return None
    def lets_through():
        try:
            raise HTTPException(404)
        except HTTPException:
            log()
            raise
        except Exception:
            return None
    def generates():
        yield raises()
    def makes():
        def inner():
            raise HTTPException(404)
        return inner
    @functools.cache
    def is_decorated():
        raise HTTPException(404)

    class Checks:
        def check(self):
            raise HTTPException(404)
        def check_all(self):
            self.check()
        @staticmethod
        def check_none():
            raise HTTPException(404)
"""
ERRORS = """
    from werkzeug.exceptions import NotFound
    class NotHere(NotFound): pass
    class OrderError(Exception): pass
"""
FASTAPI = "fastapi.HTTPException"
RAISED = {
    "raises": FASTAPI,
    "raises_class": FASTAPI,
    "raises_own": "shop.errors.NotHere",
    "raises_later": FASTAPI,
    "raises_in_a_branch": FASTAPI,
    "raises_in_a_handler": FASTAPI,
    "aborts": "werkzeug.exceptions.HTTPException",
    "abort": "werkzeug.exceptions.HTTPException",
    "calls": FASTAPI,
    "calls_what_calls": None,
    "calls_too_far": None,
    "calls_itself": None,
    "raises_other": None,
    "keeps_all": None,
    "keeps_its_own": None,
    "lets_through": FASTAPI,
    "generates": None,
    "makes": None,
    "is_decorated": None,
    "Checks().check": FASTAPI,
    "Checks().check_all": FASTAPI,
    "Checks.check_none": FASTAPI,
    "HTTPException": None,
    "unknown": None,
}


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Module]:
    root = tmp_path_factory.mktemp("shop")
    names = ", ".join(dict.fromkeys(name.partition("(")[0].partition(".")[0] for name in RAISED if name != "unknown"))
    files = {
        "shop/__init__.py": "",
        "shop/errors.py": ERRORS,
        "shop/checks.py": CHECKS,
        "shop/routes.py": f"from shop.checks import {names}",
    }
    write(root, files)
    settings = Settings(root=root, http_exceptions=("shop.errors.OrderError",))
    plain, custom = (Project(each, files=[root / name for name in files]) for each in (Settings(root=root), settings))
    return {
        "here": opened(plain, root, "shop/checks.py"),
        "there": opened(plain, root, "shop/routes.py"),
        "settings": opened(custom, root, "shop/checks.py", settings),
    }


@pytest.mark.parametrize("callee", RAISED)
@pytest.mark.parametrize("place", ["here", "there"])
def test_what_a_call_raises(modules: dict[str, Module], place: str, callee: str) -> None:
    assert modules[place].http_raises.of_call(callee, None) == RAISED[callee]


def test_the_settings_name_more_http_exceptions(modules: dict[str, Module]) -> None:
    assert modules["settings"].http_raises.of_call("raises_other", None) == "shop.errors.OrderError"


def test_an_exception_that_no_catch_all_takes_is_none_of_them(modules: dict[str, Module]) -> None:
    raises = modules["here"].http_raises
    assert raises.is_http_exception("fastapi.HTTPException")
    assert not raises.is_http_exception("builtins.KeyboardInterrupt")
    assert not raises.is_http_exception("builtins.KeyError")
    assert not raises.is_http_exception(None)


ESCAPING = {
    "raise A": ["raise A"],
    "f(g(1))": ["f(g(1))", "g(1)"],
    "try:\n  f()\nexcept A: pass": [],
    "try:\n  f()\nexcept x.A: pass": [],
    "try:\n  f()\nexcept Busy: pass": ["f()"],
    "try:\n  f()\nexcept (Busy, A): pass": [],
    "try:\n  f()\nexcept: pass": [],
    "try:\n  f()\nexcept:\n  raise": ["f()", "raise"],
    "try:\n  f()\nexcept A:\n  raise\nexcept Exception: pass": ["f()", "raise"],
    "try:\n  f()\nexcept Exception:\n  if x:\n    raise": ["raise"],
    "try:\n  f()\nexcept A:\n  g()\nelse:\n  h()\nfinally:\n  i()": ["g()", "h()", "i()"],
    "with f(): g()": ["f()", "g()"],
    "def inner(): f()": [],
    "class Inner: f()": [],
    "x = lambda: f()": [],
    "yield f()": [],
    "f()\nyield": [],
    "x = [f(y) for y in z]": ["f(y)"],
}


@pytest.mark.parametrize("body", ESCAPING)
def test_what_escapes_from_a_function(body: str) -> None:
    lines = "\n  ".join(body.splitlines())
    function = ast.parse(f"def it():\n  {lines}\n").body[0]
    assert sorted(map(ast.unparse, escaping(function, {"A"}))) == ESCAPING[body]


def test_nothing_escapes_from_what_ast_did_not_read() -> None:
    assert list(escaping(object(), ())) == []

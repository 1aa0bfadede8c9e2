"""Definitions that rules want whole: which these are, and the one region that each becomes."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from errlint.engine.checking import Checker
from errlint.engine.registry import checked
from errlint.engine.selection import Selection
from errlint.model import Diagnostic
from errlint.rule import Bad, Context, Findings, Good, Rule, exception_class, is_exception_class, lineage_of
from errlint.settings import Selector, Settings
from errlint.source.file import decode
from errlint.source.regions import Interest, Interests, parse, parse_outline


def _regions(code: str, *wanted: str) -> list[tuple[str, list[str]]]:
    """The first line of each region, and the definitions in it."""
    source = decode(code.encode(), Path("m.py"), "m.py")
    outline = parse_outline(source)
    definitions = [each for each in outline.definitions if each.qualname in wanted]
    found = []
    for unit in Interests([Interest(("raise",), {})]).units(source, outline, definitions):
        region = parse(source, outline, unit)
        for node in region.statements:
            if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
                start, end = region.layout.span(node.name)
                assert source.text[start:end] == node.name.value
        found.append((source.line(unit.first_line).strip(), [each.qualname for each in region.definitions]))
    return found


CLASS = """\
import os

def before(): pass

@final
class Failed(Exception):
    '''It failed.'''

    code = 1

    def __init__(self):
        def inner(): pass

    class Detail: pass
    # the last line

def after(): raise
"""


def test_a_wanted_class_is_one_region_with_all_that_is_in_it() -> None:
    inside = ["Failed", "Failed.__init__", "Failed.__init__.<locals>.inner", "Failed.Detail"]
    assert _regions(CLASS) == [("def after(): raise", ["after"])]
    assert _regions(CLASS, "Failed") == [("@final", inside), ("def after(): raise", ["after"])]


def test_what_stands_in_a_wanted_class_is_not_read_twice() -> None:
    inside = ["Failed", "Failed.__init__", "Failed.__init__.<locals>.inner", "Failed.Detail"]
    assert _regions(CLASS, "Failed", "Failed.Detail")[:-1] == [("@final", inside)]


@pytest.mark.parametrize(
    ("code", "wanted", "first", "inside"),
    [
        ("class A(B): pass\nx = 1\n", "A", "class A(B): pass", ["A"]),
        ("def f():\n    class A(B):\n        x = 1\n", "f.<locals>.A", "def f():", ["f", "f.<locals>.A"]),
        ("class O:\n    class A(B):\n        x = 1\n    y = 2\n", "O.A", "class A(B):", ["O.A"]),
        ("if x:\n    class A(B):\n        x = 1\n", "A", "if x:", ["A"]),
        ("class A(\n    B\n): x = 1\n", "A", "class A(", ["A"]),
        ("x = 1\nclass A(B):\n    x = 1", "A", "class A(B):", ["A"]),
        ("class A(B):\r\n\tdef f(self): pass\r\n", "A", "class A(B):", ["A", "A.f"]),
        ("class A(B):\n    x = 1; y = 2\n\n\n# the end\n", "A", "class A(B):", ["A"]),
    ],
)
def test_wherever_a_wanted_class_stands(code: str, wanted: str, first: str, inside: list[str]) -> None:
    assert _regions(code, wanted) == [(first, inside)]


def _counting() -> Rule:
    rule = Rule(
        code="ERR599",
        name="meets-an-exception-class",
        since="0.1",
        summary="counts",
        message="{what}",
        help="",
        why="",
        bad=(Bad(""),),
        good=(Good(""),),
        regions=is_exception_class,
    )

    @rule.on(cst.ClassDef)
    def check(node: cst.ClassDef, ctx: Context) -> Findings:
        definition = exception_class(node, ctx)
        if definition is not None:
            lineage = lineage_of(definition, ctx.file)
            above = "?" if lineage is None else ", ".join(kind.__name__ for kind in lineage.builtin)
            yield rule.at(node, what=f"{definition.qualname}: {above}")

    return rule


def _met(code: str, *, whole_files: bool = False) -> tuple[Diagnostic, ...]:
    checker = Checker(Selection(checked([_counting()])), whole_files=whole_files)
    settings = Settings(root=Path("/project"), select=(Selector("ERR599"),))
    return checker.check_text(code.encode(), Path("/project/shop/m.py"), "shop/m.py", settings)


@pytest.mark.parametrize(
    ("code", "met"),
    [
        ("class A(ValueError): pass", ["A: ValueError"]),
        ("class A(Exception):\n    x = 1\nclass B(A):\n    def f(self): pass", ["A: Exception", "B: Exception"]),
        ("import builtins as b\nclass A(b.OSError, Mixin): pass", ["A: ?"]),
        ("class TimeoutError(TimeoutError): pass", ["TimeoutError: TimeoutError"]),
        ("class A(A): pass\nclass B(C): pass\nclass C(B): pass", []),
        ("class A: pass\nclass B(A): pass\nclass C(object): pass", []),
        ("from json import JSONDecodeError\nclass A(JSONDecodeError): pass", ["A: ?"]),
        ("from threading import Thread\nclass A(Thread): pass", []),
        ("from x import Error\nclass A(Error): pass", []),
        ("def f():\n    class A(KeyError):\n        x = 1", ["f.<locals>.A: KeyError"]),
        ("class A:\n    class B(KeyError):\n        x = 1", ["A.B: KeyError"]),
        ("from typing import Generic\nclass A(Exception, Generic[T]): pass", ["A: Exception"]),
        ("class A[T](Exception):\n    x: T\n    def f(self): pass", ["A: Exception"]),
    ],
)
def test_exception_classes_are_met_with_what_they_derive_from(code: str, met: list[str]) -> None:
    found = _met(code)
    assert [each.message for each in found] == met
    assert found == _met(code, whole_files=True)


def test_a_stub_makes_no_exception_class() -> None:
    settings = Settings(root=Path("/project"), select=(Selector("ERR599"),))
    checker = Checker(Selection(checked([_counting()])))
    assert not checker.check_text(b"class A(ValueError): ...", Path("/project/shop/m.pyi"), "shop/m.pyi", settings)


def test_a_class_is_shown_by_its_name() -> None:
    (found,) = _met("@final\nclass Failed(Exception):\n    x = 1\n")
    assert (found.span.start.line, found.span.start.column, found.span.end.column) == (2, 6, 12)

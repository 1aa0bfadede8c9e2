"""The outline: what a file defines, imports and binds, and that both readers say the same."""

from __future__ import annotations

import ast
from pathlib import Path

import libcst as cst
import pytest

from errlint.model import Position
from errlint.source.file import SourceFile, Unreadable, decode
from errlint.source.outline import Binding, Binds, Class, Function, Outline, from_ast, from_cst
from errlint.source.regions import Interest, Interests, parse, parse_outline

CODE = '''"""A module."""
import logging as lg, os.path
from os import path as p, sep
from . import errors
from ..deep.er import x as y, z
from star import *

LOG: "lg.Logger" = lg.getLogger(__name__)
A, (B, *C) = D = OSError, ValueError
one = 1; two = 2


@decorated
@app.route("/")
class Own(Base, errors.Far, make()):
    """Documented."""

    kind = "own"

    def __init__(self, first: "Thing", *rest, last: Optional[int] = None, **more) -> None:
        self.first = first
        self.log = self.other = lg.getLogger()
        first.attribute = 1

    @staticmethod
    async def load(path: str | None):
        async with open(path) as file:
            def inner(): return file
        raise Gone(path)
    # after


if __name__ == "__main__":
    try:
        main(sys.argv, *rest, key=value, **more)
    except (OSError, errors.Gone) as error:
        tell.at("x").error(error, exc_info=True)
        global_name = 1
    for each in things:
        def late(): pass
    match things:
        case [q, *r]: pass
        case {"a": s}: pass
        case t: pass
    if (walrus := f()): pass
class One: x = 1
'''


def _source(code: str) -> SourceFile:
    return SourceFile(Path("m.py"), "m.py", code)


def _by_ast(code: str) -> Outline:
    return from_ast.outline(ast.parse(_source(code).parsable))


def _by_cst(code: str) -> Outline:
    return from_cst.outline(cst.parse_module(_source(code).parsable), _source(code))


@pytest.fixture(params=[_by_ast, _by_cst], ids=["ast", "libcst"])
def outline(request: pytest.FixtureRequest) -> Outline:
    made = request.param(CODE)
    assert isinstance(made, Outline)
    return made


def test_definitions_have_names_lines_and_parents(outline: Outline) -> None:
    found = [(d.qualname, d.first_line, d.line, d.last_line) for d in outline.definitions]
    assert found == [
        ("Own", 13, 15, 29),
        ("Own.__init__", 20, 20, 23),
        ("Own.load", 25, 26, 29),
        ("Own.load.<locals>.inner", 28, 28, 28),
        ("late", 40, 40, 40),
        ("One", 46, 46, 46),
    ]
    own, init, load, inner, late, one = outline.definitions
    assert isinstance(own, Class)
    assert isinstance(init, Function)
    assert isinstance(load, Function)
    assert isinstance(inner, Function)
    assert (own.bases, own.decorators, own.documented) == (
        ("Base", "errors.Far", "make()"),
        ("decorated", "app.route()"),
        True,
    )
    assert [(parameter.name, parameter.annotation) for parameter in init.parameters] == [
        *(("self", None), ("first", "Thing"), ("last", "int"), ("rest", None), ("more", None)),
    ]
    assert (init.is_async, init.owner, init.documented) == (False, own, False)
    assert (load.is_async, load.decorators, load.parameters[0].annotation) == (True, ("staticmethod",), "str")
    assert (inner.parent, inner.owner, late.parent, one.parent) == (load, None, None, None)
    assert outline.find("Own.load") is load
    assert outline.find("load") is None


def test_units_are_methods_functions_and_statements(outline: Outline) -> None:
    found = [(unit.first_line, unit.last_line, unit.owner and unit.owner.name) for unit in outline.units]
    assert found == [
        *((line, line, None) for line in range(1, 6)),
        *((6, 7, None), (8, 8, None), (9, 9, None), (10, 12, None)),
        *((16, 17, "Own"), (18, 19, "Own"), (20, 24, "Own"), (25, 32, "Own")),
        *((33, 45, None), (46, 46, None)),
    ]


def test_facts_tell_what_a_scope_binds(outline: Outline) -> None:
    facts = outline.facts(None)
    imports = {name: found[0].value for name, found in facts.bindings.items() if found[0].how is Binds.IMPORT}
    assert imports == {
        "lg": "logging",
        "os": "os",
        "p": "os.path",
        "sep": "os.sep",
        "errors": ".errors",
        "y": "..deep.er.x",
        "z": "..deep.er.z",
    }
    assert facts.bindings["LOG"] == (Binding(Binds.ASSIGNMENT, "lg.getLogger()", "lg.Logger"),)
    assert facts.bindings["D"] == (Binding(Binds.ASSIGNMENT, None, None, ("OSError", "ValueError")),)
    others = {name for name, found in facts.bindings.items() if [binding.how for binding in found] == [Binds.OTHER]}
    assert others == {"A", "B", "C", "error", "each", "q", "r", "s", "t"}
    assert facts.bindings["Own"] == (Binding(Binds.DEFINITION, "Own"),)
    assert facts.bindings["walrus"] == (Binding(Binds.ASSIGNMENT, "f()"),)
    assert outline.packages == {"logging", "os", "star"}
    assert outline.main_guard


def test_facts_tell_attributes_calls_and_ends(outline: Outline) -> None:
    init, load = outline.find("Own.__init__"), outline.find("Own.load")
    assert {name: [each.value for each in found] for name, found in outline.facts(init).attributes.items()} == {
        "first": ["first"],
        "log": ["lg.getLogger()"],
        "other": ["lg.getLogger()"],
    }
    assert outline.facts(init).bindings["first"] == (Binding(Binds.PARAMETER, annotation="Thing"),)
    assert (outline.facts(init).ends_in_raise, outline.facts(load).ends_in_raise) == (False, True)
    assert outline.facts(load).bindings["inner"] == (Binding(Binds.DEFINITION, "Own.load.<locals>.inner"),)
    calls = {call.callee: call for call in outline.facts(None).calls}
    assert calls["main"].arguments[0] == "sys.argv"
    assert calls["main"].keywords == (("key", "value"), ("**", "more"))
    assert not calls["main"].in_handler
    assert calls["tell.at().error"].arguments == ("error",)
    assert calls["tell.at().error"].in_handler
    assert {"error", "at"} <= outline.calls_in_handlers
    assert "main" not in outline.calls_in_handlers


def test_names_sent_elsewhere_are_not_bound() -> None:
    for read in (_by_ast, _by_cst):
        made = read("def f():\n    global a\n    a = b = 1\n")
        assert set(made.facts(made.find("f")).bindings) == {"b"}


@pytest.mark.parametrize(
    ("code", "place", "reason"),
    [
        ("x = 1\nx = = 2\n", Position(2, 4), "invalid syntax"),
        ("x = (\n", Position(1, 4), "'(' was never closed"),
        ("if x:\ny = 1\n", Position(2, 0), "expected an indented block after 'if' statement on line 1"),
        ("'é' 'ß' = 1\r\n", Position(1, 0), "cannot assign to literal"),
        ("x = 1\rx = '\r", Position(2, 4), "unterminated string literal"),
    ],
)
def test_what_is_not_python_is_refused_with_its_place(code: str, place: Position, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_outline(_source(code))
    assert caught.value.position == place
    assert caught.value.reason.startswith(reason)


def test_only_units_with_a_wanted_word_are_regions() -> None:
    code = (
        "import a\ndef f():\n    raise\nclass C:\n    x = 1\n"
        "    def m(self):\n        raise\n    def n(self): pass\nraised = 1\n"
    )
    source = decode(code.encode(), Path("m.py"), "m.py")
    outline = parse_outline(source)
    units = Interests([Interest(("raise", "except"), {})]).units(source, outline)
    found = [parse(source, outline, unit) for unit in units]
    assert [(region.shift, region.owner and region.owner.name) for region in found] == [
        (code.index("def f"), None),
        (code.index("    def m") - len("class _:\n"), "C"),
    ]
    assert [[d.qualname for d in region.definitions] for region in found] == [["f"], ["C.m"]]
    for region in found:
        (function,) = region.statements
        assert isinstance(function, cst.FunctionDef)
        start, end = region.layout.span(function.name)
        assert code[start:end] == function.name.value


@pytest.mark.parametrize(
    "code",
    [
        "class A(\n    B\n): x = 1\n",
        "class A(B, key=[\n    1,\n]): x = 1; y = [\n    2]; z = 3\n",
        "@final\nclass A(\n): x = 1\n",
        "class A: \\\nx = 1\n",
        "class A:\n    x = 1\n",
        "class A:\n    'doc'; x = 1\n",
        "class A(\n    B\n):\n    # first\n    x = 1\n",
    ],
)
def test_a_class_of_one_line_is_one_unit_with_its_header(code: str) -> None:
    source = decode(f"before = 0\n{code}after = 0\n".encode(), Path("m.py"), "m.py")
    for outline in (parse_outline(source), _by_cst(source.parsable)):
        found = [(unit.first_line, unit.last_line, unit.owner) for unit in outline.units]
        last_line = 1 + code.count("\n")
        assert found == [(1, 1, None), (2, last_line, None), (last_line + 1, last_line + 1, None)]
        (statement,) = parse(source, outline, outline.units[1]).statements
        assert isinstance(statement, cst.ClassDef)


@pytest.mark.parametrize(
    ("code", "version", "newer"),
    [
        ("try: pass\nexcept* A: pass\n", (3, 10), True),
        ("try: pass\nexcept* A: pass\n", (3, 11), False),
        ("type A = int\n", (3, 11), True),
        ("type A = int\n", (3, 12), False),
        ("def f[T](): pass\n", (3, 11), True),
        ('x = f"{\'a\' + f"{b}"}"\n', (3, 11), True),
        ("x = f\"{a['b']}\"\n", (3, 10), False),
        ('x = f"{a:{b:{c}}}"\n', (3, 11), True),
        ('x = f"{a:{b:{c}}}"\n', (3, 12), False),
        ('x = f"{a:{b}{c:d}}{e:{f}}"\n', (3, 10), False),
        ("x = t'{a}'\n", (3, 13), True),
        ("try: pass\nexcept A, B: pass\n", (3, 13), True),
        ("try: pass\nexcept (A, B): pass\n", (3, 10), False),
    ],
)
def test_newer_syntax_is_told_from_older(code: str, version: tuple[int, int], newer: bool) -> None:
    assert from_cst.has_newer_syntax(cst.parse_module(code), version) is newer

"""Where nodes stand: held against libcst's own provider, whose answers are slow but right."""

from __future__ import annotations

import re
import sysconfig
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from errlint.source.file import SourceFile, without_form_feeds
from errlint.source.positions import Layout
from errlint.source.tree import walk

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
ODD = '''"""Doc."""
@deco  # why
class A(B, metaclass=C):

    # before
    async def m(self, *, a: int = (1)) -> "x":  # after
        if (a
            ):
            return ((a),)
        else: pass
\ttab = 1
    x: int
'''.replace("\ttab", "        tab")


def _assert_same_places(code: str) -> int:
    module = cst.parse_module(code)
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    places = wrapper.resolve(PositionProvider)
    layout = Layout(wrapper.module, wrapper.module.code)
    source = SourceFile(Path("a.py"), "a.py", code)
    count = 0
    for node in walk(wrapper.module):
        if isinstance(node, cst.Module):
            continue
        wanted = places[node]
        start, end = (source.position(offset) for offset in layout.span(node))
        assert (start.line, start.column) == (wanted.start.line, wanted.start.column), type(node).__name__
        assert (end.line, end.column) == (wanted.end.line, wanted.end.column), type(node).__name__
        count += 1
    return count


@pytest.mark.parametrize("name", ["queue.py", "contextlib.py", "json/decoder.py", "keyword.py"])
def test_spans_are_those_of_libcst_on_the_standard_library(name: str) -> None:
    assert _assert_same_places((LIBRARY / name).read_text(encoding="utf-8")) > 100


@pytest.mark.parametrize("code", [ODD, ODD.replace("\n", "\r\n"), "x = 1", "if x: y\n", "\n\n  # c\nx = 'é漢' + y\n"])
def test_spans_are_those_of_libcst_on_odd_layouts(code: str) -> None:
    assert _assert_same_places(code) > 1


def _first(module: cst.Module, kind: type[cst.CSTNode]) -> cst.CSTNode:
    return next(node for node in walk(module) if isinstance(node, kind))


@pytest.mark.parametrize(
    ("kind", "span", "header"),
    [
        (cst.ClassDef, "class A(B, metaclass=C):", "class A(B, metaclass=C):"),
        (cst.FunctionDef, "async def m(", 'async def m(self, *, a: int = (1)) -> "x":'),
        (cst.If, "if (a\n", "if (a\n            ):"),
        (cst.Else, "else: pass", "else:"),
        (cst.Return, "return ((a),)", "return ((a),)"),
    ],
)
def test_a_header_ends_at_its_colon(kind: type[cst.CSTNode], span: str, header: str) -> None:
    module = cst.parse_module(ODD)
    layout = Layout(module, module.code)
    node = _first(module, kind)
    start, end = layout.span(node)
    assert ODD[start:end].startswith(span)
    first, last = layout.header(node)
    assert ODD[first:last].rstrip() == header


def test_an_extent_holds_the_parentheses_and_a_span_does_not() -> None:
    module = cst.parse_module("x = ((a))\n")
    layout = Layout(module, module.code, 100)
    value = next(node for node in walk(module) if isinstance(node, cst.Name) and node.value == "a")
    assert layout.span(value) == (106, 107)
    assert layout.extent(value) == (104, 109)


FORM_FEEDS = (
    "\f\nx = 1\n\f@deco\nclass A:\n    B = 1\n  \f\f    def m(self):\n        return 'a\f' +\f x\n \f\n"
    "\f    def o(self): pass\n"
)


def test_form_feeds_in_indentations_are_counted_though_they_are_not_parsed() -> None:
    code = FORM_FEEDS
    text, gaps = without_form_feeds(code)
    assert re.findall(r"(?m)^\s*\f", text.replace("\n\n", "\n")) == []
    module = cst.parse_module(text)
    layout = Layout(module, module.code, 10, gaps)
    for node in walk(module):
        if isinstance(node, (cst.Name, cst.SimpleString)):
            start, end = (offset - 10 for offset in layout.span(node))
            assert code[start:end] == node.value
        elif isinstance(node, (cst.FunctionDef, cst.SimpleStatementLine)):
            start, end = (offset - 10 for offset in layout.span(node))
            assert code[start:end].strip() == code[start:end] != ""
    names = {node.value for node in walk(module) if isinstance(node, cst.Name)}
    assert names >= {"deco", "A", "B", "m", "o", "x"}

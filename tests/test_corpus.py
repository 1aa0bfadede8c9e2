"""All rules over the standard library: nothing crashes or is passed over, and the fast ways agree with the slow."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from errlint.engine.checking import Checker
from errlint.engine.registry import catalogue, checked
from errlint.engine.run import without_collector
from errlint.engine.selection import Selection
from errlint.model import CRASH, Diagnostic
from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.settings import Patterns, Selector, Settings
from errlint.source.outline import Definition, Outline, from_ast, from_cst
from errlint.source.positions import Layout
from errlint.source.suppressions import comments
from tests import corpus

EVERYTHING = Settings(root=corpus.ROOT, select=(Selector("ALL"),), tests=Patterns())


NOT_READ_BY_LIBCST = ["test_grammar.py: valid Python that errlint's parser does not read"]
"""libcst 1.9 does not read `(name): int`, which the grammar's own test holds; errlint says so and exits with 2."""


def _findings(checker: Checker, paths: list[Path]) -> list[Diagnostic]:
    with without_collector():
        return [found for path in paths for found in checker.check_text(path.read_bytes(), path, str(path), EVERYTHING)]


@pytest.mark.parametrize("part", range(4))
def test_no_rule_crashes_on_any_file(part: int) -> None:
    found = _findings(Checker(Selection(catalogue())), corpus.every_path()[part::4])
    crashes = [f"{Path(f.path).name}: {f.message}" for f in found if f.code == CRASH]
    known = [text for text in crashes if text in NOT_READ_BY_LIBCST]
    assert crashes == known
    assert found, "a corpus without a single finding would prove nothing"


def test_regions_give_the_same_findings_as_whole_files() -> None:
    paths = list(corpus.paths())[::2]
    by_region = _findings(Checker(Selection(catalogue())), paths)
    whole = _findings(Checker(Selection(catalogue()), whole_files=True), paths)
    assert by_region == whole


def test_the_walk_meets_every_handler_and_every_raise_that_ast_counts() -> None:
    met: Counter[str] = Counter()
    counter = Rule(
        code="ERR299",
        name="counts-what-it-meets",
        since="0.1",
        summary="counts",
        message="",
        help="",
        why="",
        bad=(Bad(""),),
        good=(Good(""),),
        words=("except", "raise"),
    )

    @counter.on(cst.ExceptHandler, cst.ExceptStarHandler)
    def _handlers(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
        met["except"] += 1
        yield from ()

    @counter.on(cst.Raise)
    def _raises(node: cst.Raise, ctx: Context) -> Findings:
        met["raise"] += 1
        yield from ()

    checker = Checker(Selection(checked([counter])))
    wanted: Counter[str] = Counter()
    for source, tree in corpus.sources():
        wanted["except"] += sum(isinstance(node, ast.ExceptHandler) for node in ast.walk(tree))
        wanted["raise"] += sum(isinstance(node, ast.Raise) for node in ast.walk(tree))
        assert checker.check_text(source.path.read_bytes(), source.path, source.name, EVERYTHING) == ()
    assert wanted["except"] > 2000
    assert met == wanted


def test_positions_are_those_of_libcst_s_own_provider() -> None:
    for source, _ in corpus.sources(every=25):
        wrapper = MetadataWrapper(cst.parse_module(source.parsable), unsafe_skip_copy=True)
        provided = wrapper.resolve(PositionProvider)
        layout = Layout(wrapper.module, wrapper.module.code)
        for node, place in provided.items():
            if isinstance(node, cst.Module):
                continue
            start, end = (source.position(offset) for offset in layout.span(node))
            ours = (start.line, start.column, end.line, end.column)
            theirs = (place.start.line, place.start.column, place.end.line, place.end.column)
            assert ours == theirs, f"{source.name}: {type(node).__name__}"


def test_both_outlines_agree() -> None:
    for source, tree in corpus.sources(every=10):
        fast = from_ast.outline(tree)
        slow = from_cst.outline(cst.parse_module(source.parsable), source)
        assert _described(fast) == _described(slow), source.name


def _described(outline: Outline) -> object:
    scopes: list[Definition | None] = [None, *outline.definitions]
    return (
        [
            (type(d).__name__, d.qualname, d.first_line, d.line, d.last_line, d.decorators, d.documented)
            + ((d.parameters, d.returns, d.is_async) if hasattr(d, "parameters") else (d.bases,))
            for d in outline.definitions
        ],
        [(u.first_line, u.last_line, u.owner and u.owner.qualname) for u in outline.units],
        outline.imported,
        outline.main_guard,
        list(outline.top),
        [_facts(outline, scope) for scope in scopes],
    )


def _facts(outline: Outline, scope: Definition | None) -> object:
    facts = outline.facts(scope)
    calls = Counter((call.callee, call.arguments, call.keywords, call.in_handler) for call in facts.calls)
    bindings = {name: Counter(found) for name, found in facts.bindings.items()}
    return (bindings, dict(facts.attributes), calls, facts.ends_in_raise)


def test_the_comment_scanner_agrees_with_tokenize() -> None:
    for source, _ in corpus.sources(every=3):
        tokens = tokenize.generate_tokens(io.StringIO(source.parsable).readline)
        wanted = [token.string for token in tokens if token.type == tokenize.COMMENT]
        assert [text.rstrip() for _, text in comments(source.parsable)] == [text.rstrip() for text in wanted], (
            source.name
        )


@pytest.mark.parametrize("name", ["ast", "typing"])
def test_the_corpus_is_really_there(name: str) -> None:
    assert any(path.stem == name for path in corpus.paths())

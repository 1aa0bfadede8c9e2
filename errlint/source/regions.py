"""The parts of a file that rules must see as a concrete tree.

libcst reads 25 000 lines a second where `ast` reads 150 000, and of a file only 13 to 37 % of the bytes hold
a word that some rule needs. So only functions and statements with such a word are parsed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from errlint.model import Position
from errlint.source.file import SourceFile, Unreadable, bracket_depth, without_form_feeds
from errlint.source.outline import Class, Definition, Outline, Unit
from errlint.source.outline.from_ast import outline as outline_from_ast
from errlint.source.sieve import Sieve, may_hold

if TYPE_CHECKING:  # libcst takes 120 ms to import: only a file with a region pays for it
    import libcst as cst

    from errlint.source.positions import Layout
    from errlint.source.tree import Walked

_LAST = "pass\n"
"""A statement behind every region: libcst takes comments at the end of a text out of the block that they stand in."""
_CLASS_LINE = "class _:\n"
_DEEPEST = 200
"""How deep CPython lets brackets nest. libcst's parser is native code: at ten times that depth the process dies."""


@dataclass(frozen=True)
class Tree:
    """What libcst makes of the text of a region, wherever that stands.

    `statements` are the region's own, without the line of the class above a method; `text` is what was parsed;
    `gaps` are the places in the tree's text where it leaves something out (see `Layout`).
    """

    module: cst.Module
    statements: tuple[cst.CSTNode, ...]
    text: str
    gaps: tuple[int, ...] = ()

    @cached_property
    def layout(self) -> Layout:
        """Where the nodes stand in the text; computed when it is first asked for."""
        from errlint.source.positions import Layout

        return Layout(self.module, self.text, 0, self.gaps)

    @cached_property
    def walked(self) -> Walked:
        """All nodes, and what is around each."""
        from errlint.source.tree import Walked

        return Walked(self.statements)


@dataclass(frozen=True)
class Region:
    """One parsed part of a file. A method is parsed under a one-line class, so that its indentation stands.

    `definitions` are the outline's, in the order of the source; `owner` is the class around the region; `shift` is
    where the text of the tree begins in the file.
    """

    tree: Tree
    definitions: tuple[Definition, ...]
    owner: Class | None
    shift: int

    @property
    def module(self) -> cst.Module:
        """The tree as libcst has it."""
        return self.tree.module

    @property
    def statements(self) -> tuple[cst.CSTNode, ...]:
        """The region's own statements."""
        return self.tree.statements

    @property
    def walked(self) -> Walked:
        """All nodes of the region, and what is around each."""
        return self.tree.walked

    @cached_property
    def layout(self) -> Layout:
        """Where the region's nodes stand in the file; computed when it is first asked for."""
        return self.tree.layout.moved(self.shift)


class Trees:
    """The trees of a file that is read again and again: what is written as it was is not parsed again."""

    def __init__(self) -> None:
        self._by_text: dict[tuple[str, bool], Tree] = {}
        self._asked: set[tuple[str, bool]] = set()

    def tree(self, text: str, in_class: bool) -> Tree:
        """The tree of a text; `in_class` if it stands under the line of a class. Raises `Unreadable`."""
        key = (text, in_class)
        if key not in self._by_text:
            self._by_text[key] = _tree(text, in_class)
        self._asked.add(key)
        return self._by_text[key]

    def settle(self) -> None:
        """The file has been read to its end: let go of what it no longer holds."""
        self._by_text = {key: tree for key, tree in self._by_text.items() if key in self._asked}
        self._asked = set()


def parse_outline(source: SourceFile) -> Outline:
    """The outline of a file. Raises `Unreadable` where neither Python nor newer syntax explains the text."""
    try:
        tree = ast.parse(source.parsable)
    except SyntaxError as error:
        newer = _newer_outline(source)
        if newer is not None:
            return newer
        line, column = error.lineno or 1, max((error.offset or 1) - 1, 0)
        column = min(column, len(source.line(line)))
        raise Unreadable(error.msg, Position(min(line, len(source.line_starts)), column)) from error
    except UnicodeEncodeError as error:  # some codecs, utf-7 for one, let half a character through
        raise Unreadable("the text holds half a character", source.position(error.start)) from error
    except (RecursionError, MemoryError) as error:
        raise Unreadable("nested too deeply for Python's own parser", Position(1, 0)) from error
    try:
        return outline_from_ast(tree)
    except RecursionError as error:
        raise Unreadable("nested too deeply for errlint", Position(1, 0)) from error


def _newer_outline(source: SourceFile) -> Outline | None:
    import libcst as cst

    from errlint.source.outline import from_cst

    text, _ = without_form_feeds(source.parsable)
    if bracket_depth(text) > _DEEPEST:
        return None
    try:
        module = cst.parse_module(text)
        newer = from_cst.has_newer_syntax(module)
        return from_cst.outline(module, SourceFile(source.path, source.name, text)) if newer else None
    except (cst.ParserSyntaxError, RecursionError):
        return None


@dataclass(frozen=True)
class Interest:
    """What a rule looks for: words in the text, and sieves by the type of `ast` node; no sieves mean anything."""

    words: tuple[str, ...]
    sieves: Mapping[type[ast.AST], Sieve]


class Interests:
    """What the rules of a run look for together: decides which units are worth a concrete tree."""

    def __init__(self, interests: Iterable[Interest]) -> None:
        self._interests = [interest for interest in interests if interest.words]
        self._words = sorted({word for interest in self._interests for word in interest.words})
        self._by_words: dict[frozenset[str], _Plan] = {}

    def units(self, source: SourceFile, outline: Outline, wanted: Sequence[Definition] = ()) -> Iterator[Unit]:
        """The units of a file in which a rule may find something, and the wanted definitions, each as one unit."""
        words = sorted(place for word in self._words for place in _occurrences(source.text, word))
        if not words and not wanted:
            return
        starts = source.line_starts
        at = 0
        for unit, is_wanted in _with_whole(outline.units, wanted):
            begin = starts[unit.first_line - 1]
            end = starts[unit.last_line] if unit.last_line < len(starts) else len(source.text)
            found = set()
            while at < len(words) and words[at][0] < end:
                if words[at][0] >= begin:
                    found.add(words[at][1])
                at += 1
            if is_wanted or (found and self._is_worth(unit, frozenset(found))):
                yield unit

    def _is_worth(self, unit: Unit, words: frozenset[str]) -> bool:
        plan = self._by_words.get(words)
        if plan is None:
            plan = self._by_words[words] = _Plan.of(self._interests, words)
        if plan.unconditional or not unit.statements:
            return True
        return may_hold((node for node in unit.statements if isinstance(node, ast.AST)), plan.sieves)


@dataclass(frozen=True)
class _Plan:
    """What to ask of a unit that holds certain words."""

    unconditional: bool
    sieves: Mapping[type[ast.AST], Sequence[Sieve]]

    @classmethod
    def of(cls, interests: Iterable[Interest], words: frozenset[str]) -> _Plan:
        relevant = [interest for interest in interests if words.intersection(interest.words)]
        sieves: dict[type[ast.AST], list[Sieve]] = {}
        for interest in relevant:
            for kind, sieve in interest.sieves.items():
                sieves.setdefault(kind, []).append(sieve)
        return cls(any(not interest.sieves for interest in relevant), sieves)


def _with_whole(units: Sequence[Unit], wanted: Sequence[Definition]) -> Iterator[tuple[Unit, bool]]:
    """Units in the order of the source, those of a wanted definition joined, and whether each holds a wanted one."""
    at = 0
    for definition in wanted:
        while at < len(units) and units[at].last_line < definition.first_line:
            yield units[at], False
            at += 1
        first = at
        while at < len(units) and units[at].first_line <= definition.last_line:
            at += 1
        if first < at:  # else a definition around it has been wanted before
            yield _joined(definition, units[first:at]), True
    yield from ((unit, False) for unit in units[at:])


def _joined(definition: Definition, units: Sequence[Unit]) -> Unit:
    """A definition and its comments as one unit; where it is only a part of a unit, that unit."""
    if units[0].first_line <= definition.first_line:
        return units[0]
    owner = definition.parent if isinstance(definition.parent, Class) else None
    return Unit(definition.first_line, units[-1].last_line, owner, (definition.node,))


def whole(source: SourceFile) -> Unit:
    """The whole file as one unit: the slow way, against which the fast one is tested."""
    return Unit(1, len(source.line_starts), None)


def _occurrences(text: str, word: str) -> Iterator[tuple[int, str]]:
    """Where a word stands in a text, not as a part of a longer one (`str.find`: 10 times faster than `re` here)."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        before, after = text[at - 1 : at], text[end : end + 1]
        inside = (word[0].isidentifier() and _continues(before)) or (word[-1].isidentifier() and _continues(after))
        if not inside:
            yield at, word
        at = text.find(word, end)


def _continues(character: str) -> bool:
    return character == "_" or character.isalnum()


def parse(source: SourceFile, outline: Outline, unit: Unit, trees: Trees | None = None) -> Region:
    """The tree of a unit, one of `trees` if there is one of its text.

    Raises `Unreadable` for the little that Python reads and libcst does not: `(x): int`.
    """
    first_line, last_line, owner = unit.first_line, unit.last_line, unit.owner
    starts = source.line_starts
    begin = starts[first_line - 1]
    is_last = (
        bool(outline.units) and last_line == outline.units[-1].last_line
    )  # comments at the end of the file are its
    end = starts[last_line] if last_line < len(starts) and not is_last else len(source.parsable)
    text = source.parsable[begin:end]
    if not text.endswith("\n"):
        text += "\n"
    in_class = owner is not None
    try:
        tree = _tree(text, in_class) if trees is None else trees.tree(text, in_class)
    except Unreadable as error:
        place = Position(max(first_line + error.position.line - 1, 1), error.position.column)
        raise Unreadable(error.reason, place) from error
    inside = [d for d in outline.definitions if first_line <= d.line <= last_line]
    return Region(tree, tuple(inside), owner, begin - (len(_CLASS_LINE) if in_class else 0))


def _tree(text: str, in_class: bool) -> Tree:
    """The tree of a text. Raises `Unreadable` with a place in the text."""
    import libcst as cst

    header = _CLASS_LINE if in_class else ""
    text, gaps = without_form_feeds(header + text)
    text += _LAST
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        place = Position(error.raw_line - bool(header), error.raw_column)
        raise Unreadable("valid Python that errlint's parser does not read", place) from error
    statements: tuple[cst.CSTNode, ...] = tuple(module.body[:-1])
    if in_class:
        wrapper = module.body[0]
        if isinstance(wrapper, cst.ClassDef):
            statements = tuple(wrapper.body.body)
    return Tree(module, statements, text, gaps)

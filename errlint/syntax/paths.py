"""The ways through a block of statements, and what happens on each.

Paths are not listed one by one: two that have the same effects and leave in the same way are one, so there are
never more than a handful. Three choices favour silence over false alarms: a loop is taken to run at least once,
a handler inside the block is taken to start after what its `try` did, and an expression that is only evaluated
on a condition (`a and report()`) is taken to be evaluated.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import libcst as cst

from errlint.syntax.handlers import TRIES, Try


class Effect(enum.Flag):
    """What a handler does with its error on a path."""

    NOTHING = 0
    REPORTS = enum.auto()
    TRACED = enum.auto()
    """A record that carries the traceback, be it a report or one below `warning`."""
    WATCHED = enum.auto()
    """The path comes by the node that was asked about."""
    USES = enum.auto()
    DECIDES = enum.auto()
    """A branch on the error itself, or on an option that says what to do with errors."""
    WHISPERS = enum.auto()
    """A record below `warning`, or a print: no report, but not silence either."""


ANSWERS = Effect.REPORTS | Effect.USES | Effect.DECIDES
"""Effects by which an error does not go unnoticed."""


class Exit(enum.Enum):
    """How a path leaves the block."""

    FALL = "goes on"
    RETURN = "returns"
    RAISE = "raises"
    BREAK = "breaks"
    CONTINUE = "continues"
    END = "ends the process"


@dataclass(frozen=True)
class Branch:
    """A fork whose one side answers an error and whose other side does not; `taken` is the silent side."""

    node: cst.CSTNode
    taken: bool


@dataclass(frozen=True)
class Path:
    """A way through: how it leaves, where (`None` past the last statement), and after what."""

    exit: Exit
    effects: Effect
    end: cst.CSTNode | None = None
    branch: Branch | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nobody hears of the error on this path."""
        return not self.effects & ANSWERS and self.exit not in (Exit.RAISE, Exit.END)


class Questions(Protocol):
    """What the walk must know about expressions; the answers depend on names and libraries."""

    def effects(self, node: cst.CSTNode) -> Effect:
        """What evaluating an expression or simple statement does."""

    def leaves(self, node: cst.CSTNode) -> Exit | None:
        """How a call that never returns leaves: `sys.exit()` ends the process, `reraise(...)` raises."""

    def suppresses(self, item: cst.WithItem) -> bool:
        """Whether a context manager swallows what its body raises."""

    def reraises(self, item: cst.WithItem) -> bool:
        """Whether a context manager raises the handled exception again when its body is done."""

    def is_option(self, test: cst.BaseExpression) -> bool:
        """Whether a condition asks what the caller wants of errors: `if not ignore_errors: raise`."""

    def catches_all(self, statement: Try) -> bool:
        """Whether the handlers of a `try` leave no `Exception` out."""


_Paths: TypeAlias = "dict[tuple[Exit, Effect], Path]"


def paths_of(statements: Sequence[cst.CSTNode], questions: Questions) -> tuple[Path, ...]:
    """The distinguishable ways through the statements of a block."""
    entry = Path(Exit.FALL, Effect.NOTHING)
    return tuple(_Walk(questions).block(statements, _merged([entry])).values())


def _merged(paths: Iterable[Path]) -> _Paths:
    merged: _Paths = {}
    for path in paths:
        merged.setdefault((path.exit, path.effects), path)
    return merged


def _split(paths: _Paths, *exits: Exit) -> tuple[list[Path], list[Path]]:
    chosen = [path for path in paths.values() if path.exit in exits]
    others = [path for path in paths.values() if path.exit not in exits]
    return chosen, others


def _falling(paths: Iterable[Path]) -> list[Path]:
    return [replace(path, exit=Exit.FALL, end=None) for path in paths]


class _Walk:
    def __init__(self, questions: Questions) -> None:
        self.questions = questions

    def block(self, statements: Iterable[cst.CSTNode], entry: _Paths) -> _Paths:
        paths = entry
        for statement in statements:
            live, done = _split(paths, Exit.FALL)
            if not live:
                return paths
            paths = _merged([*done, *self.statement(statement, live)])
        return paths

    def suite(self, suite: cst.BaseSuite, live: Iterable[Path]) -> _Paths:
        return self.block(suite.body, _merged(live))

    def after(self, node: cst.CSTNode, live: Iterable[Path]) -> list[Path]:
        effect = self.questions.effects(node)
        return [replace(path, effects=path.effects | effect) for path in live]

    def statement(self, node: cst.CSTNode, live: list[Path]) -> Iterable[Path]:
        if isinstance(node, cst.SimpleStatementLine):
            return self.block(node.body, _merged(live)).values()
        if isinstance(node, cst.BaseSmallStatement):
            return self.simple(node, live)
        if isinstance(node, cst.If):
            return self.fork(node, live)
        if isinstance(node, (cst.For, cst.While)):
            return self.loop(node, live)
        if isinstance(node, TRIES):
            return self.attempt(node, live)
        if isinstance(node, cst.With):
            return self.managed(node, live)
        if isinstance(node, cst.Match):
            return self.match(node, live)
        return self.after(node, live)

    def simple(self, node: cst.BaseSmallStatement, live: list[Path]) -> Iterable[Path]:
        live = self.after(node, live)
        left = _LEAVES.get(type(node))
        if left is None:
            left = self.questions.leaves(node)
        return live if left is None else [replace(path, exit=left, end=node) for path in live]

    def fork(self, node: cst.If, live: list[Path]) -> Iterable[Path]:
        live = self.after(node.test, live)
        taken = self.suite(node.body, live).values()
        if node.orelse is None:
            other: Iterable[Path] = live
        elif isinstance(node.orelse, cst.If):
            other = self.fork(node.orelse, live)
        else:
            other = self.suite(node.orelse.body, live).values()
        return _marked(node, list(taken), list(other), is_option=self.questions.is_option(node.test))

    def match(self, node: cst.Match, live: list[Path]) -> Iterable[Path]:
        live = self.after(node.subject, live)
        found: list[Path] = []
        complete = False
        for case in node.cases:
            entering = live if case.guard is None else self.after(case.guard, live)
            found.extend(self.suite(case.body, entering).values())
            wildcard = isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None
            complete = complete or (wildcard and case.guard is None)
        return found if complete else _marked(node, found, live, is_option=False)

    def loop(self, node: cst.For | cst.While, live: list[Path]) -> Iterable[Path]:
        live = self.after(node.test if isinstance(node, cst.While) else node.iter, live)
        through = self.suite(node.body, live)
        broken, rest = _split(through, Exit.BREAK)
        ended, left = _split(_merged(rest), Exit.FALL, Exit.CONTINUE)
        if isinstance(node, cst.While) and isinstance(node.test, cst.Name) and node.test.value == "True":
            return [*left, *_falling(broken)]
        finished: Iterable[Path] = _falling(ended)
        if node.orelse is not None:
            finished = self.suite(node.orelse.body, finished).values()
        return [*left, *_falling(broken), *finished]

    def attempt(self, node: Try, live: list[Path]) -> Iterable[Path]:
        tried = self.suite(node.body, live)
        failing = _falling(tried.values())
        if self.questions.catches_all(node):
            tried = _merged(_split(tried, Exit.RAISE)[1])
        found: list[Path] = []
        for handler in node.handlers:
            found.extend(self.suite(handler.body, failing).values())
        ended, left = _split(tried, Exit.FALL)
        if node.orelse is not None and ended:
            ended = list(self.suite(node.orelse.body, ended).values())
        found = [*ended, *left, *found]
        return found if node.finalbody is None else self.final(node.finalbody, found)

    def final(self, node: cst.Finally, paths: Iterable[Path]) -> Iterable[Path]:
        for path in _merged(paths).values():
            entry = replace(path, exit=Exit.FALL, end=None)
            for after in self.suite(node.body, [entry]).values():
                kept = after.exit is Exit.FALL
                yield replace(after, exit=path.exit, end=path.end) if kept else after

    def managed(self, node: cst.With, live: list[Path]) -> Iterable[Path]:
        for item in node.items:
            live = self.after(item, live)
        through = self.suite(node.body, live)
        if any(self.questions.reraises(item) for item in node.items):
            ended, left = _split(through, Exit.FALL)
            return [*left, *(replace(path, exit=Exit.RAISE, end=node) for path in ended)]
        if not any(self.questions.suppresses(item) for item in node.items):
            return through.values()
        raised, rest = _split(through, Exit.RAISE)
        return [*rest, *_falling(raised)]


_LEAVES: dict[type[cst.CSTNode], Exit] = {
    cst.Raise: Exit.RAISE,
    cst.Return: Exit.RETURN,
    cst.Break: Exit.BREAK,
    cst.Continue: Exit.CONTINUE,
}


def _marked(node: cst.CSTNode, taken: list[Path], other: list[Path], *, is_option: bool) -> list[Path]:
    """Both sides of a fork. Silent paths remember the fork where the other side answers the error, or goes on and may
    still do so; if the fork is the caller's choice, they are answered by it.
    """

    def mark(side: list[Path], against: list[Path], which: bool) -> list[Path]:
        answered = not any(path.is_silent for path in against)
        return [
            _remembering(path, Branch(node, which), is_option=is_option)
            if path.is_silent and (answered or path.exit is not Exit.FALL)
            else path
            for path in side
        ]

    return [*mark(taken, other, True), *mark(other, taken, False)]


def _remembering(path: Path, branch: Branch, *, is_option: bool) -> Path:
    effects = path.effects | Effect.DECIDES if is_option else path.effects
    return replace(path, effects=effects, branch=path.branch or branch)

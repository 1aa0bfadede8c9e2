"""A rule and what it is made of: its texts, its examples, its fixes, and the checks that find the fault."""

from __future__ import annotations

import ast
import re
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from string import Formatter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

import libcst as cst

from errlint.errors import RuleDefinitionError
from errlint.model import Applicability, Edit, Fix, Severity, Span
from errlint.settings import PRESETS
from errlint.source.editing import overlap
from errlint.source.file import Unreadable
from errlint.source.sieve import Sieve
from errlint.source.suppressions import Suppression

if TYPE_CHECKING:
    from errlint.rule.context import Context, FileContext
    from errlint.source.outline import Definition


@dataclass(frozen=True, slots=True)
class Family:
    """A hundred of codes with one subject: `ERR2xx` is `swallow`. Its folder under `rules` has its name."""

    name: str
    hundred: int
    severity: Severity


_CODES = r"(ERR\d{3}(?:, ERR\d{3})*)"
_MARK = re.compile(rf"[ \t]*# expect: {_CODES}[^\n]*")
_MARK_ABOVE = re.compile(rf"^[ \t]*# expect: {_CODES}[^\n]*\n([^\n]*)", re.MULTILINE)
"""A mark on a line of its own is about the line below."""
_FAMILIES = (
    Family("meta", 0, Severity.WARNING),
    Family("context", 1, Severity.WARNING),
    Family("swallow", 2, Severity.ERROR),
    Family("http", 3, Severity.WARNING),
    Family("report", 4, Severity.WARNING),
    Family("types", 5, Severity.WARNING),
    Family("flow", 6, Severity.WARNING),
)


def families() -> tuple[Family, ...]:
    """All families, in the order of their codes."""
    return _FAMILIES


@dataclass(frozen=True)
class Example:
    """A piece of code that is part of a rule's documentation and of its tests.

    `path` is where it is thought to stand: some rules judge tests, scripts and domain code differently. `settings` is
    a settings file in TOML, for rules that do nothing without one.
    """

    source: str
    path: str = "package/module.py"
    settings: str = field(default="", kw_only=True)

    @property
    def code(self) -> str:
        """The source without the indentation that it has in the rule's file."""
        return textwrap.dedent(self.source).strip("\n") + "\n"

    @property
    def shown(self) -> str:
        """The code for people: what a test expects of a line is an arrow to that line."""
        behind = _MARK_ABOVE.sub(r"\2  # <- \1", self.code)
        return _MARK.sub(r"  # <- \1", behind)


@dataclass(frozen=True)
class Bad(Example):
    """Code that the rule flags: each line marked `# expect: CODE`, and no other.

    `fixed` is what all fixes of the rule make of it, the unsafe ones too.
    """

    fixed: str | None = field(default=None, kw_only=True)

    @property
    def fixed_code(self) -> str | None:
        """`fixed` without the indentation that it has in the rule's file."""
        return None if self.fixed is None else Example(self.fixed).code


class Good(Example):
    """Code that the rule leaves alone, although it looks close to what it flags."""


@dataclass(frozen=True)
class Finding:
    """What a check yields: a place in the tree or the text, and what to say about it."""

    rule: Rule
    place: cst.CSTNode | Span
    message: str
    related: tuple[tuple[cst.CSTNode, str], ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True)
class Remedy(ABC):
    """A way to mend a rule's finding. `title` is a command that people read: `name the cause`."""

    title: str

    @property
    @abstractmethod
    def applicability(self) -> Applicability:
        """How freely it may be applied."""

    def by(self, *edits: Edit | None, keeps: Iterable[Span] = (), group: Span | None = None) -> Fix | None:
        """The fix made of some edits; none at all if one of them cannot be made.

        Raises `RuleDefinitionError` for edits that overlap, or that put different texts in at one place.
        """
        made = tuple(dict.fromkeys(edit for edit in edits if edit is not None))
        if not made or None in edits:
            return None
        for one, other in combinations(made, 2):
            if overlap(one.span, other.span):
                raise RuleDefinitionError(
                    f"'{self.title}': two edits of one fix at the same place, line {one.span.start.line}"
                )
        return Fix(self.title, self.applicability, made, tuple(keeps), group)


@dataclass(frozen=True)
class Safe(Remedy):
    """Keeps behaviour, apart from what the rule is about: the traceback's chain, the record."""

    @property
    def applicability(self) -> Applicability:
        """Applied with `--fix`."""
        return Applicability.SAFE


@dataclass(frozen=True)
class Unsafe(Remedy):
    """May change control flow or what callers see; `because` says how."""

    because: str = field(kw_only=True)

    @property
    def applicability(self) -> Applicability:
        """Applied with `--unsafe-fixes` only."""
        return Applicability.UNSAFE


Findings: TypeAlias = Iterator[Finding]
Check: TypeAlias = Callable[[Any, Any], Findings]
Question: TypeAlias = "Callable[[Definition, FileContext], bool]"
N = TypeVar("N", bound=cst.CSTNode)
M = TypeVar("M", bound=cst.CSTNode)
F = TypeVar("F", Suppression, Unreadable)
A = TypeVar("A", bound=ast.AST)


@dataclass(frozen=True, eq=False)
class Rule:
    """One fault, described once: what it is, why it matters, how it looks, and the checks that find it."""

    code: str
    name: str
    since: str
    summary: str
    message: str
    """A template on one line: what is wrong, then what to do; `{placeholders}` are filled by `at`."""
    why: str
    help: str
    """What to do, in a few words, for the line under a finding."""
    bad: tuple[Bad, ...]
    good: tuple[Good, ...]
    preset: str | None = "recommended"
    """The smallest preset that holds the rule; `None` for rules that are only selected by name."""
    words: tuple[str, ...] = ()
    """Words without which a piece of code cannot break the rule: the others are not even parsed."""
    regions: Question | None = None
    """A question about a definition, for rules that must see some of them whole: `regions=is_exception_class`."""
    fixes: tuple[Remedy, ...] = ()
    """What the rule can do about its findings; one finding is offered one of them, or none."""
    same_as: tuple[str, ...] = ()
    """Codes that mean the same in other tools: their ignore comments silence this rule too."""
    cwe: tuple[int, ...] = ()
    """The weaknesses of MITRE's catalogue that the rule finds; only where they mean the very same."""
    in_tests: bool = False
    """Whether the rule makes sense in tests."""
    applies_to: Callable[[FileContext], bool] | None = None
    """A question about the file, where the rule is about some files only; the others are not offered to it."""
    severity: Severity | None = None
    """Set where a rule weighs more or less than its family."""
    settings: tuple[str, ...] = ()
    """The settings that change what the rule does."""
    supersedes: tuple[str, ...] = ()
    """Rules that keep quiet where this one has a finding at the same place: one fault, one finding."""
    checks: list[tuple[type, Check]] = field(default_factory=list)
    sieves: dict[type[ast.AST], Sieve] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (self.code.startswith("ERR") and len(self.code) == 6 and self.code[3:].isdigit()):
            raise RuleDefinitionError(f"{self.code} is not a code of the form ERR123")
        if self.preset is not None and self.preset not in PRESETS:
            raise RuleDefinitionError(f"{self.code}: '{self.preset}' is not a preset")

    @property
    def family(self) -> Family:
        """The family that the code belongs to."""
        hundred = min(int(self.code[3]), 6)
        return next(family for family in _FAMILIES if family.hundred == hundred)

    @property
    def placeholders(self) -> frozenset[str]:
        """The names that the message must be given."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.message) if name)

    @overload
    def on(self, kind: type[F], /) -> Callable[[Callable[[F, FileContext], Findings]], Check]: ...
    @overload
    def on(self, kind: type[N], /) -> Callable[[Callable[[N, Context], Findings]], Check]: ...
    @overload
    def on(self, kind: type[N], other: type[M], /) -> Callable[[Callable[[N | M, Context], Findings]], Check]: ...
    def on(self, *kinds: type) -> Callable[[Check], Check]:
        """Run a check on every node of some kinds, or on every suppression or unreadable file."""

        for kind in kinds:
            if issubclass(kind, cst.CSTNode) and not self.words and self.regions is None:
                raise RuleDefinitionError(
                    f"{self.code}: a rule about code names the words that such code must hold, or its `regions`"
                )

        def register(check: Check) -> Check:
            self.checks.extend((kind, check) for kind in kinds)
            return check

        return register

    def sieve(self, kind: type[A], /) -> Callable[[Callable[[A, bool], bool]], Callable[[A, bool], bool]]:
        """Say in terms of `ast` which statements or handlers the checks could flag at all (see `source.sieve`).

        Code without any is never read by libcst, which takes most of a run. A rule without sieves is offered all
        code that holds its words.
        """

        if not issubclass(kind, (ast.stmt, ast.ExceptHandler)):
            raise RuleDefinitionError(f"{self.code}: a sieve is asked about statements, not {kind.__name__}")

        def register(sieve: Callable[[A, bool], bool]) -> Callable[[A, bool], bool]:
            self.sieves[kind] = sieve  # type: ignore[assignment] # asked only about nodes of that kind
            return sieve

        return register

    def at(
        self,
        place: cst.CSTNode | Span,
        related: tuple[tuple[cst.CSTNode, str], ...] = (),
        fix: Fix | None = None,
        **values: str,
    ) -> Finding:
        """A finding of this rule. A handler or definition is shown by its header or name, not with its body."""
        return Finding(self, place, self.message.format(**values), related, fix)

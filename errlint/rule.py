"""All that the author of a rule imports: `Rule`, its examples, and the `Context` that answers questions.

A check is a plain function `(node, ctx) -> findings`. It keeps nothing between calls and reads nothing but its
arguments, so that it can run in a process of its own, on another machine, or in an editor.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from string import Formatter
from typing import Any, TypeAlias, TypeVar, overload

import libcst as cst

from errlint.errors import RuleDefinitionError
from errlint.knowledge import Knowledge, Level, knowledge_of
from errlint.model import Position, Severity, Span
from errlint.semantics.exceptions import FAILURE_NAMES, Exceptions
from errlint.semantics.excuses import Excuses
from errlint.semantics.handlers import HandlerReader
from errlint.semantics.modules import ModuleKind, is_web_layer, kind_of
from errlint.semantics.names import Names
from errlint.semantics.reporters import Report, Reporters, speaks_of_errors
from errlint.settings import PRESETS, Settings
from errlint.source.file import SourceFile, Unreadable
from errlint.source.outline import Definition, Function, Outline
from errlint.source.outline.from_cst import path
from errlint.source.regions import Region
from errlint.source.sieve import Sieve
from errlint.source.suppressions import Origin, Suppression
from errlint.syntax.enclosing import Enclosing
from errlint.syntax.handlers import HANDLERS, Handler
from errlint.syntax.texts import code

__all__ = [
    "FAILURE_NAMES",
    "Bad",
    "Context",
    "Family",
    "FileContext",
    "Finding",
    "Findings",
    "Good",
    "Handler",
    "Level",
    "Origin",
    "Position",
    "Rule",
    "Severity",
    "Span",
    "Suppression",
    "Unreadable",
    "families",
]


@dataclass(frozen=True, slots=True)
class Family:
    """A hundred of codes with one subject: `ERR2xx` is `swallow`. Its folder under `rules` has its name."""

    name: str
    hundred: int
    severity: Severity


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

    `path` is where it is thought to stand: some rules judge tests, scripts and domain code differently.
    """

    source: str
    path: str = "package/module.py"

    @property
    def code(self) -> str:
        """The source without the indentation that it has in the rule's file."""
        return textwrap.dedent(self.source).strip("\n") + "\n"


class Bad(Example):
    """Code that the rule flags: each line marked `# expect: CODE`, and no other."""


class Good(Example):
    """Code that the rule leaves alone, although it looks close to what it flags."""


@dataclass(frozen=True)
class Finding:
    """What a check yields: a place in the tree or the text, and what to say about it."""

    rule: Rule
    place: cst.CSTNode | Span
    message: str
    related: tuple[tuple[cst.CSTNode, str], ...] = ()


Findings: TypeAlias = Iterator[Finding]
Check: TypeAlias = Callable[[Any, Any], Findings]
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
    same_as: tuple[str, ...] = ()
    """Codes that mean the same in other tools: their ignore comments silence this rule too."""
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
            if issubclass(kind, cst.CSTNode) and not self.words:
                raise RuleDefinitionError(f"{self.code}: a rule about code names the words that such code must hold")

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
        self, place: cst.CSTNode | Span, related: tuple[tuple[cst.CSTNode, str], ...] = (), **values: str
    ) -> Finding:
        """A finding of this rule. A handler or definition is shown by its header or name, not with its body."""
        return Finding(self, place, self.message.format(**values), related)


def _prefixes(name: str) -> Iterator[str]:
    """A dotted name, the modules that hold it, and each as `from module import *` names it."""
    while name:
        yield name
        name = name.rpartition(".")[0]
        yield f"{name}.*"


@dataclass(frozen=True)
class FileContext:
    """What can be known about the file that is checked. Facts are computed when they are first asked for."""

    source: SourceFile
    place: PurePosixPath
    """The path below the project root."""
    settings: Settings
    outline: Outline
    known_rules: Mapping[str, str]
    """The codes and names of all rules, each with the code that it stands for."""

    @cached_property
    def knowledge(self) -> Knowledge:
        """What is known about the libraries that the file imports."""
        return knowledge_of(self.outline.packages)

    def imports_one_of(self, names: frozenset[str]) -> bool:
        """Whether the file imports one of some dotted names, or a module that holds one."""
        prefixes = {prefix for name in names for prefix in _prefixes(name)}
        return not prefixes.isdisjoint(self.outline.imported)

    @cached_property
    def names(self) -> Names:
        """What the file's names mean."""
        parts = list(self.place.with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        if is_package:
            parts.pop()
        if parts and parts[0] == "src":
            parts = parts[1:]
        return Names(self.outline, ".".join(parts) or "__main__", is_package)

    @cached_property
    def exceptions(self) -> Exceptions:
        """The exception classes that the file can name."""
        return Exceptions(self.names, self.outline)

    @cached_property
    def kind(self) -> ModuleKind:
        """Whether the file is a script, a command-line tool, domain code."""
        return kind_of(self.place, self.source.text, self.outline, self.names, self.knowledge, self.settings)

    @cached_property
    def reporters(self) -> Reporters:
        """The reporters that the file can call."""
        return Reporters(
            self.names,
            self.outline,
            self.knowledge,
            self.settings.reporters,
            prints_are_reports=self.kind.speaks_to_a_person,
        )


class Context:
    """What a check may ask about a node: the cheap questions first, the ones about types last."""

    def __init__(self, file: FileContext, region: Region) -> None:
        self.file = file
        self.around = Enclosing(region.statements, region.definitions, region.owner)
        self._handlers = HandlerReader(self.around, file.names, file.exceptions, file.reporters)

    @cached_property
    def excuses(self) -> Excuses:
        """Why a handler that says nothing may be ordinary Python."""
        return Excuses(self.around, self._handlers, self.exceptions, self.file.outline, self.settings)

    @property
    def handlers(self) -> HandlerReader:
        """What the handlers of the region catch and do, path by path."""
        return self._handlers

    @property
    def settings(self) -> Settings:
        """The settings that hold for the file."""
        return self.file.settings

    @property
    def exceptions(self) -> Exceptions:
        """Questions about exception classes, by dotted name (see `resolve`)."""
        return self.file.exceptions

    def handler_of(self, node: cst.CSTNode) -> Handler | None:
        """The innermost handler of the same function whose body holds the node."""
        return self.around.handler(node)

    def function_of(self, node: cst.CSTNode) -> Function | None:
        """The function that the node runs in, as the outline has it."""
        return self.around.function(node)

    def scope_of(self, node: cst.CSTNode) -> Definition | None:
        """The function or class whose names the node sees first; `None` is the module."""
        return self.around.scope(node)

    def resolve(self, node: cst.CSTNode) -> str | None:
        """The dotted name that an expression surely stands for."""
        return self.file.names.resolve(path(node), self.around.scope(node))

    def resolve_callee(self, node: cst.Call) -> str | None:
        """The dotted name of what is called, as the knowledge tables have it: `logging.Logger.error`."""
        callee = path(node.func)
        return None if callee is None else self.file.reporters.resolved(callee, self.around.scope(node))

    def report(self, node: cst.Call) -> Report | None:
        """What a call tells an operator, if it tells anything."""
        return self._handlers.report(node)

    def code(self, node: cst.CSTNode) -> str:
        """The code of a node for a message: on one line, and cut."""
        return code(node)

    def header(self, handler: Handler) -> str:
        """The header of a handler for a message: `except (OSError, ValueError)`."""
        star = "*" if isinstance(handler, cst.ExceptStarHandler) else ""
        return f"except{star}" + (f" {code(handler.type)}" if handler.type is not None else ":")

    def is_web_layer(self, node: cst.CSTNode) -> bool:
        """Whether a node is in a function that speaks HTTP: a route, a middleware, one that takes the request."""
        return is_web_layer(self.function_of(node), self.file.names, self.file.knowledge)

    def may_handle_exception(self, node: cst.CSTNode) -> bool:
        """Whether code may run while an exception is handled: in a handler or a `finally`, in a function that the
        file calls from a handler, in one that is given an exception, or in one whose name says so.
        """
        for around in self.around.ancestors(node):
            if isinstance(around, (*HANDLERS, cst.Finally, cst.Lambda)):
                return True
            if isinstance(around, cst.If) and _AMBIENT.search(code(around.test)):
                return True
        scope = self.around.scope(node)
        while scope is not None:
            if isinstance(scope, Function) and self._may_be_called_in_handler(scope):
                return True
            scope = scope.parent
        return False

    def _may_be_called_in_handler(self, function: Function) -> bool:
        if function.name in ("__exit__", "__aexit__") or function.name in self.file.outline.calls_in_handlers:
            return True
        says_so = speaks_of_errors(function.name) or "handler" in function.name or "callback" in function.name
        return says_so or any(
            parameter.name in _EXCEPTION_PARAMETERS or speaks_of_errors(parameter.annotation or "")
            for parameter in function.parameters
        )


_AMBIENT = re.compile(r"\bexc_info\b|\bsys\.exception\(")
"""A test of whether an exception is being handled: `if sys.exc_info()[0] is not None:`."""

_EXCEPTION_PARAMETERS = frozenset(
    {
        *("e", "ex", "exc", "err", "error", "exception", "failure", "exc_info", "exc_type", "exc_value", "exc_val"),
        *("exc_tb", "tb", "traceback", "einfo", "reason", "cause"),
    }
)

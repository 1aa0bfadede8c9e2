"""What a proof is: a rule, a claim, programs that show it, and what is wrong with a proof that does not hold."""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules

from tests import marked
from tests.proofs import rules
from tests.proofs.outcome import Detail, Outcome
from tests.proofs.running import Runner
from tests.proofs.stage import measure


def dedent(text: str) -> str:
    """A text as it would stand in a file."""
    return textwrap.dedent(text).strip("\n") + "\n" * bool(text)


@dataclass(frozen=True)
class Program:
    """A program, and what is to come out of it when it is run: an outcome in words."""

    text: str
    shows: str

    @property
    def code(self) -> str:
        """The text as it would stand in a file."""
        return dedent(self.text)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a rule claims, shown by programs that are run.

    The fault must come out of the bad program, and neither of the good one nor of the fixed one, which is what errlint
    makes of the bad one. errlint must find the bad program, and leave the others alone.
    """

    rule: str
    """The code of the rule."""
    claim: str
    """What goes wrong: a sentence without a full stop."""
    fault: Callable[[Outcome], bool]
    """Whether it went wrong."""
    run: Runner
    bad: Program
    good: Program
    caller: str = ""
    """A module that imports `program`, and is run in its place: for code that errlint is not to see beside it."""
    fixed: str | None = None
    """What is to come out of the fixed program, if the rule can fix the bad one."""
    mends: bool = True
    """Whether the fix takes the fault away; if not, it takes away what had no effect, and all comes out as before."""
    details: tuple[Detail, ...] = ()
    """What outcomes tell besides what they always do."""
    path: str = "shop/orders.py"
    """Where the programs are thought to stand."""
    settings: str = ""
    """What the settings say, in TOML."""

    @property
    def inverted(self) -> Proof:
        """The opposite claim: what is called bad is good."""
        return replace(self, bad=self.good, good=self.bad)

    @cached_property
    def programs(self) -> dict[str, Program]:
        """The programs by what they are called."""
        programs = {"bad": self.bad, "good": self.good}
        if self.fixed is not None:
            programs["fixed"] = Program(self._mended, self.fixed)
        return programs

    @property
    def libraries(self) -> list[str]:
        """The packages that are imported to run the programs, beside the standard library."""
        codes = (self.bad.code, self.good.code, dedent(self.caller))
        return sorted({*self.run.libraries, *(name for code in codes for name in _imports(code))} - {"program"})

    def outcome(self, name: str) -> Outcome:
        """What comes out of a program."""
        return measure(self.run, self.programs[name].code, dedent(self.caller))

    def shown(self, name: str) -> str:
        """The outcome of a program in words."""
        return self.outcome(name).words(*self.details)

    def faults_of_measurement(self) -> Iterator[str]:
        """Where the outcomes are not as claimed."""
        for name, program in self.programs.items():
            faulty = name == "bad" or (name == "fixed" and not self.mends)
            if self.fault(self.outcome(name)) is not faulty:
                yield f"{name}: the fault is {'not ' if faulty else ''}there: {self.shown(name)}"
            if self.shown(name) != program.shows:
                yield f"{name}: came out as {self.shown(name)!r}, not as {program.shows!r}"

    def faults_of_finding(self) -> Iterator[str]:
        """Where errlint does not find what it should, or finds more."""
        for name, program in self.programs.items():
            found = marked.findings(program.code, self.path, select=[self.rule], **marked.read_toml(self.settings))
            if bool(found) is not (name == "bad"):
                yield f"{name}: {[f'{f.span.start.line}: {f.message}' for f in found] or 'nothing found'}"
        if (self.fixed is None) is not (self._mended == self.bad.code):
            yield f"fixed: errlint mends the bad program {'not' if self.fixed else 'so'}:\n{self._mended}"

    @cached_property
    def _mended(self) -> str:
        settings = marked.read_toml(self.settings)
        return marked.fixed(self.bad.code, self.path, only=self.rule, **settings).data.decode()  # type: ignore[arg-type]


def all_proofs() -> list[Proof]:
    """The proofs of all modules in `rules`, by the code of the rule."""
    modules = [import_module(f"{rules.__name__}.{found.name}") for found in iter_modules(rules.__path__)]
    return sorted((proof for module in modules for proof in module.proofs), key=lambda proof: proof.rule)


def _imports(code: str) -> set[str]:
    """The packages that a program imports, beside the standard library."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names

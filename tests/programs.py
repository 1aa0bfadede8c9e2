"""Random programs made of what errlint is about: `try`, handlers, raises, and the ways in which people lay them out.

A program defines `run()`, which calls `act(n)` at every step. `outcome` runs it with a plan of which steps fail, and
tells what happened: the steps in their order, and how `run` ended.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

TYPES = ("ValueError", "KeyError", "LookupError", "OSError", "ConnectionError", "Exception", "BaseException", "Failure")
NAMES = ("e", "err", "error")


class Failure(Exception):
    """An error of the programs' own."""


@dataclass
class _Writer:
    """Draws the lines of one program."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    indent: str
    logs: bool
    """Whether the program has a logger that its handlers call."""
    steps: int = 0
    names: list[str] = field(default_factory=list)
    """What enclosing handlers bind."""
    loops: int = 0
    handlers: int = 0

    def choose(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def likely(self, times: int = 1) -> bool:
        return bool(self.draw(st.integers(0, times)) != times)

    def step(self) -> str:
        self.steps += 1
        return f"act({self.steps})"

    def block(self, depth: int) -> list[str]:
        lines: list[str] = []
        for _ in range(self.draw(st.integers(1, 3))):
            lines += self.statement(depth)
        return lines

    def statement(self, depth: int) -> list[str]:
        kinds = ["simple"] * 4 + ["raise"] * 2 + (["try"] * 6 + ["if", "for", "with", "def", "match"] if depth else [])
        kind = self.choose(*kinds)
        written: list[str] = getattr(self, f"_{kind}")(depth)
        if not self.likely(8):
            written.insert(0, f"# before {self.steps}")
        return written

    def suite(self, header: str, depth: int, *, simple: str | None = None) -> list[str]:
        """A header and its block, now and then on one line, now and then with comments."""
        if simple is not None and not self.likely(3):
            return [f"{header} {simple}"]
        comment = "" if self.likely(6) else f"  # header {self.steps}"
        lines = [simple] if simple is not None else self.block(depth)
        if not self.likely(8):
            lines.append(f"# last {self.steps}")
        return [header + comment, *(f"{self.indent}{line}" if line else line for line in lines)]

    def _simple(self, depth: int) -> list[str]:
        options = [self.step(), f"value = {self.step()}", f"act({self.steps}); {self.step()}", "pass", '"text"']
        options += [f"return {self.steps}", f"{self.choose(*NAMES)} = {self.step()}"]
        options += [f"act(repr({name}))" for name in self.names[-1:]]
        options += [f"act(f'{{{name}!r}}')" for name in self.names[-1:]]
        options += [f"later.append(lambda: {name})" for name in self.names[-1:]]
        options += [f"del {name}" for name in self.names[-1:]]
        options += ["continue", "break"] if self.loops else []
        if self.logs and self.handlers:
            options += ['log.error("it failed")', 'log.critical("it failed")', 'log.exception("it failed")']
            for name in self.names[-1:]:
                options += [f'log.error("it failed: %s", {name})', f'log.exception("it failed: %s", {name})'] * 2
                options += [f"log.exception(f'it failed: {{{name}}}')", f'log.exception("%s failed: %s", 1, {name})']
        line = str(self.choose(*options))
        return [line if self.likely(6) else f"{line}  # behind {self.steps}"]

    def _raise(self, depth: int) -> list[str]:
        kind = self.choose(*TYPES)
        text = f'"{self.step()}"'
        options = [
            [f"raise {kind}({text})"],
            [f"raise {kind}"],
            [f"raise ({kind}({text}))"],
            [f"raise {kind}({text}) from None"],
            [f"raise {kind}(", f"    {text},  # why", ")"],
            [f"raise {kind}( \\", f"    {text})"],
            [f"{self.step()}; raise {kind}({text}); {self.step()}"],
            [f'raise {kind}("""one', 'two""")'],
            [f"raise {kind}({text}) if {self.step()} else {kind}()"],
        ]
        for name in self.names[-1:]:
            options += [[f"raise {name}"], [f"raise {kind}(f'{{{name}}}')"], [f"raise {kind}({name})"]] * 2
        if self.handlers:
            options += [["raise"]] * 3
        lines: list[str] = list(self.choose(*options))
        if not self.likely(6):
            lines[-1] += "# end" if self.likely() else "  # end"
        return lines

    def _try(self, depth: int) -> list[str]:
        lines = self.suite("try:", depth - 1, simple=None if self.likely() else f"value = {self.step()}")
        for _ in range(self.draw(st.integers(1, 2))):
            lines += self._handler(depth)
        if not self.likely(3):
            lines += self._bare(depth)
        if not self.likely(4):
            lines += self.suite("else:", depth - 1)
        if not self.likely(4):
            lines += self.suite("finally:", depth - 1, simple=self.step())
        return lines

    def _handler(self, depth: int) -> list[str]:
        kind = self.choose(*TYPES, "(ValueError, OSError)", "(KeyError)", "(\n    OSError,\n)".replace("\n    ", " "))
        name = self.choose(None, None, *NAMES)
        header = f"except {kind} as {name}:" if name else f"except {kind}:"
        self.handlers += 1
        outer = self.names
        self.names = [*outer, name] if name else outer
        simple = self.choose(None, None, "pass", "raise", *(["raise " + name] * 2 if name else []))
        lines = self.suite(header, depth - 1, simple=simple)
        self.names = outer
        self.handlers -= 1
        return lines

    def _bare(self, depth: int) -> list[str]:
        self.handlers += 1
        lines = self.suite("except:", depth - 1, simple=self.choose(None, None, "raise", "pass"))
        self.handlers -= 1
        return lines

    def _if(self, depth: int) -> list[str]:
        lines = self.suite(f"if {self.step()}:", depth - 1)
        return lines if self.likely() else [*lines, *self.suite("else:", depth - 1)]

    def _for(self, depth: int) -> list[str]:
        self.loops += 1
        lines = self.suite("for turn in (1, 2):", depth - 1)
        self.loops -= 1
        return lines

    def _with(self, depth: int) -> list[str]:
        return self.suite(f"with manager({self.steps}) as managed:", depth - 1)

    def _def(self, depth: int) -> list[str]:
        loops, handlers, self.loops, self.handlers = self.loops, self.handlers, 0, 0
        lines = self.suite(f"def inner{self.steps}():", depth - 1)
        self.loops, self.handlers = loops, handlers
        return [*lines, f"{lines[0][4 : lines[0].index('(')]}()"]

    def _match(self, depth: int) -> list[str]:
        return [f"match {self.step()}:", *(f"{self.indent}{line}" for line in self.suite("case _:", depth - 1))]


_HEADERS = (
    "",
    '"""A program."""\n',
    "#!/usr/bin/env python3\n# a licence\n",
    "'A program.'\nfrom __future__ import annotations\nimport os\n\nif os.name == 'x':\n    import nt\n\n",
    "from contextlib import suppress\n",
)


@st.composite
def programs(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    """The source of a program that compiles."""
    logs = draw(st.booleans())
    writer = _Writer(draw, draw(st.sampled_from(["    ", "  ", "\t"])), logs)
    lines = [f"{writer.indent}{line}" for line in writer.block(3)]
    header = "import logging as lg\nlog = lg.getLogger(__name__)\n" if logs else draw(st.sampled_from(_HEADERS))
    end = draw(st.sampled_from(["\n", "\n", ""]))
    text = header + "def run():\n" + "\n".join(lines) + end
    return textwrap.dedent(text) if text.startswith((" ", "\t")) else text


def outcome(code: bytes, plan: tuple[str | None, ...]) -> tuple[list[object], str]:
    """The steps that a program took and how it ended, where step `n` fails as the plan's turn says."""
    steps: list[object] = []

    def act(step: object) -> int:
        steps.append(step)
        kind = plan[step % len(plan)] if isinstance(step, int) else None
        if kind is not None:
            raise namespace[kind]("planned", step)
        return len(steps) % 2

    @contextmanager
    def manager(step: int) -> Any:
        steps.append(("enter", step))
        try:
            yield step
        finally:
            steps.append(("exit", step))

    kinds = {kind.__name__: kind for kind in (ValueError, KeyError, LookupError, OSError, ConnectionError)}
    namespace: dict[str, Any] = {
        **kinds,
        "Exception": Exception,
        "BaseException": BaseException,
        "Failure": Failure,
        "KeyboardInterrupt": KeyboardInterrupt,
        "act": act,
        "manager": manager,
        "later": [],
        "__name__": "program",
    }
    exec(compile(code, "program.py", "exec", dont_inherit=True), namespace)
    try:
        ended = repr(namespace["run"]())
    except BaseException as error:
        ended = f"{type(error).__name__}{error.args}"
    return steps, ended

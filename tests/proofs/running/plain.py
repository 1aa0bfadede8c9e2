"""Plain programs: an expression is evaluated, or the program is run as a script."""

from __future__ import annotations

import asyncio
import inspect
import runpy
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar

from tests.proofs.outcome import Outcome, story


@dataclass(frozen=True)
class Call:
    """Evaluates an expression with the names of the program, and awaits what can be awaited."""

    expression: str

    libraries: ClassVar[tuple[str, ...]] = ()
    warm: ClassVar[tuple[str, ...]] = ("asyncio",)

    def __str__(self) -> str:
        return f"`{self.expression}`"

    def __call__(self, module: str) -> Outcome:
        program = import_module(module)
        try:
            result = eval(self.expression, vars(program))
            if inspect.iscoroutine(result):
                result = asyncio.run(result)
        except BaseException as error:
            return Outcome(raised=story(error))
        return Outcome(result=repr(result))


@dataclass(frozen=True)
class Script:
    """Runs the program under `__main__` with arguments, and ends as the interpreter does."""

    arguments: tuple[str, ...] = ()

    libraries: ClassVar[tuple[str, ...]] = ()
    warm: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return " ".join(("`python program.py", *self.arguments)) + "`"

    def __call__(self, module: str) -> Outcome:
        sys.argv = ["program.py", *self.arguments]
        try:
            runpy.run_path(f"{sys.path[0]}/{module}.py", run_name="__main__")
        except SystemExit as ended:
            if isinstance(ended.code, str):
                sys.stderr.write(f"{ended.code}\n")
            return Outcome(exit_code=ended.code if isinstance(ended.code, int) else int(ended.code is not None))
        except BaseException:
            sys.excepthook(*sys.exc_info())
            return Outcome(exit_code=1)
        return Outcome(exit_code=0)

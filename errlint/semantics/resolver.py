"""The classes of installed modules, read by astroid, never imported. The only module that imports astroid.

astroid keeps what it has read in one place for the whole process, and finds modules by `sys.path`; a `Resolver` owns
both while it answers.
"""

from __future__ import annotations

import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from errlint.semantics.environment import Environment

if TYPE_CHECKING:
    from astroid import nodes

SECONDS_FOR_A_QUESTION = 2.0
"""After this much of the processor's time nothing more is read for one question: on a busy machine the answers are the
same. A module that is being read is read to its end; astroid reads 10 000 to 19 000 lines a second."""


class OutOfTimeError(Exception):
    """A question has used up its time."""


class Resolver:
    """What is known of the classes of one environment. Only one may be in use at a time."""

    def __init__(self, environment: Environment, seconds: float = SECONDS_FOR_A_QUESTION) -> None:
        self._environment = environment
        self._seconds = seconds
        self._deadline = 0.0
        self._known: dict[str, tuple[str, ...] | None] = {}
        self._defined: dict[str, str] = {}

    def ancestors(self, name: str) -> tuple[str, ...] | None:
        """The dotted names of a class and of all that it derives from; `None` if that cannot be told."""
        if name not in self._known:
            self._known[name] = self._ancestors(name) if self._is_installed(name) else None
        return self._known[name]

    def definition(self, name: str) -> str:
        """The dotted name by which a class is defined, if that can be told: packages import from their modules."""
        return name if self.ancestors(name) is None else self._defined[name]

    def _is_installed(self, name: str) -> bool:
        module, _, attribute = name.rpartition(".")
        package = module.partition(".")[0]
        if not attribute.isidentifier() or "(" in module or "[" in module:
            return False
        return package in sys.stdlib_module_names or (bool(package) and self._environment.holds(package))

    def _ancestors(self, name: str) -> tuple[str, ...] | None:
        import astroid

        with self._in_environment():
            try:
                found = self._class(name)
                lineage = None if found is None else found.mro()
            except (astroid.AstroidError, OutOfTimeError, RecursionError):
                return None
        if lineage is None:
            return None
        names = [part.qname() for part in lineage]
        self._defined[name] = names[0]
        return tuple(dict.fromkeys([name, *names]))

    def _class(self, name: str) -> nodes.ClassDef | None:
        """The class that a name stands for, if it is a class always: `dbm.error` is made a tuple further down."""
        import astroid

        module, _, attribute = name.rpartition(".")
        values = list(astroid.MANAGER.ast_from_module_name(module).igetattr(attribute))
        are_classes = all(isinstance(each, (astroid.nodes.ClassDef, astroid.util.UninferableBase)) for each in values)
        classes = (each for each in values if isinstance(each, astroid.nodes.ClassDef))
        return next(classes, None) if are_classes else None

    @contextmanager
    def _in_environment(self) -> Iterator[None]:
        """`sys.path` as code in the environment has it."""
        self._take_over()
        self._deadline = time.thread_time() + self._seconds
        standard = Path(sysconfig.get_path("stdlib"))
        before = sys.path
        sys.path = [str(folder) for folder in (standard, standard / "lib-dynload", *self._environment.packages)]
        try:
            yield
        finally:
            sys.path = before

    def _take_over(self) -> None:
        """Make astroid forget what it read for another resolver."""
        global _in_use  # noqa: PLW0603 # astroid has one memory in a process, and this says whose it is
        if _in_use is self:
            return
        import astroid

        astroid.MANAGER.clear_cache()
        astroid.MANAGER.register_transform(astroid.nodes.Module, self._keep_to_time)
        _in_use = self

    def _keep_to_time(self, module: nodes.Module) -> None:
        """astroid hands over every module that it has read."""
        if time.thread_time() > self._deadline:
            raise OutOfTimeError(module.name)


_in_use: Resolver | None = None

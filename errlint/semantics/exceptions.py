"""Does one exception class derive from another? Builtins from a table, the classes of the project by the outlines of
its files, libraries by the knowledge tables, the rest by astroid. What cannot be told is `MAYBE`: neither yes nor no.
"""

from __future__ import annotations

import builtins
import enum
from collections.abc import Callable, Iterable
from functools import cache

from errlint.knowledge import knowledge_of, library_of
from errlint.semantics.names import Elsewhere, Found
from errlint.semantics.pyproject import Version, version_of
from errlint.semantics.resolver import Resolver
from errlint.source.outline import Class, last_part

_TREE = """
BaseException
  BaseExceptionGroup
  GeneratorExit
  KeyboardInterrupt
  SystemExit
  Exception
    ExceptionGroup
    ArithmeticError
      FloatingPointError
      OverflowError
      ZeroDivisionError
    AssertionError
    AttributeError
    BufferError
    EOFError
    ImportError
      ModuleNotFoundError
    LookupError
      IndexError
      KeyError
    MemoryError
    NameError
      UnboundLocalError
    OSError
      BlockingIOError
      ChildProcessError
      ConnectionError
        BrokenPipeError
        ConnectionAbortedError
        ConnectionRefusedError
        ConnectionResetError
      FileExistsError
      FileNotFoundError
      InterruptedError
      IsADirectoryError
      NotADirectoryError
      PermissionError
      ProcessLookupError
      TimeoutError
    ReferenceError
    RuntimeError
      NotImplementedError
      PythonFinalizationError
      RecursionError
    StopAsyncIteration
    StopIteration
    SyntaxError
      IndentationError
        TabError
    SystemError
    TypeError
    ValueError
      UnicodeError
        UnicodeDecodeError
        UnicodeEncodeError
        UnicodeTranslateError
    Warning
      BytesWarning
      DeprecationWarning
      EncodingWarning
      FutureWarning
      ImportWarning
      PendingDeprecationWarning
      ResourceWarning
      RuntimeWarning
      SyntaxWarning
      UnicodeWarning
      UserWarning
"""
"""The builtin exceptions of Python 3.10 to 3.14 (docs.python.org/3/library/exceptions.html); a test compares."""


class Answer(enum.Enum):
    """The answer to a question about types."""

    YES = "surely"
    NO = "surely not"
    MAYBE = "not known"


def _builtin_lineages() -> dict[str, tuple[str, ...]]:
    lineages: dict[str, tuple[str, ...]] = {}
    stack: list[str] = []
    for line in _TREE.split("\n"):
        if not line.strip():
            continue
        depth = (len(line) - len(line.lstrip())) // 2
        stack = [*stack[:depth], f"builtins.{line.strip()}"]
        lineages[stack[-1]] = tuple(reversed(stack))
    both = lineages["builtins.ExceptionGroup"]
    lineages["builtins.ExceptionGroup"] = (both[0], "builtins.BaseExceptionGroup", *both[1:])
    return lineages


_BUILTIN = _builtin_lineages()


def _other_builtin(name: str) -> tuple[str, ...] | None:
    """What a builtin class that is no exception derives from; the Python that runs errlint knows it."""
    kind = getattr(builtins, name, None)
    return tuple(f"builtins.{each.__name__}" for each in kind.__mro__) if isinstance(kind, type) else None


FAILED_OPERATIONS = (
    *("builtins.OSError", "builtins.RuntimeError", "builtins.MemoryError", "builtins.BufferError"),
    *("builtins.SystemError", "subprocess.SubprocessError", "http.client.HTTPException", "ftplib.Error"),
    *("sqlite3.Error", "xml.parsers.expat.ExpatError", "zlib.error", "pickle.PickleError"),
)
"""Narrow types that say that an operation failed. The others (`ValueError`, `LookupError`, ...) say that a value is
not of the expected kind, and catching them in silence is how Python asks."""


@cache
def failure_names() -> frozenset[str]:
    """What the classes of `FAILED_OPERATIONS` and below are called, without their modules: `OSError`, `timeout`."""
    wanted = set(FAILED_OPERATIONS)
    found = {name for name, lineage in _BUILTIN.items() if wanted.intersection(lineage)}
    known = knowledge_of(())
    rest = dict(known.bases)
    while new := {name for name, parents in rest.items() if (wanted | found).intersection((name, *parents))} - found:
        found |= new
    found |= {alias for alias, name in known.aliases.items() if name in found}
    return frozenset(last_part(name) for name in found)


@cache
def canonical(name: str) -> str:
    """The one name of a class that has several: `builtins.OSError` for `socket.error`."""
    library = library_of(name)
    return name if library is None else library.aliases.get(name, name)


class Hierarchy:
    """The exception classes that the code of a project can name, by dotted name as `Names` gives it."""

    def __init__(
        self, project: Elsewhere, resolver: Resolver | None = None, oldest: Callable[[], Version | None] = lambda: None
    ) -> None:
        """`oldest` gives the oldest Python that the project runs on, if it says so."""
        self._project = project
        self._resolver = resolver
        self._oldest = oldest
        self._lineages: dict[str, tuple[str, ...] | None] = {}

    def lineage(self, name: str | None) -> tuple[str, ...] | None:
        """A class and all that it derives from, nearest first; `None` unless all of it is known."""
        if name is None:
            return None
        name = self._canonical(name)
        if name not in self._lineages:
            self._lineages[name] = None  # a class that derives from itself has no lineage
            self._lineages[name] = self._read(name)
        return self._lineages[name]

    def derives(self, name: str | None, bases: Iterable[str]) -> Answer:
        """Whether a class derives from one of some classes (`builtins.OSError`), or is one of them."""
        wanted = {self._canonical(base) for base in bases}
        if name is not None and self._canonical(name) in wanted:
            return Answer.YES
        known = self.lineage(name)
        if known is not None:
            if wanted.intersection(known) or self._holds_one(known, wanted):
                return Answer.YES
            on_some_pythons = {canonical(base) for base in wanted}.intersection(known)
            return Answer.MAYBE if on_some_pythons else Answer.NO
        certain = () if name is None else self.named_bases(self._canonical(name))
        lineages = (self.lineage(base) or (base,) for base in certain)
        return Answer.YES if any(wanted.intersection(lineage) for lineage in lineages) else Answer.MAYBE

    def _holds_one(self, lineage: tuple[str, ...], wanted: Iterable[str]) -> bool:
        """Whether a lineage holds one of some classes of an installed package by the name of where it is defined."""
        if self._resolver is None:
            return False
        packages = {each.partition(".")[0] for each in lineage}
        unknown = [name for name in wanted if name.partition(".")[0] in packages and library_of(name) is None]
        return any(self._resolver.definition(name) in lineage for name in unknown if self.class_of(name) is None)

    def surely_derives(self, name: str | None, bases: Iterable[str]) -> bool:
        """Whether a class is known to derive from one of some classes."""
        return self.derives(name, bases) is Answer.YES

    def maybe_derives(self, name: str | None, bases: Iterable[str]) -> bool:
        """Whether a class is not known to derive from none of some classes."""
        return self.derives(name, bases) is not Answer.NO

    def class_of(self, name: str | None) -> Found | None:
        """The class of the project that a dotted name stands for."""
        held = None if name is None else self._project.holding(name)
        found = None if held is None or not held[1] else held[0].find(f"{held[0].module}.{held[1]}")
        return found if found is not None and isinstance(found.definition, Class) else None

    def _canonical(self, name: str) -> str:
        """The one name of a class, unless it has it only on some of the Pythons that the project runs on."""
        found = canonical(name)
        if found == name:
            return name
        library = library_of(name)
        since = None if library is None else library.aliases_since.get(name)
        oldest = None if since is None else self._oldest()
        return name if since is not None and oldest is not None and oldest < version_of(since) else found

    def named_bases(self, name: str) -> tuple[str, ...]:
        """A class of the project and all that it surely derives from, as far as the project's own code tells; nearest
        first.
        """
        found = [name]
        for current in found:  # grows on the way
            made = self.class_of(current)
            if made is not None:
                resolved = (made.names.resolve(base, made.definition.parent) for base in _bases(made))
                found.extend(base for base in dict.fromkeys(resolved) if base is not None and base not in found)
        return tuple(found)

    def _read(self, name: str) -> tuple[str, ...] | None:
        if name.startswith("builtins."):
            return _BUILTIN.get(name) or _other_builtin(name.removeprefix("builtins."))
        found = self.class_of(name)
        if found is not None:
            above = [self._common(found, base) for base in _bases(found)]
            if None in above:
                return None
            lineage = (part for lineage in above if lineage is not None for part in lineage)
            return tuple(dict.fromkeys([name, *lineage])) if above else (name, "builtins.object")
        library = library_of(name)
        if library is not None and name in library.aliases:  # on some Pythons it is a class of its own
            return None
        if library is not None and name in library.bases:
            lineages = [self.lineage(base) for base in library.bases[name]]
            known = (part for lineage in lineages if lineage is not None for part in lineage)
            return None if None in lineages else tuple(dict.fromkeys([name, *known]))
        if self._resolver is None or self._project.holding(name) is not None:
            return None
        ancestors = self._resolver.ancestors(name)
        return None if ancestors is None else tuple(dict.fromkeys(self._canonical(each) for each in ancestors))

    def _common(self, found: Found, base: str | None) -> tuple[str, ...] | None:
        """What a base of a class derives from; of a base that an `if` or `try` decides, what all of them have."""
        names = found.names.meanings(base, found.definition.parent)
        lineages = [self.lineage(name) for name in names]
        if not lineages or None in lineages:
            return None
        first, *others = [lineage for lineage in lineages if lineage is not None]
        return tuple(part for part in first if all(part in other for other in others))


def _bases(found: Found) -> tuple[str | None, ...]:
    return found.definition.bases if isinstance(found.definition, Class) else ()

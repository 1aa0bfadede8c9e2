"""The outline of a file: what it imports, defines and binds, without a concrete tree.

Made by `ast` (`from_ast`), or by libcst where the syntax is newer than the interpreter (`from_cst`); both fill
the same classes, and a test compares them on the standard library. The structure is read at once; the facts of
one scope (names bound, calls made) only when a question needs them.

Expressions are kept as *paths*: `logging.getLogger().error` for `logging.getLogger(__name__).error`. A call
leaves `()`, a subscript `[]`; an expression that is not such a chain has no path (`None`).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import TypeAlias


class Binds(enum.Enum):
    """The ways in which a name comes to mean something in a scope."""

    IMPORT = "import"
    PARAMETER = "parameter"
    ASSIGNMENT = "assignment"
    DEFINITION = "definition"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Binding:
    """One way in which a name is bound in a scope.

    `value` is the import's target (with its leading dots), the definition's qualified name, or the path of the
    assigned expression; `members` are the paths of an assigned tuple; `annotation` a path as well; `literal` is an
    assigned text or whole number, as `repr` writes it; `items` is what is in an assigned list or dict of names alone.
    """

    how: Binds
    value: str | None = None
    annotation: str | None = None
    members: tuple[str | None, ...] | None = None
    literal: str | None = None
    items: tuple[Item, ...] | None = None


Item: TypeAlias = tuple[str | None, str | None]
"""The paths (or plain literals) of a key and its value; what is in a list has no key."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call in a function body: its callee's path, its positional arguments' paths (or plain literals), its keywords.

    The keywords of the calls that it is chained to count as its own: `log.opt(exception=True).error("...")`.
    """

    callee: str
    arguments: tuple[str | None, ...]
    keywords: tuple[tuple[str, str | None], ...]
    in_handler: bool
    """Whether it stands in an `except` clause or a `finally`: an exception may be on its way."""
    displays: tuple[tuple[str | int, tuple[Item, ...]], ...] = ()
    """The keywords and positions that are given a list, tuple or dict as it is written out, and what is in it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What happens directly in one scope, not in the scopes nested in it."""

    bindings: Mapping[str, tuple[Binding, ...]]
    attributes: Mapping[str, tuple[Binding, ...]]
    """What is assigned to attributes of the first parameter: `self.log = ...`, under `log`."""
    calls: tuple[Call, ...]
    ends_in_raise: bool
    assigned: tuple[tuple[str, Binding], ...] = ()
    """What is assigned to attributes of anything else: `sys.excepthook = ...`."""
    stars: tuple[str, ...] = ()
    """The modules from which the module imports `*`, with their leading dots."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, the path of its annotation, and the paths in its default and in `Annotated[X, ...]`."""

    name: str
    annotation: str | None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Definition:
    """A function or class. Lines are 1-based; `first_line` is that of the first decorator."""

    name: str
    qualname: str
    first_line: int
    line: int
    last_line: int
    decorators: tuple[str, ...]
    parent: Definition | None
    documented: bool
    decorator_calls: tuple[Call, ...]
    """The decorators that are calls, with what they are given: `@app.errorhandler(404)`."""
    node: object = field(repr=False)


@dataclass(frozen=True, eq=False)
class Function(Definition):
    """A function or method."""

    parameters: tuple[Parameter, ...]
    returns: str | None
    is_async: bool

    @property
    def owner(self) -> Class | None:
        """The class that this is a method of."""
        return self.parent if isinstance(self.parent, Class) else None


@dataclass(frozen=True, eq=False)
class Class(Definition):
    """A class and the paths of its bases."""

    bases: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """Statements that are read as one region: a function, or a module- or class-level statement."""

    first_line: int
    last_line: int
    owner: Class | None
    statements: tuple[object, ...] = ()
    """Its `ast` statements; empty where the outline was made without `ast`."""


class Stands(enum.Enum):
    """What a statement of the module itself is to the header of the file: the part that imports."""

    DOCSTRING = "docstring"
    IMPORT = "import"
    GUARDED = "guarded"
    """An `if` or `try` that begins with an import: `if TYPE_CHECKING:`."""
    DUNDER = "dunder"
    """`__all__ = ...` and the like, which may stand between imports."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TopStatement:
    """A statement of the module itself, and the names that it binds whenever the module runs."""

    stands: Stands
    first_line: int
    last_line: int
    binds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outline:
    """The structure of one file. `definitions` and `units` stand in the order of the source."""

    definitions: tuple[Definition, ...]
    units: tuple[Unit, ...]
    imported: frozenset[str]
    """The dotted names of all that the file imports, wherever it does so; relative imports are left out."""
    main_guard: bool
    read_facts: Callable[[Definition | None], Facts] = field(repr=False)
    read_top: Callable[[], Sequence[TopStatement]] = field(repr=False)
    _facts: dict[Definition | None, Facts] = field(default_factory=dict, repr=False)

    def facts(self, scope: Definition | None) -> Facts:
        """What happens in a scope; `None` is the module."""
        known = self._facts.get(scope)
        if known is None:
            known = self._facts[scope] = self.read_facts(scope)
        return known

    def find(self, qualname: str) -> Definition | None:
        """The last definition of that qualified name, which is the one that counts at run time."""
        return self._by_qualname.get(qualname)

    @cached_property
    def top(self) -> Sequence[TopStatement]:
        """The statements of the module itself."""
        return self.read_top()

    @cached_property
    def header(self) -> Sequence[TopStatement]:
        """The statements with which the file begins, up to the first that is neither an import nor goes with them."""
        return tuple(takewhile(lambda statement: statement.stands is not Stands.OTHER, self.top))

    @cached_property
    def _by_qualname(self) -> dict[str, Definition]:
        return {definition.qualname: definition for definition in self.definitions}

    @cached_property
    def packages(self) -> frozenset[str]:
        """The top-level packages that the file imports."""
        return frozenset(name.partition(".")[0] for name in self.imported)

    @cached_property
    def calls_in_handlers(self) -> frozenset[str]:
        """The last names of what runs while an exception is handled: what handlers and `__exit__` methods call or
        hand to a call, and what the functions of that name call in turn.
        """
        scopes: list[Definition | None] = [None, *self.definitions]
        waiting = [name for scope in scopes for call in self._while_handling(scope) for name in _last_parts(call)]
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            for definition in self.definitions:
                if definition.name == name:
                    waiting.extend(n for call in self.facts(definition).calls for n in _last_parts(call))
        return frozenset(found)

    def _while_handling(self, scope: Definition | None) -> list[Call]:
        calls = self.facts(scope).calls
        if scope is not None and scope.name in ("__exit__", "__aexit__"):
            return list(calls)
        return [call for call in calls if call.in_handler]


def last_part(path: str) -> str:
    """The last part of a path, called or not: `notify` for `self.notify()`."""
    return path.removesuffix("()").rpartition(".")[2]


def _last_parts(call: Call) -> list[str]:
    """The last parts of all paths in a call."""
    paths = [call.callee, *call.arguments, *(value for _, value in call.keywords)]
    return [last_part(path) for path in paths if path is not None]


class FactsBuilder:
    """Collects the facts of one scope; both readers feed it, so that both agree."""

    def __init__(self, receiver: str | None) -> None:
        """`receiver` is the name of a method's first parameter, through which attributes are set."""
        self.receiver = receiver
        self.bindings: dict[str, list[Binding]] = {}
        self.attributes: dict[str, list[Binding]] = {}
        self.assigned: list[tuple[str, Binding]] = []
        self.calls: list[Call] = []
        self.outer: set[str] = set()
        self.stars: list[str] = []
        self.ends_in_raise = False

    def bind_import(self, module: str, level: int, name: str | None, alias: str | None) -> None:
        """Note one clause of an import; `name` is `None` for `import module`."""
        if name == "*":
            self.stars.append("." * level + module)
            return
        if name is None:
            bound = alias or module.partition(".")[0]
            self.bind(bound, Binding(Binds.IMPORT, module if alias else bound))
            return
        separator = "" if not module else "."
        self.bind(alias or name, Binding(Binds.IMPORT, f"{'.' * level}{module}{separator}{name}"))

    def bind(self, name: str, binding: Binding) -> None:
        """Note that the scope binds `name`."""
        self.bindings.setdefault(name, []).append(binding)

    def assign(self, target: str | None, binding: Binding) -> None:
        """Note an assignment to a target given by its path: a name, or an attribute."""
        if target is None:
            return
        head, _, rest = target.partition(".")
        if not rest and target.isidentifier():
            self.bind(target, binding)
        elif head == self.receiver and rest.isidentifier():
            self.attributes.setdefault(rest, []).append(binding)
        elif rest and binding.value is not None:
            self.assigned.append((target, binding))

    def finish(self) -> Facts:
        """The facts, without the names that `global` and `nonlocal` send elsewhere."""
        return Facts(
            bindings={name: tuple(found) for name, found in self.bindings.items() if name not in self.outer},
            attributes={name: tuple(found) for name, found in self.attributes.items()},
            calls=tuple(self.calls),
            ends_in_raise=self.ends_in_raise,
            assigned=tuple(self.assigned),
            stars=tuple(self.stars),
        )


def quoted_annotation(text: str) -> str | None:
    """The path in an annotation that is written as a string: `"logging.Logger | None"`."""
    sides = [re.sub(r"\[.*", "", side).strip() for side in text.split("|") if side.strip() != "None"]
    return sides[0] if len(sides) == 1 and all(part.isidentifier() for part in sides[0].split(".")) else None


def joined(units: list[Unit]) -> tuple[Unit, ...]:
    """Statements that share a line (`a = 1; b = 2`) become one unit; the bounds of classes are dropped.

    A unit reaches to the line before the next one, so that comments after its last statement belong to it.
    """
    joined: list[Unit] = []
    for number, unit in enumerate(units):
        following = units[number + 1].first_line - 1 if number + 1 < len(units) else unit.last_line
        last_line = max(unit.last_line, following)
        if unit.last_line < unit.first_line:
            continue
        if joined and unit.first_line <= joined[-1].last_line:
            statements = (*joined[-1].statements, *unit.statements)
            joined[-1] = Unit(joined[-1].first_line, last_line, joined[-1].owner, statements)
        else:
            joined.append(Unit(unit.first_line, last_line, unit.owner, unit.statements))
    return tuple(joined)


def is_dunder(names: Sequence[str]) -> bool:
    """Whether a statement binds only names such as `__all__`."""
    return bool(names) and all(name.startswith("__") and name.endswith("__") for name in names)

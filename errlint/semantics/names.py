"""From a path in the source (`lg.getLogger().error`) to a dotted name (`logging.getLogger().error`).

Names are looked up as Python does: function, enclosing functions, module, `import *`, builtins; through imports,
simple assignments (`log = logging.getLogger()`), annotations and attributes that a class sets on itself, and on into
the other modules of the project. A name that is bound in several ways has a meaning only if all agree. An instance
of a class is written as a call: `a.B()`.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from errlint.source.outline import Binding, Binds, Class, Definition, Function, Outline

_BUILTINS = frozenset(dir(builtins)) | {"ExceptionGroup", "BaseExceptionGroup", "PythonFinalizationError"}
_SAY_NOTHING = frozenset({"typing.Final", "typing.ClassVar", "typing_extensions.Final", "typing_extensions.ClassVar"})
"""Annotations that leave the type to the value."""
_LONGEST_CHAIN = 20
"""Assignments followed from name to name before an answer is given up: enough for code, finite for cycles."""


class Elsewhere(Protocol):
    """The modules of a project, as its names need them."""

    def locate(self, name: str, near: str, *, imported: bool = False) -> tuple[Names, str] | None:
        """The module of the project that a dotted name of the source leads into, and what it names there.

        `near` is the module that it stands in. The target of an import is modules up to its last part, even where a
        package has something else by the name of one of them.
        """

    def holding(self, name: str) -> tuple[Names, str] | None:
        """The same for a name as `Names` gives it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A definition, and the names of its module."""

    names: Names
    definition: Definition


class Names:
    """The meanings of the names of one file."""

    def __init__(self, outline: Outline, module: str, is_package: bool, project: Elsewhere | None = None) -> None:
        """`module` is the dotted name of the file, by which relative imports are resolved."""
        self.outline = outline
        self.module = module
        self._project = project
        self._package = module if is_package else module.rpartition(".")[0]
        self._answers: dict[tuple[str, Definition | None], str | None] = {}
        self._bound: dict[tuple[str, Definition | None], str | None] = {}
        self._attributes: dict[tuple[str, Definition], str | None] = {}
        self._depth = 0
        self._starring: set[str] = set()

    def resolve(self, path: str | None, scope: Definition | None) -> str | None:
        """The dotted name that a path surely stands for when it is read in `scope`; `None` if that is not sure."""
        if path is None:
            return None
        key = (path, scope)
        if key not in self._answers:
            self._answers[key] = self._resolve(path, scope)
        return self._answers[key]

    def is_global(self, name: str, scope: Definition | None) -> bool:
        """Whether a name that is read in `scope` is looked up in the module, nothing in between binding it."""
        found = self._lookup(name, scope)
        return found is None or found[1] is None

    def meanings(self, path: str | None, scope: Definition | None) -> tuple[str, ...]:
        """All that a path may stand for: what each branch of an `if` or `try` binds. Empty if one is not sure."""
        sure = self.resolve(path, scope)
        if sure is not None or path is None:
            return () if sure is None else (sure,)
        found = self._lookup(path, scope)
        if found is None:
            return ()
        bindings, where = found
        if len(bindings) == 1 and bindings[0].how is Binds.IMPORT:
            located = self._locate(self._absolute(bindings[0].value or ""), imported=True)
            return () if located is None else located[0].meanings(located[1], None)
        each = [self._meaning(path, binding, where) for binding in bindings]
        return tuple(dict.fromkeys(each)) if None not in each else ()  # type: ignore[arg-type] # none is None

    def find(self, name: str | None) -> Found | None:
        """The definition in the project that a dotted name stands for, methods through instances included."""
        if name is None:
            return None
        if not name.startswith(f"{self.module}."):
            return self._find_elsewhere(name)
        local = name.removeprefix(f"{self.module}.").replace("()", "")
        own = self.outline.find(local)
        if own is not None:
            return Found(self, own)
        owner, _, attribute = local.rpartition(".")
        lineage = self._lineage(owner)
        return next((found for base in lineage if (found := _method(base, attribute))), self._find_elsewhere(name))

    def _find_elsewhere(self, name: str) -> Found | None:
        held = None if self._project is None else self._project.holding(name)
        if held is None or held[0] is self or not held[1]:
            return None
        names, local = held
        return names.find(f"{names.module}.{local}")

    def members(self, path: str | None, scope: Definition | None) -> tuple[str | None, ...] | None:
        """The dotted names in the tuple that a name stands for: `ERRORS = (OSError, ValueError)`."""
        if path is None or not path.isidentifier():
            return None
        found = self._lookup(path, scope)
        if found is None:
            return None
        bindings, where = found
        if len(bindings) != 1 or bindings[0].members is None:
            return None
        return tuple(self.resolve(member, where) for member in bindings[0].members)

    def items(
        self, path: str | None, scope: Definition | None, depth: int = 0
    ) -> tuple[tuple[str | None, str | None], ...]:
        """The dotted names of what is in the list or dict that a path stands for, in whatever module it is written
        out. What is in a list has no key; a key that is a number stays one.
        """
        head, _, rest = (path or "").partition(".")
        found = self._lookup(head, scope)
        if found is None or len(found[0]) != 1 or depth > _LONGEST_CHAIN:
            return ()
        (binding,), where = found
        if not rest and binding.items is not None:
            return tuple((self.resolve(key, where) or key, self.resolve(value, where)) for key, value in binding.items)
        if binding.how is not Binds.IMPORT:
            return ()
        module = self._absolute(binding.value or "")
        located = self._locate(f"{module}.{rest}") if rest else self._locate(module, imported=True)
        return () if located is None else located[0].items(located[1], None, depth + 1)

    def _resolve(self, path: str, scope: Definition | None) -> str | None:
        head, rest = _split(path)
        name = head.removesuffix("()")
        if not name.isidentifier():
            return None
        suffix = head[len(name) :] + rest
        if name == "super" and suffix.startswith("()."):
            return self._above(scope, suffix[2:])
        found = self._lookup(name, scope)
        if found is None:
            starred = self._starred(name)
            if starred is not None:
                return self._member(starred, suffix)
            return f"builtins.{name}{suffix}" if name in _BUILTINS else None
        meaning = self._name(name, *found)
        return None if meaning is None else self._member(meaning, suffix)

    def follow(self, name: str) -> str:
        """The name that `resolve` gives for what a dotted name of the settings stands for."""
        return self._elsewhere(name) or name

    def attribute(self, rest: str) -> str | None:
        """What the module's own attribute is, given as a path (`logger.error`); empty is the module itself."""
        if not rest:
            return self.module
        name = _split(rest)[0].removesuffix("()")
        is_known = self._lookup(name, None) is not None or self._starred(name) is not None
        return self.resolve(rest, None) if is_known else f"{self.module}.{rest}"

    def _starred(self, name: str) -> str | None:
        """What a name is that comes from `import *` of a module of the project."""
        stars = self.outline.facts(None).stars
        if not stars or name.startswith("_") or name in self._starring:
            return None
        self._starring.add(name)
        try:
            for star in reversed(stars):
                located = self._locate(self._absolute(star), imported=True)
                if located is not None and not located[1] and located[0].binds(name):
                    return located[0].resolve(name, None)
        finally:
            self._starring.discard(name)
        return None

    def binds(self, name: str) -> bool:
        """Whether the module has a name of its own, or one by `import *`."""
        return self._lookup(name, None) is not None or self._starred(name) is not None

    def _locate(self, name: str, *, imported: bool = False) -> tuple[Names, str] | None:
        return None if self._project is None else self._project.locate(name, self.module, imported=imported)

    def _elsewhere(self, name: str, *, imported: bool = False) -> str | None:
        """What a dotted name of the source means, if it leads into another module of the project."""
        located = self._locate(name, imported=imported)
        return name if located is None or located[0] is self else located[0].attribute(located[1])

    def _above(self, scope: Definition | None, suffix: str) -> str | None:
        """What `super().method` is, if a base of the class is in this file."""
        while scope is not None and not (isinstance(scope, Function) and scope.owner is not None):
            scope = scope.parent
        if not isinstance(scope, Function) or scope.owner is None:
            return None
        above = list(self._lineage(scope.owner.qualname))[1:]
        if not above:
            return None
        names, owner = above[0].names, above[0].definition
        return names._member(f"{names.module}.{owner.qualname}()", suffix)

    def _lookup(self, name: str, scope: Definition | None) -> tuple[tuple[Binding, ...], Definition | None] | None:
        current, first = scope, True
        while current is not None:
            if first or isinstance(current, Function):
                bindings = self.outline.facts(current).bindings.get(name)
                if bindings:
                    return bindings, current
            current, first = current.parent, False
        bindings = self.outline.facts(None).bindings.get(name)
        return None if not bindings else (bindings, None)

    def _name(self, name: str, bindings: tuple[Binding, ...], where: Definition | None) -> str | None:
        """What a name of a scope means. While that is being found out it means nothing, which ends cycles."""
        key = (name, where)
        if key not in self._bound:
            self._bound[key] = None
            self._bound[key] = self._agreed(name, [(self, binding, where) for binding in bindings])
        return self._bound[key]

    def _agreed(self, name: str, bindings: list[tuple[Names, Binding, Definition | None]]) -> str | None:
        """The one meaning of several bindings, if they have one."""
        if self._depth > _LONGEST_CHAIN:
            return None
        self._depth += 1
        meanings = {names._meaning(name, binding, where) for names, binding, where in bindings}
        self._depth -= 1
        return meanings.pop() if len(meanings) == 1 else None

    def _meaning(self, name: str, binding: Binding, scope: Definition | None) -> str | None:
        if binding.how is Binds.IMPORT:
            return self._elsewhere(self._absolute(binding.value or ""), imported=True)
        if binding.how is Binds.DEFINITION:
            return f"{self.module}.{binding.value}"
        if binding.how is Binds.PARAMETER and self._is_receiver(name, scope):
            owner = scope.owner if isinstance(scope, Function) else None
            return None if owner is None else f"{self.module}.{owner.qualname}()"
        kind = None if binding.annotation is None else self._resolve(binding.annotation, scope)
        if kind is not None and kind not in _SAY_NOTHING:
            return f"{kind}()"
        if binding.how is Binds.ASSIGNMENT and binding.value is not None:
            return self._resolve(binding.value, scope)
        return None

    def _is_receiver(self, name: str, scope: Definition | None) -> bool:
        if not isinstance(scope, Function) or scope.owner is None or "staticmethod" in scope.decorators:
            return False
        return bool(scope.parameters) and scope.parameters[0].name == name

    def _member(self, meaning: str, suffix: str) -> str | None:
        """What an attribute of a known thing is; the classes and functions of the project are looked into."""
        if not suffix:
            return meaning
        if suffix.startswith("()"):
            made = meaning if self._class_of(meaning) is not None else self._returned(meaning)
            if made is not None:
                return self._member(f"{made}()", suffix[2:])
        owner = self._class_of(meaning) if suffix.startswith(".") else None
        if owner is None:
            return self._elsewhere(meaning + suffix)
        head, rest = _split(suffix[1:])
        attribute = head.removesuffix("()")
        found = owner.names.attribute_of(owner.definition, attribute)
        if found is None:
            return None if owner.names.sets(owner.definition, attribute) else meaning + suffix
        return self._member(found, head[len(attribute) :] + rest)

    def attribute_of(self, owner: Definition, name: str) -> str | None:
        """What an attribute of a class of this module is, as far as all that bind it agree."""
        key = (name, owner)
        if key not in self._attributes:
            self._attributes[key] = None
            self._attributes[key] = self._agreed("", self._setters(owner, name))
        return self._attributes[key]

    def sets(self, owner: Definition, name: str) -> bool:
        """Whether a class of this module, or what it derives from in the project, binds an attribute."""
        return bool(self._setters(owner, name))

    def _returned(self, meaning: str) -> str | None:
        """The class that a function of the project says it returns."""
        found = self.find(meaning)
        if found is None or not isinstance(found.definition, Function):
            return None
        function = found.definition
        if function.returns is None or function.is_async:
            return None
        return found.names.resolve(function.returns, function.parent)

    def _class_of(self, meaning: str) -> Found | None:
        found = self.find(meaning.removesuffix("()"))
        return found if found is not None and isinstance(found.definition, Class) else None

    def _setters(self, owner: Definition, name: str) -> list[tuple[Names, Binding, Definition | None]]:
        """How a class binds an attribute: in its body, through `self` in its methods, or in a base in the project."""
        for base in self._lineage(owner.qualname):
            names, outline = base.names, base.names.outline
            found = [(binding, base.definition) for binding in outline.facts(base.definition).bindings.get(name, ())]
            methods = [d for d in outline.definitions if d.parent is base.definition and isinstance(d, Function)]
            set_by = [(b, method) for method in methods for b in outline.facts(method).attributes.get(name, ())]
            all_found: list[tuple[Binding, Definition]] = [*found, *set_by]
            if all_found:
                return [(names, binding, where) for binding, where in all_found if binding.value != "None"]
        return []

    def _lineage(self, qualname: str) -> Iterator[Found]:
        """A class of this module and its bases in the project, nearest first."""
        own = self.outline.find(qualname)
        waiting = [] if own is None else [Found(self, own)]
        seen: set[Definition] = set()
        while waiting:
            current = waiting.pop(0)
            if current.definition in seen or not isinstance(current.definition, Class):
                continue
            seen.add(current.definition)
            yield current
            for base in current.definition.bases:
                parent = current.names._class_of(current.names.resolve(base, current.definition.parent) or "")
                if parent is not None:
                    waiting.append(parent)

    def _absolute(self, target: str) -> str:
        level = len(target) - len(target.lstrip("."))
        if not level:
            return target
        package = self._package
        for _ in range(level - 1):
            package = package.rpartition(".")[0]
        return f"{package}.{target[level:]}".strip(".")


def _split(path: str) -> tuple[str, str]:
    """`a().b.c` into `a()` and `.b.c`."""
    head, dot, rest = path.partition(".")
    return head, dot + rest


def _method(owner: Found, name: str) -> Found | None:
    found = owner.names.outline.find(f"{owner.definition.qualname}.{name}")
    return None if found is None else Found(owner.names, found)

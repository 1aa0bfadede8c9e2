"""From a path in the source (`lg.getLogger().error`) to a dotted name (`logging.getLogger().error`).

Names are looked up as Python does: function, enclosing functions, module, builtins; through imports, simple
assignments (`log = logging.getLogger()`), annotations and attributes that a class sets on itself. A name that is
bound in several ways has a meaning only if all agree. An instance of a class is written as a call: `a.B()`.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from errlint.source.outline import Binding, Binds, Class, Definition, Function, Outline

_BUILTINS = frozenset(dir(builtins)) | {"ExceptionGroup", "BaseExceptionGroup", "PythonFinalizationError"}
_SAY_NOTHING = frozenset({"typing.Final", "typing.ClassVar", "typing_extensions.Final", "typing_extensions.ClassVar"})
"""Annotations that leave the type to the value."""
_LONGEST_CHAIN = 20
"""Assignments followed from name to name before an answer is given up: enough for code, finite for cycles."""


class Names:
    """The meanings of the names of one file."""

    def __init__(self, outline: Outline, module: str, is_package: bool) -> None:
        """`module` is the dotted name of the file, by which relative imports are resolved."""
        self._outline = outline
        self.module = module
        self._package = module if is_package else module.rpartition(".")[0]
        self._answers: dict[tuple[str, Definition | None], str | None] = {}
        self._bound: dict[tuple[str, Definition | None], str | None] = {}
        self._attributes: dict[tuple[str, Class], str | None] = {}
        self._depth = 0

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

    def definition(self, name: str | None) -> Definition | None:
        """The definition in this file that a dotted name stands for, methods through instances included."""
        if name is None or not name.startswith(f"{self.module}."):
            return None
        local = name.removeprefix(f"{self.module}.").replace("()", "")
        found = self._outline.find(local)
        if found is not None:
            return found
        owner, _, attribute = local.rpartition(".")
        return next((member for base in self._lineage(owner) if (member := self._method(base, attribute))), None)

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
            return f"builtins.{name}{suffix}" if name in _BUILTINS else None
        meaning = self._name(name, *found)
        return None if meaning is None else self._member(meaning, suffix)

    def _above(self, scope: Definition | None, suffix: str) -> str | None:
        """What `super().method` is, if a base of the class is in this file."""
        while scope is not None and not (isinstance(scope, Function) and scope.owner is not None):
            scope = scope.parent
        if not isinstance(scope, Function) or scope.owner is None:
            return None
        above = list(self._lineage(scope.owner.qualname))[1:]
        return self._member(f"{self.module}.{above[0].qualname}()", suffix) if above else None

    def _lookup(self, name: str, scope: Definition | None) -> tuple[tuple[Binding, ...], Definition | None] | None:
        current, first = scope, True
        while current is not None:
            if first or isinstance(current, Function):
                bindings = self._outline.facts(current).bindings.get(name)
                if bindings:
                    return bindings, current
            current, first = current.parent, False
        bindings = self._outline.facts(None).bindings.get(name)
        return None if not bindings else (bindings, None)

    def _name(self, name: str, bindings: tuple[Binding, ...], where: Definition | None) -> str | None:
        """What a name of a scope means. While that is being found out it means nothing, which ends cycles."""
        key = (name, where)
        if key not in self._bound:
            self._bound[key] = None
            self._bound[key] = self._agreed(name, [(binding, where) for binding in bindings])
        return self._bound[key]

    def _agreed(self, name: str, bindings: list[tuple[Binding, Definition | None]]) -> str | None:
        """The one meaning of several bindings, if they have one."""
        if self._depth > _LONGEST_CHAIN:
            return None
        self._depth += 1
        meanings = {self._meaning(name, binding, where) for binding, where in bindings}
        self._depth -= 1
        return meanings.pop() if len(meanings) == 1 else None

    def _meaning(self, name: str, binding: Binding, scope: Definition | None) -> str | None:
        if binding.how is Binds.IMPORT:
            return self._absolute(binding.value or "")
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
        """What an attribute of a known thing is; only a class of this file is looked into."""
        if suffix.startswith("()") and (returned := self._returned(meaning)) is not None:
            return self._member(f"{returned}()", suffix[2:])
        owner = self._class_of(meaning) if suffix.startswith(".") else None
        if owner is None:
            return meaning + suffix
        head, rest = _split(suffix[1:])
        attribute = head.removesuffix("()")
        bindings = self._attribute_bindings(owner, attribute)
        if not bindings:
            return meaning + suffix
        key = (attribute, owner)
        if key not in self._attributes:
            self._attributes[key] = None
            self._attributes[key] = self._agreed("", bindings)
        found = self._attributes[key]
        return None if found is None else self._member(found, head[len(attribute) :] + rest)

    def _returned(self, meaning: str) -> str | None:
        """The class that a function of this file says it returns."""
        found = self.definition(meaning)
        if not isinstance(found, Function) or found.returns is None or found.is_async:
            return None
        return self.resolve(found.returns, found.parent)

    def _class_of(self, meaning: str) -> Class | None:
        if not meaning.startswith(f"{self.module}."):
            return None
        found = self._outline.find(meaning.removeprefix(f"{self.module}.").removesuffix("()"))
        return found if isinstance(found, Class) else None

    def _attribute_bindings(self, owner: Class, name: str) -> list[tuple[Binding, Definition | None]]:
        """How a class binds an attribute: in its body, through `self` in its methods, or in a base of this file."""
        for base in self._lineage(owner.qualname):
            found = [(binding, base) for binding in self._outline.facts(base).bindings.get(name, ())]
            methods = [d for d in self._outline.definitions if d.parent is base and isinstance(d, Function)]
            set_by = [(b, method) for method in methods for b in self._outline.facts(method).attributes.get(name, ())]
            all_found: list[tuple[Binding, Definition | None]] = [*found, *set_by]
            if all_found:
                return [(binding, where) for binding, where in all_found if binding.value != "None"]
        return []

    def _lineage(self, qualname: str) -> Iterator[Class]:
        """A class of this file and its bases that are in this file too, nearest first."""
        waiting = [qualname]
        seen: set[str] = set()
        while waiting:
            current = waiting.pop(0)
            found = self._outline.find(current)
            if current in seen or not isinstance(found, Class):
                continue
            seen.add(current)
            yield found
            for base in found.bases:
                parent = self._class_of(self.resolve(base, found.parent) or "")
                if parent is not None:
                    waiting.append(parent.qualname)

    def _method(self, owner: Class, name: str) -> Definition | None:
        return self._outline.find(f"{owner.qualname}.{name}")

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

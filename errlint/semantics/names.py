"""From a path in the source (`lg.getLogger().error`) to a dotted name (`logging.getLogger().error`).

Names are looked up as Python does: function, enclosing functions, module, builtins; through imports, simple
assignments (`log = logging.getLogger()`), annotations and attributes that a class sets on itself. A name that is
bound in several ways has a meaning only if all agree. An instance of a class is written as a call: `a.B()`.
"""

from __future__ import annotations

import builtins

from errlint.source.outline import Binding, Binds, Class, Definition, Function, Outline

_BUILTINS = frozenset(dir(builtins)) | {"ExceptionGroup", "BaseExceptionGroup", "PythonFinalizationError"}
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

    def resolve(self, path: str | None, scope: Definition | None) -> str | None:
        """The dotted name that a path surely stands for when it is read in `scope`; `None` if that is not sure."""
        if path is None:
            return None
        key = (path, scope)
        if key not in self._answers:
            self._answers[key] = self._resolve(path, scope, _LONGEST_CHAIN)
        return self._answers[key]

    def definition(self, name: str | None) -> Definition | None:
        """The definition in this file that a dotted name stands for, methods through instances included."""
        if name is None or not name.startswith(f"{self.module}."):
            return None
        local = name.removeprefix(f"{self.module}.").replace("()", "")
        found = self._outline.find(local)
        if found is not None:
            return found
        owner, _, attribute = local.rpartition(".")
        return self._inherited(self._outline.find(owner), attribute, _LONGEST_CHAIN)

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

    def _resolve(self, path: str, scope: Definition | None, budget: int) -> str | None:
        head, rest = _split(path)
        if not budget or not head:
            return None
        calls = head.removesuffix("()")
        suffix = head[len(calls) :] + rest
        found = self._lookup(calls.removesuffix("[]"), scope)
        if found is None:
            return f"builtins.{calls}{suffix}" if calls in _BUILTINS else None
        bindings, where = found
        if calls.endswith("[]"):
            return None
        meanings = {self._meaning(calls, binding, where, budget - 1) for binding in bindings}
        if len(meanings) != 1:
            return None
        meaning = meanings.pop()
        return None if meaning is None else self._member(meaning, suffix, budget - 1)

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

    def _meaning(self, name: str, binding: Binding, scope: Definition | None, budget: int) -> str | None:
        if binding.how is Binds.IMPORT:
            return self._absolute(binding.value or "")
        if binding.how is Binds.DEFINITION:
            return f"{self.module}.{binding.value}"
        if binding.how is Binds.PARAMETER and self._is_receiver(name, scope):
            owner = scope.owner if isinstance(scope, Function) else None
            return None if owner is None else f"{self.module}.{owner.qualname}()"
        if binding.annotation is not None:
            kind = self._resolve(binding.annotation, scope, budget)
            if kind is not None:
                return f"{kind}()"
        if binding.how is Binds.ASSIGNMENT and binding.value is not None:
            return self._resolve(binding.value, scope, budget) if _head(binding.value) != name else None
        return None

    def _is_receiver(self, name: str, scope: Definition | None) -> bool:
        if not isinstance(scope, Function) or scope.owner is None or "staticmethod" in scope.decorators:
            return False
        return bool(scope.parameters) and scope.parameters[0].name == name

    def _member(self, meaning: str, suffix: str, budget: int) -> str | None:
        """What an attribute of a known thing is; only a class of this file is looked into."""
        if not suffix.startswith(".") or not budget:
            return meaning + suffix
        owner = self._class_of(meaning)
        if owner is None:
            return meaning + suffix
        head, rest = _split(suffix[1:])
        attribute = head.removesuffix("()")
        bindings = self._attribute(owner, attribute, budget)
        if not bindings:
            return meaning + suffix
        meanings = {self._meaning("", binding, where, budget - 1) for binding, where in bindings}
        if len(meanings) != 1:
            return None
        found = meanings.pop()
        return None if found is None else self._member(found, head[len(attribute) :] + rest, budget - 1)

    def _class_of(self, meaning: str) -> Class | None:
        if not meaning.startswith(f"{self.module}."):
            return None
        found = self._outline.find(meaning.removeprefix(f"{self.module}.").removesuffix("()"))
        return found if isinstance(found, Class) else None

    def _attribute(self, owner: Class, name: str, budget: int) -> list[tuple[Binding, Definition | None]]:
        """How a class binds an attribute: in its body, through `self` in its methods, or in a base of this file."""
        found: list[tuple[Binding, Definition | None]] = [
            (binding, owner) for binding in self._outline.facts(owner).bindings.get(name, ())
        ]
        for definition in self._outline.definitions:
            if definition.parent is owner and isinstance(definition, Function):
                set_here = self._outline.facts(definition).attributes.get(name, ())
                found.extend((binding, definition) for binding in set_here if binding.value != "None")
        if found or not budget:
            return found
        for base in owner.bases:
            parent = self._class_of(self._resolve(base, owner.parent, budget - 1) or "") if base else None
            if parent is not None and (inherited := self._attribute(parent, name, budget - 1)):
                return inherited
        return []

    def _inherited(self, owner: Definition | None, name: str, budget: int) -> Definition | None:
        if not isinstance(owner, Class) or not budget:
            return None
        for base in owner.bases:
            parent = self._class_of(self.resolve(base, owner.parent) or "")
            if parent is None:
                continue
            found = self._outline.find(f"{parent.qualname}.{name}") or self._inherited(parent, name, budget - 1)
            if found is not None:
                return found
        return None

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


def _head(path: str) -> str:
    return _split(path)[0].rstrip("()[]")

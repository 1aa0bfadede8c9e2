"""Which classes of a file are exceptions, by which rules about error types get them whole, and what these inherit."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

import libcst as cst

from errlint.knowledge import library_of
from errlint.rule.context import Context, FileContext
from errlint.semantics.exceptions import Hierarchy
from errlint.semantics.names import Found
from errlint.source.outline import Class, Definition, Facts, Function
from errlint.syntax.raises import reads_like_exception

_ROOT = ("builtins.BaseException",)
_WITHOUT_EFFECT = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing_extensions.Generic"})


def is_exception_class(definition: Definition, file: FileContext) -> bool:
    """Whether a definition surely is an exception class. For rules: `regions=is_exception_class`.

    Those of a stub are none: it only repeats what another file says.
    """
    if not isinstance(definition, Class) or file.source.path.suffix == ".pyi":
        return False
    return _derives_from_exception(Found(file.names, definition), file.exceptions, frozenset())


def exception_class(node: cst.ClassDef, ctx: Context) -> Class | None:
    """The outline's entry of a class, if it surely is an exception class."""
    definition = ctx.around.definition(node)
    return definition if isinstance(definition, Class) and is_exception_class(definition, ctx.file) else None


@dataclass(frozen=True)
class Lineage:
    """All that an exception class is made of, where all of it is known."""

    classes: tuple[Found, ...]
    """The classes of the project, the class itself first."""
    builtin: tuple[type[BaseException], ...]
    """The builtin exceptions that these derive from directly."""
    is_chain: bool
    """Whether each class has one base only."""

    def derives(self, *kinds: type[BaseException]) -> bool:
        """Whether one of the builtin exceptions is, or derives from, one of some others."""
        return any(issubclass(each, kinds) for each in self.builtin)

    def binds_one_of(self, names: frozenset[str]) -> bool:
        """Whether the body of a class gives one of some names a meaning."""
        return any(not names.isdisjoint(body_of(each).bindings) for each in self.classes)

    def inherits(self, name: str) -> bool:
        """Whether a class of the project above the first one gives a name a meaning."""
        return any(name in body_of(each).bindings for each in self.classes[1:])

    @property
    def attributes(self) -> frozenset[str]:
        """What is set on `self` in the methods of the classes."""
        return frozenset(name for each in self.classes for facts in _methods(each) for name in facts.attributes)


def lineage_of(definition: Class, file: FileContext) -> Lineage | None:
    """What an exception class is made of; `None` if a part of it is neither in the project nor builtin.

    Exception groups are no such part: Python 3.10 has none, and they are not made as other exceptions are.
    """
    classes = [Found(file.names, definition)]
    found: list[type[BaseException]] = []
    is_chain = True
    for each in classes:  # grows on the way
        bases = [base for base in _bases(each) if base not in _WITHOUT_EFFECT]
        is_chain = is_chain and len(bases) == 1
        for base in bases:
            above = file.exceptions.class_of(base)
            kind = getattr(builtins, (base or "").removeprefix("builtins."), None)
            if above is not None:
                classes.extend([above] if above not in classes else [])
            elif isinstance(kind, type) and issubclass(kind, BaseException) and not kind.__name__.endswith("Group"):
                found.append(kind)
            else:
                return None
    return Lineage(tuple(classes), tuple(found), is_chain)


def body_of(found: Found) -> Facts:
    """What happens in the body of a class."""
    return found.names.outline.facts(found.definition)


def method_of(found: Found, name: str) -> Facts | None:
    """What happens in the method of some name that a class has itself."""
    definition = found.names.outline.find(f"{found.definition.qualname}.{name}")
    return None if definition is None else found.names.outline.facts(definition)


def _methods(found: Found) -> list[Facts]:
    outline = found.names.outline
    methods = (each for each in outline.definitions if isinstance(each, Function) and each.owner is found.definition)
    return [outline.facts(each) for each in methods]


def _bases(found: Found) -> list[str | None]:
    """The dotted names of the bases of a class; a base that the class then hides is the builtin of that name."""
    definition = found.definition
    itself = f"{found.names.module}.{definition.qualname}"
    paths = definition.bases if isinstance(definition, Class) else ()
    bases = [found.names.resolve((path or "").removesuffix("[]"), definition.parent) for path in paths]
    hidden = f"builtins.{definition.name}" if hasattr(builtins, definition.name) else None
    return [hidden if base == itself else base for base in bases]


def _derives_from_exception(found: Found, hierarchy: Hierarchy, below: frozenset[Definition]) -> bool:
    if found.definition in below:
        return False
    for base in _bases(found):
        if base is None or not _may_be_exception(base, found):
            continue
        above = hierarchy.class_of(base)
        if above is not None:
            derives = _derives_from_exception(above, hierarchy, below | {found.definition})
        else:
            derives = hierarchy.surely_derives(base, _ROOT)
        if derives:
            return True
    return False


def _may_be_exception(base: str, found: Found) -> bool:
    """Whether it is worth the time to look a base up: a file of a library may have to be read for it."""
    package, _, rest = base.partition(".")
    if package in ("builtins", found.names.module.partition(".")[0]):
        return True
    if reads_like_exception(found.definition.name) or reads_like_exception(rest):
        return True
    about = library_of(base)
    return about is not None and base in about.statuses

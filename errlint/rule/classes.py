"""Which classes of a file are exceptions, by which rules about error types get them whole, and what these inherit."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass

import libcst as cst

from errlint.rule.context import Context, FileContext
from errlint.source.outline import Class, Definition

_ROOT = ("builtins.BaseException",)
_WITHOUT_EFFECT = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing_extensions.Generic"})
_WRITTEN_LIKE_ONE = re.compile(r"([eE]rrors?|Exception|Exc|Warning|Exit|Interrupt|Timeout|Failure|Fault|Iteration)$")


def is_exception_class(definition: Definition, file: FileContext) -> bool:
    """Whether a definition surely is an exception class. For rules: `regions=is_exception_class`."""
    return isinstance(definition, Class) and _derives_from_exception(definition, file, frozenset())


def exception_class(node: cst.ClassDef, ctx: Context) -> Class | None:
    """The outline's entry of a class, if it surely is an exception class."""
    definition = ctx.around.definition(node)
    return definition if isinstance(definition, Class) and is_exception_class(definition, ctx.file) else None


@dataclass(frozen=True)
class Lineage:
    """All that an exception class is made of, where all of it is known."""

    classes: tuple[Class, ...]
    """The classes of the file, the class itself first."""
    builtin: tuple[type[BaseException], ...]
    """The builtin exceptions that these derive from directly."""
    is_chain: bool
    """Whether each class has one base only."""

    def derives(self, *kinds: type[BaseException]) -> bool:
        """Whether one of the builtin exceptions is, or derives from, one of some others."""
        return any(issubclass(each, kinds) for each in self.builtin)


def lineage_of(definition: Class, file: FileContext) -> Lineage | None:
    """What an exception class is made of; `None` if a part of it is neither in the file nor builtin.

    Exception groups are no such part: Python 3.10 has none, and they are not made as other exceptions are.
    """
    classes = [definition]
    found: list[type[BaseException]] = []
    is_chain = True
    for each in classes:  # grows on the way
        bases = [base for base in bases_of(each, file) if base not in _WITHOUT_EFFECT]
        is_chain = is_chain and len(bases) == 1
        for base in bases:
            local = file.exceptions.local_class(base)
            kind = getattr(builtins, (base or "").removeprefix("builtins."), None)
            if local is not None:
                classes.extend([local] if local not in classes else [])
            elif isinstance(kind, type) and issubclass(kind, BaseException) and not kind.__name__.endswith("Group"):
                found.append(kind)
            else:
                return None
    return Lineage(tuple(classes), tuple(found), is_chain)


def bases_of(definition: Class, file: FileContext) -> list[str | None]:
    """The dotted names of the bases of a class; a base with the name of the class itself is the builtin."""
    return [_base((base or "").removesuffix("[]"), definition, file) for base in definition.bases]


def _base(base: str, definition: Class, file: FileContext) -> str | None:
    if base == definition.name and file.exceptions.local_class(file.names.resolve(base, definition.parent)):
        return f"builtins.{base}" if hasattr(builtins, base) else None
    return file.names.resolve(base, definition.parent)


def _derives_from_exception(definition: Class, file: FileContext, below: frozenset[Class]) -> bool:
    if definition in below:
        return False
    for base in bases_of(definition, file):
        local = file.exceptions.local_class(base)
        if local is not None:
            found = _derives_from_exception(local, file, below | {definition})
        else:
            found = _may_be_exception(base, definition, file) and file.exceptions.surely_derives(base, _ROOT)
        if found:
            return True
    return False


def _may_be_exception(base: str | None, definition: Class, file: FileContext) -> bool:
    """Whether it is worth the time to look a base of another file up: it may have to be read for it."""
    if base is None:
        return False
    package, _, rest = base.partition(".")
    if package == "builtins" or package == file.names.module.partition(".")[0]:
        return True
    return any(_WRITTEN_LIKE_ONE.search(name) for name in (definition.name, rest))

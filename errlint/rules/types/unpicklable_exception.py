"""ERR503: an exception that cannot be pickled and made again."""

import ast
from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst

from errlint.rule import (
    Bad,
    Context,
    Findings,
    Found,
    Good,
    Lineage,
    Rule,
    body_of,
    exception_class,
    is_exception_class,
    lineage_of,
    method_of,
)
from errlint.syntax.classes import (
    Accepted,
    accepted,
    base_init_arguments,
    is_formatted,
    method,
    names_in_method,
    value_of,
)
from errlint.syntax.raises import mentions

Given: TypeAlias = "tuple[cst.Arg, ...]"

rule = Rule(
    code="ERR503",
    name="unpicklable-exception",
    since="0.1",
    preset="production",
    regions=is_exception_class,
    same_as=("ruff:B042",),
    summary="An exception cannot be made again from its pickle",
    message="`{name}` does not survive pickling: {what}; define `__reduce__` or pass on what `__init__` takes",
    help="define `__reduce__`, or pass on to `super().__init__()` what `__init__` takes",
    why=(
        "An exception is unpickled by calling its class with `args`: what `super().__init__()` was given. Where "
        "`__init__` takes something else, that call fails in the process that waits for the result: `multiprocessing` "
        "hangs, a process pool is broken, Celery reports an error about the error."
    ),
    bad=(
        Bad("""
            class QuotaExceeded(Exception):
                def __init__(self, user, limit):  # expect: ERR503 "is made again without `limit`"
                    super().__init__(f"{user} may store {limit} files")
                    self.user = user
                    self.limit = limit
        """),
        Bad("""
            class Closed(Exception):
                def __init__(self):  # expect: ERR503 "with 1 argument, and `__init__` takes none"
                    super().__init__("the store is closed")
        """),
        Bad("""
            class Missing(Exception):
                def __init__(self, name):  # expect: ERR503 "made again with its own text for `name`"
                    super().__init__(f"no file {name}")
        """),
    ),
    good=(
        Good("""
            class QuotaExceeded(Exception):
                def __init__(self, user, limit):
                    super().__init__(user, limit)
                    self.user = user
                    self.limit = limit

                def __str__(self):
                    return f"{self.user} may store {self.limit} files"
        """),
        Good("""
            class QuotaExceeded(Exception):
                def __init__(self, user, limit):
                    super().__init__(f"{user} may store {limit} files")
                    self.user = user
                    self.limit = limit

                def __reduce__(self):
                    return type(self), (self.user, self.limit)
        """),
        Good("""
            class Missing(Exception):
                def __init__(self, message, name=None):
                    super().__init__(message)
                    self.name = name
        """),
    ),
)

_MADE_AGAIN = frozenset({"__reduce__", "__reduce_ex__", "__new__", "__setstate__", "args"})
"""What a class may define to be made again in another way."""
_TAKE_APART = (OSError, ImportError, SyntaxError, UnicodeError)


@rule.sieve(ast.ClassDef)
def may_apply(node: ast.ClassDef, in_handler: bool) -> bool:
    """There are a base and an `__init__` that speaks of another one, and takes more than `*args, **options`."""
    if not node.bases or not any(isinstance(each, ast.FunctionDef) and _is_particular(each) for each in node.body):
        return False
    return "__init__" in names_in_method(node, "__init__")


def _is_particular(function: ast.FunctionDef) -> bool:
    """Whether a function is an `__init__` that does not take whatever it is given."""
    listed = function.args
    takes_more = len(listed.posonlyargs) + len(listed.args) > 1 or None in listed.kw_defaults
    return function.name == "__init__" and (takes_more or listed.vararg is None)


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Findings:
    """Only where it is sure what arrives in `args`; a class of a function cannot be pickled in any case."""
    initializer = method(node, "__init__")
    if initializer is None or node.decorators or initializer.decorators or ctx.function_of(node) is not None:
        return
    definition = exception_class(node, ctx)
    lineage = None if definition is None else lineage_of(definition, ctx.file)
    if lineage is None or not _is_made_again_by_its_arguments(lineage):
        return
    faults = [_fault(given, initializer, lineage) for given in base_init_arguments(initializer)]
    if faults and faults[0] is not None and all(faults):
        yield rule.at(initializer, name=node.name.value, what=faults[0])


def _is_made_again_by_its_arguments(lineage: Lineage) -> bool:
    if not lineage.is_chain or lineage.derives(*_TAKE_APART):
        return False
    return "args" not in lineage.attributes and not lineage.binds_one_of(_MADE_AGAIN)


def _fault(given: Given, initializer: cst.FunctionDef, lineage: Lineage) -> str | None:
    """What goes wrong when the class is called with what one call of `super().__init__()` leaves in `args`."""
    takes = accepted(initializer)
    is_counted = not any(each.star or each.keyword for each in given)
    arrives = _arrives(len(given) if is_counted else None, lineage.classes[1:])
    if arrives is None:
        return None
    if arrives < len(takes.required):
        return f"it is made again without `{takes.required[arrives]}`"
    if arrives > len(takes.positional) and not takes.takes_any:
        arguments = "argument" if arrives == 1 else "arguments"
        return f"it is made again with {arrives} {arguments}, and `__init__` takes {len(takes.positional) or 'none'}"
    if takes.required_keywords:
        return f"it is made again without `{takes.required_keywords[0]}`"
    if lineage.inherits("__init__") or lineage.binds_one_of(frozenset({"__str__"})):
        return None
    return _repeated_text(given, takes, initializer)


def _arrives(given: int | None, above: Sequence[Found]) -> int | None:
    """How many arguments arrive in `args`, which the `__init__` of each class above may change; `None` if unknown."""
    for number, owner in enumerate(above):
        if "__init__" not in body_of(owner).bindings:
            continue
        initializer = method_of(owner, "__init__")
        calls = () if initializer is None else initializer.calls
        calls = tuple(call for call in calls if call.callee.endswith(".__init__"))
        if len(calls) != 1 or calls[0].keywords or None in calls[0].arguments:
            return None
        through_super = calls[0].callee.startswith("super()")
        return _arrives(len(calls[0].arguments) - (not through_super), above[number + 1 :])
    return given


def _repeated_text(given: Given, takes: Accepted, initializer: cst.FunctionDef) -> str | None:
    """The fault of a text that is made of a parameter, and given to that parameter when the class is called again."""
    for argument, parameter in zip(given, takes.positional, strict=False):
        text = value_of(argument.value, initializer)
        if is_formatted(text) and mentions(text, parameter.name.value):
            return f"it is made again with its own text for `{parameter.name.value}`"
    return None

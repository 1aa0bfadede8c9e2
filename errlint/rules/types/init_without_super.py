"""ERR502: the `__init__` of an exception never reaches the base's, so `str(error)` does not say what went wrong."""

import ast
import re

import libcst as cst

from errlint.rule import (
    Bad,
    Context,
    Edit,
    Findings,
    Good,
    Lineage,
    Rule,
    Unsafe,
    exception_class,
    is_exception_class,
    lineage_of,
)
from errlint.syntax.classes import (
    Accepted,
    accepted,
    assigned_attributes,
    has_method,
    is_composed,
    method,
    names_in_method,
)
from errlint.syntax.handlers import has_no_effect, statements
from errlint.syntax.tree import walk

_PASS_ON = Unsafe("pass the parameters on", because="`str(error)` and `error.args` change")

rule = Rule(
    code="ERR502",
    name="init-without-super",
    since="0.1",
    preset="recommended",
    regions=is_exception_class,
    in_tests=True,
    fixes=(_PASS_ON,),
    same_as=("ruff:B042", "pylint:super-init-not-called", "pylint:W0231"),
    summary="The `__init__` of an exception never reaches the base's",
    message="`{name}` never calls `super().__init__()`, so `str(error)` {shows}; pass the text on",
    help="call `super().__init__()` with what the text of the error is made of",
    why=(
        "Logs and reports show `str(error)`, which is made of what the base's `__init__` is given. Without it Python "
        "takes the arguments of the call: a tuple where there are several, nothing where they are given by keyword."
    ),
    bad=(
        Bad(
            """
            class RateLimitError(Exception):
                def __init__(self, service, limit):  # expect: ERR502 "is a tuple"
                    self.service = service
                    self.limit = limit
            """,
            fixed="""
            class RateLimitError(Exception):
                def __init__(self, service, limit):
                    super().__init__(service, limit)
                    self.service = service
                    self.limit = limit
            """,
        ),
        Bad("""
            class OutOfStockError(Exception):
                def __init__(self, product):  # expect: ERR502 "does not show `self.message`"
                    self.message = f"{product} is out of stock"
        """),
    ),
    good=(
        Good("""
            class RateLimitError(Exception):
                def __init__(self, service, limit):
                    super().__init__(f"{service} allows {limit} requests a minute")
                    self.service = service
        """),
        Good("""
            class RateLimitError(Exception):
                def __init__(self, service, limit):
                    self.service = service
                    self.limit = limit

                def __str__(self):
                    return f"{self.service} allows {self.limit} requests a minute"
        """),
        Good("""
            class OutOfStockError(Exception):
                def __init__(self, product):
                    self.product = product  # and `str(error)` is the product
        """),
    ),
)

_NAMED_AS_ERROR = re.compile(r"(Error|Exception|Failure|Fault|Warning)$")
_NAMES_A_TEXT = re.compile(r"^_?(message|msg|text|detail|details|description|reason)$")
_TUPLE = "is a tuple of its arguments, or empty"
"""What is good enough for an exception that is not called an error: a tuple shows the text that it is given."""
_MENTIONS = frozenset({"__init__", "args"})
_MAKES_TEXT = frozenset({"__str__", "__new__", "args"})
"""What a class may define to make its text in another way."""
_WITHOUT_TEXT = (StopIteration, StopAsyncIteration)
"""Exceptions that are signals: nobody reads their text."""
_READ_THEIR_ARGUMENTS = (OSError, ImportError, SyntaxError, UnicodeError)
"""Exceptions whose `__init__` takes more than a text."""


@rule.sieve(ast.ClassDef)
def may_apply(node: ast.ClassDef, in_handler: bool) -> bool:
    """There are a base and an `__init__`, something to read, and no word of another `__init__`."""
    if not node.bases or not has_method(node, "__init__"):
        return False
    if not _NAMED_AS_ERROR.search(node.name) and not any(map(_NAMES_A_TEXT.match, names_in_method(node, "__init__"))):
        return False
    return not any(isinstance(part, ast.Attribute) and part.attr in _MENTIONS for part in ast.walk(node))


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Findings:
    """Any mention of a base's `__init__` or of `args` is taken for a way to set the text."""
    initializer = method(node, "__init__")
    if initializer is None or node.decorators or initializer.decorators or _speaks_of_arguments(node):
        return
    if all(has_no_effect(each) for each in statements(initializer.body)) or not _has_a_text(node, initializer):
        return
    definition = exception_class(node, ctx)
    lineage = None if definition is None else lineage_of(definition, ctx.file)
    if lineage is None or _has_a_text_of_its_own(lineage):
        return
    message = _composed_message(initializer)
    shows = f"does not show `self.{message}`" if message else _text_of_arguments(accepted(initializer), lineage)
    if shows is not None and (shows != _TUPLE or _NAMED_AS_ERROR.search(node.name.value)):
        fix = None if message else _PASS_ON.by(_passed_on(initializer, lineage, ctx))
        yield rule.at(initializer, name=node.name.value, shows=shows, fix=fix)


def _has_a_text(node: cst.ClassDef, initializer: cst.FunctionDef) -> bool:
    """Whether an exception is made to be read: it is called an error, or is given a text. Others are signals."""
    takes = accepted(initializer)
    names = [each.name.value for each in (*takes.positional, *takes.keyword_only)]
    names += [name for name, _ in assigned_attributes(initializer)]
    return _NAMED_AS_ERROR.search(node.name.value) is not None or any(map(_NAMES_A_TEXT.match, names))


def _speaks_of_arguments(node: cst.ClassDef) -> bool:
    return any(isinstance(part, cst.Attribute) and part.attr.value in _MENTIONS for part in walk(node))


def _has_a_text_of_its_own(lineage: Lineage) -> bool:
    """Whether a class of the lineage makes its text in another way, or is a signal that needs none."""
    is_signal = not lineage.derives(Exception) or lineage.derives(*_WITHOUT_TEXT)
    return is_signal or lineage.binds_one_of(_MAKES_TEXT)


def _composed_message(initializer: cst.FunctionDef) -> str | None:
    """The attribute in which an `__init__` keeps a text that it has made, and that nothing shows."""
    assigned = assigned_attributes(initializer)
    return next((name for name, value in assigned if _NAMES_A_TEXT.match(name) and is_composed(value)), None)


def _text_of_arguments(takes: Accepted, lineage: Lineage) -> str | None:
    """What `str(error)` is where Python makes it of the arguments of the call; `None` where that may be meant."""
    if lineage.derives(OSError):  # the only one that forgets them
        return "is empty" if takes.positional or takes.keyword_only else None
    if lineage.derives(SyntaxError, UnicodeError):
        return None
    if len(takes.required) > 1:
        return _TUPLE
    return "is empty" if takes.required_keywords and not takes.positional and not takes.takes_any else None


def _passed_on(initializer: cst.FunctionDef, lineage: Lineage, ctx: Context) -> Edit | None:
    """The call of the base's `__init__`, with what it cannot be made without, so that pickling works as well."""
    takes = accepted(initializer)
    is_plain = lineage.is_chain and not lineage.derives(*_READ_THEIR_ARGUMENTS)
    if not is_plain or lineage.inherits("__init__") or takes.required_keywords:
        return None
    call = f"super().__init__({', '.join(takes.required)})"
    if initializer.get_docstring() is None:
        return ctx.edit.insert_first(initializer.body, call)
    behind = statements(initializer.body)[1:2]
    if not behind or not isinstance(behind[0], cst.BaseSmallStatement):
        return None
    return ctx.edit.insert_statement_before(behind[0], call)

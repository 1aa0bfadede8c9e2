"""ERR501: an error derives from `BaseException`, where `except Exception` does not reach it."""

import ast
import re

import libcst as cst

from errlint.rule import (
    Bad,
    Class,
    Context,
    Edit,
    Findings,
    Good,
    Rule,
    Unsafe,
    exception_class,
    is_exception_class,
)
from errlint.syntax.handlers import has_written_comment
from errlint.syntax.raises import last_name
from errlint.syntax.sieve import names_one_of

_DERIVE = Unsafe("derive from `Exception`", because="`except Exception` handlers catch it from then on")

rule = Rule(
    code="ERR501",
    name="exception-from-base",
    since="0.1",
    preset="recommended",
    regions=is_exception_class,
    fixes=(_DERIVE,),
    summary="An error derives from `BaseException`",
    message="`except Exception` does not catch `{name}`; derive from `Exception`, or name and document it as a signal",
    help="derive from `Exception`; a signal is named like one, and its docstring says what it signals",
    why=(
        "`BaseException` is for what ends a program or a task: Ctrl-C, `sys.exit()`, a cancellation. Handlers that "
        "turn errors into answers and logs catch `Exception`, so this error passes them all and ends the process."
    ),
    bad=(
        Bad(
            """
            class PaymentError(BaseException):  # expect: ERR501
                \"""The bank refused a payment.\"""
            """,
            fixed="""
            class PaymentError(Exception):
                \"""The bank refused a payment.\"""
            """,
        ),
        Bad("""
            class EmptyQueue(BaseException):  # expect: ERR501 "or name and document it as a signal"
                pass
        """),
    ),
    good=(
        Good("""
            class PaymentError(Exception):
                \"""The bank refused a payment.\"""
        """),
        Good("""
            class EmptyQueue(BaseException):
                \"""Leaves the worker from any depth; no `except Exception` may stop it.\"""
        """),
        Good("""
            class AbortUpload(BaseException):
                pass
        """),
    ),
)

_BASE = frozenset({"BaseException"})
_NAMED_AS_ERROR = re.compile(r"(Error|Exception|[a-z]Failure|[a-z]Fault|Invalid\w*|NotFound|Failed)$")
_NAMED_AS_SIGNAL = re.compile(
    r"Abort|Break|Cancel|Continue|Control|Done|Exit|Halt|Interrupt|Kill|Outcome|Quit|Reached|Request|Restart|Return|"
    r"Shutdown|Signal|Skip|Stop|Terminat|Timeout"
)


@rule.sieve(ast.ClassDef)
def may_apply(node: ast.ClassDef, in_handler: bool) -> bool:
    """A base is called `BaseException`."""
    return any(names_one_of(base, _BASE) for base in node.bases)


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Findings:
    """A stand-in for a class that could not be imported is left alone: nothing raises it."""
    base = next((each.value for each in node.bases if last_name(each.value) in _BASE), None)
    if base is None or ctx.resolve(base) != "builtins.BaseException":
        return
    definition = exception_class(node, ctx)
    if definition is not None and ctx.handler_of(node) is None and not _is_signal(node, definition, ctx):
        is_meant = _NAMED_AS_ERROR.search(definition.name) is None
        yield rule.at(node, name=definition.name, fix=None if is_meant else _DERIVE.by(_derived(base, ctx)))


def _is_signal(node: cst.ClassDef, definition: Class, ctx: Context) -> bool:
    """Whether a class says that it is no error: by its name, or in words where the name leaves it open."""
    is_named_so = _NAMED_AS_SIGNAL.search(definition.name) is not None
    is_named_as_error = _NAMED_AS_ERROR.search(definition.name) is not None
    if is_named_so != is_named_as_error:
        return is_named_so
    above = ctx.file.source.line(definition.first_line - 1)
    return definition.documented or has_written_comment(node.body) or above.lstrip().startswith("#")


def _derived(base: cst.BaseExpression, ctx: Context) -> Edit | None:
    if isinstance(base, cst.Attribute):
        return ctx.edit.replace(base.attr, "Exception")
    return ctx.edit.replace(base, "Exception") if ctx.is_builtin("Exception", base) else None

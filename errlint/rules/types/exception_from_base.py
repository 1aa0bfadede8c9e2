"""ERR501: an error derives from `BaseException`, where `except Exception` does not reach it."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Edit, Findings, Good, Rule, Unsafe, is_exception_class
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
    message="`except Exception` does not catch `{name}`; derive from `Exception`, or document it as a signal",
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
            class AbortUpload(BaseException):  # expect: ERR501 "or document it as a signal"
                pass
        """),
    ),
    good=(
        Good("""
            class PaymentError(Exception):
                \"""The bank refused a payment.\"""
        """),
        Good("""
            class AbortUpload(BaseException):
                \"""Leaves the upload from any depth; no `except Exception` may stop it.\"""
        """),
    ),
)

_BASE = frozenset({"BaseException"})
_NAMED_AS_ERROR = re.compile(r"(Error|Exception|Failure|Fault|Invalid\w*|NotFound|Failed)$")
_NAMED_AS_SIGNAL = re.compile(
    r"Abort|Cancel|Exit|Halt|Interrupt|Kill|Outcome|Quit|Restart|Shutdown|Signal|Skip|Stop|Terminat|Timeout"
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
    is_signal = _is_named_as_signal(node.name.value)
    says_so = node.get_docstring() is not None or has_written_comment(node.body)
    if ctx.handler_of(node) is None and not (is_signal and says_so):
        fix = None if is_signal else _DERIVE.by(_derived(base, ctx))
        yield rule.at(node, name=node.name.value, fix=fix)


def _is_named_as_signal(name: str) -> bool:
    return _NAMED_AS_SIGNAL.search(name) is not None or _NAMED_AS_ERROR.search(name) is None


def _derived(base: cst.BaseExpression, ctx: Context) -> Edit | None:
    if isinstance(base, cst.Attribute):
        return ctx.edit.replace(base.attr, "Exception")
    return ctx.edit.replace(base, "Exception") if ctx.is_builtin("Exception", base) else None

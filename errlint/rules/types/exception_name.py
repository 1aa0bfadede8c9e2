"""ERR505: the name of an exception class does not say that it is one."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule, exception_class, is_exception_class

rule = Rule(
    code="ERR505",
    name="exception-name",
    since="0.1",
    preset=None,
    regions=is_exception_class,
    in_tests=True,
    same_as=("ruff:N818", "ruff:error-suffix-on-exception-name"),
    summary="The name of an exception class does not say that it is one",
    message="`{name}` is an exception, and its name does not say so; end it with `Error`",
    help="end the name with `Error`, or with `Exception`, `Warning`, `Exit` or the like",
    why=(
        "At a `raise`, and in the import above it, only the name says that this is an error and no ordinary class. "
        "The exceptions of Python itself are called `...Error`."
    ),
    bad=(
        Bad("""
            class UserNotFound(LookupError):  # expect: ERR505
                pass
        """),
    ),
    good=(
        Good("""
            class UserNotFoundError(LookupError):
                pass
        """),
        Good("""
            class WorkerExit(SystemExit):
                pass
        """),
        Good("""
            class UserNotFound:
                pass
        """),
    ),
)

_ENDINGS = (
    *("Error", "Errors", "Exception", "Exceptions", "ExceptionGroup", "ErrorGroup", "Warning"),
    *("Exit", "Interrupt", "Iteration", "Failure", "Fault"),
    *("error", "errors", "exception", "warning"),
)


@rule.sieve(ast.ClassDef)
def may_apply(node: ast.ClassDef, in_handler: bool) -> bool:
    """The name ends otherwise."""
    return not node.name.endswith(_ENDINGS)


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Findings:
    """The name first: it is the cheap question."""
    if not node.name.value.endswith(_ENDINGS) and exception_class(node, ctx) is not None:
        yield rule.at(node, name=node.name.value)

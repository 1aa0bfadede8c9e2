"""ERR504: an exception class is named like a builtin one."""

import ast
import builtins

import libcst as cst

from errlint.rule import Bad, Class, Context, Findings, Good, Rule, exception_class, is_exception_class

rule = Rule(
    code="ERR504",
    name="shadows-builtin",
    since="0.1",
    preset="recommended",
    regions=is_exception_class,
    in_tests=True,
    same_as=("ruff:A001", "ruff:builtin-variable-shadowing", "pylint:redefined-builtin", "pylint:W0622"),
    summary="An exception class is named like a builtin exception",
    message="`{name}` hides the builtin exception of that name; choose a name that says whose error it is",
    help="choose another name, such as `UploadTimeoutError`",
    why=(
        "`except TimeoutError` catches one class or the other, and only the imports at the top of the file say which. "
        "Who forgets the import catches the builtin, and the error passes by."
    ),
    bad=(
        Bad("""
            class UploadError(Exception):
                pass


            class TimeoutError(UploadError):  # expect: ERR504
                pass
        """),
        Bad("""
            class ConnectionError(ConnectionError):  # expect: ERR504 "`ConnectionError` hides"
                \"""The broker is not there.\"""
        """),
    ),
    good=(
        Good("""
            class UploadTimeoutError(TimeoutError):
                pass
        """),
        Good("""
            class Upload:
                class TimeoutError(Exception):
                    \"""Read as `Upload.TimeoutError`, which hides nothing.\"""
        """),
        Good("""
            class TimeoutError:
                \"""Not an exception.\"""
        """),
    ),
)

_NEWER = {"BaseExceptionGroup", "EncodingWarning", "ExceptionGroup", "PythonFinalizationError"}
_BUILTIN = frozenset(
    {name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}
    - {"WindowsError"}
    | _NEWER
)
"""The same on each platform and with each Python that runs errlint."""


@rule.sieve(ast.ClassDef)
def may_apply(node: ast.ClassDef, in_handler: bool) -> bool:
    """The name is a builtin's."""
    return node.name in _BUILTIN


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Findings:
    """What stands in a class is read through it, and what depends on a condition stands in for a builtin."""
    if node.name.value not in _BUILTIN or isinstance(ctx.scope_of(node), Class) or _is_conditional(node, ctx):
        return
    if exception_class(node, ctx) is not None and not _is_database_warning(node, ctx):
        yield rule.at(node, name=node.name.value)


def _is_conditional(node: cst.ClassDef, ctx: Context) -> bool:
    """Whether a class is made in an `if` or `try` of its scope: where an old Python lacks the builtin, say."""
    for around in ctx.around.ancestors(node):
        if isinstance(around, cst.FunctionDef):
            return False
        if isinstance(around, (cst.If, cst.Try)):
            return True
    return False


def _is_database_warning(node: cst.ClassDef, ctx: Context) -> bool:
    """PEP 249 asks of each database driver that it has a class of the name `Warning`."""
    return node.name.value == "Warning" and ctx.file.outline.find("DatabaseError") is not None

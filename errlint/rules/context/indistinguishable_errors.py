"""ERR109: two raises of one function make the same exception, with the same constant message."""

import ast
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.raises import last_name
from errlint.syntax.sieve import statements_below
from errlint.syntax.texts import is_same_code
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR109",
    name="indistinguishable-errors",
    since="0.1",
    preset=None,
    words=("raise",),
    summary="Two raises of one function make the same exception with the same message",
    message="`{raised}` says the same as the raise on line {line}; say in each which operation failed",
    help="name in each message what failed, or raise different types",
    why="Wherever only the message is seen, in a response or an alarm, nobody can tell which of the two it was.",
    bad=(
        Bad("""
            def update(mower):
                if not mower.connect():
                    raise UpdateFailed("cannot reach the device")
                battery = mower.battery()
                if battery is None:
                    raise UpdateFailed("cannot reach the device")  # expect: ERR109 "on line 3"
                return battery
        """),
    ),
    good=(
        Good("""
            def update(mower):
                if not mower.connect():
                    raise UpdateFailed("cannot connect")
                battery = mower.battery()
                if battery is None:
                    raise UpdateFailed("no answer about the battery")
                return battery
        """),
        Good("""
            def read(mower):
                try:
                    return mower.read()
                except OSError as err:
                    raise UpdateFailed("cannot reach the device") from err
                except TimeoutError as err:
                    raise UpdateFailed("cannot reach the device") from err
        """),
    ),
)


@rule.sieve(ast.FunctionDef)
def may_apply(node: ast.FunctionDef, in_handler: bool) -> bool:
    """Two raises with something of the same text."""
    return _may_repeat(node)


@rule.sieve(ast.AsyncFunctionDef)
def may_apply_to_async(node: ast.AsyncFunctionDef, in_handler: bool) -> bool:
    """Two raises with something of the same text."""
    return _may_repeat(node)


def _may_repeat(node: ast.AST) -> bool:
    raised = [part.exc for part in statements_below(node) if isinstance(part, ast.Raise)]
    texts = [ast.dump(call) for call in raised if isinstance(call, ast.Call) and any(map(_is_text, call.args))]
    return len(set(texts)) < len(texts)


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


@rule.on(cst.FunctionDef)
def check(node: cst.FunctionDef, ctx: Context) -> Findings:
    """What is raised in a handler has a cause or a context that tells it from the rest."""
    seen: list[tuple[cst.Raise, cst.Call]] = []
    for raising, call in _constant_raises(node):
        if ctx.handler_of(raising) is not None:
            continue
        earlier = next((before for before, same in seen if is_same_code(same, call)), None)
        if earlier is None:
            seen.append((raising, call))
            continue
        line = str(ctx.edit.line_of(earlier))
        yield rule.at(raising, ((earlier, "the same is raised here"),), raised=ctx.code(raising), line=line)


def _constant_raises(function: cst.FunctionDef) -> Iterator[tuple[cst.Raise, cst.Call]]:
    """The raises whose exception is given a text, and no values."""
    for part in walk(function.body, skip=NESTED_SCOPES):
        if isinstance(part, cst.Raise) and isinstance(part.exc, cst.Call):
            values = [argument.value for argument in part.exc.args]
            if all(_is_constant(value) for value in values) and any(isinstance(value, _TEXTS) for value in values):
                yield part, part.exc


_TEXTS = (cst.SimpleString, cst.ConcatenatedString)


def _is_constant(value: cst.BaseExpression) -> bool:
    """Whether an argument is the same wherever it stands: a literal, or a name written as constants are."""
    if isinstance(value, cst.ConcatenatedString):
        return isinstance(value.left, cst.SimpleString) and _is_constant(value.right)
    return isinstance(value, (cst.SimpleString, cst.BaseNumber)) or (last_name(value) or "").isupper()

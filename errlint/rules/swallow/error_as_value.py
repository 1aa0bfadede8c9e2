"""ERR209: an error is answered with a value that stands for nothing."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule, failure_names
from errlint.syntax.calls import is_literal
from errlint.syntax.handlers import caught_types, has_written_comment
from errlint.syntax.paths import Effect, Path
from errlint.syntax.raises import last_name
from errlint.syntax.sieve import CATCH_ALL, names_one_of, statements_below
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR209",
    name="error-as-value",
    since="0.1",
    preset="production",
    words=("except",),
    settings=("comment-is-reason", "reporters"),
    summary="An error is answered with `None`, `False`, `-1` or an empty value",
    message="`{header}` answers a failure with `{answer}`, and nobody hears of it; raise an error, or report it",
    help="let the error out, translate it, or report it before the answer",
    why="Callers cannot tell 'there is none' from 'we could not look', and go on with data that is missing.",
    bad=(
        Bad("""
            def orders(client, customer):
                try:
                    response = client.get(f"/customers/{customer}/orders")
                    return [Order(**each) for each in response.json()]
                except ConnectionError:  # expect: ERR209 "answers a failure with `[]`"
                    return []
        """),
        Bad("""
            import subprocess

            def version(program):
                try:
                    done = subprocess.run([program, "--version"], check=True, capture_output=True)
                    return done.stdout.decode()
                except subprocess.CalledProcessError:  # expect: ERR209 "with `None`"
                    return None
        """),
    ),
    good=(
        Good("""
            def orders(client, customer):
                try:
                    response = client.get(f"/customers/{customer}/orders")
                    return [Order(**each) for each in response.json()]
                except ConnectionError as error:
                    raise Unavailable(customer) from error
        """),
        Good("""
            def order(orders, number):
                try:
                    return orders[number]
                except KeyError:
                    return None
        """),
        Good("""
            def version(path) -> str | None:
                try:
                    with path.open() as file:
                        return file.readline()
                except OSError:
                    return None
        """),
        Good("""
            def is_reachable(address):
                try:
                    with connect(address) as connection:
                        return connection.ping()
                except ConnectionError:
                    return False
        """),
    ),
)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A value that stands for nothing is returned, by a type that may tell of a failure."""
    below = (*node.body, *statements_below(node))
    if not any(isinstance(part, ast.Return) and _may_stand_for_nothing(part.value) for part in below):
        return False
    return names_one_of(node.type, failure_names() | CATCH_ALL) or any(map(_is_named_for_failure, ast.walk(node)))


def _is_named_for_failure(node: ast.AST) -> bool:
    return _FAILURE.search(getattr(node, "attr", None) or getattr(node, "id", None) or "") is not None


def _may_stand_for_nothing(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Constant):
        return not value.value
    return isinstance(value, (ast.List, ast.Dict, ast.Tuple, ast.UnaryOp))


_FAILURE = re.compile(
    r"(connect|network|timeout|transport|database|operational|service|unavailable|socket|ssl|rpc|gateway"
    r"|(?<!bad)(request|client|server|http|api)(?=error|exception))\w*(error|exception|failure)$",
    re.IGNORECASE,
)
"""What classes are called that say that something could not be reached or done."""
_SAYS_SO = frozenset(
    {
        *("safe", "safely", "maybe", "try", "optional", "none", "default", "ping", "probe", "test", "check"),
        *("find", "lookup", "search"),
    }
)
"""Words of functions that promise an answer whatever happens, or of which nothing is an answer."""
_PREDICATE = ("is", "has", "can", "should", "exists", "supports")


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """A catch-all path by path; a narrow handler if the answer is all that it gives, and nobody was told of it."""
    answers = [_answer(path) for path in ctx.handlers.paths(node)]
    answer = next((each for each in answers if each is not None), None)
    function = next((each for each in ctx.around.ancestors(node) if isinstance(each, cst.FunctionDef)), None)
    if answer is None or function is None or not _gives_values(function):
        return
    if ctx.handlers.is_catch_all(node) or ctx.handlers.hides_failure(node):
        excused = ctx.excuses.may_be_silent(node)
    else:
        excused = not _tells_of_failure(node, ctx) or (ctx.settings.comment_is_reason and has_written_comment(node))
    if not ctx.handlers.is_catch_all(node):
        excused = excused or None in answers or _keeps_account(node) or _is_promised(answer, function, ctx)
    if excused:
        return
    yield rule.at(node, header=ctx.header(node), answer=ctx.code(answer))


def _keeps_account(handler: Handler) -> bool:
    """Whether a handler notes down what failed: `self.missing.append(path)`."""
    calls = (node for node in walk(handler.body, skip=NESTED_SCOPES) if isinstance(node, cst.Call))
    return any(last_name(call.func) in ("append", "add") for call in calls)


def _tells_of_failure(node: Handler, ctx: Context) -> bool:
    """Whether a class of a library or of the project is named for a failure, and none of them for an absence."""
    names = [last_name(kind) or "" for kind in caught_types(node)]
    unknown = all(ctx.exceptions.lineage(ctx.resolve(kind)) is None for kind in caught_types(node))
    return unknown and bool(names) and all(_FAILURE.search(name) for name in names)


def _answer(path: Path) -> cst.BaseExpression | None:
    """The value that stands for nothing, where a way through a handler returns one in silence."""
    if not path.is_silent or path.effects & Effect.WHISPERS or not isinstance(path.end, cst.Return):
        return None
    return path.end.value if path.end.value is not None and _stands_for_nothing(path.end.value) else None


def _stands_for_nothing(value: cst.BaseExpression) -> bool:
    if isinstance(value, (cst.List, cst.Dict, cst.Tuple)):
        return not value.elements
    if isinstance(value, cst.SimpleString):
        return not value.raw_value
    if isinstance(value, cst.UnaryOperation):
        return isinstance(value.operator, cst.Minus) and isinstance(value.expression, cst.Integer)
    return is_literal(value, "None", "False")


def _gives_values(function: cst.FunctionDef) -> bool:
    """Whether a function returns anything but what stands for nothing: a generator and a procedure do not."""
    parts = list(walk(function.body, skip=NESTED_SCOPES))
    if any(isinstance(part, cst.Yield) for part in parts):
        return False
    values = [part.value for part in parts if isinstance(part, cst.Return) and part.value is not None]
    return any(not _stands_for_nothing(value) for value in values)


def _is_promised(answer: cst.BaseExpression, function: cst.FunctionDef, ctx: Context) -> bool:
    """Whether the function says that it may answer so: in its annotation, docstring or name, or by being a question."""
    annotation = "" if function.returns is None else ctx.code(function.returns.annotation)
    text = ctx.code(answer)
    if text == "None" and re.search(r"\bNone\b|\bOptional\b", annotation):
        return True
    said = f"{text}|empty|nothing" if text.isalpha() else "empty|nothing|EOF"
    if re.search(rf"\b(?:{said})\b", function.get_docstring() or "", re.IGNORECASE):
        return True
    name = function.name.value
    words = name.lower().strip("_").split("_")
    if name.startswith("__") or annotation == "bool" or not _SAYS_SO.isdisjoint(words):
        return True
    return text == "False" and (any(word.startswith(_PREDICATE) for word in words) or _is_question(function))


def _is_question(function: cst.FunctionDef) -> bool:
    """Whether all that a function returns is true or false."""
    returned = (part for part in walk(function.body, skip=NESTED_SCOPES) if isinstance(part, cst.Return))
    return all(part.value is not None and _is_truth_value(part.value) for part in returned)


def _is_truth_value(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.BooleanOperation):
        return _is_truth_value(value.left) and _is_truth_value(value.right)
    is_not = isinstance(value, cst.UnaryOperation) and isinstance(value.operator, cst.Not)
    return is_not or isinstance(value, cst.Comparison) or is_literal(value, "True", "False")

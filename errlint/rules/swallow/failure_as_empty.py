"""ERR224: an error status is answered with an empty result."""

import ast
from http import HTTPStatus

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.calls import is_literal
from errlint.syntax.handlers import statements
from errlint.syntax.raises import last_name, mentions
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR224",
    name="failure-as-empty",
    since="0.1",
    preset="production",
    words=("status", "status_code", "ok", "is_success", "is_error", "is_client_error", "is_server_error"),
    summary="A failed request is answered with an empty result",
    message="a request that failed becomes `{empty}`, as if there were nothing; raise, or report the status",
    help="call `raise_for_status()`, or raise an error of your own",
    why="The caller takes `None` or an empty list for an answer, and deletes, hides or overwrites what is still there.",
    bad=(
        Bad("""
            def orders(session):
                response = session.get("/orders")
                if response.status_code != 200:
                    return []  # expect: ERR224 "becomes `[]`"
                return response.json()
        """),
        Bad("""
            def orders(session):
                response = session.get("/orders")
                if response.ok:
                    return response.json()
                return None  # expect: ERR224
        """),
    ),
    good=(
        Good("""
            def orders(session):
                response = session.get("/orders")
                response.raise_for_status()
                return response.json()
        """),
        Good("""
            def order(session, number):
                response = session.get(f"/orders/{number}")
                if response.status_code == 404:
                    return None
                response.raise_for_status()
                return response.json()
        """),
        Good("""
            def orders(session):
                response = session.get("/orders")
                if response.status_code != 200:
                    logger.error("no orders: %s", response.status_code)
                    return []
                return response.json()
        """),
    ),
)

_STATUS = frozenset({"status", "status_code"})
_SAYS_SUCCESS = frozenset({"ok", "is_success"})
_SAYS_FAILURE = frozenset({"is_error", "is_client_error", "is_server_error"})
_RESPONSES = frozenset({"r", "reply", "res", "resp", "response", "result", "rsp"})


@rule.sieve(ast.If)
def may_apply(node: ast.If, in_handler: bool) -> bool:
    """A test of an attribute."""
    return any(isinstance(part, ast.Attribute) for part in ast.walk(node.test))


@rule.on(cst.If)
def check(node: cst.If, ctx: Context) -> Findings:
    """The side of a test on which the request has failed, if that side says nothing but a constant."""
    succeeded = _tells_success(node.test)
    if succeeded is None or _is_given(node.test, ctx):
        return
    failed = _behind(node, ctx) if succeeded else statements(node.body)
    answer = failed[-1] if failed else None
    if not isinstance(answer, cst.Return) or not _is_empty(answer.value):
        return
    if not all(_only_talks(part, ctx) for part in failed[:-1]):
        return
    if _has_results(node, ctx) and not _expects_failure(node, ctx):
        empty = "None" if answer.value is None else ctx.code(answer.value)
        yield rule.at(answer, ((node, "the status is looked at here"),), empty=empty)


def _behind(node: cst.If, ctx: Context) -> tuple[cst.CSTNode, ...]:
    """What runs where a test is false: its `else`, or the rest of the block if the other side leaves."""
    if isinstance(node.orelse, cst.Else):
        return statements(node.orelse.body)
    suite = ctx.around.parent(node)
    if node.orelse is not None or not isinstance(suite, cst.BaseSuite):
        return ()
    if not isinstance(statements(node.body)[-1], (cst.Return, cst.Raise)):
        return ()
    flat = statements(suite)
    return flat[flat.index(node) + 1 :]


# What a test says


def _tells_success(test: cst.BaseExpression) -> bool | None:
    """Whether a test is true for a request that succeeded; `None` if it does not tell, or asks for absence only."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        told = _tells_success(test.expression)
        return None if told is None else not told
    if isinstance(test, cst.Attribute) and last_name(test.value) in _RESPONSES:
        if test.attr.value in _SAYS_SUCCESS | _SAYS_FAILURE:
            return test.attr.value in _SAYS_SUCCESS
        return None
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1 and _is_status(test.left):
        compared = test.comparisons[0]
        return _compared(compared.operator, _numbers(compared.comparator))
    return None


def _is_given(test: cst.BaseExpression, ctx: Context) -> bool:
    """Whether the response is a parameter: who has made the request has its status as well."""
    function = ctx.function_of(test)
    return function is not None and any(mentions(test, parameter.name) for parameter in function.parameters)


def _is_status(node: cst.BaseExpression) -> bool:
    """Whether an expression is the status of a response: `response.status_code`, not `self.status`."""
    if not isinstance(node, cst.Attribute) or node.attr.value not in _STATUS:
        return False
    return node.attr.value == "status_code" or last_name(node.value) in _RESPONSES


def _compared(operator: cst.BaseCompOp, numbers: list[int]) -> bool | None:
    if not numbers:
        return None
    first = numbers[0]
    if isinstance(operator, (cst.GreaterThan, cst.GreaterThanEqual, cst.LessThan, cst.LessThanEqual)):
        is_border = 299 <= first <= 500 and len(numbers) == 1
        return isinstance(operator, (cst.LessThan, cst.LessThanEqual)) if is_border else None
    succeed = all(200 <= number < 300 for number in numbers)
    if isinstance(operator, (cst.Equal, cst.In)):
        return True if succeed else _all_fail(numbers)
    if isinstance(operator, (cst.NotEqual, cst.NotIn)):
        return False if succeed else None
    return None


def _all_fail(numbers: list[int]) -> bool | None:
    """Faults of the server only: who asks for one status of a client's fault has thought about what it means."""
    return False if all(500 <= number < 600 for number in numbers) else None


def _numbers(node: cst.BaseExpression) -> list[int]:
    """The statuses that an expression names; none if one of them is not known."""
    if isinstance(node, (cst.Tuple, cst.List, cst.Set)):
        found = [_numbers(element.value) for element in node.elements]
        return [number for each in found for number in each] if all(found) else []
    if isinstance(node, cst.Integer):
        return [node.evaluated_value] if 100 <= node.evaluated_value < 600 else []
    if isinstance(node, cst.Attribute) and node.attr.value == "value":
        return _numbers(node.value)
    if isinstance(node, cst.Attribute) and node.attr.value.upper() in HTTPStatus.__members__:
        return [HTTPStatus[node.attr.value.upper()].value]
    return []


# What the failing side does


def _is_empty(value: cst.BaseExpression | None) -> bool:
    if value is None or is_literal(value, "None"):
        return True
    if isinstance(value, (cst.List, cst.Dict, cst.Tuple)):
        return not value.elements
    return isinstance(value, cst.SimpleString) and value.evaluated_value in ("", b"")


def _only_talks(statement: cst.CSTNode, ctx: Context) -> bool:
    """Whether a statement is a call that no operator hears of, and that is not given what the response says."""
    if not isinstance(statement, cst.Expr):
        return False
    calls = [part for part in walk(statement) if isinstance(part, cst.Call)]
    reports = [report for call in calls if (report := ctx.report(call)) is not None]
    return not any(report.counts for report in reports) and (bool(reports) or not _tells_status(statement))


def _tells_status(statement: cst.CSTNode) -> bool:
    return any(isinstance(part, cst.Attribute) and _is_status(part) for part in walk(statement))


def _has_results(node: cst.If, ctx: Context) -> bool:
    """Whether the function gives results, so that an empty one means something to its callers."""
    function = ctx.around.function_node(node)
    return function is not None and any(
        isinstance(part, cst.Return) and part.value is not None and _is_result(part.value)
        for part in walk(function.body, skip=NESTED_SCOPES)
    )


def _expects_failure(node: cst.If, ctx: Context) -> bool:
    """Whether the function answers an exception in the same way: nothing that it asks for need be there."""
    function = ctx.around.function_node(node)
    return function is not None and any(
        isinstance(part, cst.ExceptHandler) and _answers_empty(part, ctx)
        for part in walk(function.body, skip=NESTED_SCOPES)
    )


def _answers_empty(handler: cst.ExceptHandler, ctx: Context) -> bool:
    last = statements(handler.body)[-1]
    is_empty = isinstance(last, cst.Return) and _is_empty(last.value)
    return is_empty and all(path.is_silent for path in ctx.handlers.paths(handler))


def _is_result(value: cst.BaseExpression) -> bool:
    return not _is_empty(value) and not is_literal(value, "True", "False")

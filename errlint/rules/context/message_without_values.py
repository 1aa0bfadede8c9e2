"""ERR108: a message says that something is wrong, and not which."""

import ast
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.calls import is_literal
from errlint.syntax.raises import raised_callee, reads_like_class
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR108",
    name="message-without-values",
    since="0.1",
    preset="critical",
    words=("raise",),
    summary="A message leaves out the value that explains it",
    message="`{raised}` says the same for every `{value}`; put the value into the message",
    help="put the value that was refused, or not found, into the message",
    why="Whoever reads the log knows that it failed, and cannot tell for which record, file or user.",
    bad=(
        Bad("""
            def user(users, user_id):
                found = users.get(user_id)
                if found is None:
                    raise LookupError("user not found")  # expect: ERR108 "for every `user_id`"
                return found
        """),
        Bad("""
            def withdraw(account, amount):
                if amount > account.limit:
                    raise ValueError("amount too high")  # expect: ERR108 "for every `amount`"
                account.balance -= amount
        """),
    ),
    good=(
        Good("""
            def user(users, user_id):
                found = users.get(user_id)
                if found is None:
                    raise LookupError(f"user {user_id} not found")
                return found
        """),
        Good("""
            def withdraw(account, amount=None):
                if amount is None:
                    raise ValueError("an amount is needed")
                account.balance -= amount
        """),
        Good("""
            def log_in(users, password):
                if password != users.current.password:
                    raise PermissionError("wrong password")
        """),
    ),
)

_SELF_EXPLAINING = (
    *("builtins.NotImplementedError", "builtins.AssertionError", "builtins.SystemExit", "builtins.Warning"),
    *("builtins.TimeoutError", "builtins.StopIteration"),
)
_SECRETS = ("password", "passwd", "secret", "token", "key", "credential", "signature", "auth", "pin", "hash", "digest")
_ORDERED = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
_ABOVE = (cst.GreaterThan, cst.GreaterThanEqual)
_WORDS = 2


@rule.sieve(ast.If)
def may_apply(node: ast.If, in_handler: bool) -> bool:
    """A condition on a name, and in its first branch a raise of one text."""
    return any(map(_raises_one_text, node.body)) and _may_refuse(node.test)


def _raises_one_text(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call) or node.exc.keywords:
        return False
    texts = [argument.value for argument in node.exc.args if isinstance(argument, ast.Constant)]
    return len(node.exc.args) == len(texts) == 1 and isinstance(texts[0], str) and len(texts[0].split()) >= _WORDS


def _may_refuse(test: ast.expr) -> bool:
    """The shapes that `_refused` reads."""
    if isinstance(test, ast.BoolOp):
        return isinstance(test.op, ast.And) and any(map(_may_refuse, test.values))
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Name)
    if not isinstance(test, ast.Compare):
        return False
    is_ordered = isinstance(test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
    sides = [test.left, test.comparators[0]] if is_ordered else [test.left]
    is_read = is_ordered or isinstance(test.ops[0], (ast.In, ast.NotIn, ast.Is))
    return is_read and any(isinstance(side, ast.Name) for side in sides)


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """A constant text under a condition about a value that the function was given, or that it loops over."""
    call = node.exc
    if not isinstance(call, cst.Call) or not _says_one_constant_thing(call) or not reads_like_class(call.func):
        return
    callee = raised_callee(call)
    name = None if callee is None else ctx.resolve(callee)
    if ctx.exceptions.surely_derives(name, _SELF_EXPLAINING) or _is_translated(node, name, ctx):
        return
    condition = _condition(node, ctx)
    if condition is None:
        return
    given = _given(node, ctx)
    value = next((name for name in _refused(condition.test, given, ctx) if not _is_secret(name)), None)
    if value is not None:
        yield rule.at(node, raised=f"raise {ctx.code(call)}", value=value)


def _says_one_constant_thing(call: cst.Call) -> bool:
    """Whether a call is given a sentence and nothing else; a single word is a code."""
    if len(call.args) != 1 or call.args[0].keyword is not None or call.args[0].star:
        return False
    value = call.args[0].value
    text = value.evaluated_value if isinstance(value, (cst.SimpleString, cst.ConcatenatedString)) else None
    return isinstance(text, str) and len(text.split()) >= _WORDS


def _is_translated(node: cst.Raise, name: str | None, ctx: Context) -> bool:
    """Whether a handler of the same function takes the exception, and can say more."""
    return any(ctx.handlers.surely_catches(attempt, name) for attempt in ctx.around.tries(node))


def _condition(node: cst.Raise, ctx: Context) -> cst.If | None:
    """The `if` whose first branch holds a statement directly."""
    block = ctx.around.parent(node)
    if isinstance(block, cst.SimpleStatementLine):
        block = ctx.around.parent(block)
    outer = None if block is None else ctx.around.parent(block)
    return outer if isinstance(outer, cst.If) and outer.body is block else None


def _given(node: cst.CSTNode, ctx: Context) -> dict[str, cst.BaseExpression | None]:
    """The names that say which: parameters and loop variables; and those that were looked up, with the look-up."""
    function = next((each for each in ctx.around.ancestors(node) if isinstance(each, NESTED_SCOPES)), None)
    outline = ctx.function_of(node)
    if not isinstance(function, cst.FunctionDef) or outline is None:
        return {}
    names = [each.name for each in outline.parameters]
    given: dict[str, cst.BaseExpression | None] = dict.fromkeys(names[1:] if outline.owner is not None else names)
    for part in walk(function.body, skip=NESTED_SCOPES):
        if isinstance(part, cst.For) and isinstance(part.target, cst.Name):
            given[part.target.value] = None
        elif isinstance(part, cst.Assign) and len(part.targets) == 1 and isinstance(part.targets[0].target, cst.Name):
            given[part.targets[0].target.value] = part.value
    return given


def _refused(test: cst.BaseExpression, given: dict[str, cst.BaseExpression | None], ctx: Context) -> Iterator[str]:
    """The names whose values a condition refuses."""
    if isinstance(test, cst.BooleanOperation):
        if isinstance(test.operator, cst.Or):
            return
        yield from _refused(test.left, given, ctx)
        yield from _refused(test.right, given, ctx)
    elif (missing := _missing(test)) is not None:
        yield from _looked_up_by(given.get(missing), given)
    elif isinstance(test, cst.Comparison):
        yield from (side.value for side in _measured(test) if side.value in given and given[side.value] is None)


def _measured(test: cst.Comparison) -> Iterator[cst.Name]:
    """The names whose values are compared: both of `amount > limit`, the first of `kind not in KINDS`."""
    operator, limit = test.comparisons[0].operator, test.comparisons[0].comparator
    if isinstance(operator, _ABOVE) and isinstance(limit, cst.Integer) and limit.value == "0":
        return  # whether it was given at all
    sides = [test.left, limit] if isinstance(operator, _ORDERED) else []
    if isinstance(operator, (cst.In, cst.NotIn)):
        sides = [test.left]
    yield from (side for side in sides if isinstance(side, cst.Name))


def _missing(test: cst.BaseExpression) -> str | None:
    """The name of what is not there: `user is None`, `not user`."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return test.expression.value if isinstance(test.expression, cst.Name) else None
    if not isinstance(test, cst.Comparison) or not isinstance(test.left, cst.Name):
        return None
    target = test.comparisons[0]
    return test.left.value if isinstance(target.operator, cst.Is) and is_literal(target.comparator, "None") else None


def _looked_up_by(lookup: cst.BaseExpression | None, given: dict[str, cst.BaseExpression | None]) -> Iterator[str]:
    """The parameters by which something was looked up: `user_id` of `users.get(user_id)`."""
    if isinstance(lookup, cst.Await):
        lookup = lookup.expression
    if not isinstance(lookup, cst.Call):
        return
    for argument in lookup.args:
        value = argument.value
        if isinstance(value, cst.Name) and value.value in given and given[value.value] is None and _identifies(value):
            yield value.value


def _identifies(value: cst.Name) -> bool:
    """Whether a name is that of an identifier: other parameters may be whole objects."""
    return value.value.lower().rpartition("_")[2] in _IDENTIFIERS


_IDENTIFIERS = frozenset(
    {"id", "pk", "uuid", "name", "slug", "path", "url", "code", "number", "email", "username", "filename", "key"}
)


def _is_secret(name: str) -> bool:
    return any(secret in name.lower() for secret in _SECRETS)

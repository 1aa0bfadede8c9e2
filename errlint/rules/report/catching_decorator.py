"""ERR416: a decorator catches what a function raises, and whoever called it goes on with None."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Function, Good, Rule
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR416",
    name="catching-decorator",
    since="0.1",
    preset="production",
    words=("catch",),
    summary="A decorator swallows the errors of a function whose result is used",
    message="`@{decorator}` makes `{function}` {outcome} when it fails, and the caller goes on; add `reraise=True`",
    help="add `reraise=True`, or catch where the caller can be told",
    why="The error is logged, but the caller takes None for the result and fails later, far from the cause.",
    bad=(
        Bad("""
            from loguru import logger

            @logger.catch
            def read_rate(currency):  # expect: ERR416 "return None"
                return float(fetch(currency))
        """),
        Bad("""
            from loguru import logger

            @logger.catch(message="no rates")
            async def rates(currencies):  # expect: ERR416
                for currency in currencies:
                    yield await fetch(currency)
        """),
    ),
    good=(
        Good("""
            from loguru import logger

            @logger.catch(reraise=True)
            def read_rate(currency):
                return float(fetch(currency))
        """),
        Good("""
            from loguru import logger

            @logger.catch
            def refresh(feed):
                feed.load()
        """),
        Good("""
            from loguru import logger

            @logger.catch(default=0.0)
            def read_rate(currency):
                return float(fetch(currency))
        """),
        Good("""
            from loguru import logger

            @logger.catch
            def main():
                run()
                return 0

            if __name__ == "__main__":
                main()
        """),
    ),
)

_CATCHING = frozenset({"loguru.logger.catch"})
_DECIDES = ("default", "onerror")
"""Arguments by which the code says what becomes of the caller."""
_EDGES = frozenset({"cli_main", "cli_command", "cli_callback", "thread_body", "process_body"})
"""Kinds of functions whose result nobody takes."""


@rule.sieve(ast.FunctionDef)
def may_apply(node: ast.FunctionDef, in_handler: bool) -> bool:
    """A decorator that is named like the one that catches."""
    return _is_decorated(node)


@rule.sieve(ast.AsyncFunctionDef)
def may_apply_too(node: ast.AsyncFunctionDef, in_handler: bool) -> bool:
    """The same of a coroutine."""
    return _is_decorated(node)


def _is_decorated(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(part, ast.Attribute) and part.attr == "catch"
        for each in node.decorator_list
        for part in ast.walk(each)
    )


@rule.on(cst.FunctionDef)
def check(node: cst.FunctionDef, ctx: Context) -> Findings:
    """A function that gives something, in whose place the decorator gives None."""
    outcome = _outcome(node)
    if outcome is None:
        return
    for decorator in node.decorators:
        if _swallows(decorator.decorator, ctx):
            function = ctx.around.definition(node)
            if isinstance(function, Function) and not _is_edge(function, decorator, node, ctx):
                name = ctx.code(decorator.decorator)
                yield rule.at(node, decorator=name, function=node.name.value, outcome=outcome)
            return


def _outcome(node: cst.FunctionDef) -> str | None:
    """What a caller gets in place of what the function gives; `None` if it gives nothing anyway."""
    gives = None
    for part in walk(node.body, skip=NESTED_SCOPES):
        if isinstance(part, cst.Yield):
            return "end early"
        if isinstance(part, cst.Return) and part.value is not None and not is_literal(part.value, "None"):
            gives = "return None"
    return gives


def _swallows(decorator: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a decorator catches errors and nothing says what becomes of the caller."""
    if not isinstance(decorator, cst.Call):
        return ctx.resolve(decorator) in _CATCHING
    if ctx.resolve(decorator.func) not in _CATCHING or any(argument.star for argument in decorator.args):
        return False
    reraise = keyword_argument(decorator, "reraise")
    goes_on = reraise is None or is_literal(reraise.value, "False")
    return goes_on and all(keyword_argument(decorator, name) is None for name in _DECIDES)


def _is_edge(function: Function, decorator: cst.Decorator, node: cst.FunctionDef, ctx: Context) -> bool:
    """Whether nobody takes the result, or a decorator below has registered the function as it is."""
    boundaries = list(ctx.file.boundaries.of(function))
    is_below_another = bool(boundaries) and decorator is not node.decorators[-1]
    return is_below_another or any(boundary.kind in _EDGES for boundary in boundaries)

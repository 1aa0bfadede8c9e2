"""ERR102: an exception raised while another is handled should name its cause."""

import ast
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule, Safe, chained, ends_the_story
from errlint.syntax.handlers import caught_name
from errlint.syntax.raises import last_name, mentions, raised_callee, reads_like_class
from errlint.syntax.tree import walk

_CHAIN = Safe("name the cause")

rule = Rule(
    code="ERR102",
    name="raise-without-cause",
    since="0.1",
    preset="recommended",
    words=("except",),
    fixes=(_CHAIN,),
    same_as=(
        "ruff:B904",
        "ruff:raise-without-from-inside-except",
        "ruff:TRY200",
        "pylint:raise-missing-from",
        "pylint:W0707",
    ),
    summary="A new exception raised in a handler does not name its cause",
    message="`{raised}` does not name its cause; add `from {cause}`",
    help="chain it: `raise New(...) from err`, or `from None` to hide the cause on purpose",
    why=(
        "The traceback then says that another exception happened *during handling* of the first, "
        "so a deliberate translation reads like a second bug."
    ),
    bad=(
        Bad(
            """
            def read_settings(path):
                try:
                    return path.read_text()
                except OSError:
                    raise ConfigError(f"cannot read {path}")  # expect: ERR102 "add `from err`"
        """,
            fixed="""
            def read_settings(path):
                try:
                    return path.read_text()
                except OSError as err:
                    raise ConfigError(f"cannot read {path}") from err
        """,
        ),
        Bad(
            """
            def port(text):
                try:
                    return int(text)
                except ValueError as error:
                    raise ConfigError(f"{text} is not a port")  # expect: ERR102 "add `from error`"
        """,
            fixed="""
            def port(text):
                try:
                    return int(text)
                except ValueError as error:
                    raise ConfigError(f"{text} is not a port") from error
        """,
        ),
        Bad(
            """
            import sys

            def main():
                try:
                    serve()
                except OSError as error:
                    print(error)
                    raise SystemExit(2)  # expect: ERR102 "add `from None`"
        """,
            fixed="""
            import sys

            def main():
                try:
                    serve()
                except OSError as error:
                    print(error)
                    raise SystemExit(2) from None
        """,
        ),
    ),
    good=(
        Good("""
            def read_settings(path):
                try:
                    return path.read_text()
                except OSError as error:
                    raise ConfigError(f"cannot read {path}") from error
        """),
        Good("""
            def find(table, key):
                try:
                    return table[key]
                except KeyError:
                    raise NotFound(key) from None
        """),
        Good("""
            class Client:
                def get(self, url):
                    try:
                        return self.session.get(url)
                    except TimeoutError as error:
                        raise self._wrap(error)
        """),
    ),
)

_FORMATTERS = frozenset({"ascii", "format", "repr", "str"})
_KNOW_THE_CAUSE = frozenset({"with_traceback", "exception", "exc_info", "retry"})
"""Methods that give the handled exception itself, or take it up and raise by themselves, as `retry` of celery does."""


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """An exception without a cause, in a handler."""
    return in_handler and node.exc is not None and node.cause is None


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """Shape first; the question about types, which may read a module, last."""
    if node.exc is None or node.cause is not None:
        return
    handler = ctx.handler_of(node)
    if handler is None or not any(_is_new(part, handler) for part in _alternatives(node.exc)):
        return
    callee = raised_callee(node.exc)
    name = None if callee is None else ctx.resolve(callee)
    if any(ctx.handlers.surely_catches(attempt, name) for attempt in ctx.around.tries(node, inside=handler)):
        return
    related = ((handler, "the cause is caught here"),)
    raised = f"raise {ctx.code(node.exc)}"
    if ends_the_story(name, ctx) or _answers_getattr(name, node, ctx):
        fix = _CHAIN.by(ctx.edit.cause(node, "None"))
        yield rule.at(node, related, fix, raised=raised, cause="None")
    else:
        cause = caught_name(handler) or ctx.free_name(handler)
        yield rule.at(node, related, chained(_CHAIN, node, handler, ctx), raised=raised, cause=cause)


def _alternatives(expression: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(expression, cst.IfExp):
        yield from _alternatives(expression.body)
        yield from _alternatives(expression.orelse)
    elif isinstance(expression, cst.BooleanOperation):
        yield from _alternatives(expression.left)
        yield from _alternatives(expression.right)
    else:
        yield expression


def _is_new(expression: cst.BaseExpression, handler: Handler) -> bool:
    """Whether an expression makes an exception that does not know the caught one."""
    caught = caught_name(handler)
    if isinstance(expression, cst.Call):
        if last_name(expression.func) in _KNOW_THE_CAUSE:
            return False
        is_class = reads_like_class(expression.func) or not isinstance(expression.func, (cst.Name, cst.Attribute))
        return is_class or not any(_hands_on(argument, caught) or _is_ambient(argument) for argument in expression.args)
    if isinstance(expression, cst.Name) and expression.value != caught and not reads_like_class(expression):
        return _is_made_in(handler, expression.value)
    return _is_class(expression)


def _hands_on(argument: cst.Arg, caught: str | None) -> bool:
    """Whether an argument is, or holds, the exception itself and not only a text made of it."""
    texts = [part for part in walk(argument.value) if _makes_text(part)]
    in_texts = {id(part) for text in texts for part in walk(text)}
    outside = [part for part in walk(argument.value) if isinstance(part, cst.Name) and id(part) not in in_texts]
    return any(mentions(part, caught) for part in outside)


def _makes_text(expression: cst.CSTNode) -> bool:
    if isinstance(expression, cst.Call):
        return last_name(expression.func) in _FORMATTERS
    if isinstance(expression, cst.BinaryOperation):
        return isinstance(expression.operator, cst.Modulo)
    return isinstance(expression, cst.FormattedString)


def _is_ambient(argument: cst.Arg) -> bool:
    """Whether an argument is the handled exception by another way: `sys.exc_info()`."""
    return any(isinstance(part, cst.Call) and last_name(part.func) == "exc_info" for part in walk(argument))


def _is_class(expression: cst.BaseExpression) -> bool:
    """Whether `raise expression` would make an instance of a class."""
    return isinstance(expression, (cst.Name, cst.Attribute)) and reads_like_class(expression)


def _is_made_in(handler: Handler, name: str) -> bool:
    """Whether a variable is set in the handler to a new instance of a class, and not chained by hand."""
    made = False
    for node in walk(handler.body):
        if isinstance(node, cst.AnnAssign):
            if isinstance(node.target, cst.Name) and node.target.value == name:
                made = isinstance(node.value, cst.Call) and reads_like_class(node.value.func)
        elif isinstance(node, cst.Assign):
            for target in node.targets:
                if isinstance(target.target, cst.Name) and target.target.value == name:
                    if not (isinstance(node.value, cst.Call) and reads_like_class(node.value.func)):
                        return False
                    made = True
                elif isinstance(target.target, cst.Attribute) and target.target.attr.value.startswith("__"):
                    return False
    return made


def _answers_getattr(name: str | None, node: cst.Raise, ctx: Context) -> bool:
    """Whether a raise is how `__getattr__` says no."""
    function = ctx.function_of(node)
    in_getattr = function is not None and function.name in ("__getattr__", "__getattribute__", "__delattr__")
    return in_getattr and name == "builtins.AttributeError"

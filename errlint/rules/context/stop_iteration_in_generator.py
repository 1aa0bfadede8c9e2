"""ERR117: a generator lets StopIteration escape, which Python turns into RuntimeError."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Rule, Safe
from errlint.syntax.calls import is_literal
from errlint.syntax.raises import raised_callee
from errlint.syntax.tree import NESTED_SCOPES, walk

_RETURN = Safe("write `return`")

rule = Rule(
    code="ERR117",
    name="stop-iteration-in-generator",
    since="0.1",
    preset="recommended",
    words=("StopIteration", "StopAsyncIteration", "next"),
    fixes=(_RETURN,),
    same_as=("pylint:stop-iteration-return", "pylint:R1708"),
    summary="A generator lets StopIteration escape",
    message="`{escaping}` makes this generator fail with RuntimeError{when}; {advice}",
    help="end a generator with `return`, and give `next` a default or a handler",
    why=(
        "Since PEP 479 a StopIteration that leaves a generator becomes `RuntimeError: generator raised StopIteration`, "
        "which the loop around it does not take for an end."
    ),
    bad=(
        Bad(
            """
            def pages(client):
                while True:
                    page = client.fetch()
                    if page is None:
                        raise StopIteration  # expect: ERR117 "write `return`"
                    yield page
        """,
            fixed="""
            def pages(client):
                while True:
                    page = client.fetch()
                    if page is None:
                        return
                    yield page
        """,
        ),
        Bad("""
            def pairs(items):
                iterator = iter(items)
                for item in iterator:
                    yield item, next(iterator)  # expect: ERR117 "give it a default"
        """),
    ),
    good=(
        Good("""
            def pairs(items):
                iterator = iter(items)
                for item in iterator:
                    yield item, next(iterator, None)
        """),
        Good("""
            def rows(file):
                lines = iter(file)
                try:
                    next(lines)
                except StopIteration:
                    return
                yield from lines
        """),
        Good("""
            import itertools

            def numbered(items):
                numbers = itertools.count(1)
                for item in items:
                    yield next(numbers), item
        """),
        Good("""
            class Countdown:
                def __next__(self):
                    if not self.left:
                        raise StopIteration
                    self.left -= 1
                    return self.left
        """),
    ),
)

_SYNC = "builtins.StopIteration"
_ASYNC = "builtins.StopAsyncIteration"
_ENDLESS = frozenset({"itertools.count()", "itertools.cycle()"})
_MAY_BE_EMPTY = frozenset(
    {
        *("csv.reader()", "csv.DictReader()", "builtins.open()", "io.StringIO()", "sys.stdin", "os.walk()"),
        *("os.scandir()", "glob.iglob()", "re.finditer()"),
    }
)
"""Iterators over what somebody else wrote: nobody can promise that there is a first."""
_ENDING = frozenset(
    {*_MAY_BE_EMPTY, *(f"builtins.{name}()" for name in ("iter", "zip", "enumerate", "map", "filter", "reversed"))}
)
_CATCHING = (_SYNC, "builtins.Exception", "builtins.BaseException")


@rule.sieve(ast.FunctionDef)
def may_apply(node: ast.FunctionDef, in_handler: bool) -> bool:
    """A generator that raises it, or calls `next` without a default."""
    return _may_stop(node)


@rule.sieve(ast.AsyncFunctionDef)
def may_apply_async(node: ast.AsyncFunctionDef, in_handler: bool) -> bool:
    """The same of an asynchronous generator."""
    return _may_stop(node)


def _may_stop(function: ast.AST) -> bool:
    parts = list(ast.walk(function))
    return any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in parts) and any(map(_may_be_escape, parts))


def _may_be_escape(part: ast.AST) -> bool:
    if isinstance(part, ast.Raise):
        return part.exc is not None
    return isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "next"


@rule.on(cst.Raise)
def check_raise(node: cst.Raise, ctx: Context) -> Findings:
    """`raise StopIteration`, which nothing in the generator may catch."""
    callee = None if node.exc is None else raised_callee(node.exc)
    name = None if callee is None else ctx.resolve(callee)
    if node.exc is None or name not in (_SYNC, _ASYNC):
        return
    generator = _generator_of(node, ctx)
    if generator is None or (name == _ASYNC and generator.asynchronous is None) or _may_be_caught(node, name, ctx):
        return
    fix = _returned(node, generator, ctx)
    yield rule.at(node, fix=fix, escaping=f"raise {ctx.code(node.exc)}", when="", advice="write `return`")


@rule.on(cst.Call)
def check_next(node: cst.Call, ctx: Context) -> Findings:
    """`next(iterator)` without a default, where the iterator is likely to end: `next(iter(items))` asks for a first
    that is mostly known to be there.
    """
    if not isinstance(node.func, cst.Name) or node.func.value != "next" or len(node.args) != 1 or node.args[0].star:
        return
    if not ctx.is_builtin("next", node) or _generator_of(node, ctx) is None:
        return
    if _may_end(node, node.args[0].value, ctx) and not _may_be_caught(node, _SYNC, ctx):
        when = " when there is nothing left"
        yield rule.at(node, escaping=ctx.code(node), when=when, advice="give it a default, or handle StopIteration")


def _generator_of(node: cst.CSTNode, ctx: Context) -> cst.FunctionDef | None:
    """The function that a node runs in, if it is a generator."""
    for around in ctx.around.ancestors(node):
        if isinstance(around, NESTED_SCOPES):
            return around if isinstance(around, cst.FunctionDef) and _yields(around) else None
    return None


def _yields(function: cst.FunctionDef) -> bool:
    return any(isinstance(part, cst.Yield) for part in walk(function.body, skip=NESTED_SCOPES))


def _may_be_caught(node: cst.CSTNode, name: str, ctx: Context) -> bool:
    """Whether a handler around a node may catch what escapes from it, or a `with` may suppress it."""
    for attempt in ctx.around.tries(node):
        for handler in attempt.handlers:
            caught = ctx.handlers.caught(handler)
            if not caught or None in caught or any(_catches(each, name, ctx) for each in caught):
                return True
    return any(
        isinstance(around, cst.With) and any("suppress" in ctx.code(item.item) for item in around.items)
        for around in ctx.around.ancestors(node)
    )


def _catches(caught: str | None, name: str, ctx: Context) -> bool:
    return ctx.exceptions.surely_derives(name, [caught or ""]) or caught in _CATCHING


def _may_end(node: cst.Call, iterator: cst.BaseExpression, ctx: Context) -> bool:
    """Whether an iterator may be empty, is read to its end by a loop around the call, or by one that never ends."""
    name = ctx.resolve(iterator)
    if name in _MAY_BE_EMPTY:
        return True
    if not isinstance(iterator, (cst.Name, cst.Attribute)):
        return False
    for loop in ctx.around.loops(node):
        if isinstance(loop, cst.For) and name not in _ENDLESS and loop.iter.deep_equals(iterator):
            return True
        if isinstance(loop, cst.While) and name in _ENDING:
            return is_literal(loop.test, "True") or isinstance(loop.test, cst.Integer)
    return False


def _returned(node: cst.Raise, generator: cst.FunctionDef, ctx: Context) -> Fix | None:
    """`return` with the value that StopIteration carries; an asynchronous generator returns none."""
    arguments = node.exc.args if isinstance(node.exc, cst.Call) else ()
    if len(arguments) > 1 or any(argument.keyword or argument.star for argument in arguments):
        return None
    if arguments and generator.asynchronous is not None:
        return None
    text = f"return {ctx.edit.text(arguments[0].value)}" if arguments else "return"
    handler = ctx.handler_of(node)
    names = [] if handler is None or node.cause is None else ctx.without_name(handler, node)
    group = None if handler is None else ctx.edit.span(handler)
    return _RETURN.by(ctx.edit.replace(node, text), *names, group=group)

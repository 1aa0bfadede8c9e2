"""ERR217: a loop of attempts that ends like one that worked."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.calls import is_literal
from errlint.syntax.handlers import TRIES, Try, statements
from errlint.syntax.paths import Exit
from errlint.syntax.raises import last_name, mentions
from errlint.syntax.sieve import statements_below
from errlint.syntax.texts import code
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR217",
    name="retries-exhausted-silently",
    since="0.1",
    cwe=(390,),
    preset="recommended",
    words=("except",),
    supersedes=("ERR202", "ERR203", "ERR209", "ERR401"),
    summary="After the last attempt a function goes on as if it had worked",
    message="`{header}` tries again, and {end} when the last attempt has failed too; raise the error there",
    help="raise the error of the last attempt",
    why="The caller cannot tell that all attempts have failed, and the error of none of them is left.",
    bad=(
        Bad("""
            import time

            def send(message):
                for _ in range(3):
                    try:
                        message.send()
                        break
                    except ConnectionError:  # expect: ERR217 "goes on"
                        time.sleep(1)
        """),
        Bad("""
            def fetch(source, attempts):
                for attempt in range(attempts):
                    try:
                        return source.fetch()
                    except TimeoutError:  # expect: ERR217 "returns None"
                        continue
                return None
        """),
    ),
    good=(
        Good("""
            import time

            def send(message):
                for delay in (1, 5, None):
                    try:
                        message.send()
                        break
                    except ConnectionError:
                        if delay is None:
                            raise
                        time.sleep(delay)
        """),
        Good("""
            def fetch(source, attempts):
                for attempt in range(attempts):
                    try:
                        return source.fetch()
                    except TimeoutError:
                        continue
                raise SourceUnavailable(source.name)
        """),
        Good("""
            def first_readable(paths):
                for path in paths:
                    try:
                        return path.read_text()
                    except PermissionError:
                        continue
                return None
        """),
    ),
)

_RETRY_WORDS = frozenset(
    {"attempt", "attempts", "backoff", "backoffs", "delay", "delays", "repeat", "retries", "retry", "tries"}
)
_LEAVES = (cst.Return, cst.Break, cst.Raise)


@rule.sieve(ast.For)
def may_apply(node: ast.For, in_handler: bool) -> bool:
    """A loop of attempts without `else`, around a handler."""
    return _may_retry(node)


@rule.sieve(ast.AsyncFor)
def may_apply_async(node: ast.AsyncFor, in_handler: bool) -> bool:
    """The same for `async for`, in which attempts may be counted too."""
    return _may_retry(node)


def _may_retry(node: ast.For | ast.AsyncFor) -> bool:
    if node.orelse or not any(isinstance(inner, ast.ExceptHandler) for inner in statements_below(node)):
        return False
    repeated = f"{ast.unparse(node.target)} {ast.unparse(node.iter)}"
    return "range(" in repeated or _speaks_of_retries(repeated)


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """A handler that always goes round without a word, in a loop that ends when an attempt succeeds."""
    loop = next(ctx.around.loops(node), None)
    if not isinstance(loop, cst.For) or loop.orelse is not None or ctx.function_of(node) is None:
        return
    attempt = ctx.around.try_of(node)
    if (
        not _is_retried(loop, attempt)
        or not ctx.handlers.only_goes_round(node)
        or not _ends_on_success(attempt, node, ctx)
    ):
        return
    end = _end(loop, ctx)
    if end is None or _means_none(loop) or (_promises_nothing(node, ctx) and not ctx.handlers.is_catch_all(node)):
        return
    yield rule.at(node, ((loop, "the attempts"),), header=ctx.header(node), end=end)


def _is_retried(loop: cst.For, attempt: Try) -> bool:
    """Whether a loop does the same thing again: the others try one candidate after the other."""
    names = {part.value for part in walk(loop.target) if isinstance(part, cst.Name)}
    if any(_speaks_of_retries(name) for name in names) or _speaks_of_retries(code(loop.iter)):
        return True
    counts = isinstance(loop.iter, cst.Call) and last_name(loop.iter.func) == "range"
    return counts and not any(mentions(attempt.body, name) for name in names | _bound_beside(loop, attempt))


def _bound_beside(loop: cst.For, attempt: Try) -> set[str]:
    """The names that a loop binds anew each time before it comes to a `try`."""
    targets = [
        each.target
        for part in walk(loop.body, skip=(*NESTED_SCOPES, type(attempt)))
        if isinstance(part, cst.Assign)
        for each in part.targets
    ]
    return {part.value for target in targets for part in walk(target) if isinstance(part, cst.Name)}


def _speaks_of_retries(text: str) -> bool:
    return not _RETRY_WORDS.isdisjoint(re.split(r"[^a-z]+", text.lower()))


def _ends_on_success(attempt: Try, handler: Handler, ctx: Context) -> bool:
    """Whether the loop is left where the attempt succeeds, and nothing decides about it where it fails."""
    suite = ctx.around.parent(attempt)
    behind = suite.body[suite.body.index(attempt) + 1 :] if isinstance(suite, cst.BaseSuite) else ()
    tried = [attempt.body, *([] if attempt.orelse is None else [attempt.orelse])]
    if all(path.exit is Exit.CONTINUE for path in ctx.handlers.paths(handler)):
        tried += behind
    elif any(isinstance(part, _LEAVES) for line in behind for part in walk(line, skip=NESTED_SCOPES)):
        return False
    loop = next(ctx.around.loops(attempt), None)
    return any(
        isinstance(part, cst.Return) or (isinstance(part, cst.Break) and next(ctx.around.loops(part), None) is loop)
        for block in tried
        for part in walk(block, skip=NESTED_SCOPES)
    )


def _end(loop: cst.For, ctx: Context) -> str | None:
    """What happens behind the loop, if that is nothing, or next to nothing."""
    current: cst.CSTNode = loop
    for parent in ctx.around.ancestors(loop):
        if isinstance(parent, cst.BaseSuite) and current is not parent.body[-1]:
            following = parent.body[parent.body.index(current) + 1]
            return _says(following)
        if isinstance(parent, (cst.For, cst.While)):
            return None
        if isinstance(parent, NESTED_SCOPES):
            return "goes on as if it had worked"
        if isinstance(parent, TRIES) and (parent.orelse is not None and current is parent.body):
            return None
        current = parent
    return None


def _says(following: cst.CSTNode) -> str | None:
    first = statements(following)[0] if isinstance(following, cst.BaseSuite) else following
    if isinstance(first, cst.SimpleStatementLine):
        first = first.body[0]
    if isinstance(first, cst.Return) and (first.value is None or is_literal(first.value, "None")):
        return "returns None"
    return None


def _means_none(loop: cst.For) -> bool:
    """Whether a round may itself find that there is nothing, which the function says in the same way."""
    returned = (part.value for part in walk(loop.body, skip=NESTED_SCOPES) if isinstance(part, cst.Return))
    return any(value is not None and is_literal(value, "None") for value in returned)


def _promises_nothing(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether the signature of the function says that there may be no result."""
    function = ctx.around.function_node(node)
    if function is None or function.returns is None or is_literal(function.returns.annotation, "None"):
        return False
    return any(
        isinstance(part, cst.Name) and part.value in ("None", "Optional") for part in walk(function.returns.annotation)
    )

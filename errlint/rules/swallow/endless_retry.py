"""ERR218: a loop that tries the same thing again for ever, at full speed and without a word."""

import ast
import re
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.handlers import Try, statements
from errlint.syntax.paths import Exit
from errlint.syntax.raises import last_name, mentions
from errlint.syntax.sieve import statements_below
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR218",
    name="endless-retry",
    since="0.1",
    preset="production",
    words=("while",),
    supersedes=("ERR202", "ERR203", "ERR401"),
    summary="A loop tries again for ever, without delay or report",
    message="`{header}` tries again at once, for ever and without a word; add a limit, a delay or a report",
    help="stop after some attempts, wait between them, or report the error",
    why="If the error stays, the loop takes all of a processor, floods what it calls, and nobody learns why.",
    bad=(
        Bad("""
            def connect(server):
                while True:
                    try:
                        return server.connect()
                    except ConnectionError:  # expect: ERR218
                        continue
        """),
    ),
    good=(
        Good("""
            import time

            def connect(server):
                while True:
                    try:
                        return server.connect()
                    except ConnectionError:
                        time.sleep(1)
        """),
        Good("""
            def connect(server):
                while True:
                    try:
                        return server.connect()
                    except ConnectionError:
                        logger.warning("no connection to %s", server)
        """),
        Good("""
            def connect(servers):
                while True:
                    server = servers.pop()
                    try:
                        return server.connect()
                    except ConnectionError:
                        continue
        """),
    ),
)

_WAITS = frozenset(
    {
        *(
            "accept",
            "acquire",
            "anext",
            "getch",
            "getkey",
            "backoff",
            "delay",
            "get",
            "input",
            "join",
            "next",
            "pause",
            "poll",
            "pop",
        ),
        *("popleft", "prompt", "read", "readexactly", "readline", "readuntil", "receive", "recv", "recvfrom"),
        *("select", "sleep", "throttle", "wait", "waitpid"),
    }
)
"""Words of calls that wait, or that bring something new each time."""
_LEAVES = (cst.Raise, cst.Return, cst.Break)


@rule.sieve(ast.While)
def may_apply(node: ast.While, in_handler: bool) -> bool:
    """An endless loop around a handler."""
    is_endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    return is_endless and any(isinstance(inner, ast.ExceptHandler) for inner in statements_below(node))


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """A handler of a failure that always goes round, in a loop in which nothing else waits, counts or changes."""
    loop = next(ctx.around.loops(node), None)
    if not isinstance(loop, cst.While) or not _is_endless(loop) or not ctx.handlers.only_goes_round(node):
        return
    if not ctx.handlers.is_catch_all(node) and not ctx.handlers.hides_failure(node):
        return
    attempt = ctx.around.try_of(node)
    if not _waits(loop, attempt, ctx) and not _is_bounded(loop, attempt, node, ctx) and not _moves_on(loop, attempt):
        yield rule.at(node, ((loop, "the endless loop"),), header=ctx.header(node))


def _is_endless(loop: cst.While) -> bool:
    if isinstance(loop.test, cst.Integer):
        return loop.test.evaluated_value != 0
    return isinstance(loop.test, cst.Name) and loop.test.value == "True"


def _waits(loop: cst.While, attempt: Try, ctx: Context) -> bool:
    """Whether each round waits: somewhere in the loop, or first of all in the `try`."""
    first = statements(attempt.body)[0]
    return any(
        isinstance(part, cst.Call) and not _WAITS.isdisjoint(_words(part))
        for part in (*_beside(loop, attempt), *walk(first, skip=NESTED_SCOPES))
    ) or any(isinstance(part, (cst.For, cst.Yield)) for part in walk(attempt.body, skip=NESTED_SCOPES))


def _words(call: cst.Call) -> list[str]:
    return re.split(r"[^a-z]+", (last_name(call.func) or "").lower())


def _is_bounded(loop: cst.While, attempt: Try, handler: Handler, ctx: Context) -> bool:
    """Whether something counts, or the loop may be left where the attempt has failed."""
    if any(isinstance(part, cst.AugAssign) for part in _beside(loop, attempt)):
        return True
    goes_on = all(path.exit is Exit.CONTINUE for path in ctx.handlers.paths(handler))
    for part in _beside(loop, attempt):
        if isinstance(part, _LEAVES) and not any(around is attempt for around in ctx.around.ancestors(part)):
            comes_later = ctx.edit.line_of(part) > ctx.edit.line_of(attempt)
            if not (goes_on and comes_later):
                return True
    return False


def _moves_on(loop: cst.While, attempt: Try) -> bool:
    """Whether a round tries something else than the one before it."""
    bound = {
        name.value
        for part in _beside(loop, attempt)
        if isinstance(part, (cst.AssignTarget, cst.NamedExpr, cst.AnnAssign, cst.AugAssign))
        for name in walk(part.target)
        if isinstance(name, cst.Name)
    }
    return any(mentions(attempt.body, name) for name in bound)


def _beside(loop: cst.While, attempt: Try) -> Iterator[cst.CSTNode]:
    """The nodes of a loop that are not in the body of one `try`: those of its handlers too."""
    stack: list[cst.CSTNode] = [loop.body]
    while stack:
        node = stack.pop()
        for part in walk(node, skip=(*NESTED_SCOPES, type(attempt))):
            if part is attempt:
                stack.extend(attempt.handlers)
                stack.extend(block for block in (attempt.orelse, attempt.finalbody) if block is not None)
            elif isinstance(part, type(attempt)) and part is not node:
                stack.append(part)
            else:
                yield part

"""ERR202: a handler that does nothing."""

import ast
from itertools import takewhile

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Handler, Rule, Safe, Unsafe, failure_names
from errlint.syntax.handlers import holds_comment, is_empty, statements
from errlint.syntax.sieve import CATCH_ALL, names_one_of
from errlint.syntax.tree import walk

_SUPPRESS = Safe("say so with `contextlib.suppress`")
_REPORT = Unsafe("report the error", because="errors that nobody heard of are logged")

rule = Rule(
    code="ERR202",
    name="silent-handler",
    since="0.1",
    cwe=(390,),
    preset="recommended",
    words=("except",),
    fixes=(_SUPPRESS, _REPORT),
    same_as=(
        *("ruff:S110", "ruff:S112", "ruff:try-except-pass", "ruff:try-except-continue", "ruff:SIM105", "ruff:BLE001"),
        *("bandit:B110", "bandit:B112", "pylint:broad-except", "pylint:broad-exception-caught", "pylint:W0703"),
        *("pylint:W0718", "ruff:E722", "pylint:bare-except", "pylint:W0702"),
    ),
    settings=("comment-is-reason",),
    supersedes=("ERR203", "ERR209"),
    summary="A handler does nothing with its error",
    message="`{header}` hides every error that it catches; report it, or {advice}",
    help="narrow the type and handle it, or report it",
    why="When this goes wrong in production, nothing in the logs says that anything did.",
    bad=(
        Bad(
            """
            def sync(accounts):
                for account in accounts:
                    try:
                        account.sync()
                    except Exception:  # expect: ERR202
                        pass
        """,
            fixed="""
            import logging

            logger = logging.getLogger(__name__)

            def sync(accounts):
                for account in accounts:
                    try:
                        account.sync()
                    except Exception:
                        logger.exception("sync failed")
        """,
        ),
        Bad(
            """
            def notify(user, message):
                try:
                    user.mailbox.deliver(message)
                except ConnectionError:  # expect: ERR202
                    pass
        """,
            fixed="""
            import contextlib

            def notify(user, message):
                with contextlib.suppress(ConnectionError):
                    user.mailbox.deliver(message)
        """,
        ),
    ),
    good=(
        Good("""
            def notify(user, message):
                try:
                    user.mailbox.deliver(message)
                except ConnectionError:
                    pass  # the mailbox is polled again in a minute
        """),
        Good("""
            def forget(cache, key):
                try:
                    del cache[key]
                except KeyError:
                    pass
        """),
        Good("""
            try:
                import orjson as json
            except ImportError:
                pass
        """),
        Good("""
            class Connection:
                def close(self):
                    try:
                        self.socket.shutdown(2)
                    except OSError:
                        pass
        """),
    ),
)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """Nothing but statements without effect, and a type that may tell of a failure."""
    return names_one_of(node.type, failure_names() | CATCH_ALL) and all(
        isinstance(statement, (ast.Pass, ast.Continue, ast.Expr)) for statement in node.body
    )


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """Empty handlers, unless ordinary Python or a written reason lets them be."""
    if is_empty(node) and not ctx.excuses.may_be_silent(node):
        broad = ctx.handlers.is_catch_all(node)
        advice = "catch only what is expected" if broad else "handle it, or say why in a comment"
        fix = _reported(node, ctx) if broad else _suppressed(node, ctx)
        yield rule.at(node, fix=fix, header=ctx.header(node), advice=advice)


def _reported(node: Handler, ctx: Context) -> Fix | None:
    """A report instead of statements that have no effect, or before a `continue`."""
    body, report = statements(node.body), ctx.new_report(node)
    if report is None:
        return None
    call, elsewhere = report
    idle = list(takewhile(lambda statement: not isinstance(statement, cst.Continue), body))
    if idle:
        return _REPORT.by(ctx.edit.replace_statements(idle[0], idle[-1], call), *elsewhere)
    if isinstance(body[0], cst.Continue):
        return _REPORT.by(ctx.edit.insert_statement_before(body[0], call), *elsewhere)
    return None


def _suppressed(node: Handler, ctx: Context) -> Fix | None:
    """`with suppress(...)` for a `try` around one simple statement; comments in the handler would be lost."""
    attempt = ctx.around.try_of(node)
    body = statements(attempt.body)
    is_simple = len(body) == 1 and isinstance(body[0], cst.BaseSmallStatement)
    is_whole = len(attempt.handlers) == 1 and attempt.orelse is None and attempt.finalbody is None
    if not (is_simple and is_whole) or node.type is None or isinstance(node, cst.ExceptStarHandler):
        return None
    if holds_comment(node) or not _goes_on_behind(node, ctx) or not _may_be_named_early(node.type):
        return None
    if any(isinstance(part, cst.Await) for part in walk(body[0])) and next(ctx.around.loops(node), None) is not None:
        return None
    suppress = ctx.reach("contextlib", "suppress", node)
    if suppress is None:
        return None
    expression, elsewhere = suppress
    types = ctx.edit.bare_text(node.type)
    if isinstance(node.type, cst.Tuple):
        types = ", ".join(ctx.edit.text(element.value) for element in node.type.elements)
    managed = ctx.edit.replace_keyword(attempt, "try", f"with {expression}({types})")
    return _SUPPRESS.by(managed, ctx.edit.delete_handler(node), *elsewhere)


def _goes_on_behind(node: Handler, ctx: Context) -> bool:
    """Whether the handler goes on where its `try` ends: `continue` does so at the end of a loop's body."""
    if not any(isinstance(part, cst.Continue) for part in statements(node.body)):
        return True
    attempt = ctx.around.try_of(node)
    suite = ctx.around.parent(attempt)
    loop = None if suite is None else ctx.around.parent(suite)
    return isinstance(loop, (cst.For, cst.While)) and loop.body is suite and loop.body.body[-1] is attempt


def _may_be_named_early(kind: cst.BaseExpression) -> bool:
    """Whether naming the types before the `try` is the same as naming them when something was raised."""
    return all(isinstance(part, (cst.Name, cst.Attribute, cst.Tuple, cst.Element)) for part in walk(kind))

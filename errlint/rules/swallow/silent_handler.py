"""ERR202: a handler that does nothing."""

import ast

import libcst as cst

from errlint.rule import FAILURE_NAMES, Bad, Context, Findings, Good, Rule
from errlint.syntax.handlers import is_empty
from errlint.syntax.sieve import names_one_of

rule = Rule(
    code="ERR202",
    name="silent-handler",
    since="0.1",
    preset="recommended",
    words=("except",),
    same_as=(
        *("ruff:S110", "ruff:S112", "ruff:try-except-pass", "ruff:try-except-continue", "ruff:SIM105", "ruff:BLE001"),
        *("bandit:B110", "bandit:B112", "pylint:broad-except", "pylint:broad-exception-caught", "pylint:W0703"),
        *("pylint:W0718", "ruff:E722", "pylint:bare-except", "pylint:W0702"),
    ),
    settings=("comment-is-reason",),
    supersedes=("ERR203",),
    summary="A handler does nothing with its error",
    message="`{header}` hides every error that it catches; report it, or {advice}",
    help="narrow the type and handle it, or report it",
    why="When this goes wrong in production, nothing in the logs says that anything did.",
    bad=(
        Bad("""
            def sync(accounts):
                for account in accounts:
                    try:
                        account.sync()
                    except Exception:  # expect: ERR202
                        pass
        """),
        Bad("""
            def notify(user, message):
                try:
                    user.mailbox.deliver(message)
                except ConnectionError:  # expect: ERR202
                    pass
        """),
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


_MAY_HIDE = FAILURE_NAMES | {"Exception", "BaseException"}


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """Nothing but statements without effect, and a type that may tell of a failure."""
    return names_one_of(node.type, _MAY_HIDE) and all(
        isinstance(statement, (ast.Pass, ast.Continue, ast.Expr)) for statement in node.body
    )


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """Empty handlers, unless ordinary Python or a written reason lets them be."""
    if is_empty(node) and not ctx.excuses.may_be_silent(node):
        broad = ctx.handlers.is_catch_all(node)
        advice = "catch only what is expected" if broad else "handle it, or say why in a comment"
        yield rule.at(node, header=ctx.header(node), advice=advice)

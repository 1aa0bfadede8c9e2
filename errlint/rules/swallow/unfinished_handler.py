"""ERR215: a handler that its author meant to write later."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.handlers import comments, has_no_effect, is_directive, statements

rule = Rule(
    code="ERR215",
    name="unfinished-handler",
    since="0.1",
    cwe=(390,),
    preset="recommended",
    words=("TODO", "FIXME", "XXX", "HACK"),
    supersedes=("ERR202", "ERR203", "ERR401"),
    summary="A handler is still to be written",
    message="`{header}` says `{comment}` and handles nothing; write the handler, or let the error through",
    help="write the handler, or take it away",
    why="The error has been hidden since the day on which somebody meant to handle it later.",
    bad=(
        Bad("""
            def sync(account):
                try:
                    account.sync()
                except ConnectionError:  # expect: ERR215 "says `TODO: try again`"
                    pass  # TODO: try again
        """),
        Bad("""
            def sync(account):
                try:
                    account.sync()
                except ConnectionError:  # expect: ERR215
                    # FIXME tell the user
                    logger.debug("no connection")
        """),
    ),
    good=(
        Good("""
            def sync(account):
                try:
                    account.sync()
                except ConnectionError:
                    # TODO: wait longer each time
                    account.sync_later()
        """),
        Good("""
            def sync(account):
                try:
                    account.sync()
                except ConnectionError:
                    pass  # it is synced again in a minute
        """),
    ),
)

_UNFINISHED = re.compile(r"(?:TODO|FIXME|XXX|HACK)\b")
_HANDLING = re.compile(r"handl|error|exception|fail|retry|recover", re.IGNORECASE)
_WHAT_TO_CATCH = re.compile(r"catch|narrow|tighten|specific|remove|drop", re.IGNORECASE)
"""Notes about the type of a handler, or about the day on which it is not needed any more: what it does is done."""
_ABSENCE = ("builtins.AttributeError", "builtins.LookupError", "builtins.StopIteration")
_LONGEST = 40


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """Nothing but statements without effect, and calls, which may be logged."""
    return all(isinstance(statement, (ast.Pass, ast.Continue, ast.Expr)) for statement in node.body)


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """A note to the author, and no statement that does more than to log. A narrow handler may say why before it, and
    one for an expected absence needs nothing, unless the note asks for it.
    """
    written = [text for text in comments(node.body) if not is_directive(text)]
    note = next((text for text in written if _UNFINISHED.match(text)), None)
    if note is None or (not ctx.handlers.is_catch_all(node) and (written[0] != note or _WHAT_TO_CATCH.search(note))):
        return
    wanted = _HANDLING.search(note) is not None and not _WHAT_TO_CATCH.search(note)
    if not wanted and all(ctx.exceptions.surely_derives(name, _ABSENCE) for name in ctx.handlers.caught(node)):
        return
    if all(_does_nothing(part, ctx, speaks_of_handling=wanted) for part in statements(node.body)):
        shown = note if len(note) <= _LONGEST else note[: _LONGEST - 3] + "..."
        yield rule.at(node, header=ctx.header(node), comment=shown)


def _does_nothing(statement: cst.CSTNode, ctx: Context, *, speaks_of_handling: bool) -> bool:
    """Whether a statement only logs, or less. A report is all that many errors need, unless the note asks for more."""
    if has_no_effect(statement) or isinstance(statement, cst.Continue):
        return True
    if not isinstance(statement, cst.Expr) or not isinstance(statement.value, cst.Call):
        return False
    report = ctx.report(statement.value)
    if report is None or not report.is_logger:
        return False
    return not report.counts or (speaks_of_handling and not report.traced)

"""ERR406: a catch-all reports its error at a level that nobody watches."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Level, Rule
from errlint.syntax.sieve import CATCH_ALL, names_one_of
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR406",
    name="report-below-error",
    since="0.1",
    preset="production",
    words=(".info(", ".debug(", ".trace(", ".success(", ".log(", ".ainfo(", ".adebug(", ".alog(", ".msg("),
    supersedes=("ERR203", "ERR209"),
    settings=("reporters",),
    summary="A catch-all reports its error below `warning`",
    message="`{header}` tells of its error by `{call}` alone, below the level of alarms; report at `{level}` or above",
    help="use `.exception(...)`, or `.warning(..., exc_info=True)` where the program can do without",
    why="Services log at `info` or above and alarms begin at `warning`: a bug that the handler catches is never seen.",
    bad=(
        Bad("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:  # expect: ERR406 "`logger.debug(...)`"
                    logger.debug("cannot refresh: %s", error)
        """),
        Bad("""
            import logging

            def items(feed):
                try:
                    return feed.load()
                except Exception:  # expect: ERR406 "`logging.info(...)`"
                    logging.info("no items", exc_info=True)
                    return []
        """),
    ),
    good=(
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception:
                    logger.warning("cannot refresh", exc_info=True)
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except TimeoutError as error:
                    logger.debug("no answer: %s", error)
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:
                    logger.debug("cannot refresh: %s", error)
                    raise RefreshError(feed) from error
        """),
    ),
)

_QUIET = (Level.DEBUG, Level.INFO)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A catch-all, or types that are not spelled out."""
    return names_one_of(node.type, CATCH_ALL)


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """Every way that ends the error comes by a record below `warning`, and by nothing better."""
    if not ctx.handlers.is_catch_all(node):
        return
    silent = [path for path in ctx.handlers.paths(node) if path.is_silent]
    call = _quiet_record(node, ctx) if silent else None
    if call is None or ctx.excuses.may_be_silent(node):
        return
    told = sum(path.is_silent for path in ctx.handlers.paths_through(node, call))
    if told < len(silent):
        return  # another way has not even that: ERR203
    level = "error" if ctx.is_web_layer(node) else "warning"
    yield rule.at(
        node, ((call, "the record"),), header=ctx.header(node), call=f"{ctx.code(call.func)}(...)", level=level
    )


def _quiet_record(node: Handler, ctx: Context) -> cst.Call | None:
    """The first record below `warning` in a handler."""
    for part in walk(node.body, skip=NESTED_SCOPES):
        report = ctx.report(part) if isinstance(part, cst.Call) else None
        if isinstance(part, cst.Call) and report is not None and report.is_logger and report.level in _QUIET:
            return part
    return None

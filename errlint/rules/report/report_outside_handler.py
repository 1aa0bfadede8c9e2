"""ERR407: a report asks for a traceback where there is none."""

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule

rule = Rule(
    code="ERR407",
    name="report-outside-handler",
    since="0.1",
    preset="recommended",
    words=(".exception(", ".aexception(", "exc_info"),
    same_as=("ruff:LOG004", "ruff:LOG014", "ruff:log-exception-outside-except-handler"),
    in_tests=True,
    summary="A report asks for the current exception where none is being handled",
    message="no exception is being handled here, so `{call}` logs `NoneType: None`; use {instead}",
    help="use `.error(...)`, or move the call into the handler",
    why="The record ends with `NoneType: None`, which looks like a lost traceback and explains nothing.",
    bad=(
        Bad("""
            import logging

            logger = logging.getLogger(__name__)

            def fetch(client, url):
                response = client.get(url)
                if response.status != 200:
                    logger.exception("bad status %s", response.status)  # expect: ERR407 "`.error(...)`"
                return response
        """),
        Bad("""
            import logging

            def start(options):
                if not options:
                    logging.warning("no options", exc_info=True)  # expect: ERR407 "exc_info"
        """),
    ),
    good=(
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def fetch(client, url):
                try:
                    return client.get(url)
                except OSError:
                    logger.exception("no answer from %s", url)
                    return None
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def _note(url):
                logger.exception("no answer from %s", url)

            def fetch(client, url):
                try:
                    return client.get(url)
                except OSError:
                    _note(url)
                    return None
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def done(task, exc):
                logger.error("a task failed", exc_info=exc)
        """),
    ),
)

_NAMES = frozenset({"e", "ex", "exc", "err", "error", "exception", "failure"})


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """Only calls of what is surely a logger, in code that cannot be running inside a handler."""
    if not isinstance(node.func, cst.Attribute):
        return
    method = node.func.attr.value
    keyword = next((argument for argument in node.args if _is_keyword(argument)), None)
    asks = method in ("exception", "aexception") if keyword is None else _is_true(keyword.value)
    if not asks or ctx.may_handle_exception(node):
        return
    report = ctx.report(node)
    if report is None or not report.is_logger or not report.traced:
        return
    instead = "`.error(...)`" if method in ("exception", "aexception") else "it without `exc_info=True`"
    given = [argument.value.value for argument in node.args if isinstance(argument.value, cst.Name)]
    if at_hand := next((name for name in given if name in _NAMES), ""):
        instead = f"`exc_info={at_hand}`"
    yield rule.at(node, call=f"{ctx.code(node.func)}(...)", instead=instead)


def _is_keyword(argument: cst.Arg) -> bool:
    return argument.star == "**" or (argument.keyword is not None and argument.keyword.value == "exc_info")


def _is_true(value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.Name) and value.value == "True"

"""ERR407: a report asks for a traceback where there is none."""

import libcst as cst

from errlint.rule import Bad, Context, Edit, Findings, Fix, Good, Rule, Safe

_NO_TRACEBACK = Safe("ask for no traceback")
_GIVEN = Safe("give the exception that is at hand")

rule = Rule(
    code="ERR407",
    name="report-outside-handler",
    since="0.1",
    preset="recommended",
    words=(".exception(", ".aexception(", "exc_info"),
    fixes=(_NO_TRACEBACK, _GIVEN),
    same_as=("ruff:LOG004", "ruff:LOG014", "ruff:log-exception-outside-except-handler"),
    in_tests=True,
    summary="A report asks for the current exception where none is being handled",
    message="no exception is being handled here, so `{call}` logs `NoneType: None`; use {instead}",
    help="use `.error(...)`, or move the call into the handler",
    why="The record ends with `NoneType: None`, which looks like a lost traceback and explains nothing.",
    bad=(
        Bad(
            """
            import logging

            logger = logging.getLogger(__name__)

            def fetch(client, url):
                response = client.get(url)
                if response.status != 200:
                    logger.exception("bad status %s", response.status)  # expect: ERR407 "`.error(...)`"
                return response
        """,
            fixed="""
            import logging

            logger = logging.getLogger(__name__)

            def fetch(client, url):
                response = client.get(url)
                if response.status != 200:
                    logger.error("bad status %s", response.status)
                return response
        """,
        ),
        Bad(
            """
            import logging

            def start(options):
                if not options:
                    logging.warning("no options", exc_info=True)  # expect: ERR407 "exc_info"
        """,
            fixed="""
            import logging

            def start(options):
                if not options:
                    logging.warning("no options")
        """,
        ),
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

_PLAIN = {"exception": "error", "aexception": "aerror"}
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
    fix = _untraced(node, node.func, keyword, ctx)
    instead = "`.error(...)`" if method in ("exception", "aexception") else "it without `exc_info=True`"
    given = [argument.value.value for argument in node.args if isinstance(argument.value, cst.Name)]
    if at_hand := next((name for name in given if name in _NAMES), ""):
        instead = f"`exc_info={at_hand}`"
        fix = _given(node, node.func, keyword, at_hand, ctx)
    yield rule.at(node, fix=fix, call=f"{ctx.code(node.func)}(...)", instead=instead)


def _untraced(node: cst.Call, method: cst.Attribute, keyword: cst.Arg | None, ctx: Context) -> Fix | None:
    """`.error(...)` without `exc_info`."""
    edits: list[Edit | None] = []
    if method.attr.value in _PLAIN:
        edits.append(ctx.edit.replace(method.attr, _PLAIN[method.attr.value]))
    if keyword is not None:
        edits.append(ctx.edit.delete_argument(node, keyword))
    return _NO_TRACEBACK.by(*edits)


def _given(node: cst.Call, method: cst.Attribute, keyword: cst.Arg | None, name: str, ctx: Context) -> Fix | None:
    """`.error(..., exc_info=exc)`."""
    edits: list[Edit | None] = []
    if method.attr.value in _PLAIN:
        edits.append(ctx.edit.replace(method.attr, _PLAIN[method.attr.value]))
    if keyword is None:
        edits.append(ctx.edit.add_argument(node, f"exc_info={name}"))
    else:
        edits.append(ctx.edit.replace(keyword.value, name))
    return _GIVEN.by(*edits)


def _is_keyword(argument: cst.Arg) -> bool:
    return argument.star == "**" or (argument.keyword is not None and argument.keyword.value == "exc_info")


def _is_true(value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.Name) and value.value == "True"

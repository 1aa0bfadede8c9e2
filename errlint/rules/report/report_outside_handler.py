"""ERR407: a report asks for a traceback where there is none."""

import libcst as cst

from errlint.rule import Bad, Context, Edit, Findings, Fix, Good, Rule, Safe, Unsafe
from errlint.syntax.calls import is_literal, keyword_argument

_NO_TRACEBACK = Safe("ask for no traceback")
_GIVEN = Safe("give the exception that is at hand")
_GIVEN_BY_NAME = Unsafe("give the exception that is at hand", because="its name alone says that it is one")

rule = Rule(
    code="ERR407",
    name="report-outside-handler",
    since="0.1",
    preset="recommended",
    words=(".exception(", ".aexception(", "exc_info"),
    fixes=(_NO_TRACEBACK, _GIVEN, _GIVEN_BY_NAME),
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
_NAMES = frozenset({"ex", "exc", "err", "exception"})
"""Names that people give to exceptions, and seldom to their texts."""


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """Only calls of what is surely a logger, in code that cannot be running inside a handler."""
    if not isinstance(node.func, cst.Attribute) or any(argument.star == "**" for argument in node.args):
        return
    method = node.func.attr.value
    keyword = keyword_argument(node, "exc_info")
    asks = method in ("exception", "aexception") if keyword is None else is_literal(keyword.value, "True")
    if not asks or ctx.may_handle_exception(node):
        return
    report = ctx.report(node)
    if report is None or not report.is_logger or not report.traced:
        return
    instead = "`.error(...)`" if method in ("exception", "aexception") else "it without `exc_info=True`"
    fix = _untraced(node, node.func, keyword, ctx)
    given = [argument.value for argument in node.args if isinstance(argument.value, cst.Name)]
    at_hand = next((value for value in given if _holds_exception(value, ctx)), None)
    named = next((value for value in given if value.value in _NAMES), None)
    if at_hand is not None or named is not None:
        exception = at_hand or named
        name = "" if exception is None else exception.value
        instead = f"`exc_info={name}`"
        fix = _given(_GIVEN if at_hand else _GIVEN_BY_NAME, node, node.func, keyword, name, ctx)
    yield rule.at(node, fix=fix, call=f"{ctx.code(node.func)}(...)", instead=instead)


def _untraced(node: cst.Call, method: cst.Attribute, keyword: cst.Arg | None, ctx: Context) -> Fix | None:
    """`.error(...)` without `exc_info`."""
    edits = _plain(method, ctx)
    if keyword is not None:
        edits.append(ctx.edit.delete_argument(node, keyword))
    return _NO_TRACEBACK.by(*edits)


def _given(
    remedy: Safe | Unsafe, node: cst.Call, method: cst.Attribute, keyword: cst.Arg | None, name: str, ctx: Context
) -> Fix | None:
    """`.error(..., exc_info=exc)`, or as loguru wants it."""
    edits = _plain(method, ctx)
    if (ctx.resolve_callee(node) or "").startswith("loguru."):
        edits.append(ctx.edit.insert_after(method.value, f".opt(exception={name})"))
    elif keyword is None:
        edits.append(ctx.edit.add_argument(node, f"exc_info={name}"))
    else:
        edits.append(ctx.edit.replace(keyword.value, name))
    return remedy.by(*edits)


def _plain(method: cst.Attribute, ctx: Context) -> list[Edit | None]:
    name = method.attr.value
    return [ctx.edit.replace(method.attr, _PLAIN[name])] if name in _PLAIN else []


def _holds_exception(name: cst.Name, ctx: Context) -> bool:
    """Whether a variable surely holds an exception: `task.exception()`, a member of a group, or tested to be one."""
    for around in ctx.around.ancestors(name):
        if isinstance(around, cst.If) and f"isinstance({name.value}," in ctx.code(around.test):
            return True
        if isinstance(around, cst.For) and isinstance(around.target, cst.Name) and around.target.value == name.value:
            return isinstance(around.iter, cst.Attribute) and around.iter.attr.value == "exceptions"
    bindings = ctx.file.outline.facts(ctx.scope_of(name)).bindings.get(name.value, ())
    return bool(bindings) and all((binding.value or "").endswith(".exception()") for binding in bindings)

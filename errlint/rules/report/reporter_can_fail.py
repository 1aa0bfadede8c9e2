"""ERR413: a report reads a name that may have no value yet, and fails itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.handlers import HANDLERS, TRIES, caught_name, statements
from errlint.syntax.raises import bound_by, last_name, reads_like_class, rebinds
from errlint.syntax.sieve import calls_method
from errlint.syntax.tree import NESTED_SCOPES, children, walk

rule = Rule(
    code="ERR413",
    name="reporter-can-fail",
    since="0.1",
    preset="production",
    words=(
        *(".exception(", ".error(", ".critical(", ".fatal(", ".warning(", ".warn(", ".log(", ".info(", ".debug("),
        *(".aexception(", ".aerror(", ".acritical(", ".awarning(", ".ainfo(", ".adebug(", ".trace("),
    ),
    same_as=(
        *("pylint:used-before-assignment", "pylint:E0601", "pylint:possibly-used-before-assignment", "pylint:E0606"),
    ),
    summary="A report reads a name that may have no value yet",
    message="`{call}` reads `{name}`, which has no value if {culprit} fails; bind it before the `try`",
    help="give the name a value before the `try`, or report what is surely known",
    why="The report ends in an `UnboundLocalError`: the record is lost, and the error that it was about is buried.",
    bad=(
        Bad("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(client, url):
                try:
                    response = client.get(url)
                    return response.json()
                except Exception:
                    logger.exception("bad answer: %s", response.text)  # expect: ERR413 "`client.get(url)` fails"
        """),
        Bad("""
            import logging

            def copy(source, target):
                try:
                    content = source.read()
                    target.write(content)
                finally:
                    logging.info("copied %d bytes", len(content))  # expect: ERR413 "`content`"
        """),
    ),
    good=(
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(client, url):
                response = None
                try:
                    response = client.get(url)
                    return response.json()
                except Exception:
                    logger.exception("bad answer: %s", response)
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(client, url):
                try:
                    response = client.get(url)
                    response.raise_for_status()
                except StatusError:
                    logger.exception("bad answer: %s", response.text)
        """),
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(client, path):
                try:
                    started = time.monotonic()
                    client.get(f"/feeds/{path}")
                except Exception:
                    logger.exception("failed after %.1f s", time.monotonic() - started)
        """),
    ),
)

_METHODS = frozenset(word[1:-1] for word in rule.words)
_CANNOT_FAIL = frozenset(
    {
        *("monotonic", "perf_counter", "time", "time_ns", "perf_counter_ns", "now", "utcnow", "uuid4", "process_time"),
        *(
            "dict",
            "list",
            "set",
            "tuple",
            "str",
            "repr",
            "len",
            "bool",
            "id",
            "type",
            "isinstance",
            "getattr",
            "format",
        ),
        *("get", "copy", "strip", "lower", "upper", "split", "join", "replace", "keys", "values", "items", "append"),
        *("debug", "info", "warning", "error", "exception", "print", "getLogger", "get_logger", "enumerate", "zip"),
        *(
            "range",
            "partial",
            "defaultdict",
            "OrderedDict",
            "deque",
            "StringIO",
            "BytesIO",
            "locals",
            "super",
            "rstrip",
        ),
        *(
            "lstrip",
            "startswith",
            "endswith",
            "setdefault",
            "cast",
            "field",
            "round",
            "min",
            "max",
            "sorted",
            "reversed",
        ),
        *(
            "add",
            "update",
            "basename",
            "dirname",
            "today",
            "isoformat",
            "Path",
            "PurePath",
            "Lock",
            "Event",
            "getcwd",
            "exc_info",
        ),
    }
)
"""What fails so seldom that nobody writes a handler for it."""
_ASKS = re.compile(r"client|session|requests|http|api|cache|redis", re.IGNORECASE)
_CONDITIONS = (cst.If, cst.IfExp, cst.BooleanOperation, cst.Match, cst.Try, cst.TryStar, *NESTED_SCOPES)
"""What stands around a call that is made in some cases only, or whose own errors are caught."""
_COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)


@rule.sieve(ast.Try)
def may_apply(node: ast.Try, in_handler: bool) -> bool:
    """A log method is called in a handler or a `finally`."""
    return any(calls_method(part, _METHODS) for part in (*node.handlers, *node.finalbody))


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """The first value of a name is made in the `try`, behind something that may fail or by it."""
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in _METHODS or not node.args:
        return
    clause = _clause(node, ctx)
    report = None if clause is None else ctx.report(node)
    if clause is None or report is None or not report.is_logger:
        return
    for name in _read(node):
        culprit = _culprit(name, clause, ctx)
        if culprit is not None:
            shown = f"`{ctx.code(culprit)}`"
            related = ((culprit, "what may fail"),)
            yield rule.at(node, related, call=f"{ctx.code(node.func)}(...)", name=name, culprit=shown)
            return


def _clause(node: cst.Call, ctx: Context) -> Handler | cst.Finally | None:
    """The catch-all or `finally` in which a call surely is made. What a narrow handler catches may come from behind
    the assignment alone.
    """
    for outer in ctx.around.ancestors(node):
        if isinstance(outer, cst.Finally):
            return outer
        if isinstance(outer, HANDLERS):
            return outer if ctx.handlers.is_catch_all(outer) else None
        if isinstance(outer, _CONDITIONS):
            return None
    return None


def _read(node: cst.CSTNode) -> Iterator[str]:
    """The names that are read in the arguments of a call; not those that a comprehension binds for itself."""
    if isinstance(node, cst.Name):
        yield node.value
    elif isinstance(node, cst.Call):
        for argument in node.args:
            yield from _read(argument.value)
        if isinstance(node.func, cst.Attribute):
            yield from _read(node.func.value)
    elif isinstance(node, cst.Attribute):
        yield from _read(node.value)
    elif not isinstance(node, (*_CONDITIONS, *_COMPREHENSIONS, cst.NamedExpr)):
        for part in children(node):
            yield from _read(part)


def _culprit(name: str, clause: Handler | cst.Finally, ctx: Context) -> cst.Call | None:
    """The call that fails before a name has its first value, which only the body of a `try` gives it."""
    attempt = ctx.around.parent(clause)
    function = ctx.around.function_node(clause)
    if not isinstance(attempt, TRIES) or function is None or not _is_local(name, clause, ctx):
        return None
    for part in walk(function.body, skip=NESTED_SCOPES):
        if part is attempt:
            break
        if name in bound_by(part):
            return None
    around = (each for each in ctx.around.ancestors(attempt) if isinstance(each, HANDLERS))
    if any(caught_name(handler) == name for handler in around):
        return None
    others = (*attempt.handlers, attempt.orelse, attempt.finalbody)
    if any(each is not None and rebinds(each, name) for each in others):
        return None
    return _fails_before(name, attempt.body, ctx)


def _is_local(name: str, clause: Handler | cst.Finally, ctx: Context) -> bool:
    """Whether a name gets its value in the function, and not from its caller."""
    function = ctx.function_of(clause)
    parameters = () if function is None else function.parameters
    is_bound = name in ctx.file.outline.facts(function).bindings
    return is_bound and all(parameter.name != name for parameter in parameters)


def _fails_before(name: str, block: cst.BaseSuite, ctx: Context) -> cst.Call | None:
    """The first call of a block that may fail, if a statement of it further down, or the same, binds a name."""
    culprit: cst.Call | None = None
    for statement in statements(block):
        culprit = culprit or _first_risk(statement)
        if name in bound_by(statement):
            return culprit
        if isinstance(statement, cst.With):
            items = [part for item in statement.items for part in walk(item)]
            if any(name in bound_by(part) for part in items):
                return culprit
            if rebinds(statement.body, name):
                return culprit or _fails_before(name, statement.body, ctx)
        elif rebinds(statement, name):
            return None  # bound on a condition, or in a loop: nobody can tell
    return None


def _first_risk(statement: cst.CSTNode) -> cst.Call | None:
    """The first call in a statement, as it is run, that may well fail; compound statements have their own ways."""
    parts = statement.items if isinstance(statement, cst.With) else (statement,)
    if isinstance(statement, cst.BaseCompoundStatement) and not isinstance(statement, cst.With):
        return None
    calls = (each for part in parts for each in walk(part, skip=NESTED_SCOPES) if isinstance(each, cst.Call))
    return next((call for call in calls if _may_fail(call)), None)


def _may_fail(call: cst.Call) -> bool:
    """Whether a call goes out into the world, as far as its name says; making an object seldom fails."""
    called = last_name(call.func)
    if called == "get" and isinstance(call.func, cst.Attribute):  # a dictionary's, or an HTTP client's
        return _ASKS.search(last_name(call.func.value) or "") is not None
    return called not in _CANNOT_FAIL and not reads_like_class(call.func)

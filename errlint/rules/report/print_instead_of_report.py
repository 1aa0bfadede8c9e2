"""ERR405: a handler prints its error, in code whose terminal nobody reads."""

import ast
import re
from collections.abc import Sequence

import libcst as cst

from errlint.rule import Bad, Call, Context, Definition, Findings, Fix, Good, Handler, Rule, Unsafe
from errlint.syntax.calls import keyword_argument
from errlint.syntax.handlers import TRIES, caught_name, statements
from errlint.syntax.messages import without_colon, without_last_expression
from errlint.syntax.paths import Exit
from errlint.syntax.raises import last_name, mentions
from errlint.syntax.texts import identifiers
from errlint.syntax.tree import NESTED_SCOPES, walk

_REPORT = Unsafe("report instead of printing", because="the error goes to the log, no longer to the terminal")

rule = Rule(
    code="ERR405",
    name="print-instead-of-report",
    since="0.1",
    preset="recommended",
    words=("print", "print_exc", "print_exception", "print_tb", "sys.stderr", "sys.stdout", "pprint"),
    fixes=(_REPORT,),
    same_as=(
        *("ruff:T201", "ruff:print", "ruff:T203", "ruff:BLE001", "ruff:blind-except", "pylint:broad-except"),
        *("pylint:broad-exception-caught", "pylint:W0703", "pylint:W0718"),
    ),
    supersedes=("ERR203", "ERR209"),
    settings=("reporters",),
    summary="An error is only printed",
    message="`{header}` tells of its error by `{call}` alone, which no log keeps; call `logger.exception(...)`",
    help="call `logger.exception(...)` instead of printing",
    why="What a service prints has no level and no time, alarms do not see it, and often nobody keeps it.",
    bad=(
        Bad(
            """
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:  # expect: ERR405 "`print(...)`"
                    print("cannot refresh:", error)
        """,
            fixed="""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception:
                    logger.exception("cannot refresh")
        """,
        ),
        Bad(
            """
            import traceback

            from flask import Flask

            app = Flask(__name__)

            @app.post("/feeds")
            def refresh():
                try:
                    load_feeds()
                except Exception:  # expect: ERR405 "`traceback.print_exc(...)`"
                    traceback.print_exc()
                return "", 204
        """,
            fixed="""
            import traceback

            from flask import Flask
            import logging

            logger = logging.getLogger(__name__)

            app = Flask(__name__)

            @app.post("/feeds")
            def refresh():
                try:
                    load_feeds()
                except Exception:
                    logger.exception("refresh failed")
                return "", 204
        """,
        ),
    ),
    good=(
        Good("""
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:
                    logger.exception("cannot refresh")
                    print("cannot refresh:", error)
        """),
        Good("""
            import argparse
            import logging

            logger = logging.getLogger(__name__)

            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:
                    print("cannot refresh:", error)
        """),
        Good("""
            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:
                    print("cannot refresh:", error)  # all that this program says, it prints
        """),
    ),
)

_TRACEBACKS = frozenset({"traceback.print_exc", "traceback.print_exception", "traceback.print_tb"})
_PRINTS = frozenset({"builtins.print", "pprint.pprint", "sys.stderr.write", "sys.stdout.write"}) | _TRACEBACKS
_PRINT_NAMES = frozenset({"print", "pprint", "print_exc", "print_exception", "print_tb"})
_TERMINALS = frozenset({"sys.stderr", "sys.stdout", "sys.__stderr__", "sys.__stdout__"})
_ASKS = frozenset({"getpass", "prompt", "confirm", "ask"})
_COLOURS = frozenset({"colorama", "termcolor", "rich", "blessed", "prompt_toolkit"})
"""Libraries of programs that talk to people."""
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_AT_A_TERMINAL = frozenset(
    {
        *("print", "prints", "show", "shows", "display", "main", "cli", "cmd", "repl", "console", "shell", "terminal"),
        *("tui", "interactive", "demo", "example"),
    }
)
"""Words of functions and classes that a person runs at a terminal."""
_REPORTS = re.compile(r"(?:^|_)(?:alert|capture|emit|log|notify|report)(?:_|$)", re.IGNORECASE)
"""Names of functions whose business is to report."""
_ENDS_LINE = re.compile(r"\\n(?=[\"']+\Z)")
_TEXTS = (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A print as a statement of the handler itself."""
    return any(isinstance(part, ast.Expr) and _may_print(part.value) for part in node.body)


def _may_print(value: ast.expr) -> bool:
    callee = value.func if isinstance(value, ast.Call) else None
    name = getattr(callee, "attr", None) or getattr(callee, "id", None)
    return name in _PRINT_NAMES or name == "write"


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """A print on every way through a handler that ends the error, and no report on any."""
    prints = [part for part in statements(node.body) if isinstance(part, cst.Expr) and _prints(part.value, ctx)]
    prints = [part for part in prints if not _is_wanted(part, ctx)]
    if not prints or not _ends_an_error(node, prints, ctx):
        return
    if any(path.exit in (Exit.RAISE, Exit.END) for path in ctx.handlers.paths(node)):
        return
    if _is_last_resort(node, ctx) or _is_attempted_otherwise(node, ctx):
        return
    if _does_more(node, prints, ctx) or not (ctx.is_web_layer(node) or _should_have_logged(node, ctx)):
        return
    call = next((part for part in prints if _callee(part, ctx) in _TRACEBACKS), prints[0])
    yield rule.at(
        node,
        ((call, "the print"),),
        _reported(node, prints, ctx),
        header=ctx.header(node),
        call=f"{ctx.code(_called(call).func)}(...)",
    )


def _is_last_resort(node: Handler, ctx: Context) -> bool:
    """Whether a function that reports prints what goes wrong with that: it cannot report it."""
    function = ctx.function_of(node)
    if function is None or _REPORTS.search(function.name) is None:
        return False
    body = ctx.around.try_of(node).body
    calls = (part for part in walk(body, skip=NESTED_SCOPES) if isinstance(part, cst.Call))
    return any(ctx.report(call) is not None for call in calls)


def _is_attempted_otherwise(node: Handler, ctx: Context) -> bool:
    """Whether another `try` stands right behind that of the handler, and goes about it in another way."""
    attempt = ctx.around.try_of(node)
    behind = next(iter(ctx.around.after(attempt, ctx.around.body(attempt))), None)
    return isinstance(behind, TRIES) and all(path.exit is Exit.FALL for path in ctx.handlers.paths(node))


def _called(statement: cst.Expr) -> cst.Call:
    call = statement.value
    if not isinstance(call, cst.Call):
        raise TypeError(f"a print is a call, not a {type(call).__name__}")
    return call


def _callee(statement: cst.Expr, ctx: Context) -> str | None:
    return ctx.resolve_callee(_called(statement))


def _prints(value: cst.BaseExpression, ctx: Context) -> bool:
    """Whether an expression writes to the terminal, and not to a file of its own."""
    if not isinstance(value, cst.Call) or ctx.resolve_callee(value) not in _PRINTS:
        return False
    file = keyword_argument(value, "file")
    return file is None or ctx.resolve(file.value) in _TERMINALS


def _ends_an_error(node: Handler, prints: Sequence[cst.Expr], ctx: Context) -> bool:
    """Whether a handler may hide a fault: it takes everything, or a failed operation, or prints a whole traceback."""
    if not ctx.handlers.is_catch_all(node) and any(_callee(part, ctx) in _TRACEBACKS for part in prints):
        return True
    takes_fault = ctx.handlers.is_catch_all(node) or ctx.handlers.hides_failure(node)
    return takes_fault and not ctx.excuses.may_be_silent(node)


def _does_more(node: Handler, prints: Sequence[cst.Expr], ctx: Context) -> bool:
    """Whether a handler reports, or puts its error to another use; in an answer to a client, no operator sees it."""
    name = caught_name(node)
    is_answered = ctx.is_web_layer(node)
    for part in walk(node.body, skip=(*NESTED_SCOPES, cst.Expr)):
        if not is_answered and isinstance(part, cst.Name) and part.value == name:
            return True
    for part in walk(node.body, skip=NESTED_SCOPES):
        if isinstance(part, cst.Expr) and part not in prints and not is_answered and mentions(part, name):
            return True
        if isinstance(part, cst.Call) and not _prints(part, ctx):
            report = ctx.report(part)
            if report is not None and (report.counts or report.is_logger):
                return True
    return False


def _should_have_logged(node: Handler, ctx: Context) -> bool:
    """Whether code has a logger at hand, or serves what answers over HTTP, and nobody is at a terminal. A program may
    also print all that it says.
    """
    if ctx.file.kind.speaks_to_a_person or not _COLOURS.isdisjoint(ctx.file.outline.packages):
        return False
    reached = ctx.file.loggers.exception(ctx.scope_of(node), ctx.edit.line_of(node))
    has_logger = reached is not None and not reached.lines
    return (has_logger or ctx.file.is_domain) and not _is_at_a_terminal(node, ctx)


def _is_at_a_terminal(node: Handler, ctx: Context) -> bool:
    """Whether a function talks to whoever started it: it is a command, asks for input, is named for its output, or
    prints when all goes well too.
    """
    scope = ctx.scope_of(node)
    while scope is not None:
        if not _AT_A_TERMINAL.isdisjoint(word.lower() for word in _WORDS.findall(scope.name)):
            return True
        if any(_speaks(call, scope, ctx) for call in ctx.file.outline.facts(scope).calls):
            return True
        scope = scope.parent
    return ctx.function_of(node) is None or ctx.is_command(node)


def _speaks(call: Call, scope: Definition, ctx: Context) -> bool:
    """Whether a call asks somebody for something, or tells somebody who waits for it."""
    last = call.callee.rpartition(".")[2].lower()
    if "input" in last or last in _ASKS:
        return True
    return not call.in_handler and ctx.file.reporters.prints(call, scope)


def _is_wanted(statement: cst.Expr, ctx: Context) -> bool:
    """Whether a comment on the lines of a print tells linters that it is meant."""
    first, last = ctx.edit.lines_of(statement)
    return any("T20" in ctx.file.source.line(number) for number in range(first, last + 1))


def _reported(node: Handler, prints: Sequence[cst.Expr], ctx: Context) -> Fix | None:
    """A report instead of the prints, with their text; in front of them, where that would lose some of it."""
    report = ctx.new_report(node)
    if report is None:
        return None
    call, elsewhere = report
    logger = call.partition("(")[0]
    message = _message(prints, caught_name(node), ctx)
    body = list(statements(node.body))
    replaced = None
    if message is not None and body.index(prints[-1]) - body.index(prints[0]) + 1 == len(prints):
        said = f"{logger}({message})" if message else call
        replaced = ctx.edit.replace_statements(prints[0], prints[-1], said)
    if message is None or replaced is None:
        return _REPORT.by(ctx.edit.insert_first(node.body, call), *elsewhere)
    unnamed = [] if _still_reads(message, node) else ctx.without_name(node, *prints)
    return _REPORT.by(replaced, *unnamed, *elsewhere, group=ctx.edit.span(node))


def _still_reads(message: str, node: Handler) -> bool:
    name = caught_name(node)
    return bool(message) and name is not None and name in identifiers(cst.parse_expression(message))


def _message(prints: Sequence[cst.Expr], name: str | None, ctx: Context) -> str | None:
    """The source of what was printed, without the exception; nothing if only that was; `None` if it cannot be kept."""
    telling = [part for part in prints if _callee(part, ctx) not in _TRACEBACKS and _values(part, name)]
    if not telling:
        return ""
    values = _values(telling[0], name)
    call = _called(telling[0])
    if len(telling) > 1 or len(values) > 1 or not isinstance(values[0], _TEXTS) or _is_laid_out(call):
        return None
    text = values[0]
    if isinstance(text, cst.FormattedString):
        shown = [part.expression for part in text.parts if isinstance(part, cst.FormattedStringExpression)]
        if shown and _is_exception(shown[-1], name):
            return without_last_expression(text) or ("" if len(shown) == 1 else ctx.edit.text(text))
    elif len(call.args) > 1 and isinstance(text, cst.SimpleString):
        return without_colon(text) or (ctx.edit.text(text) if len(text.raw_value.split()) > 1 else "")
    return _ENDS_LINE.sub("", ctx.edit.text(text))


def _values(statement: cst.Expr, name: str | None) -> list[cst.BaseExpression]:
    """What a print prints, without the exception itself."""
    given = [argument.value for argument in _called(statement).args if argument.keyword is None]
    return [value for value in given if not _is_exception(value, name)]


def _is_laid_out(call: cst.Call) -> bool:
    """Whether a call asks for more than its values one after the other."""
    keywords = (argument.keyword.value for argument in call.args if argument.keyword is not None)
    return any(word not in ("file", "flush") for word in keywords) or any(argument.star for argument in call.args)


def _is_exception(value: cst.BaseExpression, name: str | None) -> bool:
    """Whether an expression is the caught exception, its text, or its traceback."""
    if isinstance(value, cst.Call):
        called = last_name(value.func)
        if called in ("format_exc", "exc_info", "print_exc"):
            return True
        return called in ("str", "repr", "type") and len(value.args) == 1 and _is_exception(value.args[0].value, name)
    return isinstance(value, cst.Name) and value.value == name

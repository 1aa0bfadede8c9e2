"""ERR214: a command or request whose failure is in its result, and nobody looks at it."""

import re

import libcst as cst

from errlint.rule import Bad, Context, FileContext, Findings, Fix, Good, Rule, Unsafe
from errlint.syntax.calls import keyword_argument
from errlint.syntax.handlers import comments, is_directive, is_empty
from errlint.syntax.raises import last_name
from errlint.syntax.results import Result, bound_name, result_of
from errlint.syntax.texts import code
from errlint.syntax.tree import walk

_CHECK = Unsafe("pass `check=True`", because="a command that fails raises `CalledProcessError`")
_RAISE = Unsafe("raise for an error status", because="a response with an error status raises")

_COMMAND = "subprocess.run"
_STATUS_CALLS = frozenset({"os.system", "subprocess.call"})
"""Calls whose whole result is the exit status."""
_VERBS = ("delete", "get", "options", "patch", "post", "put", "request")
_CLIENTS = (
    *("requests", "requests.api", "requests.Session", "requests.session", "requests.sessions.Session"),
    *("httpx", "httpx.Client", "httpx.AsyncClient"),
)
_REQUESTS = frozenset(f"{client}.{verb}" for client in _CLIENTS for verb in _VERBS)
_RETURNS_ITSELF = "httpx."
"""Whose `raise_for_status()` gives the response back, so that it can stand in a chain."""

_BODY = frozenset({"content", "iter_bytes", "iter_content", "iter_lines", "iter_text", "json", "text"})
_STATUS = frozenset(
    {
        *("is_client_error", "is_error", "is_redirect", "is_server_error", "is_success", "ok", "raise_for_status"),
        *("reason", "reason_phrase", "status_code"),
    }
)
_EXIT_STATUS = frozenset({"check_returncode", "returncode"})
_BODY_STATUS = frozenset(
    {
        *("code", "err", "error", "errorCode", "errorMessage", "error_code", "errors", "ok", "stat", "status"),
        *("statusCode", "status_code", "success"),
    }
)
"""Fields in which servers say whether they could do what was asked."""
_ERROR_FIELD = re.compile(r"""["']err(or)?\w*["']""")
_MALFORMED = ("builtins.ValueError", "builtins.LookupError", "builtins.TypeError", "builtins.AttributeError")
"""What reading an error page as data raises."""
_LIGHT_COMMANDS = frozenset(
    {
        *("", "clear", "cls", "color", "mode", "reset", "stty", "title", "tput"),
        *("kill", "killall", "pkill", "taskkill", "open", "start", "xdg-open", "explorer", "say", "notify-send"),
    }
)
"""Commands that only dress the terminal or show something, or fail where there is nothing left to end."""
_SHOWN_TO_A_PERSON = re.compile(r"pager|editor|browser|viewer|less\b|shell\b", re.IGNORECASE)
"""What a person looks at or works in, and ends as they please."""
_MATCHES = frozenset({"fullmatch", "match", "search"})
_SAYS_WHY = re.compile(
    r"best.effort|\bcare|disregard|error|exit|fail|fatal|ignor|may not|might not|no matter|optional|status|whether",
    re.IGNORECASE,
)
"""What a comment speaks of that knows of the failure."""


def speaks_to_others(file: FileContext) -> bool:
    """Whether the file imports what runs commands or makes requests."""
    return file.imports_one_of(_REQUESTS | _STATUS_CALLS | {_COMMAND})


rule = Rule(
    code="ERR214",
    name="unchecked-result",
    since="0.1",
    cwe=(252,),
    preset="production",
    words=("run(", "system(", "call(", ".json", ".text", ".content", ".iter_content", ".iter_lines"),
    applies_to=speaks_to_others,
    fixes=(_CHECK, _RAISE),
    same_as=("ruff:PLW1510", "ruff:subprocess-run-without-check", "pylint:subprocess-run-check", "pylint:W1510"),
    summary="Nobody looks whether a command or request succeeded",
    message="nobody looks whether `{call}` succeeded; {advice}",
    help="let it raise, or look at the status",
    why="These calls do not raise when the command fails or the server answers with an error: the code goes on with an "
    "empty output, or takes an error page for data.",
    bad=(
        Bad(
            """
            import subprocess

            def publish(folder):
                subprocess.run(["rsync", "-a", folder, "web:/srv"])  # expect: ERR214 "pass `check=True`"
        """,
            fixed="""
            import subprocess

            def publish(folder):
                subprocess.run(["rsync", "-a", folder, "web:/srv"], check=True)
        """,
        ),
        Bad(
            """
            import requests

            def rates(url):
                response = requests.get(url, timeout=5)  # expect: ERR214 "raise_for_status()"
                return response.json()["rates"]
        """,
            fixed="""
            import requests

            def rates(url):
                response = requests.get(url, timeout=5)
                response.raise_for_status()
                return response.json()["rates"]
        """,
        ),
        Bad("""
            import os

            def remove(folder):
                os.system(f"rm -r {folder}")  # expect: ERR214
        """),
    ),
    good=(
        Good("""
            import subprocess

            def is_clean(folder):
                result = subprocess.run(["git", "diff", "--quiet"], cwd=folder)
                return result.returncode == 0
        """),
        Good("""
            import subprocess

            def warm_up(command):
                subprocess.run(command, check=False)
        """),
        Good("""
            import requests

            def rates(url):
                response = requests.get(url, timeout=5)
                if response.status_code == 404:
                    return {}
                response.raise_for_status()
                return response.json()["rates"]
        """),
        Good("""
            import httpx

            def fetch(url):
                return httpx.get(url)
        """),
    ),
)


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """Three kinds of calls; what their result is used for decides."""
    name = ctx.resolve_callee(node)
    if name == _COMMAND:
        yield from _command(node, ctx)
    elif name in _STATUS_CALLS:
        is_dropped = isinstance(ctx.around.parent(node), cst.Expr)
        if is_dropped and not _may_fail(node, ctx) and not _is_seen_or_hushed(node, ctx):
            advice = "use `subprocess.run` with `check=True`, or look at the status"
            yield rule.at(node, call=ctx.code(node.func), advice=advice)
    elif name in _REQUESTS:
        yield from _request(node, name, ctx)


def _command(node: cst.Call, ctx: Context) -> Findings:
    is_unknown = any(argument.star == "**" for argument in node.args)
    if is_unknown or keyword_argument(node, "check") is not None or _may_fail(node, ctx):
        return
    result = result_of(node, ctx.around, ctx.file.source.text)
    if result is None or (result.is_dropped and _is_seen_or_hushed(node, ctx)):
        return
    if any(use.attribute in _EXIT_STATUS or use.is_heeded or _is_judged(use.place, ctx) for use in result.uses):
        return
    advice = "pass `check=True`, or look at `returncode`"
    fix = _CHECK.by(ctx.edit.add_argument(node, "check=True"))
    yield rule.at(node, fix=fix, call=ctx.code(node.func), advice=advice)


def _request(node: cst.Call, name: str, ctx: Context) -> Findings:
    if keyword_argument(node, "hooks") is not None or "hooks" in ctx.file.source.text:
        return
    result = result_of(node, ctx.around, ctx.file.source.text)
    if result is None or any(use.attribute in _STATUS for use in result.uses) or _asks_the_body(node, ctx):
        return
    read = next((use for use in result.uses if use.attribute in _BODY and use.is_own and not use.is_shown), None)
    if read is None or _is_prepared(read.place or node, ctx):
        return
    if read.place is not None and (_is_matched(read.place, ctx) or _is_left_to_caller(read.place, ctx)):
        return
    related = () if read.place is None else ((read.place, "the body is read, whatever the status"),)
    advice = "call `raise_for_status()` before its body is read"
    yield rule.at(node, related, _raising(result, name, ctx), call=ctx.code(node.func), advice=advice)


# What is excused


def _is_seen_or_hushed(node: cst.Call, ctx: Context) -> bool:
    """Whether a person sees on the terminal how a command fails, or the author wants to hear nothing of it, not even
    that it cannot be run.
    """
    errors = keyword_argument(node, "stderr")
    if errors is None and keyword_argument(node, "capture_output") is None and ctx.file.kind.speaks_to_a_person:
        return True
    if errors is not None and ctx.resolve(errors.value) == "subprocess.DEVNULL":
        return True
    return any(is_empty(handler) for attempt in ctx.around.tries(node) for handler in attempt.handlers)


def _may_fail(node: cst.Call, ctx: Context) -> bool:
    """Whether nothing is lost where a command fails: by what it is, by where it runs, or as a comment says."""
    if ctx.excuses.cleans_up(node) or _is_light(node) or _SHOWN_TO_A_PERSON.search(code(node)):
        return True
    function = ctx.function_of(node)
    if function is not None and _SHOWN_TO_A_PERSON.search(function.name):
        return True
    line = next((around for around in ctx.around.ancestors(node) if isinstance(around, cst.SimpleStatementLine)), None)
    return line is not None and any(_SAYS_WHY.search(text) for text in comments(line) if not is_directive(text))


def _is_judged(read: cst.CSTNode | None, ctx: Context) -> bool:
    """Whether the code is ready for an output that is empty or makes no sense, there or under the name that it gets."""
    if read is None:
        return False
    output = _with_methods(read, ctx)
    name = bound_name(ctx.around.parent(output))
    function = ctx.around.function_node(read)
    if _is_tested(output, ctx):
        return True
    return (
        name is not None
        and function is not None
        and any(
            _is_tested(_with_methods(part, ctx), ctx)
            for part in walk(function.body)
            if isinstance(part, cst.Name) and part.value == name.value and part is not name
        )
    )


def _with_methods(node: cst.CSTNode, ctx: Context) -> cst.CSTNode:
    """An expression with the methods that are called on it: `output.decode().strip()`."""
    parent = ctx.around.parent(node)
    while (isinstance(parent, cst.Attribute) and parent.value is node) or (
        isinstance(parent, cst.Call) and parent.func is node
    ):
        node, parent = parent, ctx.around.parent(parent)
    return node


def _is_tested(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether it matters that an expression is empty, matches nothing, or cannot be converted."""
    parent = ctx.around.parent(node)
    if isinstance(parent, (cst.If, cst.IfExp, cst.While, cst.Assert)):
        return parent.test is node
    if isinstance(parent, cst.Arg):
        return _is_matched(node, ctx) or any(
            _tells_of_body(name, ctx)
            for attempt in ctx.around.tries(node)
            for handler in attempt.handlers
            for name in ctx.handlers.caught(handler)
        )
    return isinstance(parent, cst.BooleanOperation) or (
        isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not)
    )


def _asks_the_body(node: cst.Call, ctx: Context) -> bool:
    """Whether the function looks for the word of the server in an answer: `if "error" in response.json():`."""
    function = ctx.around.function_node(node)
    return function is not None and any(
        isinstance(part, cst.SimpleString)
        and part.raw_value in _BODY_STATUS
        and isinstance(ctx.around.parent(part), (cst.Comparison, cst.ComparisonTarget, cst.Index, cst.Arg))
        for part in walk(function.body)
    )


def _is_left_to_caller(read: cst.CSTNode, ctx: Context) -> bool:
    """Whether a body is returned as it is, in a file that knows of the errors that such bodies tell of."""
    if not isinstance(ctx.around.parent(_with_methods(read, ctx)), cst.Return):
        return False
    return _ERROR_FIELD.search(ctx.file.source.text) is not None


def _is_prepared(read: cst.CSTNode, ctx: Context) -> bool:
    """Whether a handler is there for a body that is not what it should be."""
    return any(
        ctx.handlers.is_catch_all(handler) or any(_tells_of_body(name, ctx) for name in ctx.handlers.caught(handler))
        for attempt in ctx.around.tries(read)
        for handler in attempt.handlers
    )


def _tells_of_body(name: str | None, ctx: Context) -> bool:
    """What cannot be told counts; of the libraries' own errors only those about JSON, the others are the network's."""
    if name is not None and name.startswith(("requests.", "httpx.")):
        return "JSON" in name
    return ctx.exceptions.maybe_derives(name, _MALFORMED)


def _is_matched(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether a pattern is looked for in a text, which may not be there."""
    argument = ctx.around.parent(node)
    call = ctx.around.parent(argument) if isinstance(argument, cst.Arg) else None
    return isinstance(call, cst.Call) and last_name(call.func) in _MATCHES


def _is_light(node: cst.Call) -> bool:
    """Whether a command is one of those whose failure is no loss, whichever way it is chosen."""
    if not node.args:
        return False
    command = node.args[0].value
    choices = (command.body, command.orelse) if isinstance(command, cst.IfExp) else (command,)
    return all(_program(choice) in _LIGHT_COMMANDS for choice in choices)


def _program(command: cst.BaseExpression) -> str | None:
    """The program that a command runs, if it is written out."""
    if isinstance(command, (cst.List, cst.Tuple)) and command.elements:
        command = command.elements[0].value
    if (
        isinstance(command, cst.FormattedString)
        and command.parts
        and isinstance(command.parts[0], cst.FormattedStringText)
    ):
        return command.parts[0].value.split(" ")[0]
    if not isinstance(command, cst.SimpleString):
        return None
    return (command.raw_value.split() or [""])[0]


# Fixes


def _raising(result: Result, name: str, ctx: Context) -> Fix | None:
    """`raise_for_status()` behind the statement that binds the response, or in the chain where that is possible."""
    if result.name is None:
        chained = name.startswith(_RETURNS_ITSELF)
        return _RAISE.by(ctx.edit.insert_after(result.value, ".raise_for_status()")) if chained else None
    call = f"{result.name}.raise_for_status()"
    parent = ctx.around.parent(result.value)
    if isinstance(parent, cst.WithItem):
        block = ctx.around.parent(parent)
        return _RAISE.by(ctx.edit.insert_first(block.body, call)) if isinstance(block, cst.With) else None
    if isinstance(parent, (cst.Assign, cst.AnnAssign)):
        return _RAISE.by(ctx.edit.insert_statement_after(parent, call))
    return None

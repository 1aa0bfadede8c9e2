"""ERR219: one message for the failures of several operations."""

import ast
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule
from errlint.syntax.handlers import Try, caught_name, statements
from errlint.syntax.paths import Effect
from errlint.syntax.raises import last_name, mentions, reads_like_class
from errlint.syntax.tree import NESTED_SCOPES, walk

rule = Rule(
    code="ERR219",
    name="wide-try",
    since="0.1",
    preset=None,
    words=("except",),
    same_as=("pylint:too-many-try-statements", "pylint:W0717"),
    summary="Several operations fail with one message",
    message="`{header}` has one message for {count} operations; say which one failed, with a `try` of its own for each",
    help="one `try` for each operation, each with its own message",
    why="Who reads the message cannot tell which of the operations failed, and what has been done already.",
    bad=(
        Bad("""
            def publish(site):
                try:
                    pages = site.render()
                    archive = pack(pages)
                    upload(archive)
                except Exception as error:  # expect: ERR219 "3 operations"
                    raise PublishError("cannot publish the site") from error
        """),
    ),
    good=(
        Good("""
            def publish(site):
                pages = site.render()
                archive = pack(pages)
                try:
                    upload(archive)
                except Exception as error:
                    raise PublishError("cannot upload the site") from error
        """),
        Good("""
            def publish(site):
                try:
                    pages = site.render()
                    archive = pack(pages)
                    upload(archive)
                except Exception as error:
                    raise PublishError(f"cannot publish the site: {error}") from error
        """),
    ),
)

_FEWEST = 3
_ROOTS = frozenset(
    {
        *("aiohttp.ClientError", "aiohttp.client_exceptions.ClientError", "asyncpg.PostgresError"),
        *("botocore.exceptions.BotoCoreError", "botocore.exceptions.ClientError", "django.db.DatabaseError"),
        *("django.db.Error", "grpc.RpcError", "httpx.HTTPError", "kubernetes.client.ApiException", "psycopg.Error"),
        *("psycopg2.Error", "pymongo.errors.PyMongoError", "pymysql.Error", "redis.RedisError"),
        *("redis.exceptions.RedisError", "requests.RequestException", "requests.exceptions.RequestException"),
        *("sqlalchemy.exc.SQLAlchemyError", "sqlite3.Error", "subprocess.SubprocessError"),
    }
)
"""The classes from which all errors of a library derive."""
_HARMLESS = frozenset(
    {
        *("add", "append", "calcsize", "copy", "debug", "decode", "dumps", "encode", "endswith", "extend", "format"),
        *("from_dict", "fromhex", "fromisoformat", "get", "getattr", "hex", "info", "isinstance", "isoformat"),
        *("items", "join", "json", "keys", "len", "list", "loads", "lower", "lstrip", "model_dump", "model_validate"),
        *("now", "prepare", "print", "raise_for_status", "replace", "rstrip", "setdefault", "sorted", "split"),
        *("startswith", "str", "strip", "time", "to_dict", "unpack", "update", "upper", "values"),
    }
)
"""Calls that hardly ever fail, that only give data another form, or that belong to the call before them."""


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """The last thing that a handler does is to raise a text."""
    raised = node.body[-1].exc if isinstance(node.body[-1], ast.Raise) else None
    return (
        isinstance(raised, ast.Call) and bool(raised.args) and isinstance(raised.args[0], (ast.Constant, ast.JoinedStr))
    )


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """A wide handler that always raises the same words, which say nothing of the error."""
    if not _is_translated(node) or not _is_wide(node, ctx):
        return
    if any(path.effects & (Effect.TRACED | Effect.DECIDES) for path in ctx.handlers.paths(node)):
        return
    count = _operations(ctx.around.try_of(node), ctx)
    if count >= _FEWEST:
        yield rule.at(node, header=ctx.header(node), count=str(count))


def _is_translated(handler: Handler) -> bool:
    """Whether the last thing that a handler does is to raise a text in which the error does not appear."""
    last = statements(handler.body)[-1]
    if not isinstance(last, cst.Raise) or not isinstance(last.exc, cst.Call) or not last.exc.args:
        return False
    name = caught_name(handler)
    has_text = isinstance(last.exc.args[0].value, cst.BaseString)
    return has_text and not any(mentions(part, name) for part in (last.exc, *statements(handler.body)[:-1]))


def _is_wide(handler: Handler, ctx: Context) -> bool:
    return ctx.handlers.is_catch_all(handler) or not _ROOTS.isdisjoint(ctx.handlers.caught(handler))


def _operations(attempt: Try, ctx: Context) -> int:
    """How many steps of a `try` call something that may fail, the same call counted once."""
    seen: set[str] = set()
    count = 0
    for step in _steps(attempt):
        called = {ctx.code(call.func) for call in _calls(step) if _may_fail(call, ctx)}
        count += bool(called - seen)
        seen |= called
    return count


def _steps(attempt: Try) -> Iterator[cst.CSTNode]:
    """The simple statements of a `try`, and what compound ones begin with."""
    for part in walk(attempt.body, skip=NESTED_SCOPES):
        if isinstance(part, (cst.BaseSmallStatement, cst.WithItem)):
            yield part
        elif isinstance(part, cst.For):
            yield part.iter
        elif isinstance(part, (cst.If, cst.While)):
            yield part.test


def _calls(step: cst.CSTNode) -> Iterator[cst.Call]:
    return (part for part in walk(step, skip=NESTED_SCOPES) if isinstance(part, cst.Call))


def _may_fail(call: cst.Call, ctx: Context) -> bool:
    name = last_name(call.func)
    if name is None or name in _HARMLESS or reads_like_class(call.func) or ctx.report(call) is not None:
        return False
    return not (ctx.resolve(call.func) or "").startswith("builtins.") or name == "open"

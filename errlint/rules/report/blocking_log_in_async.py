"""ERR410: a log handler that waits for a disk or a network, in an app that runs an event loop."""

import re

import libcst as cst

from errlint.rule import Bad, Context, FileContext, Findings, Good, Rule
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.raises import last_name

rule = Rule(
    code="ERR410",
    name="blocking-log-in-async",
    since="0.1",
    preset="production",
    words=(
        *("FileHandler", "RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler", "SocketHandler"),
        *("DatagramHandler", "SysLogHandler", "SMTPHandler", "HTTPHandler", "NTEventLogHandler", "basicConfig"),
        *("logger.add", "log.add"),
    ),
    summary="A log handler blocks the event loop of the app that it is installed on",
    message="`{handler}` {works}, and the event loop waits for it; {instead}",
    help="put a `QueueHandler` in front of it, or use `enqueue=True` of loguru",
    why=(
        "Each record is written by the thread that logs it. While a slow disk or mail server keeps that thread, no "
        "other request is served, and errors make the most records when things are slow anyway."
    ),
    bad=(
        Bad("""
            import logging
            import logging.handlers

            from fastapi import FastAPI

            app = FastAPI()
            mail = logging.handlers.SMTPHandler("mail", "app@shop", ["ops@shop"], "failed")  # expect: ERR410 "network"
            logging.getLogger().addHandler(mail)
        """),
        Bad("""
            import logging

            from aiohttp import web

            def main(app: web.Application):
                logging.basicConfig(filename="app.log")  # expect: ERR410 "writes to a file"
                web.run_app(app)
        """),
        Bad("""
            from fastapi import FastAPI
            from loguru import logger

            app = FastAPI()
            logger.add("app.log", rotation="10 MB")  # expect: ERR410 "add `enqueue=True`"
        """),
    ),
    good=(
        Good("""
            import atexit
            import logging
            import queue
            from logging.handlers import QueueHandler, QueueListener, SMTPHandler

            from fastapi import FastAPI

            app = FastAPI()
            records = queue.SimpleQueue()
            listener = QueueListener(records, SMTPHandler("mail", "app@shop", ["ops@shop"], "failed"))
            listener.start()
            atexit.register(listener.stop)
            logging.getLogger().addHandler(QueueHandler(records))
        """),
        Good("""
            import logging

            from fastapi import FastAPI

            app = FastAPI()
            logging.getLogger().addHandler(logging.StreamHandler())
        """),
        Good("""
            import logging

            from flask import Flask

            app = Flask(__name__)
            logging.getLogger().addHandler(logging.FileHandler("app.log"))
        """),
        Good("""
            from fastapi import FastAPI
            from loguru import logger

            app = FastAPI()
            logger.add("app.log", enqueue=True)
        """),
    ),
)

_ASYNCHRONOUS = frozenset(
    {"fastapi", "starlette", "aiohttp", "sanic", "litestar", "quart", "blacksheep", "robyn", "tornado"}
)
"""HTTP frameworks that run an event loop."""
_RUNS_LOOP = re.compile(r"\b(?:asyncio|anyio|trio)\.run\(|\.run_until_complete\(|\.run_forever\(")
_MAKES_APP = r"\b(?:FastAPI|Starlette|Sanic|Litestar|Quart|BlackSheep|Robyn|web\.Application)\("
_QUEUED = re.compile(r"\bQueue(?:Handler|Listener)\b")
_WORKS = {"file": "writes to a file", "network": "sends over the network", "os": "calls the event log"}
_BEHIND_QUEUE = "put it behind a `QueueHandler`"
_SINKS = (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)


@rule.on(cst.Call)
def check_call(node: cst.Call, ctx: Context) -> Findings:
    """A handler that is made and added, or what adds one by itself."""
    name = ctx.resolve(node.func)
    if name == "loguru.logger.add":
        if _writes_file(node) and _runs_event_loop(ctx.file):
            yield rule.at(node, handler=ctx.code(node.func), works=_WORKS["file"], instead="add `enqueue=True`")
    elif name == "logging.basicConfig":
        file = keyword_argument(node, "filename")
        if file is not None and not is_literal(file.value, "None") and _blocks(ctx):
            handler = f"basicConfig({ctx.code(file)})"
            yield rule.at(node, handler=handler, works=_WORKS["file"], instead=_BEHIND_QUEUE)
    elif (works := _works(name, ctx)) is not None and _is_installed(node, ctx) and _blocks(ctx):
        yield rule.at(node, handler=ctx.code(node.func), works=works, instead=_BEHIND_QUEUE)


@rule.on(cst.Dict)
def check_configuration(node: cst.Dict, ctx: Context) -> Findings:
    """A handler of `dictConfig`, by the name of its class."""
    for each in node.elements:
        if isinstance(each, cst.DictElement) and _text(each.key) == "class":
            name = _text(each.value)
            works = _works(name, ctx)
            if works is not None and _blocks(ctx):
                yield rule.at(each.value, handler=name or "", works=works, instead=_BEHIND_QUEUE)


def _works(name: str | None, ctx: Context) -> str | None:
    """What a handler of `logging` waits for; streams and queues keep nobody waiting for long."""
    known = ctx.file.knowledge.log_handlers.get(name or "")
    if known is None or not known.blocking or not (name or "").startswith("logging."):
        return None
    return _WORKS.get(known.io)


def _blocks(ctx: Context) -> bool:
    return _runs_event_loop(ctx.file) and not ctx.survey.holds(_QUEUED)


def _runs_event_loop(file: FileContext) -> bool:
    """Whether the records of a file's process are made in an event loop: the file runs it or serves with it, or is
    imported where the app is made. Of a command beside the app they are not.
    """
    if not file.kind.is_cli and _RUNS_LOOP.search(file.source.text):
        return True
    if not _ASYNCHRONOUS.isdisjoint(file.frameworks):
        return True
    return not file.kind.speaks_to_a_person and file.project.survey.holds(_makes_app_with(file.name))


def _makes_app_with(module: str) -> re.Pattern[str]:
    """The text of a file that imports a module and makes an app."""
    package, _, name = module.rpartition(".")
    above = package.rpartition(".")[2]
    ways = [rf"(?:from|import)[ \t]+\.*{name}\b"]
    if above:
        ways = [
            rf"from[ \t]+\.+{name}\b",
            rf"from[ \t]+(?:[\w.]*\b{above}|\.+)[ \t]+import\b[^\n]*\b{name}\b",
            rf"(?:from|import)[ \t]+[\w.]*\b{above}\.{name}\b",
        ]
    imports = rf"^[ \t]*(?:{'|'.join(ways)})"
    return re.compile(rf"\A(?=(?s:.*?){imports})(?=(?s:.*?){_MAKES_APP})", re.MULTILINE)


def _writes_file(node: cst.Call) -> bool:
    """Whether a sink of loguru is a path, and written in the thread that logs."""
    sink = keyword_argument(node, "sink") or (node.args[0] if node.args else None)
    queued = keyword_argument(node, "enqueue")
    if sink is None or not isinstance(sink.value, _SINKS) or any(argument.star == "**" for argument in node.args):
        return False
    return queued is None or is_literal(queued.value, "False")


def _is_installed(node: cst.Call, ctx: Context) -> bool:
    """Whether a handler that is made is added to a logger: at once, in a list of handlers, or under its name."""
    parent = ctx.around.parent(node)
    if isinstance(parent, cst.Arg):
        return _adds(ctx.around.parent(parent))
    if isinstance(parent, cst.Element):
        return any(
            isinstance(each, cst.Arg) and each.keyword is not None and each.keyword.value == "handlers"
            for each in ctx.around.ancestors(parent)
        )
    if not isinstance(parent, (cst.Assign, cst.AnnAssign)):
        return False
    target = parent.targets[0].target if isinstance(parent, cst.Assign) else parent.target
    name = re.escape(last_name(target) or "")
    text = ctx.file.source.text
    if not name or re.search(rf"\bremoveHandler\(\s*(?:\w+\.)*{name}\b", text):
        return False  # for a while only
    return re.search(rf"(?:\baddHandler\(\s*(?:\w+\.)*|\bhandlers\s*=\s*\[[^\]]*\b){name}\b", text) is not None


def _adds(call: cst.CSTNode | None) -> bool:
    return isinstance(call, cst.Call) and last_name(call.func) == "addHandler"


def _text(node: cst.BaseExpression) -> str | None:
    return node.raw_value if isinstance(node, cst.SimpleString) else None

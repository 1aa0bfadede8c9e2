"""ERR417: a queue of log records that nothing empties."""

import re

import libcst as cst

from errlint.rule import Bad, Context, Finding, Findings, Good, Rule
from errlint.syntax.raises import last_name

rule = Rule(
    code="ERR417",
    name="log-queue-not-drained",
    since="0.1",
    preset="production",
    words=("QueueListener", "logging.handlers.QueueHandler"),
    summary="A queue of log records is not emptied before the process ends",
    message="nothing {does} the queue listener, so {lost}; {instead}",
    help="start the listener, and stop it at exit: `atexit.register(listener.stop)`",
    why="The listener works in a daemon thread: what is in its queue at the end, the records of the crash, is dropped.",
    bad=(
        Bad("""
            import logging
            import queue
            from logging.handlers import QueueHandler, QueueListener

            def set_up_logging(handler):
                records = queue.Queue()
                listener = QueueListener(records, handler)  # expect: ERR417 "nothing stops"
                listener.start()
                logging.getLogger().addHandler(QueueHandler(records))
        """),
        Bad("""
            from logging.config import dictConfig

            dictConfig({
                "version": 1,
                "handlers": {
                    "file": {"class": "logging.FileHandler", "filename": "app.log"},
                    "queue": {
                        "class": "logging.handlers.QueueHandler",  # expect: ERR417 "nothing starts"
                        "handlers": ["file"],
                    },
                },
                "root": {"handlers": ["queue"]},
            })
        """),
    ),
    good=(
        Good("""
            import atexit
            import logging
            import queue
            from logging.handlers import QueueHandler, QueueListener

            def set_up_logging(handler):
                records = queue.Queue()
                listener = QueueListener(records, handler)
                listener.start()
                atexit.register(listener.stop)
                logging.getLogger().addHandler(QueueHandler(records))
        """),
        Good("""
            import atexit
            import logging
            from logging.config import dictConfig

            dictConfig({
                "version": 1,
                "handlers": {
                    "file": {"class": "logging.FileHandler", "filename": "app.log"},
                    "queue": {"class": "logging.handlers.QueueHandler", "handlers": ["file"]},
                },
                "root": {"handlers": ["queue"]},
            })
            listener = logging.getHandlerByName("queue").listener
            listener.start()
            atexit.register(listener.stop)
        """),
        Good("""
            from logging.handlers import QueueListener

            def listener(records, handler):
                return QueueListener(records, handler)
        """),
    ),
)

_TAKES_UP = re.compile(r"\bgetHandlerByName\b|\.listener\b")
"""How code gets at the listener that `dictConfig` makes."""


@rule.on(cst.Call)
def check_listener(node: cst.Call, ctx: Context) -> Findings:
    """A listener that is made here and goes nowhere else."""
    if last_name(node.func) != "QueueListener" or ctx.resolve(node.func) != "logging.handlers.QueueListener":
        return
    parent = ctx.around.parent(node)
    if isinstance(parent, cst.Attribute) and parent.attr.value == "start":
        yield _finding(node, "stops", "listener")
        return
    target = _target(parent)
    name = None if target is None else last_name(target)
    if target is None or name is None or (isinstance(target, cst.Name) and _is_handed_on(target.value, ctx)):
        return
    for does in ("starts", "stops"):
        if not _is_done(does.removesuffix("s"), name, ctx):
            yield _finding(node, does, ctx.code(target))
            return


@rule.on(cst.Dict)
def check_configuration(node: cst.Dict, ctx: Context) -> Findings:
    """A handler of `dictConfig` that is given others: the listener between them is made, and not started."""
    entries = {_text(each.key): each.value for each in node.elements if isinstance(each, cst.DictElement)}
    kind = entries.get("class")
    if kind is None or _text(kind) != "logging.handlers.QueueHandler" or "handlers" not in entries:
        return
    if not ctx.survey.holds(_TAKES_UP):
        yield _finding(kind, "starts", "logging.getHandlerByName(...).listener")


def _finding(place: cst.CSTNode, does: str, name: str) -> Finding:
    if does == "starts":
        lost, instead = "no record leaves its queue", f"call `{name}.start()`, and `stop()` at exit"
    else:
        lost, instead = "the last records are lost at exit", f"add `atexit.register({name}.stop)`"
    return rule.at(place, does=does, lost=lost, instead=instead)


def _text(node: cst.BaseExpression) -> str | None:
    return node.raw_value if isinstance(node, cst.SimpleString) else None


def _target(parent: cst.CSTNode | None) -> cst.BaseExpression | None:
    """What a value is assigned to, if that is all that becomes of it."""
    if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
        return parent.targets[0].target
    return parent.target if isinstance(parent, (cst.AnnAssign, cst.NamedExpr)) else None


def _is_done(method: str, name: str, ctx: Context) -> bool:
    """Whether some file calls a method of what has a name, hands the method on, or enters it as a context."""
    return ctx.survey.holds(re.compile(rf"\b{re.escape(name)}(?:\.{method}\b|\s+as\b|:\s*$)", re.MULTILINE))


def _is_handed_on(name: str, ctx: Context) -> bool:
    """Whether what has a name may be used under another one: it is returned, stored, or given to a call."""
    given = rf"(?:[(\[{{,=:]\s*|\b(?:return|yield)\s+){re.escape(name)}\s*(?:[)\]}},]|$)"
    return re.search(given, ctx.file.source.text, re.MULTILINE) is not None

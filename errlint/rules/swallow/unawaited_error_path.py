"""ERR213: a thread or a task that nobody waits for lets its errors out, where nobody is."""

import re

import libcst as cst

from errlint.rule import Bad, Context, FileContext, Findings, Function, Good, Rule
from errlint.syntax.calls import keyword_argument
from errlint.syntax.guarded import has_handlers
from errlint.syntax.raises import last_name

_THREADS = {"threading.Thread": ("target", 1), "threading.Timer": ("function", 1)}
"""What runs a function in a thread, and the argument that is the function."""


def _is_a_service(file: FileContext) -> bool:
    """Code whose stderr nobody reads, and that has nothing to do with a hook for errors."""
    return not file.kind.speaks_to_a_person and "excepthook" not in file.source.text


rule = Rule(
    code="ERR213",
    name="unawaited-error-path",
    since="0.1",
    preset="critical",
    words=("Thread(", "Timer(", "create_task(", "ensure_future("),
    applies_to=_is_a_service,
    summary="The body of a thread or of a task that nobody waits for handles no error and reports none",
    message="`{body}` runs {how} and handles no error: {loss}; catch and report errors in it",
    help="catch errors at the top of what runs there, and report them",
    why=(
        "An error that leaves a thread does not reach the code that started it: it is printed to stderr, and the work "
        "is not done any more. A task keeps its error for somebody who waits for it."
    ),
    bad=(
        Bad("""
            import threading

            def refresh(cache):
                while True:
                    cache.update(load_prices())

            def start(cache):
                threading.Thread(target=refresh, args=(cache,), daemon=True).start()  # expect: ERR213 "in a thread"
        """),
        Bad("""
            import asyncio

            class Listener:
                def start(self):
                    self._task = asyncio.create_task(self._listen())  # expect: ERR213 "as a task"

                async def _listen(self):
                    async for message in self.connection:
                        await self.handle(message)

                def stop(self):
                    self._task.cancel()
        """),
    ),
    good=(
        Good("""
            import threading

            def refresh(cache):
                while True:
                    try:
                        cache.update(load_prices())
                    except Exception:
                        logger.exception("cannot refresh")

            def start(cache):
                threading.Thread(target=refresh, args=(cache,), daemon=True).start()
        """),
        Good("""
            import asyncio

            class Listener:
                def start(self):
                    self._task = asyncio.create_task(self._listen())

                async def _listen(self):
                    async for message in self.connection:
                        await self.handle(message)

                async def wait(self):
                    await self._task
        """),
    ),
)

_TASKS = frozenset({"create_task", "ensure_future"})
_HARMLESS = frozenset(
    {
        *("acquire", "add", "append", "call_soon_threadsafe", "cancel", "clear", "close", "debug", "decode"),
        *("discard", "done", "extend", "get_ident", "getpid", "info", "int", "is_set", "isinstance", "join"),
        *("kill", "len", "monotonic", "notify", "notify_all", "print", "put", "read", "readline", "release"),
        *(
            "run_forever",
            "select",
            "serve_forever",
            "set",
            "set_event_loop",
            "sleep",
            "str",
            "super",
            "time",
            "wait",
            "write",
        ),
    }
)
"""Calls that do not fail where it matters: a thread that only sleeps and sets an event has no errors to handle."""

_GUARDS = re.compile(r"suppress|captur\w*exception|catch|guard|ignor", re.IGNORECASE)
"""Names of what keeps the errors of a block."""


@rule.on(cst.Call)
def check_thread(node: cst.Call, ctx: Context) -> Findings:
    """What a thread runs, if it is a function of the project."""
    if last_name(node.func) not in ("Thread", "Timer"):
        return
    keyword, position = _THREADS.get(ctx.resolve(node.func) or "", (None, 0))
    if keyword is None:
        return
    given = keyword_argument(node, keyword)
    if given is None and len(node.args) > position and node.args[position].keyword is None:
        given = node.args[position]
    if given is not None and _lets_errors_out(given.value, ctx) and not ctx.survey.hears_of_threads:
        loss = "what fails is printed to stderr and reported nowhere"
        yield rule.at(node, body=ctx.code(given.value), how="in a thread", loss=loss)


@rule.on(cst.Assign, cst.AnnAssign)
def check_task(node: cst.Assign | cst.AnnAssign, ctx: Context) -> Findings:
    """What a task runs that an object keeps and only ever cancels."""
    target = node.targets[0].target if isinstance(node, cst.Assign) else node.target
    call = node.value
    if not isinstance(call, cst.Call) or last_name(call.func) not in _TASKS or not isinstance(target, cst.Attribute):
        return
    fact = ctx.file.knowledge.lost.get(ctx.resolve_callee(call) or "")
    work = call.args[0].value if call.args else None
    if fact is None or fact.safe or not isinstance(work, cst.Call) or not _is_only_cancelled(target.attr.value, ctx):
        return
    if _lets_errors_out(work.func, ctx):
        loss = "what fails is noticed when the task is collected, if ever"
        yield rule.at(call, body=ctx.code(work.func), how="as a task that nobody waits for", loss=loss)


def _lets_errors_out(body: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a function of the project does what may fail, and nothing that it runs handles or reports an error."""
    found = ctx.definition_of(body)
    if found is None or not isinstance(found.definition, Function) or ctx.file.reporters.function_reports(found):
        return False
    waiting, seen = [found], {found}
    fails = False
    while waiting:
        current = waiting.pop()
        function, names = current.definition, current.names
        if has_handlers(function.node) or ctx.catches(current):
            return False
        for call in names.outline.facts(function).calls:
            last = call.callee.rpartition(".")[2]
            called = names.find(names.resolve(call.callee, function))
            if called is not None and isinstance(called.definition, Function):
                waiting += [called] if called not in seen else []
                seen.add(called)
            elif _GUARDS.search(last) or call.callee.startswith("super()."):
                return False
            else:
                fails = fails or last not in _HARMLESS
    return fails


def _is_only_cancelled(attribute: str, ctx: Context) -> bool:
    """Whether all that the file does with a task is to set, test and cancel it."""
    text = ctx.file.source.text
    mentions = re.findall(rf"\.{attribute}\b", text)
    harmless = re.findall(rf"(?<!await )\b\w+\.{attribute}\b(?=\s*(?:{_ONLY_LOOKS}))", text)
    return len(mentions) == len(harmless)


_ONLY_LOOKS = r"=[^=]|:|is\b|\)?\s*:|\.(?:cancel|cancelled|done)\(|and\b|or\b"
"""What follows a name that is set, tested or cancelled."""

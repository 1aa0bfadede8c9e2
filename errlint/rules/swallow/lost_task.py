"""ERR212: what a task, a future or a gathering holds is thrown away, its error with it."""

import ast
from collections.abc import Iterator

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.calls import is_literal, keyword_argument
from errlint.syntax.guarded import handles_its_errors
from errlint.syntax.handlers import has_written_comment
from errlint.syntax.raises import last_name
from errlint.syntax.tree import walk

_STARTERS = frozenset(
    {
        *("create_task", "ensure_future", "gather", "map", "map_async", "run_coroutine_threadsafe", "run_in_executor"),
        *("apply_async", "send", "starmap_async", "submit"),
    }
)
"""The last names of all calls in the table `lost`."""

rule = Rule(
    code="ERR212",
    name="lost-task",
    since="0.1",
    cwe=(391,),
    preset="production",
    words=(
        *("create_task", "ensure_future", "gather", ".map(", "map_async", "run_coroutine_threadsafe"),
        *("run_in_executor", "apply_async", ".send(", "submit"),
    ),
    same_as=("ruff:RUF006", "ruff:asyncio-dangling-task"),
    in_tests=True,
    summary="The result of a call that starts something is thrown away, and the error of what it started with it",
    message="the result of `{call}` is thrown away: {loss}; {advice}",
    help="keep the result and wait for it, or start the work in a task group",
    why="A task or future keeps its exception until somebody asks. Nobody does, so the work fails without a trace.",
    bad=(
        Bad("""
            import asyncio

            async def register(user):
                await save(user)
                asyncio.create_task(send_welcome(user))  # expect: ERR212 "noticed only when it is collected"
        """),
        Bad("""
            from concurrent.futures import ThreadPoolExecutor

            def resize_all(images):
                with ThreadPoolExecutor() as pool:
                    for image in images:
                        pool.submit(resize, image)  # expect: ERR212 "nobody hears of its error"
        """),
        Bad("""
            import asyncio

            async def notify(users):
                await asyncio.gather(*(send(user) for user in users), return_exceptions=True)  # expect: ERR212
        """),
    ),
    good=(
        Good("""
            import asyncio

            async def register(user):
                async with asyncio.TaskGroup() as group:
                    group.create_task(save(user))
                    group.create_task(send_welcome(user))
        """),
        Good("""
            from concurrent.futures import ThreadPoolExecutor

            def resize_all(images):
                with ThreadPoolExecutor() as pool:
                    futures = [pool.submit(resize, image) for image in images]
                return [future.result() for future in futures]
        """),
        Good("""
            import asyncio

            async def stop(tasks):
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        """),
    ),
)

_TASKS = frozenset({"create_task", "ensure_future"})
_COLLECTED = (
    "its error is noticed only when it is collected, which may be before it is done",
    "keep it and await it, or use a task group",
)
_COLLECTED_EARLY = ("it may be collected before it is done", "keep it until it is done, or use a task group")
_NOTICED_LATE = ("its error is noticed only when it is collected", "await it")
_SILENT = ("nobody hears of its error", "keep it and ask for its result")
_GATHERED = ("it holds the errors", "look for exceptions in it")

_LOOPS = frozenset({"loop", "_loop", "event_loop", "_event_loop"})
_POOLS = frozenset({"thread_pool", "_thread_pool", "threadpool", "_threadpool", "process_pool", "_process_pool"})


@rule.sieve(ast.Expr)
def may_throw_away(node: ast.Expr, in_handler: bool) -> bool:
    """A call that starts something, as a statement."""
    return _may_start(node.value)


@rule.sieve(ast.Assign)
def may_forget(node: ast.Assign, in_handler: bool) -> bool:
    """The same, given to a name."""
    return isinstance(node.targets[0], ast.Name) and _may_start(node.value)


@rule.sieve(ast.AnnAssign)
def may_forget_annotated(node: ast.AnnAssign, in_handler: bool) -> bool:
    """The same, given to a name with its type."""
    return isinstance(node.target, ast.Name) and _may_start(node.value)


def _may_start(value: ast.expr | None) -> bool:
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call):
        return False
    return (getattr(call.func, "attr", None) or getattr(call.func, "id", None)) in _STARTERS


@rule.on(cst.Expr)
def check_statement(node: cst.Expr, ctx: Context) -> Findings:
    """A call whose result nobody takes."""
    awaited = isinstance(node.value, cst.Await)
    call = node.value.expression if isinstance(node.value, cst.Await) else node.value
    if isinstance(call, cst.Call):
        yield from _judge(call, ctx, awaited=awaited)


@rule.on(cst.Assign, cst.AnnAssign)
def check_assignment(node: cst.Assign | cst.AnnAssign, ctx: Context) -> Findings:
    """A call whose result is given to a name that nobody reads."""
    targets = [each.target for each in node.targets] if isinstance(node, cst.Assign) else [node.target]
    target = targets[0]
    if len(targets) > 1 or not isinstance(target, cst.Name) or not isinstance(node.value, cst.Call):
        return
    if _started(node.value, ctx) is not None and not _is_read(target, ctx):
        yield from _judge(node.value, ctx, awaited=False)


def _judge(call: cst.Call, ctx: Context, *, awaited: bool) -> Findings:
    name = _started(call, ctx)
    if name is None:
        return
    fact = ctx.file.knowledge.lost.get(name)
    if fact is None or fact.safe or any(keyword_argument(call, word) is not None for word in fact.excused_by):
        return
    if fact.only_with is not None:
        if not awaited or not _is_given(call, fact.only_with) or _is_looked_after(call, ctx):
            return
        loss, advice = _GATHERED
    elif awaited:
        return
    elif name.rpartition(".")[2] in _TASKS:
        loss, advice = _COLLECTED_EARLY if _handles_its_errors(call, ctx) else _COLLECTED
    elif _handles_its_errors(call, ctx):
        return
    else:
        loss, advice = _SILENT if fact.silent else _NOTICED_LATE
    yield rule.at(call, call=f"{ctx.code(call.func)}(...)", loss=loss, advice=advice)


def _started(call: cst.Call, ctx: Context) -> str | None:
    """The name in the table `lost` of what a call starts: by what it resolves to, then by its receiver's name."""
    method = last_name(call.func)
    if method not in _STARTERS:
        return None
    resolved = ctx.resolve_callee(call)
    if resolved in ctx.file.knowledge.lost:
        return resolved
    if not isinstance(call.func, cst.Attribute):
        return None
    receiver = (last_name(call.func.value) or "").lower()
    if receiver in _LOOPS and method in ("create_task", "run_in_executor"):
        return f"asyncio.AbstractEventLoop.{method}"
    if method == "submit" and (receiver in _POOLS or receiver.endswith("executor")):
        return "concurrent.futures.Executor.submit"
    return None


def _is_given(call: cst.Call, keyword: str) -> bool:
    argument = keyword_argument(call, keyword)
    return argument is not None and not is_literal(argument.value, "False", "None")


def _is_read(target: cst.Name, ctx: Context) -> bool:
    """Whether a name may be read: one of a module or class may, and one that its function mentions again."""
    function = next((node for node in ctx.around.ancestors(target) if isinstance(node, cst.FunctionDef)), None)
    if function is None or not isinstance(ctx.scope_of(target), type(ctx.function_of(target))):
        return True
    return any(
        isinstance(node, cst.Name) and node.value == target.value and not _is_target(node, ctx)
        for node in walk(function)
    )


def _is_target(name: cst.Name, ctx: Context) -> bool:
    """Whether a word only sets the name, or is another one: an attribute, a keyword."""
    parent = ctx.around.parent(name)
    if isinstance(parent, (cst.Attribute, cst.Arg)):
        return parent.value is not name
    return isinstance(parent, cst.AssignTarget) or (isinstance(parent, cst.AnnAssign) and parent.target is name)


def _handles_its_errors(call: cst.Call, ctx: Context) -> bool:
    """Whether all functions that are started are of this file and let no error out."""
    started = list(_functions(call, ctx))
    return bool(started) and all(handles_its_errors(getattr(each, "node", None)) for each in started)


def _functions(call: cst.Call, ctx: Context) -> Iterator[object]:
    """What a call is given to run: functions by name, and coroutines, which are written as calls."""
    for argument in call.args[:2]:
        value = argument.value.func if isinstance(argument.value, cst.Call) else argument.value
        if isinstance(value, (cst.Name, cst.Attribute)):
            named = ctx.definition_of(value)
            found = None if named is None else named.definition
            if found is not None or isinstance(argument.value, cst.Call):
                yield found
            if found is not None:
                return


def _is_looked_after(call: cst.Call, ctx: Context) -> bool:
    """Whether the errors in a gathering are no news: a comment says so, its tasks were cancelled, it ends something, it
    is waited for on the way out, what it waits for is kept elsewhere and can be asked, or handles its errors itself.
    """
    line = next((node for node in ctx.around.ancestors(call) if isinstance(node, cst.SimpleStatementLine)), None)
    if line is not None and any(has_written_comment(each) for each in line.leading_lines):
        return True
    function = ctx.function_of(call)
    if function is not None and _says(_ENDING, function.name):
        return True
    if any(isinstance(around, cst.Finally) for around in ctx.around.ancestors(call)):
        return True
    definition = next((node for node in ctx.around.ancestors(call) if isinstance(node, cst.FunctionDef)), None)
    if definition is not None and any(_is_cancel(node) for node in walk(definition)):
        return True
    made = [part for argument in call.args if argument.keyword is None for part in walk(argument)]
    if any(isinstance(part, cst.Name) and "cancel" in part.value.lower() for part in made):
        return True
    coroutines = [part for part in made if isinstance(part, cst.Call)]
    if not coroutines:
        return not all(_is_list_of_coroutines(argument, definition, ctx) for argument in call.args[:1])
    if any(_says(_ENDING, last_name(part.func) or "") for part in coroutines):
        return True
    functions = [ctx.definition_of(part.func) for part in coroutines]
    return all(found is not None and handles_its_errors(found.definition.node) for found in functions)


def _says(words: frozenset[str], name: str) -> bool:
    return not words.isdisjoint(name.strip("_").split("_"))


def _is_cancel(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "cancel"


def _is_list_of_coroutines(argument: cst.Arg, function: cst.CSTNode | None, ctx: Context) -> bool:
    """Whether a starred name is a list that is read nowhere else: nobody can ask what is in it afterwards."""
    if argument.star != "*" or not isinstance(argument.value, cst.Name) or function is None:
        return False
    name = argument.value.value
    reads = [
        node
        for node in walk(function)
        if isinstance(node, cst.Name) and node.value == name and not _is_target(node, ctx) and not _is_filled(node, ctx)
    ]
    return len(reads) == 1


def _is_filled(name: cst.Name, ctx: Context) -> bool:
    """`tasks.append(...)`, and `if tasks:` before it."""
    parent = ctx.around.parent(name)
    if isinstance(parent, cst.Attribute):
        return parent.attr.value in ("append", "extend", "add")
    return isinstance(parent, cst.If)


_ENDING = frozenset(
    {
        "aclose",
        "aexit",
        "cancel",
        "cleanup",
        "close",
        "disconnect",
        "dispose",
        "exit",
        "join",
        "shutdown",
        "stop",
        "teardown",
    }
)

"""ERR221: a context manager whose cleanup stands behind a `yield` that nothing protects."""

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Rule, Safe
from errlint.syntax.raises import last_name
from errlint.syntax.texts import code
from errlint.syntax.tree import NESTED_SCOPES, walk

_PROTECT = Safe("clean up in `finally`")

rule = Rule(
    code="ERR221",
    name="cleanup-skipped-on-error",
    since="0.1",
    cwe=(460,),
    preset="recommended",
    words=("yield",),
    fixes=(_PROTECT,),
    summary="A context manager cleans up only if its body succeeds",
    message="an error in the body of the `with` skips `{cleanup}`; put the `yield` in `try`, this in `finally`",
    help="wrap the `yield` in `try` and clean up in `finally`",
    why="`contextmanager` raises the error of the `with` body at the `yield`. What stands behind it does not run then.",
    bad=(
        Bad(
            """
            from contextlib import contextmanager

            @contextmanager
            def cursor(connection):
                cursor = connection.cursor()
                yield cursor  # expect: ERR221 "skips `cursor.close()`"
                cursor.close()
        """,
            fixed="""
            from contextlib import contextmanager

            @contextmanager
            def cursor(connection):
                cursor = connection.cursor()
                try:
                    yield cursor
                finally:
                    cursor.close()
        """,
        ),
        Bad(
            """
            from contextlib import contextmanager

            @contextmanager
            def timeout(client, seconds):
                before = client.timeout
                client.timeout = seconds
                yield  # expect: ERR221
                client.timeout = before
        """,
            fixed="""
            from contextlib import contextmanager

            @contextmanager
            def timeout(client, seconds):
                before = client.timeout
                client.timeout = seconds
                try:
                    yield
                finally:
                    client.timeout = before
        """,
        ),
    ),
    good=(
        Good("""
            from contextlib import contextmanager

            @contextmanager
            def cursor(connection):
                cursor = connection.cursor()
                try:
                    yield cursor
                finally:
                    cursor.close()
        """),
        Good("""
            from contextlib import contextmanager

            @contextmanager
            def transaction(session):
                yield session
                session.commit()
        """),
        Good("""
            from contextlib import contextmanager

            @contextmanager
            def timed(name):
                start = clock()
                yield
                logger.info("%s took %.1f s", name, clock() - start)
        """),
    ),
)

_FACTORIES = frozenset(
    f"{module}.{name}"
    for module in ("contextlib", "contextlib2", "async_generator")
    for name in ("contextmanager", "asynccontextmanager")
)
_LIFESPAN = "lifespan"
"""The body of an application's lifespan is the server's own waiting; frameworks document it without `try`."""
_RESTORING_VERBS = frozenset(
    {
        *("aclose", "cancel", "cleanup", "close", "delattr", "delete", "deregister", "detach", "disconnect"),
        *("dispose", "kill", "quit", "release", "remove", "reset", "restore", "revert", "rmdir", "rmtree", "rollback"),
        *("shutdown", "stop", "teardown", "terminate", "undo", "uninstall", "unlink", "unload", "unlock", "unmount"),
        *("unpatch", "unregister", "unsubscribe", "untrack"),
    }
)
"""What a method does that gives back what was taken, as the first word of its name says."""
_OPPOSITES = frozenset(
    {
        *(
            ("add", "discard"),
            ("append", "pop"),
            ("appendleft", "popleft"),
            ("disable", "enable"),
            ("enable", "disable"),
        ),
        *(("enter", "exit"), ("push", "pop"), ("activate", "deactivate"), ("deactivate", "activate")),
        *(("freeze", "unfreeze"), ("pause", "resume"), ("mute", "unmute"), ("block", "unblock"), ("login", "logout")),
    }
)
_SETTERS = ("set", "chdir", "umask", "signal")
"""How the names of functions begin that are called once to change something, and again to change it back."""


@rule.sieve(ast.FunctionDef)
def may_apply(node: ast.FunctionDef, in_handler: bool) -> bool:
    """A decorated function that yields."""
    return _may_be_manager(node)


@rule.sieve(ast.AsyncFunctionDef)
def may_apply_async(node: ast.AsyncFunctionDef, in_handler: bool) -> bool:
    """The same for `async def`."""
    return _may_be_manager(node)


def _may_be_manager(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool(node.decorator_list) and any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in ast.walk(node))


@rule.on(cst.FunctionDef)
def check(node: cst.FunctionDef, ctx: Context) -> Findings:
    """Only what surely cleans up: statements that are for success alone (`commit()`) stand there on purpose."""
    if _LIFESPAN in node.name.value or not any(ctx.resolve(each.decorator) in _FACTORIES for each in node.decorators):
        return
    told: set[cst.CSTNode] = set()
    for place in walk(node.body, skip=NESTED_SCOPES):
        if isinstance(place, cst.Yield) and (skipped := _skipped(place, node, ctx)):
            cleaning = _Cleaning(node, place)
            first = next((line for line in _simple(skipped) if cleaning.is_done_by(line)), None)
            if first is not None and first not in told:
                told.add(first)
                related = ((first, "skipped when the body fails"),)
                yield rule.at(place, related, _protected(place, skipped, cleaning, ctx), cleanup=ctx.code(first))


def _skipped(place: cst.Yield, function: cst.FunctionDef, ctx: Context) -> list[cst.CSTNode]:
    """What runs after a `yield` if nothing is raised there; nothing where a `try`, `with` or loop is around it."""
    found: list[cst.CSTNode] = []
    current: cst.CSTNode = place
    ends = False
    for parent in ctx.around.between(place, function):
        if isinstance(parent, (cst.Try, cst.TryStar, cst.With, cst.For, cst.While, cst.Match)):
            return []
        if isinstance(parent, (cst.BaseSuite, cst.SimpleStatementLine)) and not ends:
            following = parent.body[parent.body.index(current) + 1 :]
            found.extend(following)
            ends = any(isinstance(part, (cst.Return, cst.Raise)) for line in following for part in _own(line))
        current = parent
    return found


def _own(line: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The statements of a line, without those in blocks."""
    return line.body if isinstance(line, cst.SimpleStatementLine) else (line,)


def _simple(lines: Sequence[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """The simple statements among some statements, those in their blocks included."""
    for line in lines:
        if not _is_involved(line):
            yield from (part for part in walk(line) if isinstance(part, cst.BaseSmallStatement))


def _is_involved(line: cst.CSTNode) -> bool:
    """Whether a statement does more than to run through: it raises, or defines what runs later."""
    return any(isinstance(part, (cst.Raise, *NESTED_SCOPES)) for part in walk(line))


class _Cleaning:
    """Knows what was changed before a `yield`, and so what changes it back."""

    def __init__(self, function: cst.FunctionDef, place: cst.Yield) -> None:
        self._changed: set[str] = set()
        self._called: set[str] = set()
        self._shared: set[str] = set()
        for part in walk(function.body, skip=NESTED_SCOPES):
            if part is place:
                break
            if isinstance(part, (cst.Assign, cst.AnnAssign, cst.AugAssign)):
                self._changed.update(code(target) for target in _targets(part))
            elif isinstance(part, cst.Call):
                self._called.add(code(part.func))
            elif isinstance(part, (cst.Global, cst.Nonlocal)):
                self._shared.update(item.name.value for item in part.names)

    def is_done_by(self, line: cst.CSTNode) -> bool:
        """Whether a simple statement gives something back, or puts it back as it was."""
        if isinstance(line, (cst.Assign, cst.AugAssign)):
            return all(self._outlives(target) and code(target) in self._changed for target in _targets(line))
        if isinstance(line, cst.Del):
            return code(line.target) in self._changed and self._outlives(line.target)
        if not isinstance(line, cst.Expr):
            return False
        call = line.value.expression if isinstance(line.value, cst.Await) else line.value
        return isinstance(call, cst.Call) and self._gives_back(call)

    def _outlives(self, target: cst.CSTNode) -> bool:
        """Whether what is assigned is more than a local variable."""
        if isinstance(target, cst.Name):
            return target.value in self._shared
        return isinstance(target, (cst.Attribute, cst.Subscript))

    def _gives_back(self, call: cst.Call) -> bool:
        name = (last_name(call.func) or "").strip("_")
        receiver = code(call.func).removesuffix(name)
        if name.startswith(_SETTERS) and code(call.func) in self._called:
            return True
        undoes = any(name == undo and f"{receiver}{done}" in self._called for done, undo in _OPPOSITES)
        return undoes or name.partition("_")[0] in _RESTORING_VERBS


def _targets(line: cst.Assign | cst.AnnAssign | cst.AugAssign) -> list[cst.BaseExpression]:
    return [each.target for each in line.targets] if isinstance(line, cst.Assign) else [line.target]


def _protected(place: cst.Yield, skipped: list[cst.CSTNode], cleaning: _Cleaning, ctx: Context) -> Fix | None:
    """`try` and `finally`, where all that follows is cleanup, and it and the `yield` have lines of their own."""
    line = ctx.around.parent(ctx.around.statement(place))
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1:
        return None
    if any(map(_is_involved, skipped)) or not all(map(cleaning.is_done_by, _simple(skipped))):
        return None
    is_beside = all(ctx.around.parent(part) is ctx.around.parent(line) for part in skipped)
    return _PROTECT.by(ctx.edit.clean_up_after(line, skipped)) if is_beside else None

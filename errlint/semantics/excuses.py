"""Why a handler that says nothing may be ordinary Python: the edges that all rules about silence share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from errlint.semantics.exceptions import Hierarchy
from errlint.semantics.handlers import HandlerReader
from errlint.settings import Settings
from errlint.source.outline import Definition, Function, Outline
from errlint.source.outline.from_cst import path
from errlint.source.tree import NESTED_SCOPES, walk
from errlint.syntax.enclosing import Enclosing
from errlint.syntax.handlers import HANDLERS, TRIES, Handler, Try, has_written_comment, is_empty, statements
from errlint.syntax.raises import mentions
from errlint.syntax.texts import code

_TEARDOWN = frozenset(
    {
        *("__del__", "__exit__", "__aexit__", "close", "aclose", "stop", "shutdown", "cleanup", "dispose"),
        *("teardown", "tearDown", "disconnect", "terminate", "kill", "finalize", "release", "unlink", "quit"),
        *("destroy", "abort", "detach", "on_exit", "stop_listen"),
    }
)
_LAST_CHANCE = frozenset({"__del__"})
_CONVERTERS = frozenset(
    {"int", "float", "complex", "Decimal", "UUID", "loads", "fromisoformat", "strptime", "Fraction"}
)
_FILE_CALLS = frozenset(
    {
        *("unlink", "rmdir", "remove", "rmtree", "removedirs", "stat", "lstat", "chmod", "utime", "mkdir", "makedirs"),
        *("kill", "killpg", "close", "chown", "samefile", "getsize", "getmtime", "readlink"),
    }
)
"""One call on a file or process whose failure says only that the file or process is not (or already) there."""
_JUMPS = (cst.Return, cst.Break, cst.Continue)
_ATTRIBUTE = ("builtins.AttributeError",)
_VALUE = ("builtins.ValueError", "builtins.TypeError", "builtins.OverflowError", "builtins.ArithmeticError")
_IMPORT = ("builtins.ImportError",)


class Excuses:
    """Judges the handlers of one region."""

    def __init__(
        self,
        around: Enclosing,
        reader: HandlerReader,
        exceptions: Hierarchy,
        outline: Outline,
        settings: Settings,
    ) -> None:
        self._around = around
        self._reader = reader
        self._exceptions = exceptions
        self._outline = outline
        self._settings = settings

    def may_be_silent(self, handler: Handler) -> bool:
        """Whether ordinary Python lets this handler pass over its error without a word.

        A catch-all is excused only where nobody is left to tell, or where the error surfaces all the same: the code
        after it raises, or makes the same call again. A narrow handler also when its types do not surely
        tell of a failed operation, when it is the natural answer to one operation, cleans up, leaves the answer to
        the code after it, or says why.
        """
        function = self._around.function(handler)
        if _is_last_chance(function, self._called_at_exit()):
            return True
        statement = self._around.try_of(handler)
        if is_optional_import(statement, self._reader, self._exceptions, handler):
            return True
        if raises_afterwards(statement, handler, self._around) or is_placeholder(statement, handler, function):
            return True
        if self._tells_afterwards(statement, handler):
            return True
        if self._reader.is_catch_all(handler):
            return False
        return (
            not self._reader.hides_failure(handler)
            or (self._settings.comment_is_reason and _says_why(handler, statement))
            or is_natural(statement, self._reader.caught(handler), self._exceptions)
            or is_teardown(handler, self._around, function)
            or is_fallback(statement, self._around)
            or tries_in_turn(handler, self._around)
        )

    def _tells_afterwards(self, statement: Try, handler: Handler) -> bool:
        """Whether a handler only notes something, and the code behind raises or reports where it finds that: a flag, or
        `None` for what could not be had.
        """
        parts = statements(handler.body)
        if not all(isinstance(part, (cst.Assign, cst.AnnAssign, cst.Pass, cst.Continue)) for part in parts):
            return False
        noted = {name for part in parts for name in _assigned(part)}
        if not noted:
            return False
        tests = (
            node
            for part in _following(statement, self._around)
            for node in walk(part, skip=NESTED_SCOPES)
            if isinstance(node, cst.If)
        )
        return any(any(mentions(test.test, name) for name in noted) and self._tells(test.body) for test in tests)

    def _tells(self, block: cst.BaseSuite) -> bool:
        for node in walk(block, skip=NESTED_SCOPES):
            if isinstance(node, cst.Raise):
                return True
            report = self._reader.report(node) if isinstance(node, cst.Call) else None
            if report is not None and report.counts:
                return True
        return False

    def cleans_up(self, node: cst.CSTNode) -> bool:
        """Whether code runs where all is over anyway, or something has failed already: a closing method, a handler, a
        `finally`.
        """
        return cleans_up(node, self._around, self._around.function(node))

    def _called_at_exit(self) -> frozenset[str]:
        """The names of the functions that the file registers with `atexit`."""
        if "atexit" not in self._outline.packages:
            return frozenset()
        scopes: list[Definition | None] = [None, *self._outline.definitions]
        calls = [call for scope in scopes for call in self._outline.facts(scope).calls]
        at_exit = [call for call in calls if call.callee.endswith("register") and call.arguments]
        return frozenset((call.arguments[0] or "").rpartition(".")[2] for call in at_exit)


def is_optional_import(statement: Try, reader: HandlerReader, exceptions: Hierarchy, handler: Handler) -> bool:
    """A `try` of imports (and assignments) whose handler is for `ImportError`."""
    body = statements(statement.body)
    imports = [part for part in body if isinstance(part, (cst.Import, cst.ImportFrom))]
    plain = all(isinstance(part, (cst.Import, cst.ImportFrom, cst.Assign, cst.AnnAssign, cst.Expr)) for part in body)
    caught = reader.caught(handler)
    return bool(imports and plain and caught) and any(exceptions.surely_derives(name, _IMPORT) for name in caught)


def raises_afterwards(statement: Try, handler: Handler, around: Enclosing) -> bool:
    """A silent handler whose error surfaces all the same.

    What follows raises (`return` in the `try`, `raise` behind it), makes the call that the `try` starts with again
    without a handler, or is the `else` of the loop that tries one thing after the other.
    """
    if not is_empty(handler):
        behind = _falls_into_raise(statement, handler, around)
        return behind or _tries_once_more(handler) or _ends_loop_in_raise(statement, around)
    body = statements(statement.body)
    following = list(_next_to(statement, around))
    flat = [part for line in following for part in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])]
    if _always_leaves(body[-1]) and flat and isinstance(flat[0], cst.Raise):
        return True
    calls = {code(node) for node in walk(body[0]) if isinstance(node, cst.Call)}
    again = (node for part in following if not isinstance(part, TRIES) for node in walk(part, skip=NESTED_SCOPES))
    repeated = any(isinstance(node, cst.Call) and code(node) in calls for node in again)
    return repeated or _ends_loop_in_raise(statement, around)


def _falls_into_raise(statement: Try, handler: Handler, around: Enclosing) -> bool:
    """Whether all ways through a handler lead to a `raise` behind its `try`, which may say what the handler noted."""
    following = list(_next_to(statement, around))
    if not following or not isinstance(following[-1], cst.SimpleStatementLine):
        return False
    parts = [handler.body, *following]
    jumps = any(isinstance(node, _JUMPS) for part in parts for node in walk(part, skip=NESTED_SCOPES))
    return isinstance(following[-1].body[-1], cst.Raise) and not jumps


def _tries_once_more(handler: Handler) -> bool:
    """Whether a handler ends in another attempt, which returns, and whose own handlers raise."""
    last = statements(handler.body)[-1]
    if not isinstance(last, TRIES) or not _always_leaves(statements(last.body)[-1]):
        return False
    ends = [(each, statements(each.body)[-1]) for each in last.handlers]
    return bool(ends) and all(isinstance(end, cst.Raise) or _tries_once_more(each) for each, end in ends)


def _ends_loop_in_raise(statement: Try, around: Enclosing) -> bool:
    """Whether a `try` is tried in turn in a loop whose `else` raises."""
    loop = next(around.loops(statement), None)
    if loop is None or loop.orelse is None:
        return False
    return isinstance(statements(loop.orelse.body)[-1], cst.Raise)


def _next_to(statement: cst.CSTNode, around: Enclosing) -> Sequence[cst.CSTNode]:
    """The statements that run after one: in its own block, or behind the `if` or `with` that ends with it."""
    current = statement
    for parent in around.ancestors(statement):
        body = getattr(parent, "body", None)
        if isinstance(body, (list, tuple)) and current in body and current is not body[-1]:
            return body[body.index(current) + 1 :]
        if isinstance(parent, (*NESTED_SCOPES, *TRIES, cst.For, cst.While)):
            return ()
        current = parent
    return ()


def is_placeholder(statement: Try, handler: Handler, function: Function | None) -> bool:
    """The text of an arbitrary object: `str(x)` may raise anything, and the handler gives a text instead.

    In a `__repr__`, which a debugger calls on what is half made, anything is a text.
    """
    if function is not None and function.name == "__repr__":
        return True
    body, answer = statements(statement.body), statements(handler.body)
    if len(body) != 1 or len(answer) != 1:
        return False
    given = getattr(answer[0], "value", None)
    if isinstance(given, cst.BinaryOperation):
        given = given.left
    made = getattr(body[0], "value", None)
    is_text = isinstance(given, cst.BaseString) and len(code(given)) > len('""')
    return is_text and isinstance(made, cst.Call) and path(made.func) in ("str", "repr", "ascii", "format")


def tries_in_turn(handler: Handler, around: Enclosing) -> bool:
    """A handler that goes on to the next candidate, in a loop that ends when one succeeds."""
    loop = next(around.loops(handler), None)
    inside = () if loop is None else walk(loop.body, skip=NESTED_SCOPES)
    return any(isinstance(node, (cst.Return, cst.Break)) for node in inside)


def _says_why(handler: Handler, statement: Try) -> bool:
    """A comment in the handler, or just above a `try` of one statement."""
    if has_written_comment(handler):
        return True
    above = any(has_written_comment(line) for line in statement.leading_lines)
    return above and len(statements(statement.body)) == 1


def is_fallback(statement: Try, around: Enclosing) -> bool:
    """A `try` whose code after it is the real handler.

    Its last statement leaves (`return f()`) and more code follows, it sets a variable that is read later, or it has
    an `else`: then it is a test.
    """
    body = statements(statement.body)
    if statement.orelse is not None:
        return True
    following = list(_following(statement, around))
    if body and (_always_leaves(body[-1]) or _leaves_on_a_test(body[-1])):
        return bool(following)
    assigned = {name for part in body for name in _assigned(part)}
    if not assigned:
        return False
    return any(isinstance(node, cst.Name) and node.value in assigned for part in following for node in walk(part))


def _always_leaves(statement: cst.CSTNode) -> bool:
    """Whether a statement ends in a jump on every side."""
    if isinstance(statement, (cst.Return, cst.Continue, cst.Break)):
        return True
    if isinstance(statement, cst.With):
        return _always_leaves(statements(statement.body)[-1])
    if isinstance(statement, cst.If) and statement.orelse is not None:
        other = statement.orelse if isinstance(statement.orelse, cst.If) else statements(statement.orelse.body)[-1]
        return _always_leaves(statements(statement.body)[-1]) and _always_leaves(other)
    return False


def _leaves_on_a_test(statement: cst.CSTNode) -> bool:
    """`if os.path.samefile(a, b): return`: whether the test fails or raises, the code goes on."""
    return isinstance(statement, cst.If) and statement.orelse is None and _always_leaves(statements(statement.body)[-1])


def _following(statement: cst.CSTNode, around: Enclosing) -> Iterator[cst.CSTNode]:
    """The statements that run after one, in its own block and in the blocks around it, within the function."""
    current: cst.CSTNode = statement
    for parent in around.ancestors(statement):
        body = getattr(parent, "body", None)
        if isinstance(body, (list, tuple)) and current in body:
            yield from body[body.index(current) + 1 :]
        if isinstance(parent, (cst.For, cst.While)):
            yield parent.body
        if isinstance(parent, NESTED_SCOPES):
            return
        current = parent


def _assigned(statement: cst.CSTNode) -> Iterator[str]:
    for node in walk(statement, skip=NESTED_SCOPES):
        targets: list[cst.CSTNode] = []
        if isinstance(node, cst.Assign):
            targets = [target.target for target in node.targets]
        elif isinstance(node, (cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For)):
            targets = [node.target]
        yield from (part.value for target in targets for part in walk(target) if isinstance(part, cst.Name))


def is_teardown(handler: Handler, around: Enclosing, function: Function | None) -> bool:
    """A handler in code that cleans up: a closing method, another handler, a `finally`."""
    body = statements(around.try_of(handler).body)
    if len(body) == 1 and any(called.lower() in _TEARDOWN for called in _methods(list(walk(body[0])))):
        return True
    return cleans_up(handler, around, function)


def cleans_up(node: cst.CSTNode, around: Enclosing, function: Function | None) -> bool:
    """Whether code runs where all is over anyway, or something has failed already."""
    name = "" if function is None else function.name
    words = name.strip("_").split("_")
    if name in _TEARDOWN or not _TEARDOWN.isdisjoint((name.strip("_"), words[0])):
        return True
    current = node
    for parent in around.ancestors(node):
        if isinstance(parent, NESTED_SCOPES):
            return False
        if isinstance(parent, cst.Finally) or (isinstance(parent, HANDLERS) and current is parent.body):
            return True
        current = parent
    return False


def _is_last_chance(function: Function | None, called_at_exit: Iterable[str]) -> bool:
    """A function in which nobody is left to tell: `__del__`, or one registered with `atexit`."""
    if function is None:
        return False
    at_exit = any(decorator.startswith("atexit.register") for decorator in function.decorators)
    return function.name in _LAST_CHANCE or at_exit or function.name in set(called_at_exit)


def is_natural(statement: Try, caught: tuple[str | None, ...], exceptions: Hierarchy) -> bool:
    """One operation and the exception that belongs to it: `int(text)` and ValueError, `d[k]` and KeyError."""
    body = statements(statement.body)
    if len(body) != 1 or not caught:
        return False
    operations = list(walk(body[0], skip=NESTED_SCOPES))
    return all(_belongs(name, operations, exceptions) for name in caught)


def _belongs(name: str | None, operations: list[cst.CSTNode], exceptions: Hierarchy) -> bool:
    def is_a(*bases: str) -> bool:
        return exceptions.surely_derives(name, bases)

    if is_a("io.UnsupportedOperation"):
        return _calls(operations, ("seek", "tell", "fileno", "truncate", "isatty", "read", "write", "flush"))
    if is_a(*_ATTRIBUTE):
        return any(isinstance(node, cst.Attribute) for node in operations)
    if is_a("builtins.NameError"):
        return any(isinstance(node, cst.Name) for node in operations)
    if is_a("builtins.KeyError", "builtins.IndexError"):
        return any(isinstance(node, (cst.Subscript, cst.Del)) for node in operations) or _calls(
            operations, ("remove", "pop", "popitem", "index", "popleft", "move_to_end", "lookup", "get")
        )
    if is_a("builtins.UnicodeError"):
        return _calls(operations, ("encode", "decode", "str"))
    if is_a(*_VALUE):
        return _calls(operations, (*_CONVERTERS, "remove", "index", "relative_to", "decode", "encode", "len", "iter"))
    if is_a("builtins.StopIteration", "builtins.StopAsyncIteration"):
        return _calls(operations, ("next", "anext", "send", "throw"))
    if is_a("builtins.OSError"):
        return not is_a("builtins.ConnectionError") and _calls(operations, _FILE_CALLS)
    if is_a("queue.Empty", "queue.Full", "asyncio.QueueEmpty", "asyncio.QueueFull"):
        return _calls(operations, ("get_nowait", "get", "put_nowait", "put"))
    if is_a("builtins.RuntimeError"):
        return _calls(operations, ("get_running_loop", "get_event_loop", "call_soon", "call_soon_threadsafe"))
    return False


def _calls(operations: list[cst.CSTNode], names: Iterable[str]) -> bool:
    wanted = set(names)
    called = (path(node.func) for node in operations if isinstance(node, cst.Call))
    return not wanted.isdisjoint({*((name or "").rpartition(".")[2] for name in called), *_methods(operations)})


def _methods(operations: list[cst.CSTNode]) -> Iterator[str]:
    """The methods that are called, on whatever: `"a".join(...)` has no path, yet it is a `join`."""
    for node in operations:
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            yield node.func.attr.value

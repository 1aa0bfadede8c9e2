"""What a handler does with its error on each way through it: report, use, look at, pass on, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import libcst as cst

from errlint.semantics.exceptions import FAILED_OPERATIONS, Hierarchy, failure_names
from errlint.semantics.names import Names
from errlint.semantics.reporters import AMBIENT, Report, Reporters
from errlint.source.outline.from_cst import call_of, path
from errlint.source.tree import NESTED_SCOPES, walk
from errlint.syntax.enclosing import Enclosing
from errlint.syntax.handlers import Handler, Try, caught_name, caught_types
from errlint.syntax.paths import Effect, Exit, Path, paths_of
from errlint.syntax.raises import mentions

IsAnswer: TypeAlias = "Callable[[cst.CSTNode], bool]"
"""Whether a simple statement answers the caller."""

CATCH_ALL = ("builtins.Exception", "builtins.BaseException")
EXIT_SIGNALS = ("builtins.KeyboardInterrupt", "builtins.SystemExit", "builtins.GeneratorExit")

EXPECTED_ABSENCE = (
    *("builtins.KeyError", "builtins.IndexError", "builtins.AttributeError", "builtins.StopIteration"),
    *("builtins.StopAsyncIteration", "builtins.ImportError", "builtins.FileNotFoundError"),
    *("builtins.ProcessLookupError", "queue.Empty", "asyncio.QueueEmpty", "builtins.FileExistsError"),
    *("builtins.NameError", "builtins.NotImplementedError", "builtins.EOFError"),
    *("builtins.TimeoutError", "builtins.BlockingIOError", "builtins.InterruptedError"),
    "builtins.ChildProcessError",
)
"""Narrow types whose silent handling is ordinary Python: asking forgiveness is the test."""

_FORMATTERS = frozenset({"str", "repr", "type", "format", "len", "ascii", "isinstance", "hasattr", "print", "bool"})
_FORMATTING_METHODS = frozenset({"format", "join", "strip", "lower", "upper", "replace", "encode", "decode"})


class HandlerReader:
    """Judges the handlers of one region; the answers of `syntax.paths` come from here."""

    def __init__(self, around: Enclosing, names: Names, exceptions: Hierarchy, reporters: Reporters) -> None:
        self._around = around
        self._names = names
        self._exceptions = exceptions
        self._reporters = reporters
        self._paths: dict[Handler, tuple[Path, ...]] = {}

    def caught(self, handler: Handler) -> tuple[str | None, ...]:
        """The dotted names of the caught types, `None` for each that is not known; empty for a bare `except:`."""
        scope = self._around.scope(handler)
        found: list[str | None] = []
        for node in caught_types(handler):
            members = self._names.members(path(node), scope)
            found.extend(members if members is not None else [self._names.resolve(path(node), scope)])
        return tuple(found)

    def is_catch_all(self, handler: Handler) -> bool:
        """Whether a handler is bare or names `Exception` or `BaseException`."""
        return handler.type is None or not set(CATCH_ALL).isdisjoint(self.caught(handler))

    def hides_failure(self, handler: Handler) -> bool:
        """Whether a narrow handler surely catches the failure of an operation, not only a value's odd shape."""
        caught = self.caught(handler)
        return any(self._tells_of_failure(name) for name in caught) and not any(
            self._exceptions.surely_derives(name, EXPECTED_ABSENCE) for name in caught
        )

    def _tells_of_failure(self, name: str | None) -> bool:
        last = (name or "").rpartition(".")[2]
        return last in failure_names() and self._exceptions.surely_derives(name, FAILED_OPERATIONS)

    def surely_catches(self, statement: Try, name: str | None) -> bool:
        """Whether a handler of a `try` is sure to catch an exception of a class, known or not."""
        for handler in statement.handlers:
            caught = [known for known in self.caught(handler) if known is not None]
            if handler.type is None or self._exceptions.surely_derives(name, caught):
                return True
            if "builtins.BaseException" in caught:
                return True
            if "builtins.Exception" in caught and not self._exceptions.surely_derives(name, EXIT_SIGNALS):
                return True
        return False

    def paths(self, handler: Handler) -> tuple[Path, ...]:
        """The ways through a handler."""
        known = self._paths.get(handler)
        if known is None:
            questions = self._questions(caught_name(handler))
            known = self._paths[handler] = paths_of(handler.body.body, questions)
        return known

    def paths_through(self, handler: Handler, node: cst.CSTNode, is_answer: IsAnswer | None = None) -> tuple[Path, ...]:
        """The ways through a handler that come by a node of it. What a statement that is an answer says of the error
        tells the caller, and is no use of it.
        """
        texts: frozenset[str] = frozenset()
        if is_answer is not None:
            texts = self._texts_of_error(handler)
        questions = self._questions(caught_name(handler), texts, node, is_answer)
        return tuple(path for path in paths_of(handler.body.body, questions) if path.effects & Effect.WATCHED)

    def paths_of_function(
        self, function: cst.FunctionDef, error: str | None, node: cst.CSTNode, is_answer: IsAnswer
    ) -> tuple[Path, ...]:
        """The ways through a function that come by a node of it, where a parameter is an error that it handles."""
        questions = self._questions(error, _made_of(function.body, error), node, is_answer)
        return tuple(path for path in paths_of(function.body.body, questions) if path.effects & Effect.WATCHED)

    def _texts_of_error(self, handler: Handler) -> frozenset[str]:
        """The names that a handler gives to what it makes of its error, and that nothing behind it reads."""
        attempt = self._around.try_of(handler)
        behind = list(self._around.after(attempt, self._around.body(attempt)))
        if attempt.finalbody is not None:
            behind.append(attempt.finalbody)
        made = _made_of(handler.body, caught_name(handler))
        return frozenset(name for name in made if not any(mentions(part, name) for part in behind))

    def _questions(
        self,
        error: str | None,
        texts: frozenset[str] = frozenset(),
        watched: cst.CSTNode | None = None,
        is_answer: IsAnswer | None = None,
    ) -> _Questions:
        return _Questions(self, error, self._around, self._names, self._reporters, texts, watched, is_answer)

    def leaves(self, node: cst.CSTNode) -> Exit | None:
        """How a statement leaves that calls what never returns: `sys.exit()` ends the process, `reraise(e)` raises."""
        if not isinstance(node, cst.Expr):
            return None
        value = node.value.expression if isinstance(node.value, cst.Await) else node.value
        call = call_of(value) if isinstance(value, cst.Call) else None
        if call is None:
            return None
        last = call.callee.rpartition(".")[2]
        if "reraise" in last or last in ("raise_from", "raise_", "raise_with_traceback"):
            return Exit.RAISE
        return self._reporters.never_returns(call, self._around.scope(node))

    def ends_behind(self, statement: Try) -> bool:
        """Whether what stands right behind a `try` raises or ends the process: what it caught is a way to get there."""
        behind = self._around.behind(statement)
        return behind is not None and (isinstance(behind, cst.Raise) or self.leaves(behind) is not None)

    def only_goes_round(self, handler: Handler) -> bool:
        """Whether a handler does no more with its error, on any way, than let a loop go on."""
        return all(path.is_silent and path.exit in (Exit.FALL, Exit.CONTINUE) for path in self.paths(handler))

    def report(self, node: cst.Call) -> Report | None:
        """What a call tells an operator."""
        call = call_of(node)
        return None if call is None else self._reporters.report(call, self._around.scope(node))

    def asks_for_exception(self, node: cst.Call) -> bool:
        """Whether a call runs a function of the project that takes up the exception that is being handled."""
        call = call_of(node)
        return call is not None and self._reporters.asks_for_exception(call, self._around.scope(node))


class _Questions:
    """The meaning of the expressions in one handler."""

    def __init__(
        self,
        reader: HandlerReader,
        error: str | None,
        around: Enclosing,
        names: Names,
        reporters: Reporters,
        texts: frozenset[str],
        watched: cst.CSTNode | None,
        is_answer: IsAnswer | None,
    ) -> None:
        self._reader = reader
        self._around = around
        self._names = names
        self._reporters = reporters
        self._error = error
        self._texts = texts
        self._watched = watched
        self._is_answer = is_answer

    def effects(self, node: cst.CSTNode) -> Effect:
        found = Effect.WATCHED if node is self._watched else Effect.NOTHING
        is_answer = self._is_answer is not None and (isinstance(node, cst.Raise) or self._is_answer(node))
        if is_answer:
            return found | self._reported_in(node)
        if isinstance(node, cst.Raise):  # what a raise carries on is no report, and its exception is not kept
            return found
        if not isinstance(node, NESTED_SCOPES):  # what a function in the handler does, it does later
            for part in walk(node, skip=NESTED_SCOPES):
                if isinstance(part, cst.Call):
                    found |= self._call(part)
                if part is self._watched:
                    found |= Effect.WATCHED
        for part in walk(node):
            if self._holds_error(part):
                found |= self._use(part)
        return found

    def _reported_in(self, answer: cst.CSTNode) -> Effect:
        """What functions of the project report that an answer is made with. It may be an exception that is made: only
        by its name that sounds like a report.
        """
        calls = [call_of(part) for part in walk(answer, skip=NESTED_SCOPES) if isinstance(part, cst.Call)]
        scope = self._around.scope(answer)
        runs_report = any(call is not None and self._reporters.runs_report(call, scope) for call in calls)
        return Effect.REPORTS | Effect.TRACED if runs_report else Effect.NOTHING

    def leaves(self, node: cst.CSTNode) -> Exit | None:
        return self._reader.leaves(node)

    def reraises(self, item: cst.WithItem) -> bool:
        return "reraise" in (path(item.item) or "")  # sqlalchemy's safe_reraise, oslo's save_and_reraise_exception

    def is_option(self, test: cst.BaseExpression) -> bool:
        names = [part.value for part in walk(test) if isinstance(part, cst.Name)]
        return any(not _OPTION_WORDS.isdisjoint(name.lower().strip("_").split("_")) for name in names)

    def suppresses(self, item: cst.WithItem) -> bool:
        name = path(item.item)
        return self._names.resolve(name, self._around.scope(item)) == "contextlib.suppress()"

    def catches_all(self, statement: Try) -> bool:
        return any(self._reader.is_catch_all(handler) for handler in statement.handlers)

    def _call(self, node: cst.Call) -> Effect:
        if isinstance(node.func, cst.Call) and path(node.func.func) == "getattr":  # getattr(logger, level)("...")
            return Effect.REPORTS | Effect.TRACED
        report = self._reader.report(node)
        if report is None:
            if self._reader.asks_for_exception(node):
                return Effect.USES
            return Effect.WHISPERS if self._prints(node) else Effect.NOTHING
        told = Effect.REPORTS if report.counts else Effect.WHISPERS
        return told | Effect.TRACED if report.traced or self._formats_traceback(node) else told

    def _formats_traceback(self, node: cst.Call) -> bool:
        """Whether the traceback goes into a report as text."""
        return any(
            (name := path(part)) is not None and name.rpartition(".")[2] in ("format_exc()", "format_exception()")
            for argument in node.args
            for part in walk(argument)
        )

    def _holds_error(self, node: cst.CSTNode) -> bool:
        """Whether an expression is the caught exception: by its name, or as `sys.exc_info()`."""
        if isinstance(node, cst.Name):
            return (node.value == self._error or node.value in self._texts) and self._is_read(node)
        if isinstance(node, cst.Call) and (called := path(node.func)) is not None:
            return self._names.resolve(called, self._around.scope(node)) in AMBIENT
        return False

    def _is_read(self, node: cst.Name) -> bool:
        parent = self._around.parent(node)
        if isinstance(parent, cst.Attribute):
            return parent.value is node
        if isinstance(parent, cst.Arg):
            return parent.value is node
        return not isinstance(parent, (cst.AssignTarget, cst.AsName, cst.Param, cst.FunctionDef))

    def _use(self, node: cst.CSTNode) -> Effect:
        """What becomes of the exception, going outwards from where it is read."""
        current = node
        for parent in self._around.ancestors(node):
            if isinstance(parent, cst.Call) and current is not parent.func:
                outcome = self._handed_to(parent)
                if outcome is not None:
                    return outcome
            elif isinstance(parent, (cst.If, cst.While, cst.Match, cst.MatchCase)):
                return Effect.DECIDES
            elif isinstance(parent, (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.NamedExpr)):
                return Effect.USES if self._is_kept(parent, current) else Effect.NOTHING
            elif isinstance(parent, _CARRIES_ON):
                return Effect.USES
            elif isinstance(parent, (cst.BaseSmallStatement, cst.BaseSuite)):
                return Effect.NOTHING
            current = parent
        return Effect.NOTHING

    def _handed_to(self, call: cst.Call) -> Effect | None:
        """What it means that the exception, or its text, is an argument; `None` if the call only formats it."""
        callee = path(call.func)
        last = (callee or "").rpartition(".")[2]
        if callee in _FORMATTERS:
            return Effect.NOTHING if callee == "print" else None
        if isinstance(call.func, cst.Attribute) and (last or call.func.attr.value) in _FORMATTING_METHODS:
            return None
        if callee is not None and self._names.resolve(callee, self._around.scope(call)) in AMBIENT:
            return None
        if self._prints(call):
            return Effect.NOTHING
        handed = call_of(call)
        if handed is not None and self._reporters.is_default_handler(handed, self._around.scope(call)):
            return None
        report = self._reader.report(call)
        if report is not None and (report.is_logger or not report.counts):
            return Effect.NOTHING  # a report above warning counts as such; below, nobody hears of it
        return Effect.USES

    def _prints(self, node: cst.Call) -> bool:
        call = call_of(node)
        return call is not None and self._reporters.prints(call, self._around.scope(node))

    def _is_kept(self, parent: cst.CSTNode, current: cst.CSTNode) -> bool:
        if isinstance(parent, cst.Assign):
            if isinstance(current, cst.AssignTarget):
                return not isinstance(current.target, cst.Attribute)
            return any(path(target.target) not in ("_", *self._texts) for target in parent.targets)
        return True


def _made_of(body: cst.BaseSuite, error: str | None) -> frozenset[str]:
    """The names that a block gives to what it makes of an error: `text = str(error)`."""
    made: set[str] = set()
    for part in walk(body, skip=NESTED_SCOPES):
        if isinstance(part, cst.Assign) and any(mentions(part.value, name) for name in (error, *made)):
            names = [path(target.target) for target in part.targets if isinstance(target.target, cst.Name)]
            made.update(name for name in names if name is not None)
    return frozenset(made)


_OPTION_WORDS = frozenset(
    {
        *("allow", "allowed", "cancel", "cancelled", "closed", "closing", "exiting", "fail", "force", "forced"),
        *("ignore", "ignored", "keepdb", "missing", "optional", "quiet", "raise", "raises", "raising", "shutdown"),
        *("silence", "silent", "silently", "stop", "stopped", "stopping", "strict", "suppress"),
    }
)
"""Words of conditions by which a caller, or the end of the program, says what should become of errors."""

_CARRIES_ON = (
    *(cst.Return, cst.Yield, cst.For, cst.Assert, cst.FunctionDef, cst.WithItem, cst.Lambda, cst.CompFor),
    cst.Parameters,
)
"""Constructs that take the exception out of the handler, or put it to work."""

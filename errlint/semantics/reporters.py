"""Which calls tell an operator that something went wrong, and how much they tell.

A call is known by what it resolves to (knowledge tables, the project's `reporters` setting, functions of the
project that report), then by the look of what cannot be resolved: a logger's name, or a callee whose words say that
it deals with an error (`self._set_failed()`, `errors.append(...)`). The last kind is only ever used to keep
quiet: a rule fires on what is sure.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from errlint.knowledge import Knowledge, Level, ReportFact, library_of
from errlint.semantics.names import Found, Names
from errlint.source.outline import Call, Class, Definition, Function, last_part
from errlint.syntax.guarded import has_handlers
from errlint.syntax.paths import Exit

if TYPE_CHECKING:
    from errlint.semantics.module import Module

_LOG_METHODS = {
    "exception": Level.ERROR,
    "error": Level.ERROR,
    "critical": Level.CRITICAL,
    "fatal": Level.CRITICAL,
    "warning": Level.WARNING,
    "warn": Level.WARNING,
    "log": Level.UNKNOWN,
    "success": Level.INFO,
    "info": Level.INFO,
    "msg": Level.INFO,
    "debug": Level.DEBUG,
    "trace": Level.DEBUG,
}
_ASYNC_METHODS = {f"a{method}": level for method, level in _LOG_METHODS.items()}
_LOGGER_NAMES = frozenset({"log", "logger", "logging", "_log", "_logger", "lg", "logr", "slog", "plog"})
_ERROR_WORDS = frozenset(
    {
        *("abort", "aborted", "alert", "capture", "crash", "critical", "die", "err", "errback", "error", "errored"),
        *("errors", "exc", "except", "exception", "exceptions", "fail", "failed", "failing", "failure", "failures"),
        *("fatal", "invalid", "log", "logger", "logs", "notify", "panic", "problem", "problems", "reject", "report"),
        *("reporter", "reports", "retry", "stderr", "traceback", "tb", "warn", "warning", "warnings"),
    }
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_TO_A_PERSON = frozenset({"stderr", "user_message"})
_ALWAYS_TO_OPERATORS = frozenset({"traceback", "threading", "faulthandler"})
_PERSON_CALLS = frozenset({"builtins.print", "builtins.input", "sys.stdout.write"})
_TERMINAL = frozenset({"sys.stderr.write", "sys.__stderr__.write", "click.echo", "click.secho", "typer.echo"})
_STANDARD_LIBRARY = sys.stdlib_module_names | {"builtins"}
_NO_REPORTS = frozenset({"exception", "inc", "incr", "increment", "decr", "dec", "observe", "timing", "gauge"})
"""Methods that sound like a report and are none: of a task or future, or of a metric."""

AMBIENT = frozenset(
    {
        *("sys.exc_info", "sys.exception", "traceback.format_exc", "traceback.format_exception"),
        *("traceback.TracebackException.from_exception", "traceback.extract_tb"),
    }
)
"""Calls that hand out the exception that is being handled."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a call tells an operator."""

    level: Level
    traced: bool
    """Whether the traceback goes with it (or may, as far as can be told)."""
    is_logger: bool
    """Whether it is a method of a logger."""

    @property
    def counts(self) -> bool:
        """Whether it is a report: `warning` and above, and what only the run can tell."""
        return self.level in (Level.UNKNOWN, Level.WARNING, Level.ERROR, Level.CRITICAL)


class Reporters:
    """The reporters that the code of one module can call."""

    def __init__(self, module: Module) -> None:
        self._project = module.project
        self._hierarchy = module.exceptions
        self._names = module.names
        self._outline = module.outline
        self._knowledge = module.knowledge
        self._extra = _followed(module.settings.reporters, module.names)
        self._loggers = module.knowledge.loggers | _followed(module.settings.loggers, module.names)
        self._prints_are_reports = module.kind.speaks_to_a_person
        self._known: dict[tuple[Call, Definition | None], Report | None] = {}
        self._functions: dict[Definition, tuple[bool, frozenset[Found]]] = {}
        self._resolved: dict[str, str] = {}

    def report(self, call: Call, scope: Definition | None) -> Report | None:
        """What a call made in `scope` tells an operator; `None` if it tells nothing."""
        key = (call, scope)
        if key not in self._known:
            self._known[key] = self._report(call, scope)
        return self._known[key]

    def resolved(self, callee: str, scope: Definition | None) -> str | None:
        """The dotted name of a callee as the knowledge tables have it: `logging.Logger.error`."""
        name = self._names.resolve(callee, scope)
        if name is None:
            return None
        if name not in self._resolved:
            self._resolved[name] = self._inherited(self._through_factories(name))
        return self._resolved[name]

    def is_known(self, name: str) -> bool:
        """Whether the knowledge tables have a dotted name as a reporter."""
        return self._fact(name) is not None

    def exception_keyword(self, name: str) -> str | None:
        """The keyword by which a reporter of the tables is given the exception: `exc_info`."""
        fact = self._fact(name)
        return None if fact is None else fact.exception_keyword

    def catches(self, function: Definition) -> str | None:
        """The decorator of a function that reports what the function raises: `logger.catch`."""
        for decorator in function.decorators:
            name = self.resolved(decorator, function.parent)
            if name is not None and self._reports_what_it_wraps(name):
                return decorator.removesuffix("()")
        return None

    def _reports_what_it_wraps(self, decorator: str) -> bool:
        about = self._about(decorator)
        fact = about.reports.get(decorator)
        scopes = [entry for entry in about.entries if entry.kind == "auto_record_scope"]
        return (fact is not None and fact.counts) or any(decorator in entry.names for entry in scopes)

    def _about(self, name: str) -> Knowledge:
        """What is known about the library of a name: the file may have it from a module that imports the library."""
        return (
            self._knowledge if name.partition(".")[0] in self._outline.packages else library_of(name) or self._knowledge
        )

    def _fact(self, name: str) -> ReportFact | None:
        return self._about(name).reports.get(name)

    def is_log_method(self, method: str) -> bool:
        """Whether loggers have a method of this name."""
        return method in _LOG_METHODS or method in _ASYNC_METHODS

    def never_returns(self, call: Call, scope: Definition | None) -> Exit | None:
        """How a call ends the function: `sys.exit()`, or a function of the file whose last act is `raise`."""
        name = self.resolved(call.callee, scope)
        if name is None:
            return None
        if name in _EXITS:
            return Exit.END
        if name in self._about(name).never_return:
            return Exit.RAISE
        found = self._function(call.callee, scope)
        if found is None or not isinstance(found.definition, Function):
            return None
        annotated = last_part(found.definition.returns or "") in ("NoReturn", "Never")
        return Exit.RAISE if annotated or found.names.outline.facts(found.definition).ends_in_raise else None

    def asks_for_exception(self, call: Call, scope: Definition | None) -> bool:
        """Whether a call runs a function of the project that takes up the exception that is being handled by
        `sys.exc_info()` or the like; in one that has handlers of its own, that may be another.
        """
        found = self._function(call.callee, scope)
        if found is None or has_handlers(found.definition.node):
            return False
        calls = found.names.outline.facts(found.definition).calls
        return any(found.names.resolve(each.callee, found.definition) in AMBIENT for each in calls)

    def _report(self, call: Call, scope: Definition | None) -> Report | None:
        itself = self._by_itself(call, scope)
        if itself is not None:
            return itself
        if self.runs_report(call, scope):
            return Report(Level.ERROR, traced=True, is_logger=False)
        if "exc_info" in dict(call.keywords) and _hands_over_exception(call, "exc_info"):
            return Report(Level.UNKNOWN, traced=True, is_logger=False)
        is_known = self._function(call.callee, scope) is not None
        if is_known or not speaks_of_errors(call.callee) or self._cannot_report(call, scope):
            return None
        return Report(Level.UNKNOWN, traced=True, is_logger=False)

    def _by_itself(self, call: Call, scope: Definition | None) -> Report | None:
        """What a call tells without a look into the functions of this file."""
        name = self.resolved(call.callee, scope)
        if self._extra.intersection({name, call.callee, last_part(call.callee)}):
            return Report(Level.ERROR, traced=True, is_logger=False)
        if name in _PERSON_CALLS:
            return Report(Level.ERROR, traced=False, is_logger=False) if self._prints_are_reports else None
        fact = self._fact(name or "")
        return self._logger_by_name(call, name) if fact is None else self._from_fact(fact, name or "", call)

    def runs_report(self, call: Call, scope: Definition | None) -> bool:
        """Whether a call runs functions of the project that report."""
        return any(self.function_reports(found) for found in self._run_by(call, scope))

    def _run_by(self, call: Call, scope: Definition | None) -> frozenset[Found]:
        """The functions of the project that a call runs, or hands to something that may run them."""
        paths = (call.callee, *call.arguments, *(value for _, value in call.keywords))
        return frozenset(found for path in paths if (found := self._function(path, scope)) is not None)

    def _function(self, path: str | None, scope: Definition | None) -> Found | None:
        """The function of the project that a path stands for; of a class, what makes its instances."""
        found = self._names.find(self._names.resolve(path, scope))
        if found is not None and isinstance(found.definition, Class):
            found = found.names.find(f"{found.names.module}.{found.definition.qualname}.__init__")
        return found if found is not None and isinstance(found.definition, Function) else None

    def _cannot_report(self, call: Call, scope: Definition | None) -> bool:
        """The standard library reports only where the tables say; a metric or `task.exception()` is no report, and
        neither is an answer to a caller, be it called `HttpResponseServerError`.
        """
        name = self.resolved(call.callee, scope)
        if name is None:
            return last_part(call.callee) in _NO_REPORTS
        known = self._about(name)
        is_answer = any(
            name in told for told in (known.responses, known.statuses, known.aborts, known.default_handlers)
        )
        return is_answer or name.partition(".")[0] in _STANDARD_LIBRARY or last_part(call.callee) in _NO_REPORTS

    def function_reports(self, function: Found) -> bool:
        """Whether a function of the project calls a reporter, by itself or through others, in whatever module."""
        waiting, seen = [function], {function}
        while waiting:
            current = waiting.pop()
            reports, callees = self._project.reporters(current.names)._directly(current.definition)
            if reports:
                return True
            waiting.extend(callees - seen)
            seen |= callees
        return False

    def logs_error(self, function: Definition) -> bool:
        """Whether a function of this module calls a logger at error level itself, outside of its own handlers."""
        calls = [call for call in self._outline.facts(function).calls if not call.in_handler]
        reports = (self._by_itself(call, function) for call in calls)
        return any(each is not None and each.is_logger and each.level >= Level.ERROR for each in reports)

    def _directly(self, function: Definition) -> tuple[bool, frozenset[Found]]:
        """Whether a function of this module reports by itself, and which functions of the project it runs."""
        known = self._functions.get(function)
        if known is None:
            calls = self._outline.facts(function).calls
            reports = any(self._tells(call, function) for call in calls)
            runs = () if reports else (self._run_by(call, function) for call in calls)
            known = self._functions[function] = (reports, frozenset().union(*runs))
        return known

    def _tells(self, call: Call, scope: Definition | None) -> bool:
        report = self._by_itself(call, scope)
        if report is not None:
            return report.counts
        unknown = self._function(call.callee, scope) is None and speaks_of_errors(call.callee)
        return unknown and not self._cannot_report(call, scope)

    def is_default_handler(self, call: Call, scope: Definition | None) -> bool:
        """Whether a call asks a library's own exception handler for an answer."""
        name = self.resolved(call.callee, scope)
        return name is not None and name in self._about(name).default_handlers

    def prints(self, call: Call, scope: Definition | None) -> bool:
        """Whether a call writes to the terminal, which is a report only where a person sits at it."""
        name = self.resolved(call.callee, scope)
        return name in _PERSON_CALLS or name in _TERMINAL

    def _from_fact(self, fact: ReportFact, name: str, call: Call) -> Report | None:
        if fact.kind in _TO_A_PERSON and name.partition(".")[0] not in _ALWAYS_TO_OPERATORS:
            return Report(fact.level, traced=False, is_logger=False) if self._prints_are_reports else None
        level = fact.level
        if fact.level_argument is not None:
            level = _level(call, fact.level_argument)
        elif not fact.counts:
            level = min(level, Level.INFO) or Level.INFO
        traced = fact.traced or _hands_over_exception(call, fact.exception_keyword or "exc_info")
        return Report(level, traced, is_logger=fact.kind == "log")

    def _logger_by_name(self, call: Call, name: str | None) -> Report | None:
        receiver, _, method = call.callee.rpartition(".")
        level = _LOG_METHODS.get(method, _ASYNC_METHODS.get(method))
        if level is None:
            return None
        made_by = name is not None and self._is_logger(name.rpartition(".")[0])
        last = last_part(receiver).lower()
        if not made_by and last not in _LOGGER_NAMES and not last.endswith(("logger", "_log")):
            return None
        if level is Level.UNKNOWN:
            level = _level(call, 0)
        traced = method.endswith("exception") or _hands_over_exception(call, "exc_info")
        return Report(level, traced, is_logger=True)

    def _is_logger(self, name: str) -> bool:
        """Whether a dotted name is a logger: of a logging library, or one that the tables or the settings name."""
        return (
            name.startswith(("logging.", "structlog.", "loguru.")) or name in self._loggers | self._about(name).loggers
        )

    def _through_factories(self, name: str) -> str:
        """`logging.getLogger().error` is `logging.Logger.error`; calls on instances are written as on classes."""
        made, *rest = name.split(".")
        for part in rest:
            made = f"{self._made_by(made)}.{part}"
        return self._made_by(made) if made.endswith("()") else made

    def _made_by(self, path: str) -> str:
        """The class of what a function of the tables gives, or an attribute of theirs is: `flask.Flask.logger`."""
        called = path.removesuffix("()")
        about = self._about(called)
        return about.values.get(path, path) if called == path else about.factories.get(called, called)

    def _inherited(self, name: str) -> str:
        """The name of a method that a class of the project has from a library: `unittest.TestCase.fail`."""
        owner, _, method = name.rpartition(".")
        if self._names.find(name) is not None or self._names.find(owner) is None:
            return name
        for base in self._hierarchy.named_bases(owner):
            inherited = f"{base}.{method}"
            about = self._about(base)
            if any(inherited in known for known in _methods_of(about)):
                return inherited
        return name


def _methods_of(about: Knowledge) -> tuple[Collection[str], ...]:
    """What is known of the methods of a library, by their dotted names."""
    return about.reports, about.never_return, about.control_flow_calls, about.responses, about.statuses


def _followed(names: Iterable[str], known: Names) -> frozenset[str]:
    """Names of the settings, and those of what they stand for."""
    return frozenset(part for name in names for part in (name, known.follow(name).removesuffix("()")))


_EXITS = frozenset({"sys.exit", "os._exit", "os.abort", "builtins.exit", "builtins.quit"})


def speaks_of_errors(callee: str) -> bool:
    """Whether the words of a callee's path say that it deals with an error: `self._set_failed`, `errors.append`."""
    return any(word.lower() in _ERROR_WORDS for word in _WORDS.findall(callee))


def _hands_over_exception(call: Call, keyword: str) -> bool:
    """Whether a keyword carries the exception: any value but a plain false one."""
    for name, value in call.keywords:
        if name == keyword:
            return value not in ("False", "None", "0")
    return any(name == "**" for name, _ in call.keywords)


def _level(call: Call, position: int) -> Level:
    """The level that an argument names: `logging.ERROR`; unknown if only the run can tell."""
    if position >= len(call.arguments):
        return Level.UNKNOWN
    name = last_part(call.arguments[position] or "").strip("'").upper()
    if name.isdigit():
        return max((level for level in Level if level <= int(name)), default=Level.UNKNOWN) or Level.DEBUG
    return Level[name] if name in Level.__members__ else Level.UNKNOWN

"""What a check may ask: about the file, and about a node of the code that it is given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst

from errlint.knowledge import library_of
from errlint.model import Edit
from errlint.rule.edits import Edits, line_edit
from errlint.semantics.answers import Answers
from errlint.semantics.boundaries import COMMAND_KINDS
from errlint.semantics.exceptions import Hierarchy
from errlint.semantics.excuses import Excuses
from errlint.semantics.handlers import HandlerReader
from errlint.semantics.layers import DOMAIN, is_only_called_core, is_web_layer, may_be_domain
from errlint.semantics.module import Module
from errlint.semantics.names import Found
from errlint.semantics.reach import Reached
from errlint.semantics.registrations import Boundary
from errlint.semantics.reporters import Report, speaks_of_errors
from errlint.semantics.survey import ErrorType, Survey
from errlint.settings import Settings
from errlint.source.outline import Definition, Function
from errlint.source.outline.from_cst import path
from errlint.source.regions import Region
from errlint.syntax.caught_names import free_name, is_read_beside
from errlint.syntax.enclosing import Enclosing
from errlint.syntax.handlers import HANDLERS, Handler, caught_name, has_written_comment
from errlint.syntax.texts import code


@dataclass(frozen=True)
class FileContext(Module):
    """What can be known about the file that is checked. Facts are computed when they are first asked for."""

    known_rules: Mapping[str, str] = field(kw_only=True)
    """The codes and names of all rules, each with the code that it stands for."""

    @property
    def is_domain(self) -> bool:
        """Whether the file is domain code, which knows nothing of HTTP."""
        return may_be_domain(self) and self.layer.name == DOMAIN

    def is_only_for_http(self, name: str, first_line: int, last_line: int) -> bool:
        """Whether only functions that speak HTTP mention a name of the module, besides some lines (1-based, inclusive)
        that bind it.
        """
        functions = [each for each in self.outline.definitions if isinstance(each, Function)]
        speaking = [each for each in functions if is_web_layer(self, each)]
        mentions = (self.source.position(match.start()).line for match in re.finditer(rf"\b{name}\b", self.source.text))
        lines = [line for line in mentions if not first_line <= line <= last_line]
        return bool(lines) and all(
            any(each.first_line <= line <= each.last_line for each in speaking) for line in lines
        )

    @property
    def is_surely_domain(self) -> bool:
        """The same, and more than the name `core` says so."""
        return self.is_domain and not is_only_called_core(self)


class Context:
    """What a check may ask about a node: the cheap questions first, the ones about types last."""

    def __init__(self, file: FileContext, region: Region) -> None:
        self.file = file
        self.region = region
        self.around = Enclosing(region.walked, region.definitions, region.owner)
        self._handlers = HandlerReader(self.around, file.names, file.exceptions, file.reporters)

    @cached_property
    def excuses(self) -> Excuses:
        """Why a handler that says nothing may be ordinary Python."""
        return Excuses(self.around, self._handlers, self.exceptions, self.file.outline, self.settings)

    @cached_property
    def edit(self) -> Edits:
        """Makes the edits of fixes."""
        return Edits(self.file.source, self.region, self.around)

    @cached_property
    def answers(self) -> Answers:
        """What expressions answer a caller with."""
        return Answers(self.file, self.around)

    @property
    def handlers(self) -> HandlerReader:
        """What the handlers of the region catch and do, path by path."""
        return self._handlers

    @property
    def settings(self) -> Settings:
        """The settings that hold for the file."""
        return self.file.settings

    @property
    def exceptions(self) -> Hierarchy:
        """Questions about exception classes, by dotted name (see `resolve`)."""
        return self.file.exceptions

    def handler_of(self, node: cst.CSTNode) -> Handler | None:
        """The innermost handler of the same function whose body holds the node."""
        return self.around.handler(node)

    def function_of(self, node: cst.CSTNode) -> Function | None:
        """The function that the node runs in, as the outline has it."""
        return self.around.function(node)

    def scope_of(self, node: cst.CSTNode) -> Definition | None:
        """The function or class whose names the node sees first; `None` is the module."""
        return self.around.scope(node)

    def resolve(self, node: cst.CSTNode) -> str | None:
        """The dotted name that an expression surely stands for."""
        return self.file.names.resolve(path(node), self.around.scope(node))

    @property
    def survey(self) -> Survey:
        """What only a look at all files of the run can tell."""
        return self.file.project.survey

    def error_type(self, node: cst.ClassDef) -> ErrorType | None:
        """The entry of the survey for a class."""
        definition = self.around.definition(node)
        name = "" if definition is None else f"{self.file.name}.{definition.qualname}"
        return next((error for error in self.survey.error_types if error.name == name), None)

    def definition_of(self, node: cst.CSTNode) -> Found | None:
        """The function or class of the project that an expression stands for."""
        return self.file.names.find(self.resolve(node))

    def is_builtin(self, name: str, node: cst.CSTNode) -> bool:
        """Whether a name that is read at a node surely is the builtin."""
        return self.file.names.resolve(name, self.around.scope(node)) == f"builtins.{name}"

    def resolve_callee(self, node: cst.Call) -> str | None:
        """The dotted name of what is called, as the knowledge tables have it: `logging.Logger.error`."""
        callee = path(node.func)
        return None if callee is None else self.file.reporters.resolved(callee, self.around.scope(node))

    def report(self, node: cst.Call) -> Report | None:
        """What a call tells an operator, if it tells anything."""
        return self._handlers.report(node)

    def raised_http(self, node: cst.Call) -> str | None:
        """The class of an HTTP exception that a call may raise: of an aborting function, or of one of the project."""
        return self.file.http_raises.of_call(path(node.func), self.around.scope(node))

    def catches(self, function: Found) -> bool:
        """Whether a decorator of a function of the project reports what the function raises: `@logger.catch`."""
        return self.file.project.reporters(function.names).catches(function.definition) is not None

    def free_name(self, handler: Handler) -> str:
        """A name that a handler may bind without anybody noticing."""
        return free_name(handler, self.around, self.file.source.text)

    def without_name(self, handler: Handler, *leaving: cst.CSTNode) -> list[Edit | None]:
        """The edit that takes a handler's name away, if nothing but some nodes may read it."""
        name = caught_name(handler)
        if handler.name is None or name is None or is_read_beside(handler, self.around, leaving):
            return []
        if self.function_of(handler) is None and self.file.may_read_global(name, *self.edit.lines_of(handler)):
            return []
        return [self.edit.delete(handler.name)]

    def reach(self, module: str, name: str, node: cst.CSTNode) -> tuple[str, list[Edit]] | None:
        """An expression for `module.name` at a node, and the edits by which the file imports it; `None` if there is no
        way that is sure.
        """
        reached = self.file.reach.attribute(module, name, self.scope_of(node), self.edit.line_of(node))
        return None if reached is None else self._with_lines(reached)

    def reach_by_name(self, module: str, name: str, node: cst.CSTNode) -> tuple[str, list[Edit]] | None:
        """The same; what the file does not import yet is imported by its name."""
        reached = self.file.reach.by_name(module, name, self.scope_of(node), self.edit.line_of(node))
        return None if reached is None else self._with_lines(reached)

    def new_report(self, node: cst.CSTNode) -> tuple[str, list[Edit]] | None:
        """A call that reports the exception that is handled at a node, and the edits that it needs elsewhere."""
        reached = self.file.loggers.exception(self.scope_of(node), self.edit.line_of(node))
        if reached is None:
            return None
        scope = self.scope_of(node)
        what = self.file.short_name if scope is None else scope.qualname.replace(".<locals>", "")
        separator = "_" if reached.resolved.startswith("structlog.") else " "
        expression, edits = self._with_lines(reached)
        return f'{expression}("{what}{separator}failed")', edits

    def _with_lines(self, reached: Reached) -> tuple[str, list[Edit]]:
        return reached.expression, [line_edit(self.file.source, after, lines) for after, lines in reached.lines]

    def code(self, node: cst.CSTNode) -> str:
        """The code of a node for a message: on one line, and cut."""
        return code(node)

    def header(self, handler: Handler) -> str:
        """The header of a handler for a message: `except (OSError, ValueError)`."""
        star = "*" if isinstance(handler, cst.ExceptStarHandler) else ""
        return f"except{star}" + (f" {code(handler.type)}" if handler.type is not None else ":")

    def boundaries_of(self, node: cst.CSTNode) -> tuple[Boundary, ...]:
        """Why the function that a node runs in is called by something outside of the project; empty if it is not."""
        function = self.function_of(node)
        return () if function is None else tuple(self.file.boundaries.of(function))

    def is_command(self, node: cst.CSTNode) -> bool:
        """Whether a node is in a function that a person runs from a terminal, or in one inside it."""
        function = self.function_of(node)
        while function is not None:
            if any(boundary.kind in COMMAND_KINDS for boundary in self.file.boundaries.of(function)):
                return True
            function = function.parent if isinstance(function.parent, Function) else None
        return False

    def is_explained(self, statement: cst.BaseSmallStatement) -> bool:
        """Whether a comment above a simple statement, or behind it, says why it is so."""
        line = self.around.parent(statement)
        if not self.settings.comment_is_reason or not isinstance(line, _LINES):
            return False
        above = line.leading_lines if isinstance(line, cst.SimpleStatementLine) else ()
        return any(map(has_written_comment, (*above, line.trailing_whitespace)))

    def is_http_exception(self, name: str | None) -> bool:
        """Whether a class is known to be one that a web framework answers with a status, by dotted name."""
        if name is None:
            return False
        if self.exceptions.surely_derives(name, self.settings.http_exceptions):
            return True
        return any(self._is_answered(base) for base in self.exceptions.named_bases(name))

    def _is_answered(self, name: str) -> bool:
        """The same for a class of a library; one that it shares with other protocols and with domain code is none."""
        about = library_of(name)
        if about is None:
            return False
        known = about.statuses.get(name)
        if known is not None:
            return name in about.http_exceptions and known.protocol == "http"
        return self.exceptions.surely_derives(name, about.http_exceptions)

    def is_web_layer(self, node: cst.CSTNode) -> bool:
        """Whether a node is in a function that speaks HTTP: a route, a middleware, one that takes the request."""
        return is_web_layer(self.file, self.function_of(node))

    def may_handle_exception(self, node: cst.CSTNode) -> bool:
        """Whether code may run while an exception is handled: in a handler or a `finally`, in a function that the
        file calls from a handler, in one that is given an exception, or in one whose name says so.
        """
        for around in self.around.ancestors(node):
            if isinstance(around, (*HANDLERS, cst.Finally, cst.Lambda)):
                return True
            if isinstance(around, cst.If) and _AMBIENT.search(code(around.test)):
                return True
        scope = self.around.scope(node)
        while scope is not None:
            if isinstance(scope, Function) and self._may_be_called_in_handler(scope):
                return True
            scope = scope.parent
        return False

    def _may_be_called_in_handler(self, function: Function) -> bool:
        if function.name in ("__exit__", "__aexit__") or function.name in self.file.outline.calls_in_handlers:
            return True
        says_so = speaks_of_errors(function.name) or "handler" in function.name or "callback" in function.name
        return says_so or any(
            parameter.name in _EXCEPTION_PARAMETERS or speaks_of_errors(parameter.annotation or "")
            for parameter in function.parameters
        )


_LINES = (cst.SimpleStatementLine, cst.SimpleStatementSuite)

_AMBIENT = re.compile(r"\bexc_info\b|\bsys\.exception\(")
"""A test of whether an exception is being handled: `if sys.exc_info()[0] is not None:`."""

_EXCEPTION_PARAMETERS = frozenset(
    {
        *("e", "ex", "exc", "err", "error", "exception", "failure", "exc_info", "exc_type", "exc_value", "exc_val"),
        *("exc_tb", "tb", "traceback", "einfo", "reason", "cause"),
    }
)

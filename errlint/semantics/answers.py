"""What an expression answers a caller with: a response, an exception that becomes one, and the status that it has."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from errlint.knowledge import HttpException, library_of
from errlint.semantics.statuses import status_named
from errlint.source.outline import Class, Definition, last_part
from errlint.source.outline.from_cst import path
from errlint.source.tree import NESTED_SCOPES, walk
from errlint.syntax.enclosing import Enclosing

if TYPE_CHECKING:
    from errlint.semantics.module import Module

_FAILURES = range(500, 600)
_REFUSALS = range(400, 500)
_RPC_METHODS = ("abort", "abort_with_status", "set_code")
_STATUS_ATTRIBUTES = ("status", "status_code")
_RESPONSE_NAMES = ("res", "resp", "response")
_OWN_METHODS = frozenset({"finish", "render", "send_error", "set_header", "set_status", "write", "write_error"})
"""The methods by which a tornado handler, which is its own response, answers."""


class By(enum.Enum):
    """The form of an answer."""

    EXCEPTION = "an exception that the framework turns into a response"
    ABORT = "a call that raises such an exception"
    RESPONSE = "a response"
    TUPLE = "a body and a status"
    MAPPING = "a mapping that holds a status"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller is answered."""

    by: By
    name: str
    """The dotted name of the class or function, as code names it; empty for a tuple or mapping."""
    status: int | None
    """`None` if only the run can tell."""
    status_node: cst.BaseExpression | None
    """The expression that says the status, if it is said here."""
    protocol: str = "http"

    @property
    def is_failure(self) -> bool:
        """Whether it tells of a fault of our own: a status of 5xx."""
        return self.status in _FAILURES

    @property
    def is_refusal(self) -> bool:
        """Whether it blames the caller: a status of 4xx."""
        return self.status in _REFUSALS


class Answers:
    """Reads the answers in one region."""

    def __init__(self, module: Module, around: Enclosing) -> None:
        self._module = module
        self._around = around

    def given(self, statement: cst.CSTNode) -> Answer | None:
        """What a simple statement answers with: it raises or returns it, aborts, or sets the status of a response."""
        if isinstance(statement, cst.Raise):
            return None if statement.exc is None else self.answer(statement.exc)
        if isinstance(statement, cst.Return):
            return None if statement.value is None else self._returned(statement.value)
        if isinstance(statement, cst.Expr):
            found = self.answer(statement.value)
            sets_status = found is not None and self._receiver(statement) is not None
            return found if found is not None and (found.by is By.ABORT or sets_status) else None
        return self._assigned(statement) if isinstance(statement, cst.Assign) else None

    def goes_with(self, statement: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether a statement is part of the answer that another one gives: it is the same, makes what that returns,
        or fills the same response, as `resp.media = ...` does after `resp.status = ...`.
        """
        if statement is other or (isinstance(other, cst.Return) and statement is self._made(other.value)):
            return True
        receiver, own = self._receiver(other), self._receiver(statement)
        return receiver is not None and receiver == own

    def answer(self, node: cst.CSTNode) -> Answer | None:
        """What an expression answers with: the call or class that is raised, the call that aborts, what is returned."""
        if isinstance(node, cst.Await):
            return self.answer(node.expression)
        if isinstance(node, cst.Tuple):
            return self._tuple(node)
        if isinstance(node, cst.Dict):
            return self._mapping(node)
        call = node if isinstance(node, cst.Call) else None
        rpc = None if call is None else self._rpc(call)
        if rpc is not None:
            return rpc
        name = self._name(node if call is None else call.func)
        if name is None:
            return None
        for base in self._module.exceptions.named_bases(name):
            known = library_of(base)
            if known is None:
                continue
            if base in known.responses and call is not None:
                made = known.responses[base]
                if made.is_attribute:
                    return None
                said = _argument(call, made.status_argument, made.status_position)
                default = made.default_status if made.fixed_status is None else made.fixed_status
                return Answer(By.RESPONSE, name, self._said(said, default), said)
            if base in known.statuses:
                by = By.ABORT if base in known.aborts else By.EXCEPTION
                if by is By.ABORT and call is None:
                    return None
                return self._raised(by, name, known.statuses[base], call)
        if name in self._module.settings.http_exceptions:
            return Answer(By.EXCEPTION, name, self._of_class(name, "status_code"), None)
        return None

    def refuses(self, name: str) -> bool:
        """Whether a class of HTTP exceptions has a status that blames the caller."""
        known = library_of(name)
        fixed = None if known is None or name not in known.statuses else known.statuses[name].status
        return fixed in _REFUSALS or self._of_class(name, "status_code") in _REFUSALS

    def status(self, node: cst.BaseExpression) -> int | None:
        """The HTTP status that an expression surely is: a number, a constant, a text such as "404 Not Found"."""
        if isinstance(node, cst.Integer):
            return status_named(str(node.evaluated_value))
        if isinstance(node, cst.SimpleString):
            number = re.match(r"(\d{3})\b", str(node.evaluated_value))
            return None if number is None else status_named(number[1])
        if isinstance(node, cst.Call) and len(node.args) == 1 and path(node.func) in ("int", "str"):
            return self.status(node.args[0].value)
        written = path(node)
        scope = self._around.scope(node)
        found = status_named(self._module.names.resolve(written, scope) or written)
        return self._constant(written, scope) if found is None else found

    def _returned(self, value: cst.BaseExpression) -> Answer | None:
        """What is returned, be it by the name that it was given just before."""
        made = self._made(value)
        return self.answer(value if made is None else made.value)

    def _made(self, value: cst.BaseExpression | None) -> cst.Assign | None:
        """The only statement in a handler that gives a name what it stands for."""
        handler = self._around.handler(value) if isinstance(value, cst.Name) else None
        made = [
            part
            for part in (() if handler is None else walk(handler.body, skip=NESTED_SCOPES))
            if isinstance(part, cst.Assign) and any(path(target.target) == path(value) for target in part.targets)
        ]
        return made[0] if len(made) == 1 else None

    def _receiver(self, statement: cst.CSTNode) -> str | None:
        """The object that a statement gives a status, or fills: `resp` in `resp.media = ...`."""
        if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
            target: cst.BaseExpression = statement.targets[0].target
            if isinstance(target, cst.Subscript):
                target = target.value
            receiver = path(target.value) if isinstance(target, cst.Attribute) else None
            return None if receiver == "self" else receiver
        if not isinstance(statement, cst.Expr):
            return None
        called = statement.value.expression if isinstance(statement.value, cst.Await) else statement.value
        if not isinstance(called, cst.Call) or not isinstance(called.func, cst.Attribute):
            return None
        receiver = path(called.func.value)
        return receiver if receiver != "self" or called.func.attr.value in _OWN_METHODS else None

    def _assigned(self, statement: cst.Assign) -> Answer | None:
        """`resp.status = falcon.HTTP_500`, where `resp` is a response by its class, or a parameter by its name."""
        target = statement.targets[0].target
        if len(statement.targets) != 1 or not isinstance(target, cst.Attribute):
            return None
        if target.attr.value not in _STATUS_ATTRIBUTES:
            return None
        receiver, function = path(target.value), self._around.function(target)
        given = () if function is None else tuple(parameter.name for parameter in function.parameters)
        name = self._name(target) or ""
        known = library_of(name)
        is_attribute = known is not None and name in known.responses and known.responses[name].is_attribute
        if not is_attribute and not (receiver in given and receiver in _RESPONSE_NAMES):
            return None
        return Answer(By.RESPONSE, name, self.status(statement.value), statement.value)

    def _rpc(self, call: cst.Call) -> Answer | None:
        """`context.abort(grpc.StatusCode.INTERNAL, "...")`: the code says what it is, whatever the context."""
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in _RPC_METHODS or not call.args:
            return None
        said = call.args[0].value
        name = self._module.names.resolve(path(said), self._around.scope(said)) or ""
        if not name.startswith("grpc.StatusCode."):
            return None
        by = By.RESPONSE if call.func.attr.value == "set_code" else By.ABORT
        return Answer(by, "grpc.ServicerContext.abort", status_named(name), said, "rpc")

    def _constant(self, name: str | None, scope: Definition | None) -> int | None:
        """The status that a name of the module is bound to."""
        if name is None or not self._module.names.is_global(name, scope):
            return None
        bindings = self._module.outline.facts(None).bindings.get(name, ())
        return status_named(bindings[0].literal) if len(bindings) == 1 else None

    def _name(self, node: cst.CSTNode) -> str | None:
        written = path(node)
        return None if written is None else self._module.reporters.resolved(written, self._around.scope(node))

    def _tuple(self, node: cst.Tuple) -> Answer | None:
        if len(node.elements) < 2 or not isinstance(node.elements[1], cst.Element):
            return None
        said = node.elements[1].value
        status = self.status(said)
        return None if status is None else Answer(By.TUPLE, "", status, said)

    def _mapping(self, node: cst.Dict) -> Answer | None:
        """What a function on AWS Lambda answers with: `{"statusCode": 500, "body": "..."}`."""
        for element in node.elements:
            key = element.key if isinstance(element, cst.DictElement) else None
            if isinstance(key, cst.SimpleString) and key.evaluated_value == "statusCode":
                return Answer(By.MAPPING, "", self.status(element.value), element.value)
        return None

    def _raised(self, by: By, name: str, known: HttpException, call: cst.Call | None) -> Answer:
        said = None
        if call is not None:
            said = _argument(call, known.status_argument, known.status_position)
        status = known.status if known.status is not None and known.status > 0 else None
        own = self._of_class(name, known.status_attribute or "status_code")
        if own is not None:
            status, said = own, None
        elif self._module.exceptions.class_of(name) is not None:
            is_fixed = known.status_argument is None and known.status_position is None
            said = None if is_fixed else said
            status = status if is_fixed or self._module.names.find(f"{name}.__init__") is None else None
        return Answer(by, name, self._said(said, status), said, known.protocol)

    def _said(self, node: cst.BaseExpression | None, default: int | None) -> int | None:
        return default if node is None else self.status(node)

    def _of_class(self, name: str, attribute: str) -> int | None:
        """The status that a class of the project states in its body, or gives to the class above it."""
        for base in self._module.exceptions.named_bases(name):
            found = self._module.exceptions.class_of(base)
            if found is None or not isinstance(found.definition, Class):
                continue
            outline = found.names.outline
            bindings = outline.facts(found.definition).bindings.get(attribute, ())
            for binding in bindings:
                status = status_named(binding.literal or found.names.resolve(binding.value, found.definition))
                if status is not None:
                    return status
            maker = outline.find(f"{found.definition.qualname}.__init__")
            for call in () if maker is None else outline.facts(maker).calls:
                given = dict(call.keywords).get(attribute)
                if last_part(call.callee) == "__init__" and given is not None:
                    return status_named(found.names.resolve(given, maker) or given)
        return None


def _argument(call: cst.Call, keyword: str | None, position: int | None) -> cst.BaseExpression | None:
    """What a call is given by a keyword or at a position."""
    for argument in call.args:
        if keyword is not None and argument.keyword is not None and argument.keyword.value == keyword:
            return argument.value
    positional = [argument.value for argument in call.args if argument.keyword is None and not argument.star]
    return positional[position] if position is not None and position < len(positional) else None

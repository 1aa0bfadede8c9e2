"""ERR303: an exception of domain code knows which HTTP status it becomes."""

import re
from collections.abc import Iterator
from typing import TypeAlias

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule, exception_class, is_exception_class
from errlint.syntax.classes import accepted, assigned_attributes, assigned_names, base_init_arguments, method
from errlint.syntax.raises import last_name

_Stated: TypeAlias = tuple[str, cst.BaseExpression]
"""A name and what it is."""

rule = Rule(
    code="ERR303",
    name="http-status-on-domain-error",
    since="0.1",
    preset="recommended",
    regions=is_exception_class,
    applies_to=lambda file: file.is_surely_domain,
    settings=("layers",),
    summary="An exception of domain code carries an HTTP status",
    message="`{name}` is an error of domain code and {knows}; let the request handler choose the status",
    help="take the status off the class, and map the class to it where requests are handled",
    why=(
        "Which status an error becomes depends on who asks: the same missing order is a 404 for one endpoint, a 422 "
        "for another, and nothing at all for a task or a command. A table in the HTTP layer says it in one place."
    ),
    bad=(
        Bad(
            """
            import fastapi

            class OrderNotFound(Exception):  # expect: ERR303 "sets `status_code = 404`"
                status_code = 404
            """,
            path="shop/domain/errors.py",
        ),
        Bad(
            """
            from fastapi import HTTPException

            class OrderNotFound(HTTPException):  # expect: ERR303 "derives from `HTTPException`"
                def __init__(self, number):
                    super().__init__(404, f"there is no order {number}")
            """,
            path="shop/services/orders.py",
        ),
    ),
    good=(
        Good(
            """
            import fastapi

            class OrderNotFound(Exception):
                def __init__(self, number):
                    super().__init__(f"there is no order {number}")
            """,
            path="shop/domain/errors.py",
        ),
        Good(
            """
            import fastapi

            class OrderNotFound(Exception):
                status_code = 404
            """,
            path="shop/api/errors.py",
        ),
        Good(
            """
            import fastapi

            class RatesError(Exception):
                def __init__(self, status_code):
                    super().__init__(f"the rates service said {status_code}")
                    self.status_code = status_code
            """,
            path="shop/services/rates.py",
        ),
    ),
)

_STATUS_NAMES = frozenset({"status_code", "http_status", "http_status_code", "status"})
_FIRST_ERROR = 400
_MADE_FOR_HTTP = re.compile(r"HTTP|Http|API|Api(?![a-z])")
"""What the names of exceptions have in them that say of themselves that they belong to HTTP."""


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Findings:
    """One finding a class: the base says more than the status that goes with it."""
    if _MADE_FOR_HTTP.search(node.name.value) or exception_class(node, ctx) is None:
        return
    base = next((each.value for each in node.bases if _is_http(each.value, ctx)), None)
    chosen = _chosen_status(node, ctx)
    if base is not None:
        yield rule.at(node, name=node.name.value, knows=f"derives from `{ctx.code(base)}`")
    elif chosen is not None:
        yield rule.at(node, name=node.name.value, knows=f"sets `{chosen}`")


def _is_http(base: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a base is an HTTP exception and looks like one; a class of the project that hides it is found itself."""
    name = ctx.resolve(base)
    if not ctx.is_http_exception(name):
        return False
    return ctx.exceptions.class_of(name) is None or _MADE_FOR_HTTP.search(last_name(base) or "") is not None


def _chosen_status(node: cst.ClassDef, ctx: Context) -> str | None:
    """The first place in which a class chooses a status of an error, as an assignment."""
    initializer = method(node, "__init__")
    stated = list(assigned_names(node))
    if initializer is not None:
        stated += [*assigned_attributes(initializer), *_defaults(initializer), *_given_to_base(initializer)]
    for name, value in stated:
        status = ctx.answers.status(value) if name in _STATUS_NAMES else None
        if status is not None and status >= _FIRST_ERROR:
            return f"{name} = {ctx.code(value)}"
    return None


def _defaults(initializer: cst.FunctionDef) -> Iterator[_Stated]:
    """What a status is unless the caller says another: the class has one of its own, and records nobody else's."""
    takes = accepted(initializer)
    for parameter in (*takes.positional, *takes.keyword_only):
        if parameter.default is not None:
            yield parameter.name.value, parameter.default


def _given_to_base(initializer: cst.FunctionDef) -> Iterator[_Stated]:
    for arguments in base_init_arguments(initializer):
        yield from ((each.keyword.value, each.value) for each in arguments if each.keyword is not None)

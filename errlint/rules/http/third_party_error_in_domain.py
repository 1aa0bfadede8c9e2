"""ERR310: domain code raises, or lets pass, an exception of a library that an adapter should have translated."""

import ast
import sys

import libcst as cst

from errlint.rule import Bad, Context, FileContext, Findings, Good, Rule
from errlint.syntax.handlers import caught_types
from errlint.syntax.raises import raised_callee


def _has_adapters(file: FileContext) -> bool:
    """Whether the project says where the errors of libraries are translated, and the file is not there."""
    layers = file.settings.layers
    return layers is not None and bool(layers.adapters.globs) and file.is_domain


rule = Rule(
    code="ERR310",
    name="third-party-error-in-domain",
    since="0.1",
    preset="production",
    words=("raise",),
    applies_to=_has_adapters,
    settings=("layers",),
    summary="Domain code raises the exception of a library",
    message="`{raised}` {does} out of domain code; translate it in an adapter, and raise an error of the domain here",
    help="catch the library's error in an adapter, and raise one of your own `from` it",
    why=(
        "Callers of domain code then have to know which database or client is behind it, and none of them can be "
        "written, or tested, without that library. When it is replaced, their handlers catch nothing any more."
    ),
    bad=(
        Bad(
            """
            import requests

            def rate(currency):
                try:
                    return fetch_rate(currency)
                except requests.Timeout:
                    raise  # expect: ERR310 "`raise` lets `requests.Timeout` out of domain code"
            """,
            path="shop/domain/rates.py",
            settings='layers = { domain = ["shop/domain/"], adapters = ["shop/clients/"] }',
        ),
        Bad(
            """
            from sqlalchemy.exc import NoResultFound

            def order(orders, number):
                if number not in orders:
                    raise NoResultFound(number)  # expect: ERR310 "lets an exception of `sqlalchemy` out"
                return orders[number]
            """,
            path="shop/domain/orders.py",
            settings='layers = { domain = ["shop/domain/"], adapters = ["shop/clients/"] }',
        ),
    ),
    good=(
        Good(
            """
            import requests

            from shop.errors import RatesUnavailable

            def rate(currency):
                try:
                    return fetch_rate(currency)
                except requests.Timeout as error:
                    raise RatesUnavailable(currency) from error
            """,
            path="shop/domain/rates.py",
            settings='layers = { domain = ["shop/domain/"], adapters = ["shop/clients/"] }',
        ),
        Good(
            """
            from sqlalchemy.exc import NoResultFound

            def order(orders, number):
                raise NoResultFound(number)
            """,
            path="shop/clients/orders.py",
            settings='layers = { domain = ["shop/domain/"], adapters = ["shop/clients/"] }',
        ),
        Good(
            """
            from sqlalchemy.exc import NoResultFound

            def order(orders, number):
                raise NoResultFound(number)
            """,
            path="shop/domain/orders.py",
        ),
    ),
)


_OUTSIDE = frozenset({"cloud", "db", "http_client", "mail", "network", "orm", "queue", "rpc", "saas"})
"""Of what the libraries are about whose errors an adapter translates; a wrong value is domain code's own matter."""


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """Something is raised by name, or again."""
    return node.exc is not None or in_handler


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """What is raised, or what the handler that raises it again has caught."""
    raised = None if node.exc is None else raised_callee(node.exc)
    library = None if raised is None else _library(ctx.resolve(raised), ctx)
    if library is not None:
        yield rule.at(node, raised=ctx.code(node), does=f"lets an exception of `{library}`")
        return
    passed = _passed_on(node, ctx)
    if passed is not None:
        yield rule.at(node, raised=ctx.code(node), does=f"lets `{ctx.code(passed)}`")


def _passed_on(node: cst.Raise, ctx: Context) -> cst.BaseExpression | None:
    """Of what a handler catches and raises again, the first type that is a library's."""
    if node.exc is None:
        handler = ctx.handler_of(node)
    elif isinstance(node.exc, cst.Name):
        handler = ctx.around.handler_that_names(node.exc.value, node)
    else:
        handler = None
    if handler is None:
        return None
    return next((each for each in caught_types(handler) if _library(ctx.resolve(each), ctx) is not None), None)


def _library(name: str | None, ctx: Context) -> str | None:
    """The library of a class that tells of a failure outside of the project: of a server, a database, a broker."""
    if name is None or ctx.exceptions.class_of(name) is not None:
        return None
    package = name.partition(".")[0]
    if package in sys.stdlib_module_names:
        return None
    roots = (root for root, fact in ctx.file.knowledge.error_roots.items() if fact.family in _OUTSIDE)
    return package if ctx.exceptions.surely_derives(name, roots) else None

"""ERR302: domain code imports what only HTTP needs."""

import sys
from collections.abc import Iterator, Sequence

import libcst as cst

from errlint.rule import Bad, Context, Definition, FileContext, Findings, Function, Good, Rule
from errlint.syntax.raises import last_name
from errlint.syntax.texts import code


def _calls_http(definition: Definition, file: FileContext) -> bool:
    """Whether a function calls something of HTTP through a module, whatever the module is called there."""
    if not isinstance(definition, Function):
        return False
    calls = (call.callee for call in file.outline.facts(definition).calls if "." in call.callee)
    return any(_means_http(file.names.resolve(callee, definition), file) for callee in calls)


rule = Rule(
    code="ERR302",
    name="http-import-in-domain",
    since="0.1",
    preset="production",
    words=("import", "HTTPStatus", "request", "session", "g"),
    regions=_calls_http,
    applies_to=lambda file: file.is_surely_domain,
    settings=("layers",),
    summary="Domain code imports what belongs to HTTP",
    message="domain code reaches for {names}, which {belongs} to HTTP; take plain values, and raise domain errors",
    help="give domain code plain values, and translate its errors and results where requests are handled",
    why=(
        "Domain code that knows of requests, responses and statuses runs only where there are some: not in a task, a "
        "command or a test without a fake request. With the import at hand, statuses creep into it one by one."
    ),
    bad=(
        Bad(
            """
            from fastapi import HTTPException, status  # expect: ERR302 "`fastapi.HTTPException` and `fastapi.status`"

            def find(orders, number):
                return orders[number]
            """,
            path="shop/domain/orders.py",
        ),
        Bad(
            """
            import flask

            def basket(baskets):
                return baskets[flask.session["basket"]]  # expect: ERR302 "`flask.session`, which belongs to HTTP"
            """,
            path="shop/services/baskets.py",
        ),
    ),
    good=(
        Good(
            """
            from shop.errors import OrderNotFound

            def find(orders, number):
                if number not in orders:
                    raise OrderNotFound(number)
                return orders[number]
            """,
            path="shop/domain/orders.py",
        ),
        Good(
            """
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from flask import Response

            def size(response: "Response"):
                return len(response.data)
            """,
            path="shop/services/sizes.py",
        ),
        Good(
            """
            from fastapi import HTTPException, Request

            def current_user(request: Request):
                raise HTTPException(401, "sign in first")
            """,
            path="shop/services/security.py",
        ),
    ),
)

_STATUS = "http.HTTPStatus"


@rule.on(cst.ImportFrom)
def check_import(node: cst.ImportFrom, ctx: Context) -> Findings:
    """What is imported by name, and is not for functions that speak HTTP themselves."""
    if node.relative or isinstance(node.names, cst.ImportStar) or _is_for_types(node, ctx) or ctx.is_web_layer(node):
        return
    found = [f"`{name}`" for name, bound in _imported(node, node.names) if _is_of_http(name, bound, node, ctx)]
    if found:
        yield rule.at(node, names=_listed(found), belongs="belong" if len(found) > 1 else "belongs")


@rule.on(cst.Attribute)
def check_use(node: cst.Attribute, ctx: Context) -> Findings:
    """What is read through a module: `flask.request`. What is raised is another rule's (ERR301)."""
    if not _means_http(ctx.resolve(node), ctx.file) or _means_http(ctx.resolve(node.value), ctx.file):
        return
    is_import = isinstance(ctx.around.statement(node), (cst.Import, cst.ImportFrom))
    if not (is_import or ctx.is_web_layer(node) or _is_for_types(node, ctx) or _is_raised(node, ctx)):
        yield rule.at(node, names=f"`{ctx.code(node)}`", belongs="belongs")


def _imported(node: cst.ImportFrom, aliases: Sequence[cst.ImportAlias]) -> Iterator[tuple[str, str]]:
    """The dotted names that an import names, each with the name that it binds."""
    module = "" if node.module is None else code(node.module)
    for alias in aliases:
        name = code(alias.name)
        bound = name if alias.asname is None else code(alias.asname.name)
        yield f"{module}.{name}", bound


def _is_of_http(name: str, bound: str, node: cst.ImportFrom, ctx: Context) -> bool:
    """Whether an import of domain code brings something of HTTP, for other functions than those that speak it."""
    if not _means_http(name, ctx.file) and not _means_http(name.rpartition(".")[0], ctx.file):
        return False
    return ctx.function_of(node) is not None or not ctx.file.is_only_for_http(bound, *ctx.edit.lines_of(node))


def _means_http(name: str | None, file: FileContext) -> bool:
    """Whether a dotted name has a meaning in HTTP only. Clients of HTTP compare statuses too."""
    if name is None or name not in file.knowledge.http_names:
        return False
    return name != _STATUS or not _is_client(file)


def _is_client(file: FileContext) -> bool:
    """Whether a file uses a client of HTTP, and may compare the statuses that it gets."""
    others = file.outline.packages - sys.stdlib_module_names
    roots = file.knowledge.error_roots.items()
    return any(about.family == "http_client" and name.partition(".")[0] in others for name, about in roots)


def _is_for_types(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether code is for type checkers only."""
    tests = (around.test for around in ctx.around.ancestors(node) if isinstance(around, cst.If))
    return any(last_name(test) == "TYPE_CHECKING" for test in tests)


def _is_raised(node: cst.Attribute, ctx: Context) -> bool:
    """Whether a class is raised, or a function called that does so."""
    parent = ctx.around.parent(node)
    made = parent if isinstance(parent, cst.Call) and parent.func is node else node
    return isinstance(ctx.around.parent(made), cst.Raise) or (
        made is parent and ctx.resolve(node) in ctx.file.knowledge.aborts
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))

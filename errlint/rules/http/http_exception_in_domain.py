"""ERR301: domain code chooses an HTTP status by raising an HTTP exception."""

import ast
import builtins
import re

import libcst as cst

from errlint.rule import Bad, Class, Context, Definition, FileContext, Findings, Function, Good, Rule


def _calls_abort(definition: Definition, file: FileContext) -> bool:
    """Whether a function calls what aborts a request, by whatever name it has that."""
    aborts = file.knowledge.aborts
    if not aborts or not isinstance(definition, Function) or not file.imports_one_of(aborts):
        return False
    calls = file.outline.facts(definition).calls
    return any(file.reporters.resolved(call.callee, definition) in aborts for call in calls)


rule = Rule(
    code="ERR301",
    name="http-exception-in-domain",
    since="0.1",
    preset="recommended",
    words=("raise", "abort"),
    regions=_calls_abort,
    applies_to=lambda file: file.is_domain,
    settings=("layers",),
    summary="Domain code raises an exception that belongs to HTTP",
    message="`{raised}` chooses an HTTP status in domain code; raise a domain error and translate it in the route",
    help="raise a domain error here, and map it to a status where requests are handled",
    why=(
        "The same code cannot be used by a task, a command or a test without HTTP, "
        "and the status is decided far from the endpoint that promises it."
    ),
    bad=(
        Bad(
            """
            from fastapi import HTTPException

            class UserService:
                def get(self, user_id):
                    user = self.users.find(user_id)
                    if user is None:
                        raise HTTPException(404, "no such user")  # expect: ERR301
                    return user
            """,
            path="shop/services/users.py",
        ),
        Bad(
            """
            from flask import abort

            def find_order(orders, number):
                if number not in orders:
                    abort(404)  # expect: ERR301
                return orders[number]
            """,
            path="shop/domain/orders.py",
        ),
    ),
    good=(
        Good(
            """
            class UserNotFound(Exception):
                def __init__(self, user_id):
                    super().__init__(f"there is no user {user_id}")

            class UserService:
                def get(self, user_id):
                    user = self.users.find(user_id)
                    if user is None:
                        raise UserNotFound(user_id)
                    return user
            """,
            path="shop/services/users.py",
        ),
        Good(
            """
            from fastapi import APIRouter, HTTPException

            router = APIRouter()

            @router.get("/users/{user_id}")
            def show(user_id: int):
                raise HTTPException(404, "no such user")
            """,
            path="shop/services/routes.py",
        ),
        Good(
            """
            from fastapi import HTTPException, Request

            def current_user(request: Request):
                raise HTTPException(401, "sign in first")
            """,
            path="shop/core/security.py",
        ),
        Good(
            """
            from fastapi import HTTPException

            def find_user(users, user_id):
                raise HTTPException(404, "no such user")
            """,
            path="shop/routes/users.py",
        ),
    ),
)


_HTTP = re.compile(r"HTTP|Http|(API|Api)(Error|Exception|Failure)$")
"""What the names of classes that are made for HTTP have in them: `HttpNotFound`, `APIException`."""
_GUARDS = re.compile(r"current_\w*user|authenticate_request|(^|_)security(_|$)")
"""What functions are called that look who sends a request, and refuse it."""
_OF_REQUESTS = frozenset({"view", "http_request", "security_scopes", "websocket"})
"""Parameters that only requests bring."""
_FRAMEWORK_BASE = re.compile(
    r"(fastapi|starlette|rest_framework|werkzeug|tornado|aiohttp\.web|flask_(login|httpauth|restful|restx|jwt_extended)"
    r"|authlib\.integrations)\."
)
"""Libraries whose classes have methods that are called with a request."""
_SOCKETS = re.compile(r"[Ww]eb[Ss]ocket")


@rule.sieve(ast.Raise)
def may_raise(node: ast.Raise, in_handler: bool) -> bool:
    """Something new, and no builtin."""
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return raised is not None and not (isinstance(raised, ast.Name) and hasattr(builtins, raised.id))


@rule.sieve(ast.Expr)
def may_abort(node: ast.Expr, in_handler: bool) -> bool:
    """A call whose result is not used; in functions `_calls_abort` looks at the others."""
    return isinstance(node.value, (ast.Call, ast.Await))


@rule.on(cst.Raise)
def check_raise(node: cst.Raise, ctx: Context) -> Findings:
    """The class by its resolved name: a library's, or one of the project that derives from it."""
    if node.exc is None:
        return
    raised = [node.exc.body, node.exc.orelse] if isinstance(node.exc, cst.IfExp) else [node.exc]
    if any(_says_http(_raised_class(part, ctx), ctx) for part in raised) and not _answers_requests(node, ctx):
        yield rule.at(node, raised=f"raise {ctx.code(node.exc)}")


def _says_http(name: str | None, ctx: Context) -> bool:
    """Whether who reads the name of an HTTP exception sees that it is one. Where a class of another file hides it,
    the class is at fault (ERR303), not each line that raises it.
    """
    if name is None or not ctx.is_http_exception(name):
        return False
    is_elsewhere = ctx.exceptions.class_of(name) is not None and ctx.file.outline.find(_local(name, ctx)) is None
    return not is_elsewhere or _HTTP.search(name.rpartition(".")[2]) is not None


def _local(name: str, ctx: Context) -> str:
    return name.removeprefix(f"{ctx.file.name}.")


def _raised_class(raised: cst.BaseExpression, ctx: Context) -> str | None:
    """The class of what is raised, be it made before; a parameter was made by somebody else."""
    function = ctx.function_of(raised)
    if isinstance(raised, cst.Call):
        return ctx.resolve(raised.func)
    if function is not None and any(parameter.name == ctx.code(raised) for parameter in function.parameters):
        return None
    return (ctx.resolve(raised) or "").removesuffix("()") or None


@rule.on(cst.Call)
def check_abort(node: cst.Call, ctx: Context) -> Findings:
    """`abort(404)` is a raise in the form of a call."""
    if ctx.resolve_callee(node) in ctx.file.knowledge.aborts and not _answers_requests(node, ctx):
        yield rule.at(node, raised=ctx.code(node))


def _answers_requests(node: cst.CSTNode, ctx: Context) -> bool:
    """Whether code belongs to the side of HTTP: a route, a guard before it, or a method of a framework's class."""
    if ctx.is_web_layer(node):
        return True
    function = ctx.function_of(node)
    if function is None:
        return False
    is_given = any(parameter.name in _OF_REQUESTS for parameter in function.parameters)
    return is_given or _GUARDS.search(function.name) is not None or _is_of_framework(function.owner, ctx)


def _is_of_framework(owner: Class | None, ctx: Context) -> bool:
    if owner is None:
        return False
    bases = [ctx.file.names.resolve(base, owner.parent) or base or "" for base in owner.bases]
    return any(map(_FRAMEWORK_BASE.match, bases)) or any(map(_SOCKETS.search, (owner.name, *bases)))

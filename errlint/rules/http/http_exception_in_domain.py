"""ERR301: domain code chooses an HTTP status by raising an HTTP exception."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule

rule = Rule(
    code="ERR301",
    name="http-exception-in-domain",
    since="0.1",
    preset="recommended",
    words=("raise", "abort"),
    applies_to=lambda file: (
        file.imports_one_of(file.knowledge.http_exceptions | file.knowledge.aborts) and file.is_domain
    ),
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


@rule.sieve(ast.Raise)
def may_raise(node: ast.Raise, in_handler: bool) -> bool:
    """Something new."""
    return node.exc is not None


@rule.sieve(ast.Expr)
def may_abort(node: ast.Expr, in_handler: bool) -> bool:
    """A call whose result is not used."""
    return isinstance(node.value, (ast.Call, ast.Await))


@rule.on(cst.Raise)
def check_raise(node: cst.Raise, ctx: Context) -> Findings:
    """The class by its resolved name, or a class of the file that derives from one."""
    if node.exc is None:
        return
    raised = [node.exc.body, node.exc.orelse] if isinstance(node.exc, cst.IfExp) else [node.exc]
    names = [ctx.resolve(part.func if isinstance(part, cst.Call) else part) for part in raised]
    http = ctx.file.knowledge.http_exceptions
    if any(ctx.exceptions.surely_derives(name, http) for name in names) and not ctx.is_web_layer(node):
        yield rule.at(node, raised=f"raise {ctx.code(node.exc)}")


@rule.on(cst.Call)
def check_abort(node: cst.Call, ctx: Context) -> Findings:
    """`abort(404)` is a raise in the form of a call."""
    if ctx.resolve_callee(node) in ctx.file.knowledge.aborts and not ctx.is_web_layer(node):
        yield rule.at(node, raised=ctx.code(node))

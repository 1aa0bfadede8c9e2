"""ERR311: an HTTP status is a bare number."""

from http import HTTPStatus

import libcst as cst

from errlint.rule import Bad, Context, Definition, FileContext, Findings, Function, Good, Rule, Safe

_NAME_IT = Safe("name the status")


def _gives_number(definition: Definition, file: FileContext) -> bool:
    """Whether a function gives a call a number that may be a status."""
    if not isinstance(definition, Function):
        return False
    calls = file.outline.facts(definition).calls
    given = (value for call in calls for value in (*call.arguments, *(each for _, each in call.keywords)))
    return any(value is not None and value.isdigit() and int(value) in _NAMES for value in given)


rule = Rule(
    code="ERR311",
    name="magic-status",
    since="0.1",
    preset=None,
    words=("status_code", "status", "code", "abort", "raise", "return"),
    regions=_gives_number,
    fixes=(_NAME_IT,),
    summary="An HTTP status is a bare number",
    message="the status {status} is a bare number; write `HTTPStatus.{name}`",
    help="write the status by its name, from `http.HTTPStatus`",
    why="Few people know what 409 or 424 means, and nobody sees at once that 402 was a slip of the finger.",
    bad=(
        Bad(
            """
            from fastapi import HTTPException

            def show(number):
                raise HTTPException(status_code=404)  # expect: ERR311 "write `HTTPStatus.NOT_FOUND`"
            """,
            fixed="""
            from fastapi import HTTPException
            from http import HTTPStatus

            def show(number):
                raise HTTPException(status_code=HTTPStatus.NOT_FOUND)
            """,
        ),
        Bad(
            """
            import http
            from flask import abort

            def show(number):
                abort(409)  # expect: ERR311
            """,
            fixed="""
            import http
            from flask import abort

            def show(number):
                abort(http.HTTPStatus.CONFLICT)
            """,
        ),
    ),
    good=(
        Good("""
            from http import HTTPStatus

            from fastapi import HTTPException

            def show(number):
                raise HTTPException(HTTPStatus.NOT_FOUND)
        """),
        Good("""
            def charge(card):
                card.refuse(code=402)
        """),
    ),
)

_OLD_NAMES = {
    413: "REQUEST_ENTITY_TOO_LARGE",
    414: "REQUEST_URI_TOO_LONG",
    416: "REQUESTED_RANGE_NOT_SATISFIABLE",
    422: "UNPROCESSABLE_ENTITY",
}
"""Members that were given other names in Python 3.13; all Pythons know these."""
_NAMES = {int(status): status.name for status in HTTPStatus} | _OLD_NAMES


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """A number that is given to what is known to take a status."""
    answer = ctx.answers.answer(node)
    if answer is None or answer.protocol != "http" or ctx.exceptions.class_of(answer.name) is not None:
        return
    if not isinstance(answer.status_node, cst.Integer):
        return
    name = _NAMES.get(answer.status_node.evaluated_value)
    if name is None:
        return
    reached = ctx.reach_by_name("http", "HTTPStatus", node)
    fix = None
    if reached is not None:
        expression, edits = reached
        fix = _NAME_IT.by(ctx.edit.replace(answer.status_node, f"{expression}.{name}"), *edits)
    yield rule.at(answer.status_node, fix=fix, status=ctx.code(answer.status_node), name=name)

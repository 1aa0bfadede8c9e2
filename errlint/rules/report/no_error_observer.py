"""ERR414: an app of a framework that keeps quiet about unhandled errors, and nothing in the project hears of them."""

import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.calls import is_literal, keyword_argument

rule = Rule(
    code="ERR414",
    name="no-error-observer",
    since="0.1",
    preset="critical",
    words=("Litestar", "Configurator", "Schema"),
    summary="Nobody hears of the errors that an app does not handle",
    message="{library} makes no record of an error that {leaves}, and nothing here hears of it; {instead}",
    help="register a handler or observer for all errors, or a crash reporter",
    why="The client gets an answer that says only that something failed, and nobody else gets to know even that.",
    bad=(
        Bad("""
            from litestar import Litestar, get

            @get("/rate")
            async def rate() -> float:
                return await fetch_rate()

            app = Litestar([rate])  # expect: ERR414 "litestar makes no record"
        """),
        Bad("""
            import graphene

            class Query(graphene.ObjectType):
                rate = graphene.Float()

                def resolve_rate(root, info):
                    return fetch_rate()

            schema = graphene.Schema(query=Query)  # expect: ERR414 "a resolver raises"
        """),
    ),
    good=(
        Good("""
            import logging

            from litestar import Litestar, get

            @get("/rate")
            async def rate() -> float:
                return await fetch_rate()

            async def report(exc, scope):
                logging.getLogger(__name__).error("failed", exc_info=exc)

            app = Litestar([rate], after_exception=[report])
        """),
        Good("""
            from litestar import Litestar
            from litestar.logging import LoggingConfig

            app = Litestar([], logging_config=LoggingConfig(log_exceptions="always"))
        """),
        Good("""
            from fastapi import FastAPI

            app = FastAPI()
        """),
    ),
)

_MAKERS = {
    "litestar.Litestar": "litestar",
    "litestar.app.Litestar": "litestar",
    "pyramid.config.Configurator": "pyramid",
    "graphene.Schema": "graphene",
}
_LEAVES = {"litestar": "leaves a handler", "pyramid": "leaves a view", "graphene": "a resolver raises"}
_INSTEAD = {
    "litestar": 'set `log_exceptions="always"`, or add an `after_exception` hook',
    "pyramid": "add an exception view or a crash reporter",
    "graphene": "report `result.errors`, or add a middleware that does",
}
_HOOKS = ("exception_handlers", "after_exception", "middleware", "plugins", "on_app_init", "tweens")
"""Arguments by which an app may be given what hears of errors."""
_HEARS = {
    "litestar": re.compile(r"\bafter_exception\b|\blog_exceptions\b|\bexception_logging_handler\b"),
    "pyramid": re.compile(
        r"\badd_tween\(|\bexception_view_config\b|\badd_exception_view\b|\bexclog\b|context=Exception\b"
    ),
    "graphene": re.compile(r"\.errors\b|\bformat_error\b|\bmiddleware\b|\bGraphQLError\b"),
}
"""What a project has that hears of errors in a way of its own."""


@rule.on(cst.Call)
def check(node: cst.Call, ctx: Context) -> Findings:
    """The making of an app; all files of the project must be in sight."""
    library = _MAKERS.get(ctx.resolve(node.func) or "")
    if library is None or any(argument.star for argument in node.args):
        return
    debug = keyword_argument(node, "debug")
    if debug is not None and is_literal(debug.value, "True"):
        return
    if any(keyword_argument(node, name) is not None for name in _HOOKS):
        return
    if not ctx.survey.is_whole(ctx.file.place) or ctx.survey.holds(_HEARS[library]):
        return
    if ctx.file.aftermath.is_unheard(library):
        yield rule.at(node.func, library=library, leaves=_LEAVES[library], instead=_INSTEAD[library])

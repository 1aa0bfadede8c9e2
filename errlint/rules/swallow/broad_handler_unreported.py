"""ERR203: a catch-all that goes on as if nothing had happened."""

import ast

import libcst as cst

from errlint.rule import (
    Bad,
    Context,
    Findings,
    Good,
    Rule,
    Unsafe,
    reported_where_silent,
    silence_of,
    silent_way,
)
from errlint.syntax.sieve import CATCH_ALL, names_one_of

_REPORT = Unsafe("report the error", because="errors that nobody heard of are logged")

rule = Rule(
    code="ERR203",
    name="broad-handler-unreported",
    since="0.1",
    cwe=(390,),
    preset="recommended",
    words=("except",),
    fixes=(_REPORT,),
    same_as=(
        *("ruff:BLE001", "ruff:blind-except", "pylint:broad-except", "pylint:broad-exception-caught", "pylint:W0703"),
        *("pylint:W0718", "ruff:E722", "pylint:bare-except", "pylint:W0702"),
    ),
    settings=("reporters",),
    supersedes=("ERR209",),
    summary="A catch-all goes on and nobody hears of the error",
    message="`{header}` {path}; report the error, raise it, or catch only what is expected",
    help="call `logger.exception(...)`, raise again, or narrow the type",
    why="A catch-all also catches bugs. On the path that is named here they disappear without a trace.",
    bad=(
        Bad(
            """
            def load(path):
                try:
                    return parse(path.read_text())
                except Exception:  # expect: ERR203 "returns"
                    return {}
        """,
            fixed="""
            import logging

            logger = logging.getLogger(__name__)

            def load(path):
                try:
                    return parse(path.read_text())
                except Exception:
                    logger.exception("load failed")
                    return {}
        """,
        ),
        Bad("""
            def load(path, debug):
                try:
                    return parse(path.read_text())
                except Exception:  # expect: ERR203 "where `debug` is false"
                    if debug:
                        logger.exception("cannot load %s", path)
                    return {}
        """),
    ),
    good=(
        Good("""
            def load(path):
                try:
                    return parse(path.read_text())
                except Exception:
                    logger.exception("cannot load %s", path)
                    return {}
        """),
        Good("""
            def load_all(paths, errors):
                for path in paths:
                    try:
                        yield parse(path.read_text())
                    except Exception as error:
                        errors.append(error)
        """),
        Good("""
            def load(path):
                try:
                    return parse(path.read_text())
                except Exception as error:
                    if is_missing(error):
                        return {}
                    raise
        """),
    ),
)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A catch-all, or types that are not spelled out, unless the first thing that it does is to raise."""
    return names_one_of(node.type, CATCH_ALL) and not isinstance(node.body[0], ast.Raise)


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """Path by path: one silent way through is enough. Handlers that do nothing at all are ERR202's."""
    silent = silent_way(node, ctx)
    if silent is None:
        return
    place = silent.branch.node if silent.branch is not None else silent.end
    related = ((place, "the silent path"),) if place is not None else ()
    fix = reported_where_silent(_REPORT, node, ctx)
    yield rule.at(node, related, fix, header=ctx.header(node), path=silence_of(silent, ctx))

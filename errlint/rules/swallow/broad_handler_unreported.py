"""ERR203: a catch-all that goes on as if nothing had happened."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Edit, Findings, Fix, Good, Handler, Rule, Unsafe
from errlint.syntax.handlers import is_empty
from errlint.syntax.paths import Effect, Exit, Path
from errlint.syntax.sieve import CATCH_ALL, names_one_of
from errlint.syntax.tree import NESTED_SCOPES, walk

_REPORT = Unsafe("report the error", because="errors that nobody heard of are logged")

rule = Rule(
    code="ERR203",
    name="broad-handler-unreported",
    since="0.1",
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
    if is_empty(node) or not ctx.handlers.is_catch_all(node) or ctx.excuses.may_be_silent(node):
        return
    paths = [path for path in ctx.handlers.paths(node) if path.is_silent]
    if not paths:
        return
    silent = min(paths, key=lambda path: path.branch is not None)  # silence without a condition says most
    place = silent.branch.node if silent.branch is not None else silent.end
    related = ((place, "the silent path"),) if place is not None else ()
    yield rule.at(node, related, _reported(node, ctx), header=ctx.header(node), path=_says(silent, ctx))


def _reported(node: Handler, ctx: Context) -> Fix | None:
    """A report on the silent ways only: at the top if all are silent, else where they part from the others."""
    report = ctx.new_report(node)
    if report is None:
        return None
    call, elsewhere = report
    if all(path.is_silent for path in ctx.handlers.paths(node)):
        return _REPORT.by(ctx.edit.insert_first(node.body, call), *elsewhere)
    places = _silent_ends(node, call, ctx)
    return None if places is None else _REPORT.by(*places, *elsewhere)


def _silent_ends(node: Handler, call: str, ctx: Context) -> list[Edit | None] | None:
    """A report before every statement at which silent ways end; `None` if others end there too."""
    edits: list[Edit | None] = []
    for statement in walk(node.body, skip=NESTED_SCOPES):
        if not isinstance(statement, (cst.Return, cst.Break, cst.Continue)):
            continue
        through = ctx.handlers.paths_through(node, statement)
        silent = [path for path in through if path.is_silent]
        if silent and len(silent) < len(through):
            return None
        if silent and any(path.end is statement for path in silent):
            edits.append(ctx.edit.insert_statement_before(statement, call))
    falling = [path for path in ctx.handlers.paths(node) if path.exit is Exit.FALL]
    if any(path.is_silent for path in falling):
        if not all(path.is_silent for path in falling):
            return None
        edits += ctx.edit.insert_last(node.body, call)
    return edits


def _says(path: Path, ctx: Context) -> str:
    """`returns without a word`, and where: `where `debug` is false it returns without a word`."""
    said = (
        "with no more than a print or a record below `warning`" if path.effects & Effect.WHISPERS else "without a word"
    )
    what = f"{path.exit.value} {said}"
    branch = path.branch
    if branch is None:
        return what
    if isinstance(branch.node, cst.If):
        return f"{what} where `{ctx.code(branch.node.test)}` is {'true' if branch.taken else 'false'}"
    return f"{what} where no case matches"

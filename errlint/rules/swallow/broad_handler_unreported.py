"""ERR203: a catch-all that goes on as if nothing had happened."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.syntax.handlers import is_empty
from errlint.syntax.paths import Effect, Path
from errlint.syntax.sieve import names_one_of

rule = Rule(
    code="ERR203",
    name="broad-handler-unreported",
    since="0.1",
    preset="recommended",
    words=("except",),
    same_as=(
        *("ruff:BLE001", "ruff:blind-except", "pylint:broad-except", "pylint:broad-exception-caught", "pylint:W0703"),
        *("pylint:W0718", "ruff:E722", "pylint:bare-except", "pylint:W0702"),
    ),
    settings=("reporters",),
    summary="A catch-all goes on and nobody hears of the error",
    message="`{header}` {path}; report the error, raise it, or catch only what is expected",
    help="call `logger.exception(...)`, raise again, or narrow the type",
    why="A catch-all also catches bugs. On the path that is named here they disappear without a trace.",
    bad=(
        Bad("""
            def load(path):
                try:
                    return parse(path.read_text())
                except Exception:  # expect: ERR203 "returns"
                    return {}
        """),
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


_CATCH_ALL = frozenset({"Exception", "BaseException"})


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A catch-all, or types that are not spelled out, unless the first thing that it does is to raise."""
    return names_one_of(node.type, _CATCH_ALL) and not isinstance(node.body[0], ast.Raise)


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
    yield rule.at(node, related, header=ctx.header(node), path=_says(silent, ctx))


def _says(path: Path, ctx: Context) -> str:
    """`returns without a word`, and where: `where `debug` is false it returns without a word`."""
    said = "with no more than a record below `warning`" if path.effects & Effect.WHISPERS else "without a word"
    what = f"{path.exit.value} {said}"
    branch = path.branch
    if branch is None:
        return what
    if isinstance(branch.node, cst.If):
        return f"{what} where `{ctx.code(branch.node.test)}` is {'true' if branch.taken else 'false'}"
    return f"{what} where no case matches"

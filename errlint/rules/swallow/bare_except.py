"""ERR201: `except:` without a type."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Rule, Unsafe
from errlint.syntax.paths import Effect, Exit, Path

_NAME_EXCEPTION = Unsafe(
    "catch `Exception`", because="KeyboardInterrupt, SystemExit and GeneratorExit are no longer caught"
)

rule = Rule(
    code="ERR201",
    name="bare-except",
    since="0.1",
    cwe=(396,),
    preset="recommended",
    words=("except",),
    fixes=(_NAME_EXCEPTION,),
    same_as=("ruff:E722", "ruff:bare-except", "pylint:bare-except", "pylint:W0702", "ruff:B001"),
    summary="`except:` catches KeyboardInterrupt and SystemExit too",
    message="bare `except:` catches KeyboardInterrupt and SystemExit as well; name what is expected",
    help="name the expected types, or write `except Exception:`",
    why="Ctrl-C and `sys.exit()` stop working inside such a `try`, and a typo is caught like an expected error.",
    bad=(
        Bad(
            """
            def size(path):
                try:
                    return path.stat().st_size
                except:  # expect: ERR201
                    logger.exception("no size for %s", path)
                    return 0
        """,
            fixed="""
            def size(path):
                try:
                    return path.stat().st_size
                except Exception:
                    logger.exception("no size for %s", path)
                    return 0
        """,
        ),
    ),
    good=(
        Good("""
            def size(path):
                try:
                    return path.stat().st_size
                except OSError:
                    logger.exception("no size for %s", path)
                    return 0
        """),
        Good("""
            def transfer(session, order):
                try:
                    session.add(order)
                except:
                    session.rollback()
                    raise
        """),
    ),
)


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """No type."""
    return node.type is None


@rule.on(cst.ExceptHandler)
def check(node: cst.ExceptHandler, ctx: Context) -> Findings:
    """Cleaning up and raising again is what a bare `except:` is good for."""
    if node.type is None and any(_keeps_it(path) for path in ctx.handlers.paths(node)):
        yield rule.at(node, fix=_named(node, ctx))


def _named(node: cst.ExceptHandler, ctx: Context) -> Fix | None:
    """`except Exception:`, unless an earlier clause takes all of these, or the name stands for something else."""
    earlier = [handler for handler in ctx.around.try_of(node).handlers if handler is not node]
    if any(ctx.handlers.is_catch_all(handler) for handler in earlier) or not ctx.is_builtin("Exception", node):
        return None
    return _NAME_EXCEPTION.by(ctx.edit.replace_keyword(node, "except", "except Exception"))


def _keeps_it(path: Path) -> bool:
    """Whether a path neither raises again nor stores what was caught (to raise it later, or in another thread)."""
    return path.exit is not Exit.RAISE and not path.effects & Effect.USES

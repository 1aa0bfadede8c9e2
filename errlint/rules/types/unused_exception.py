"""ERR509: an exception class that nothing uses."""

import libcst as cst

from errlint.rule import Bad, Context, ErrorType, Findings, Good, Rule, is_exception_class

rule = Rule(
    code="ERR509",
    name="unused-exception",
    since="0.1",
    preset="production",
    regions=is_exception_class,
    summary="An exception class that nothing raises, catches, exports or documents",
    message="nothing raises, catches, exports or documents `{name}`; raise it where it was meant, or remove it",
    help="raise it where it was meant, or remove it",
    why="A reader of the error types thinks that this one can happen, and callers write handlers that never run.",
    bad=(
        Bad("""
            class OrderNotFound(Exception):
                pass

            class StockError(Exception):  # expect: ERR509
                pass

            def find(orders, number):
                if number not in orders:
                    raise OrderNotFound(number)
                return orders[number]
        """),
    ),
    good=(
        Good("""
            class OrderNotFound(Exception):
                pass

            def find(orders, number):
                if number not in orders:
                    raise OrderNotFound(number)
                return orders[number]
        """),
        Good("""
            __all__ = ["StockError"]

            class StockError(Exception):
                pass
        """),
        Good(
            """
            class StockError(Exception):
                pass
            """,
            path="package/__init__.py",
        ),
    ),
)

_FINDS_SUBCLASSES = frozenset({"__init_subclass__", "__subclasshook__"})


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Findings:
    """Only where the run holds all that could use it. The name of a class stands where the class is defined, and
    nowhere else.
    """
    error = ctx.error_type(node)
    if error is None or node.decorators or ctx.file.place.name == "__init__.py" or _registers_itself(error, ctx):
        return
    if ctx.survey.mentions(error) == 1 and ctx.survey.is_whole(error.place):
        yield rule.at(node, name=node.name.value)


def _registers_itself(error: ErrorType, ctx: Context) -> bool:
    """Whether a base finds its subclasses by itself, so that no code needs to name them."""
    for name in error.ancestors:
        found = ctx.exceptions.class_of(name)
        if found is not None and not _FINDS_SUBCLASSES.isdisjoint(found.names.outline.facts(found.definition).bindings):
            return True
    return False

"""ERR506: the errors of a package have no class in common."""

from collections import Counter

import libcst as cst

from errlint.rule import Bad, Context, ErrorType, Findings, Good, Rule, is_exception_class

rule = Rule(
    code="ERR506",
    name="no-common-root",
    since="0.1",
    preset="critical",
    regions=is_exception_class,
    summary="The errors of a package have no class in common",
    message="the {count} errors of `{package}` have no class in common; derive them from a root such as `{root}`",
    help="define one root for the package's errors, and derive the others from it",
    why="Callers who want to handle whatever goes wrong in this package must list its errors, and miss the next one.",
    bad=(
        Bad("""
            class OrderNotFound(Exception):  # expect: ERR506 "the 3 errors of `package` have no class in common"
                pass

            class PaymentRefused(RuntimeError):
                pass

            class StockError(ValueError):
                pass
        """),
    ),
    good=(
        Good("""
            class ShopError(Exception):
                pass

            class OrderNotFound(ShopError):
                pass

            class StockError(ShopError, ValueError):
                pass
        """),
        Good("""
            class OrderNotFound(Exception):
                pass

            class StockError(ValueError):
                pass
        """),
    ),
)

_FEWEST = 3


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Findings:
    """Once a package, at its first error type: none of its roots is that of more than half of them. A part of a package
    tells nothing.
    """
    error = ctx.error_type(node)
    if error is None or (len(error.place.parts) > 1 and not ctx.survey.is_whole(error.place)):
        return
    errors = [each for each in ctx.survey.error_types if each.package == error.package and not _is_private(each)]
    if len(errors) < _FEWEST or error is not errors[0]:
        return
    if max(Counter(each.root for each in errors).values()) * 2 <= len(errors):
        root = f"{error.package.title().replace('_', '')}Error"
        yield rule.at(node, count=str(len(errors)), package=error.package, root=root)


def _is_private(error: ErrorType) -> bool:
    return error.name.rpartition(".")[2].startswith("_")

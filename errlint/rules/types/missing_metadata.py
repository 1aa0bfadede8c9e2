"""ERR507: an exception lacks attributes that the project asks of its errors."""

import libcst as cst

from errlint.rule import (
    Bad,
    Context,
    FileContext,
    Findings,
    Good,
    Rule,
    body_of,
    exception_class,
    is_exception_class,
    lineage_of,
)


def _asks_for_attributes(file: FileContext) -> bool:
    return bool(file.settings.required_error_attributes)


rule = Rule(
    code="ERR507",
    name="missing-metadata",
    since="0.1",
    preset="critical",
    regions=is_exception_class,
    applies_to=_asks_for_attributes,
    settings=("required-error-attributes",),
    summary="An exception lacks attributes that the project asks of its errors",
    message="`{name}` has no {missing}, which this project asks of its errors; set it on the class or on a base",
    help="set the attribute on the class or on a base, or in `__init__`",
    why=(
        "Whoever handles an error reads its code or severity to answer, to count or to call somebody. An error without "
        "them fails in the handler, or is treated as the worst. `required-error-attributes` says what a project asks."
    ),
    bad=(
        Bad(
            """
            class ShopError(Exception):
                code = "shop"
                severity = "low"


            class PaymentError(Exception):  # expect: ERR507 "`PaymentError` has no `severity`"
                code = "payment"
            """,
            settings='required-error-attributes = ["code", "severity"]',
        ),
    ),
    good=(
        Good(
            """
            class ShopError(Exception):
                code = "shop"

                def __init__(self, message, severity="low"):
                    super().__init__(message)
                    self.severity = severity


            class PaymentError(ShopError):
                code = "payment"
            """,
            settings='required-error-attributes = ["code", "severity"]',
        ),
        Good(
            """
            from shop_library import ShopError


            class PaymentError(ShopError):
                pass
            """,
            settings='required-error-attributes = ["code"]',
        ),
    ),
)


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Findings:
    """Warnings and signals are no errors, and what is private to a module does not leave it."""
    definition = None if node.name.value.startswith("_") else exception_class(node, ctx)
    lineage = None if definition is None else lineage_of(definition, ctx.file)
    if lineage is None or not lineage.derives(Exception) or lineage.derives(Warning):
        return
    has = {name for each in lineage.classes for name in body_of(each).bindings} | lineage.attributes
    has |= {name for kind in lineage.builtin for name in dir(kind)}
    missing = [f"`{name}`" for name in ctx.settings.required_error_attributes if name not in has]
    if missing:
        yield rule.at(node, name=node.name.value, missing=" and no ".join(missing))

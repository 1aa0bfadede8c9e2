"""ERR508: two errors say the same machine-readable code."""

import libcst as cst

from errlint.rule import Bad, Context, ErrorType, Findings, Good, Rule, is_exception_class

rule = Rule(
    code="ERR508",
    name="duplicate-error-code",
    since="0.1",
    preset="production",
    words=("code", "error_code", "err_code", "errcode"),
    regions=is_exception_class,
    summary="Two exception classes have the same machine-readable code",
    message="`{name}` has the code {code} of `{other}` ({where}); give it one of its own",
    help="give each error a code of its own",
    why="Clients and alarms tell errors apart by their codes: these two they take for one.",
    bad=(
        Bad("""
            class ShopError(Exception):
                code = "shop"

            class OrderNotFound(ShopError):
                code = "order-missing"

            class StockError(ShopError):  # expect: ERR508 "has the code 'order-missing' of `OrderNotFound`"
                code = "order-missing"
        """),
    ),
    good=(
        Good("""
            class OrderNotFound(Exception):
                code = "order-missing"

            class StockError(Exception):
                code = "stock"
        """),
        Good("""
            class OrderNotFound(Exception):
                code = 404

            class CustomerNotFound(Exception):
                code = 404
        """),
        Good("""
            class OrderNotFound(Exception):
                code = "order-missing"

            class OrderGone(OrderNotFound):
                code = "order-missing"
        """),
    ),
)

_HTTP_STATUSES = range(100, 600)


@rule.on(cst.ClassDef)
def check(node: cst.ClassDef, ctx: Context) -> Findings:
    """At the later of the two. A status of HTTP is shared on purpose, and a subclass may repeat what it has."""
    error = ctx.error_type(node)
    if error is None or error.code is None or _is_status(error.code):
        return
    earlier = (each for each in ctx.survey.error_types if each is not error and _comes_before(each, error))
    other = next((each for each in earlier if each.code == error.code and not _are_kin(each, error)), None)
    if other is not None:
        name = other.name.rpartition(".")[2]
        yield rule.at(node, name=node.name.value, code=error.code, other=name, where=f"{other.place}:{other.line}")


def _is_status(code: str) -> bool:
    return code.isdigit() and int(code) in _HTTP_STATUSES


def _comes_before(one: ErrorType, other: ErrorType) -> bool:
    return one.package == other.package and (one.place, one.line) < (other.place, other.line)


def _are_kin(one: ErrorType, other: ErrorType) -> bool:
    return one.name in other.ancestors or other.name in one.ancestors

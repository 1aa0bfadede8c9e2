"""ERR206: an error that nobody caught is gone."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def vanished(outcome: Outcome) -> bool:
    """Neither the caller nor an operator hears of the error."""
    return outcome.raised is None and not outcome.reports


proofs = (
    Proof(
        rule="ERR206",
        claim="an order cannot be stored, and the caller is told that it is",
        fault=vanished,
        run=Call("store(Order())"),
        bad=Program(
            """
            class Order:
                locked = False

                def write(self):
                    raise OSError("disk full")

            def store(order):
                order.locked = True
                try:
                    order.write()
                finally:
                    order.locked = False
                    return "stored"
            """,
            shows="returns 'stored'; no record",
        ),
        good=Program(
            """
            class Order:
                locked = False

                def write(self):
                    raise OSError("disk full")

            def store(order):
                order.locked = True
                try:
                    order.write()
                finally:
                    order.locked = False
                return "stored"
            """,
            shows="raises OSError; no record",
        ),
    ),
)

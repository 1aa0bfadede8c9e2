"""ERR304: a failure that comes back as a value."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def goes_on(outcome: Outcome) -> bool:
    """The caller took the response for an order."""
    return outcome.raised is None


proofs = (
    Proof(
        rule="ERR304",
        claim="who is not a request handler takes the response for an order, and goes on",
        fault=goes_on,
        run=Call("send_all([7, 8])"),
        path="shop/domain/orders.py",
        settings='layers = { domain = ["shop/domain/"] }',
        caller="""
            from program import find_order

            def send_all(numbers):
                return [f"sent {find_order(number)}" for number in numbers]
        """,
        bad=Program(
            """
            def find_order(number):
                orders = {7: "a lamp"}
                if number not in orders:
                    return {"error": "no such order"}, 404
                return orders[number]
            """,
            shows="returns ['sent a lamp', \"sent ({'error': 'no such order'}, 404)\"]; no record",
        ),
        good=Program(
            """
            class OrderNotFoundError(Exception):
                pass

            def find_order(number):
                orders = {7: "a lamp"}
                if number not in orders:
                    raise OrderNotFoundError(f"no order {number}")
                return orders[number]
            """,
            shows="raises OrderNotFoundError; no record",
        ),
    ),
)

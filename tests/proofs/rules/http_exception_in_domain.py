"""ERR301: domain code speaks HTTP where nobody listens for it."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn
from tests.proofs.running.plain import Script


def speaks_of_http(outcome: Outcome) -> bool:
    """An operator is told of a response, or of a status, instead of what went wrong."""
    return "404" in outcome.stderr or any("HTTPException" in error for error in outcome.errors)


proofs = (
    Proof(
        rule="ERR301",
        claim="a job behind the response fails; the record is about a response that was sent already",
        fault=speaks_of_http,
        run=Uvicorn("/orders/7/send"),
        path="shop/services/orders.py",
        caller="""
            from fastapi import BackgroundTasks, FastAPI

            from program import OrderService

            app = FastAPI()

            @app.get("/orders/{number}/send")
            def send(number: int, jobs: BackgroundTasks):
                jobs.add_task(OrderService().send, number)
        """,
        bad=Program(
            """
            from fastapi import HTTPException

            class OrderService:
                orders = {}

                def send(self, number):
                    if number not in self.orders:
                        raise HTTPException(404, f"no order {number}")
            """,
            shows="status 200; 1 record: ERROR of uvicorn.error with RuntimeError from HTTPException",
        ),
        good=Program(
            """
            class OrderNotFoundError(Exception):
                pass

            class OrderService:
                orders = {}

                def send(self, number):
                    if number not in self.orders:
                        raise OrderNotFoundError(f"no order {number}")
            """,
            shows="status 200; 1 record: ERROR of uvicorn.error with OrderNotFoundError",
        ),
    ),
    Proof(
        rule="ERR301",
        claim="a command that uses the same code ends with a status of HTTP",
        fault=speaks_of_http,
        run=Script(),
        path="shop/services/orders.py",
        details=("stderr",),
        caller="""
            import sys

            from program import find_order

            if __name__ == "__main__":
                try:
                    print(find_order({}, 7))
                except Exception as error:
                    sys.exit(str(error))
        """,
        bad=Program(
            """
            from flask import abort

            def find_order(orders, number):
                if number not in orders:
                    abort(404)
                return orders[number]
            """,
            shows=(
                "exit code 1; no record; stderr `404 Not Found: The requested URL was not found on "
                "the server. If you entered the URL manually please check your spelling and try "
                "again.`"
            ),
        ),
        good=Program(
            """
            class OrderNotFoundError(Exception):
                pass

            def find_order(orders, number):
                if number not in orders:
                    raise OrderNotFoundError(f"no order {number}")
                return orders[number]
            """,
            shows="exit code 1; no record; stderr `no order 7`",
        ),
    ),
)

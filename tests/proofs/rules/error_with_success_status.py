"""ERR309: a failure that every client takes for a success."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn


def looks_well(outcome: Outcome) -> bool:
    """Clients, caches and load balancers see a success."""
    return outcome.status == 200


proofs = (
    Proof(
        rule="ERR309",
        claim="the database is gone, and clients, caches and balancers see 200",
        fault=looks_well,
        run=Uvicorn("/orders"),
        details=("body",),
        bad=Program(
            """
            import logging

            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except ConnectionError:
                    logger.exception("no orders")
                    return {"error": "no orders"}
            """,
            shows='status 200; body `{"error":"no orders"}`; 1 record: ERROR of program with ConnectionError',
        ),
        good=Program(
            """
            import logging

            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except ConnectionError as error:
                    logger.exception("no orders")
                    raise HTTPException(503, "no orders") from error
            """,
            shows='status 503; body `{"detail":"no orders"}`; 1 record: ERROR of program with ConnectionError',
        ),
    ),
)

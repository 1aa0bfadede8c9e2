"""ERR406: a record below the level that anybody reads."""

from tests.proofs.faults import unreported
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn

proofs = (
    Proof(
        rule="ERR406",
        claim="loggers start at WARNING, so the one word about the failure is not written",
        fault=unreported,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            from fastapi import FastAPI

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception:
                    logger.info("no orders", exc_info=True)
                    return []
            """,
            shows="status 200; no record",
        ),
        good=Program(
            """
            import logging

            from fastapi import FastAPI

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception:
                    logger.error("no orders", exc_info=True)
                    return []
            """,
            shows="status 200; 1 record: ERROR of program with ConnectionError",
        ),
    ),
)

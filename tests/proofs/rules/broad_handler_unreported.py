"""ERR203: a default stands in for what could not be done, and nobody hears of it."""

from tests.proofs.faults import unreported
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn
from tests.proofs.running.plain import Call

proofs = (
    Proof(
        rule="ERR203",
        claim="a slip in a file of settings reads as no settings, and nobody hears of it",
        fault=unreported,
        run=Call("""load("{'limit' 7}")"""),
        bad=Program(
            """
            import json

            def load(text):
                try:
                    return json.loads(text)
                except Exception:
                    return {}
            """,
            shows="returns {}; no record",
        ),
        good=Program(
            """
            import json
            import logging

            logger = logging.getLogger(__name__)

            def load(text):
                try:
                    return json.loads(text)
                except Exception:
                    logger.exception("the settings are not read")
                    return {}
            """,
            shows="returns {}; 1 record: ERROR of program with JSONDecodeError",
        ),
        fixed="returns {}; 1 record: ERROR of program with JSONDecodeError",
    ),
    Proof(
        rule="ERR203",
        claim="a client reads an empty list where the database is gone, and nobody hears of it",
        fault=unreported,
        run=Uvicorn("/orders"),
        details=("body",),
        bad=Program(
            """
            from fastapi import FastAPI

            app = FastAPI()

            def read_orders():
                raise ConnectionError("no database")

            def recent_orders():
                try:
                    return read_orders()
                except Exception:
                    return []

            @app.get("/orders")
            def orders():
                return recent_orders()
            """,
            shows="status 200; body `[]`; no record",
        ),
        good=Program(
            """
            from fastapi import FastAPI

            app = FastAPI()

            def read_orders():
                raise ConnectionError("no database")

            def recent_orders():
                return read_orders()

            @app.get("/orders")
            def orders():
                return recent_orders()
            """,
            shows="status 500; body `Internal Server Error`; 1 record: ERROR of uvicorn.error with ConnectionError",
        ),
        fixed="status 200; body `[]`; 1 record: ERROR of program with ConnectionError",
    ),
)

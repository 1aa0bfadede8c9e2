"""ERR303: an error of the domain that a framework takes for an answer."""

from tests.proofs.faults import unreported
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn

_CALLER = """
    from fastapi import FastAPI

    from program import read_orders

    app = FastAPI()

    @app.get("/orders")
    def orders():
        return read_orders()
"""

proofs = (
    Proof(
        rule="ERR303",
        claim="the database is gone, the framework takes the error for an answer, and nobody hears of it",
        fault=unreported,
        run=Uvicorn("/orders"),
        path="shop/domain/errors.py",
        caller=_CALLER,
        bad=Program(
            """
            from fastapi import HTTPException

            class StorageError(HTTPException):
                def __init__(self, message):
                    super().__init__(500, message)

            def read_orders():
                raise StorageError("no database")
            """,
            shows="status 500; no record",
        ),
        good=Program(
            """
            class StorageError(Exception):
                def __init__(self, message):
                    super().__init__(message)

            def read_orders():
                raise StorageError("no database")
            """,
            shows="status 500; 1 record: ERROR of uvicorn.error with StorageError",
        ),
    ),
)

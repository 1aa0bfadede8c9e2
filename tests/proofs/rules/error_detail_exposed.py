"""ERR308: what is inside goes to everybody outside."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn
from tests.proofs.running.wsgi import Wsgi


def tells_the_secret(outcome: Outcome) -> bool:
    """The client gets to see the password of the database."""
    return "pa55" in outcome.body


proofs = (
    Proof(
        rule="ERR308",
        claim="the client gets the text of the error, with the address and the password of the database",
        fault=tells_the_secret,
        run=Uvicorn("/orders"),
        details=("body",),
        bad=Program(
            """
            import logging

            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no answer from shop:pa55@db.internal")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception as error:
                    logger.exception("no orders")
                    raise HTTPException(500, detail=str(error)) from error
            """,
            shows=(
                'status 500; body `{"detail":"no answer from shop:pa55@db.internal"}`; 1 record: '
                "ERROR of program with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no answer from shop:pa55@db.internal")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception as error:
                    logger.exception("no orders")
                    raise HTTPException(500, detail="no orders") from error
            """,
            shows='status 500; body `{"detail":"no orders"}`; 1 record: ERROR of program with ConnectionError',
        ),
        fixed='status 500; body `{"detail":"internal error"}`; 1 record: ERROR of program with ConnectionError',
    ),
    Proof(
        rule="ERR308",
        claim="the client gets the traceback",
        fault=lambda outcome: "Traceback" in outcome.body,
        run=Wsgi("/orders"),
        details=("body",),
        bad=Program(
            """
            import logging
            import traceback

            from flask import Flask

            app = Flask(__name__)
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception:
                    logger.exception("no orders")
                    return {"error": traceback.format_exc()}, 500
            """,
            shows=(
                'status 500; body `{"error":"Traceback (most recent call last) ...`; 1 record: ERROR '
                "of program with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            from flask import Flask

            app = Flask(__name__)
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception:
                    logger.exception("no orders")
                    return {"error": "no orders"}, 500
            """,
            shows='status 500; body `{"error":"no orders"}`; 1 record: ERROR of program with ConnectionError',
        ),
    ),
)

"""ERR405: what is printed reaches no handler of logs."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn
from tests.proofs.running.wsgi import Wsgi


def has_no_record(outcome: Outcome) -> bool:
    """Nothing went through logging, where levels, handlers and crash reporters are."""
    return not outcome.records


proofs = (
    Proof(
        rule="ERR405",
        claim="the error goes to stdout as a bare text, and there is no record that anything failed",
        fault=has_no_record,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            from fastapi import FastAPI

            app = FastAPI()

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except ConnectionError as error:
                    print(f"no orders: {error}")
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
                except ConnectionError:
                    logger.exception("no orders")
                    return []
            """,
            shows="status 200; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 200; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR405",
        claim="the traceback goes to stderr, past every handler of logs",
        fault=has_no_record,
        run=Wsgi("/orders"),
        bad=Program(
            """
            import traceback

            from flask import Flask

            app = Flask(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except ConnectionError:
                    traceback.print_exc()
                    return []
            """,
            shows="status 200; no record; 1 traceback on stderr",
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
                except ConnectionError:
                    logger.exception("no orders")
                    return []
            """,
            shows="status 200; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 200; 1 record: ERROR of program with ConnectionError",
    ),
)

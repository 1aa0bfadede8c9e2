"""ERR310: a handler for the errors of the domain does not catch a library's."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn


def is_not_handled(outcome: Outcome) -> bool:
    """The route answers as for a fault of its own."""
    return outcome.status == 500


proofs = (
    Proof(
        rule="ERR310",
        claim="the route handles the errors of the domain, and a library's goes past it",
        fault=is_not_handled,
        run=Uvicorn("/rates/eur"),
        path="shop/domain/rates.py",
        settings='layers = { domain = ["shop/domain/"], adapters = ["shop/clients/"] }',
        caller="""
            from fastapi import FastAPI, HTTPException

            from program import RatesUnavailableError, rate

            app = FastAPI()

            @app.get("/rates/{currency}")
            def read(currency: str):
                try:
                    return rate(currency)
                except RatesUnavailableError as error:
                    raise HTTPException(503, "no rates") from error
        """,
        bad=Program(
            """
            import logging

            from sqlalchemy import create_engine, text
            from sqlalchemy.exc import OperationalError

            engine = create_engine("sqlite://")
            logger = logging.getLogger(__name__)

            class RatesUnavailableError(Exception):
                pass

            def fetch(currency):
                with engine.connect() as connection:
                    return connection.scalar(text("select rate from rates"))

            def rate(currency):
                try:
                    return fetch(currency)
                except OperationalError:
                    logger.warning("no rate of %s", currency)
                    raise
            """,
            shows=(
                "status 500; 2 records: WARNING of program with no traceback, ERROR of uvicorn.error "
                "with OperationalError from OperationalError"
            ),
        ),
        good=Program(
            """
            import logging

            from sqlalchemy import create_engine, text
            from sqlalchemy.exc import OperationalError

            engine = create_engine("sqlite://")
            logger = logging.getLogger(__name__)

            class RatesUnavailableError(Exception):
                pass

            def fetch(currency):
                with engine.connect() as connection:
                    return connection.scalar(text("select rate from rates"))

            def rate(currency):
                try:
                    return fetch(currency)
                except OperationalError as error:
                    logger.warning("no rate of %s", currency)
                    raise RatesUnavailableError(f"no rate of {currency}") from error
            """,
            shows="status 503; 1 record: WARNING of program with no traceback",
        ),
    ),
)

"""ERR306: our own fault is blamed on the client, and no alarm rings."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn
from tests.proofs.running.wsgi import Wsgi


def blames_the_client(outcome: Outcome) -> bool:
    """The client is told of a bad request, and nobody else of anything."""
    return outcome.status == 400 and not outcome.reports


proofs = (
    Proof(
        rule="ERR306",
        claim="a misspelt name in our code is the client's bad request, and nobody hears of it",
        fault=blames_the_client,
        run=Uvicorn("/orders/7"),
        bad=Program(
            """
            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            prices = {"lamp": 12}

            def read_order(number):
                return prices["lmap"]

            @app.get("/orders/{number}")
            def order(number: int):
                try:
                    return read_order(number)
                except Exception as error:
                    raise HTTPException(400, "bad order") from error
            """,
            shows="status 400; no record",
        ),
        good=Program(
            """
            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            prices = {"lamp": 12}

            def read_order(number):
                return prices["lmap"]

            @app.get("/orders/{number}")
            def order(number: int):
                try:
                    return read_order(number)
                except ValueError as error:
                    raise HTTPException(400, "bad order") from error
            """,
            shows="status 500; 1 record: ERROR of uvicorn.error with KeyError",
        ),
    ),
    Proof(
        rule="ERR306",
        claim="the same with Flask: the answer is 400, and no record is written",
        fault=blames_the_client,
        run=Wsgi("/orders/7"),
        bad=Program(
            """
            from flask import Flask, jsonify

            app = Flask(__name__)
            prices = {"lamp": 12}

            def read_order(number):
                return prices["lmap"]

            @app.get("/orders/<number>")
            def order(number):
                try:
                    return jsonify(read_order(number))
                except Exception:
                    return jsonify(error="bad order"), 400
            """,
            shows="status 400; no record",
        ),
        good=Program(
            """
            from flask import Flask, jsonify

            app = Flask(__name__)
            prices = {"lamp": 12}

            def read_order(number):
                return prices["lmap"]

            @app.get("/orders/<number>")
            def order(number):
                try:
                    return jsonify(read_order(number))
                except ValueError:
                    return jsonify(error="bad order"), 400
            """,
            shows="status 500; 1 record: ERROR of program with KeyError",
        ),
    ),
)

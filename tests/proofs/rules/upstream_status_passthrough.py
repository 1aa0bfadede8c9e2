"""ERR305: the trouble that we have with another service becomes our client's."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn


def blames_the_client(outcome: Outcome) -> bool:
    """The client is told that it is not logged in."""
    return outcome.status == 401


_CALLER = """
    import httpx

    import program

    program.bank = httpx.Client(
        transport=httpx.MockTransport(lambda request: httpx.Response(401)), base_url="https://bank.example"
    )
    app = program.app
"""

proofs = (
    Proof(
        rule="ERR305",
        claim="our key at the bank has expired, and our client is told that its own login has",
        fault=blames_the_client,
        run=Uvicorn("/balance"),
        caller=_CALLER,
        bad=Program(
            """
            import httpx
            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            bank = httpx.Client(base_url="https://bank.example")

            @app.get("/balance")
            def balance():
                try:
                    response = bank.get("/balance")
                    response.raise_for_status()
                except httpx.HTTPStatusError as error:
                    raise HTTPException(status_code=error.response.status_code) from error
                return response.json()
            """,
            shows="status 401; no record",
        ),
        good=Program(
            """
            import httpx
            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            bank = httpx.Client(base_url="https://bank.example")

            @app.get("/balance")
            def balance():
                try:
                    response = bank.get("/balance")
                    response.raise_for_status()
                except httpx.HTTPStatusError as error:
                    raise HTTPException(status_code=502) from error
                return response.json()
            """,
            shows="status 502; no record",
        ),
    ),
)

"""ERR414: an application that nobody tells of its errors."""

from tests.proofs.faults import unreported
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn

proofs = (
    Proof(
        rule="ERR414",
        claim="Litestar answers 500, and by default neither it nor uvicorn records why",
        fault=unreported,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            from litestar import Litestar, get

            @get("/orders")
            async def orders() -> list[int]:
                raise ConnectionError("no database")

            app = Litestar([orders])
            """,
            shows="status 500; no record",
        ),
        good=Program(
            """
            from litestar import Litestar, get
            from litestar.logging import LoggingConfig

            @get("/orders")
            async def orders() -> list[int]:
                raise ConnectionError("no database")

            app = Litestar([orders], logging_config=LoggingConfig(log_exceptions="always"))
            """,
            shows="status 500; 1 record: ERROR of litestar with ConnectionError",
        ),
    ),
)

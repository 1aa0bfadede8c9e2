"""ERR212: nobody holds a task, and nobody hears of its error."""

from tests.proofs.faults import unreported
from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def vanished(outcome: Outcome) -> bool:
    """Neither the caller nor an operator hears of the error."""
    return outcome.raised is None and unreported(outcome)


proofs = (
    Proof(
        rule="ERR212",
        claim="no picture is resized, and nobody hears of it",
        fault=vanished,
        run=Call("resize_all(['a.png', 'b.png'])"),
        bad=Program(
            """
            from concurrent.futures import ThreadPoolExecutor

            def resize(picture):
                raise OSError("no such file", picture)

            def resize_all(pictures):
                with ThreadPoolExecutor() as pool:
                    for picture in pictures:
                        pool.submit(resize, picture)
                return "resized"
            """,
            shows="returns 'resized'; no record",
        ),
        good=Program(
            """
            from concurrent.futures import ThreadPoolExecutor

            def resize(picture):
                raise OSError("no such file", picture)

            def resize_all(pictures):
                with ThreadPoolExecutor() as pool:
                    jobs = [pool.submit(resize, picture) for picture in pictures]
                for job in jobs:
                    job.result()
                return "resized"
            """,
            shows="raises OSError; no record",
        ),
    ),
    Proof(
        rule="ERR212",
        claim="nobody is notified, and the errors are returned to nobody",
        fault=vanished,
        run=Call("notify(['ann', 'bob'])"),
        bad=Program(
            """
            import asyncio

            async def send(user):
                raise ConnectionError("no mail server")

            async def notify(users):
                await asyncio.gather(*(send(user) for user in users), return_exceptions=True)
                return "notified"
            """,
            shows="returns 'notified'; no record",
        ),
        good=Program(
            """
            import asyncio
            import logging

            logger = logging.getLogger(__name__)

            async def send(user):
                raise ConnectionError("no mail server")

            async def notify(users):
                sent = await asyncio.gather(*(send(user) for user in users), return_exceptions=True)
                for user, error in zip(users, sent, strict=True):
                    if error:
                        logger.error("%s is not notified", user, exc_info=error)
                return "notified"
            """,
            shows=(
                "returns 'notified'; 2 records: ERROR of program with ConnectionError, ERROR of "
                "program with ConnectionError"
            ),
        ),
    ),
    Proof(
        rule="ERR212",
        claim="the task is let go before it fails, and nobody hears that nothing was sent",
        fault=vanished,
        run=Call("register('ann')"),
        bad=Program(
            """
            import asyncio

            async def welcome(user):
                await asyncio.sleep(0.01)
                raise ConnectionError("no mail server")

            async def register(user):
                asyncio.create_task(welcome(user))
                return f"registered {user}"
            """,
            shows="returns 'registered ann'; no record",
        ),
        good=Program(
            """
            import asyncio

            async def welcome(user):
                await asyncio.sleep(0.01)
                raise ConnectionError("no mail server")

            async def register(user):
                task = asyncio.create_task(welcome(user))
                await task
                return f"registered {user}"
            """,
            shows="raises ConnectionError; no record",
        ),
    ),
)

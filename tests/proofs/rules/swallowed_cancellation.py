"""ERR205: a task that is cancelled goes on."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def was_not_cancelled(outcome: Outcome) -> bool:
    """The task did not end when it was cancelled, or ended as if it had not been."""
    return outcome.result != "'cancelled'"


proofs = (
    Proof(
        rule="ERR205",
        claim="the task is cancelled, and goes on with the next article",
        fault=was_not_cancelled,
        run=Call("cancel_after_a_moment()"),
        caller="""
            import asyncio

            from program import Shop, price

            async def prices(shop, articles):
                return [await price(shop, article) for article in articles]

            async def cancel_after_a_moment():
                task = asyncio.create_task(prices(Shop(), [1, 2, 3]))
                await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait([task])
                return "cancelled" if task.cancelled() else f"went on to {task.result()}"
        """,
        bad=Program(
            """
            import asyncio
            import logging

            logger = logging.getLogger(__name__)

            class Shop:
                async def fetch(self, article):
                    await asyncio.sleep(0.01)
                    return 5 * article

            async def price(shop, article):
                try:
                    return await shop.fetch(article)
                except asyncio.CancelledError:
                    logger.warning("cancelled")
            """,
            shows="returns 'went on to [None, 10, 15]'; 1 record: WARNING of program with no traceback",
        ),
        good=Program(
            """
            import asyncio
            import logging

            logger = logging.getLogger(__name__)

            class Shop:
                async def fetch(self, article):
                    await asyncio.sleep(0.01)
                    return 5 * article

            async def price(shop, article):
                try:
                    return await shop.fetch(article)
                except asyncio.CancelledError:
                    logger.warning("cancelled")
                    raise
            """,
            shows="returns 'cancelled'; 1 record: WARNING of program with no traceback",
        ),
        fixed="returns 'cancelled'; 1 record: WARNING of program with no traceback",
    ),
    Proof(
        rule="ERR205",
        claim="the time is up, and who waits gets a price in the place of a timeout",
        fault=lambda outcome: outcome.result == "0",
        run=Call("price_in_time(7)"),
        bad=Program(
            """
            import asyncio

            async def fetch(article):
                await asyncio.sleep(60)

            async def price(article):
                try:
                    return await fetch(article)
                except BaseException:
                    return 0

            async def price_in_time(article):
                try:
                    return await asyncio.wait_for(price(article), timeout=0.01)
                except asyncio.TimeoutError:
                    return "too late"
            """,
            shows="returns 0; no record",
        ),
        good=Program(
            """
            import asyncio

            async def fetch(article):
                await asyncio.sleep(60)

            async def price(article):
                try:
                    return await fetch(article)
                except ConnectionError:
                    return 0

            async def price_in_time(article):
                try:
                    return await asyncio.wait_for(price(article), timeout=0.01)
                except asyncio.TimeoutError:
                    return "too late"
            """,
            shows="returns 'too late'; no record",
        ),
    ),
)

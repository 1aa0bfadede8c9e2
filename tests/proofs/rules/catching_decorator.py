"""ERR416: a decorator reports, and the caller goes on with None."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def goes_on_with_none(outcome: Outcome) -> bool:
    """The caller gets another error than the one that happened."""
    return outcome.raised is not None and "ConnectionError" not in outcome.raised


proofs = (
    Proof(
        rule="ERR416",
        claim="the price is None, and the caller fails on it",
        fault=goes_on_with_none,
        run=Call("total([7, 8])"),
        bad=Program(
            """
            from loguru import logger

            def prices():
                raise ConnectionError("no database")

            @logger.catch
            def price(article):
                return prices()[article]

            def total(articles):
                return sum(price(article) for article in articles)
            """,
            shows="raises TypeError; 1 record: ERROR of program with ConnectionError",
        ),
        good=Program(
            """
            from loguru import logger

            def prices():
                raise ConnectionError("no database")

            @logger.catch(reraise=True)
            def price(article):
                return prices()[article]

            def total(articles):
                return sum(price(article) for article in articles)
            """,
            shows="raises ConnectionError; 1 record: ERROR of program with ConnectionError",
        ),
    ),
)

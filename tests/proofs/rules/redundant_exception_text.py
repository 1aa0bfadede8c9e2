"""ERR404: a record says the same twice, and no two records have the same message."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def says_it_twice(outcome: Outcome) -> bool:
    """The message holds the text of the error, with which the traceback ends."""
    return any("port 5432" in record.message and record.error for record in outcome.records)


proofs = (
    Proof(
        rule="ERR404",
        claim="the text of the error stands in the message and at the end of the traceback, "
        "and each port makes a message of its own",
        fault=says_it_twice,
        run=Call("refresh('news')"),
        details=("messages",),
        bad=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def load(feed):
                raise ConnectionError("nobody listens on port 5432")

            def refresh(feed):
                try:
                    load(feed)
                except OSError as error:
                    logger.exception("%s is not refreshed: %s", feed, error)
            """,
            shows=(
                "returns None; 1 record: ERROR of program 'news is not refreshed: nobody listens on "
                "port 5432' with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def load(feed):
                raise ConnectionError("nobody listens on port 5432")

            def refresh(feed):
                try:
                    load(feed)
                except OSError:
                    logger.exception("%s is not refreshed", feed)
            """,
            shows="returns None; 1 record: ERROR of program 'news is not refreshed' with ConnectionError",
        ),
        fixed="returns None; 1 record: ERROR of program 'news is not refreshed' with ConnectionError",
    ),
)

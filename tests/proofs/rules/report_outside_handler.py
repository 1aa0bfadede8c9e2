"""ERR407: a record ends in `NoneType: None`."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def carries_nothing(outcome: Outcome) -> bool:
    """A record has a traceback of no error."""
    return "`NoneType: None`" in outcome.errors


proofs = (
    Proof(
        rule="ERR407",
        claim="where the traceback should stand the record says `NoneType: None`",
        fault=carries_nothing,
        run=Call("check(503)"),
        bad=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def check(status):
                if status != 200:
                    logger.exception("bad status %s", status)
            """,
            shows="returns None; 1 record: ERROR of program with `NoneType: None`",
        ),
        good=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def check(status):
                if status != 200:
                    logger.error("bad status %s", status)
            """,
            shows="returns None; 1 record: ERROR of program with no traceback",
        ),
        fixed="returns None; 1 record: ERROR of program with no traceback",
    ),
)

"""ERR413: the report itself fails, and tells of its own error instead."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def fails_in_the_handler(outcome: Outcome) -> bool:
    """What comes out is an error of the handler."""
    return "UnboundLocalError" in (outcome.raised or "")


proofs = (
    Proof(
        rule="ERR413",
        claim="the record is never written, and the caller gets an error of the handler",
        fault=fails_in_the_handler,
        run=Call("ship(7)"),
        bad=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def find(order):
                raise ConnectionError("no database")

            def ship(order):
                try:
                    parcel = find(order)
                    parcel.send()
                except Exception:
                    logger.exception("parcel %s of order %s is not sent", parcel.number, order)
            """,
            shows="raises UnboundLocalError while handling ConnectionError; no record",
        ),
        good=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def find(order):
                raise ConnectionError("no database")

            def ship(order):
                try:
                    parcel = find(order)
                    parcel.send()
                except Exception:
                    logger.exception("no parcel of order %s is sent", order)
            """,
            shows="returns None; 1 record: ERROR of program with ConnectionError",
        ),
    ),
)

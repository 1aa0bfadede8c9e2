"""ERR409: a record does not say which one failed."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def says_not_which(outcome: Outcome) -> bool:
    """Records of different orders read the same."""
    return len({record.message for record in outcome.records}) < len(outcome.records)


proofs = (
    Proof(
        rule="ERR409",
        claim="two orders are not sent, and no record says which",
        fault=says_not_which,
        run=Call("[send(7), send(8)]"),
        details=("messages",),
        bad=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def post(order_id):
                raise ConnectionError("no parcel service")

            def send(order_id):
                try:
                    post(order_id)
                except ConnectionError:
                    logger.exception("order is not sent")
            """,
            shows=(
                "returns [None, None]; 2 records: ERROR of program 'order is not sent' with "
                "ConnectionError, ERROR of program 'order is not sent' with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def post(order_id):
                raise ConnectionError("no parcel service")

            def send(order_id):
                try:
                    post(order_id)
                except ConnectionError:
                    logger.exception("order %s is not sent", order_id)
            """,
            shows=(
                "returns [None, None]; 2 records: ERROR of program 'order 7 is not sent' with "
                "ConnectionError, ERROR of program 'order 8 is not sent' with ConnectionError"
            ),
        ),
    ),
)

"""ERR415: a report that does not say what it was meant to say."""

from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call

proofs = (
    Proof(
        rule="ERR415",
        claim="an argument without a placeholder: no record, and a traceback on stderr about the log call",
        fault=lambda outcome: not outcome.records,
        run=Call("send(7)"),
        details=("messages",),
        bad=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def post(order):
                raise ConnectionError("no parcel service")

            def send(order):
                try:
                    post(order)
                except ConnectionError:
                    logger.exception("not sent", order)
            """,
            shows="returns None; no record; 2 tracebacks on stderr",
        ),
        good=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def post(order):
                raise ConnectionError("no parcel service")

            def send(order):
                try:
                    post(order)
                except ConnectionError:
                    logger.exception("not sent: %s", order)
            """,
            shows="returns None; 1 record: ERROR of program 'not sent: 7' with ConnectionError",
        ),
        fixed="returns None; 1 record: ERROR of program 'not sent: 7' with ConnectionError",
    ),
    Proof(
        rule="ERR415",
        claim="loguru takes `exc_info` for a value of the message, and the record has no traceback",
        fault=lambda outcome: not outcome.errors,
        run=Call("send(7)"),
        bad=Program(
            """
            from loguru import logger

            def post(order):
                raise ConnectionError("no parcel service")

            def send(order):
                try:
                    post(order)
                except ConnectionError:
                    logger.error("order {} is not sent", order, exc_info=True)
            """,
            shows="returns None; 1 record: ERROR of program with no traceback",
        ),
        good=Program(
            """
            from loguru import logger

            def post(order):
                raise ConnectionError("no parcel service")

            def send(order):
                try:
                    post(order)
                except ConnectionError:
                    logger.opt(exception=True).error("order {} is not sent", order)
            """,
            shows="returns None; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="returns None; 1 record: ERROR of program with ConnectionError",
    ),
)

"""ERR408: messages that are made before anybody asks for them, each one of its own."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def has_an_issue_for_each(outcome: Outcome) -> bool:
    """Sentry makes two issues of one fault."""
    return outcome.result == "2"


_CALLER = """
    import sentry_sdk
    from sentry_sdk.transport import Transport

    from program import send

    class Issues(Transport):
        def __init__(self, options=None):
            super().__init__(options)
            self.messages = set()

        def capture_envelope(self, envelope):
            event = envelope.get_event()
            if event is not None:
                self.messages.add(event["logentry"]["message"])

    def issues():
        transport = Issues()
        sentry_sdk.init(dsn="https://key@localhost/1", transport=transport)
        send(7)
        send(8)
        sentry_sdk.flush()
        return len(transport.messages)
"""

proofs = (
    Proof(
        rule="ERR408",
        claim="Sentry groups by the message before its values are put in, and finds another one for each order",
        fault=has_an_issue_for_each,
        run=Call("issues()"),
        caller=_CALLER,
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
                    logger.exception(f"order {order} is not sent")
            """,
            shows=(
                "returns 2; 2 records: ERROR of program with ConnectionError, ERROR of program with ConnectionError"
            ),
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
                    logger.exception("order %s is not sent", order)
            """,
            shows=(
                "returns 1; 2 records: ERROR of program with ConnectionError, ERROR of program with ConnectionError"
            ),
        ),
        fixed="returns 1; 2 records: ERROR of program with ConnectionError, ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR408",
        claim="the message is made, at whatever cost, although its level is switched off",
        fault=lambda outcome: outcome.result == "1",
        run=Call("made_while_switched_off()"),
        caller="""
            import logging

            from program import send

            class Order:
                made = 0

                def __str__(self):
                    self.made += 1
                    return "order 7"

            def made_while_switched_off():
                logging.disable(logging.CRITICAL)
                order = Order()
                send(order)
                return order.made
        """,
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
                    logger.exception(f"{order} is not sent")
            """,
            shows="returns 1; no record",
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
                    logger.exception("%s is not sent", order)
            """,
            shows="returns 0; no record",
        ),
        fixed="returns 0; no record",
    ),
)

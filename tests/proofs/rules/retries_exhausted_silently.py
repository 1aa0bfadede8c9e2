"""ERR217: the last attempt failed, and the caller is not told."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def came_back(outcome: Outcome) -> bool:
    """The caller is told of no error."""
    return outcome.raised is None


proofs = (
    Proof(
        rule="ERR217",
        claim="three attempts fail, and the caller takes the message to be sent",
        fault=came_back,
        run=Call("send(Message())"),
        bad=Program(
            """
            import time

            class Message:
                def send(self):
                    raise ConnectionError("no mail server")

            def send(message):
                for _ in range(3):
                    try:
                        message.send()
                        break
                    except ConnectionError:
                        time.sleep(0)
            """,
            shows="returns None; no record",
        ),
        good=Program(
            """
            import time

            class Message:
                def send(self):
                    raise ConnectionError("no mail server")

            def send(message):
                for attempt in range(3):
                    try:
                        message.send()
                        break
                    except ConnectionError:
                        if attempt == 2:
                            raise
                        time.sleep(0)
            """,
            shows="raises ConnectionError; no record",
        ),
    ),
)

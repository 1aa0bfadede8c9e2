"""ERR221: where the body of a `with` fails, nobody cleans up."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def is_left_open(outcome: Outcome) -> bool:
    """The cursor was not closed."""
    return outcome.result == "'open'"


proofs = (
    Proof(
        rule="ERR221",
        claim="a query fails, and the cursor stays open",
        fault=is_left_open,
        run=Call("state_after_an_error()"),
        caller="""
            from program import Cursor, cursor_of

            def state_after_an_error():
                cursor = Cursor()
                try:
                    with cursor_of(cursor):
                        raise ValueError("a bad query")
                except ValueError:
                    return cursor.state
        """,
        bad=Program(
            """
            from contextlib import contextmanager

            class Cursor:
                state = "open"

                def close(self):
                    self.state = "closed"

            @contextmanager
            def cursor_of(connection):
                yield connection
                connection.close()
            """,
            shows="returns 'open'; no record",
        ),
        good=Program(
            """
            from contextlib import contextmanager

            class Cursor:
                state = "open"

                def close(self):
                    self.state = "closed"

            @contextmanager
            def cursor_of(connection):
                try:
                    yield connection
                finally:
                    connection.close()
            """,
            shows="returns 'closed'; no record",
        ),
        fixed="returns 'closed'; no record",
    ),
)

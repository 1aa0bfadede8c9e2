"""ERR106: the traceback names a line that did nothing but raise again."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def shows_one_function_twice(outcome: Outcome) -> bool:
    """The traceback passes through `save` twice, once for the line that raises again."""
    return (outcome.result or "").count("save") > 1


proofs = (
    Proof(
        rule="ERR106",
        claim="the traceback has a line more, on which nothing failed",
        fault=shows_one_function_twice,
        run=Call("functions_in_the_traceback()"),
        caller="""
            from traceback import extract_tb

            from program import Record, save

            def functions_in_the_traceback():
                try:
                    save(Record())
                except OSError as error:
                    return [frame.name for frame in extract_tb(error.__traceback__)]
        """,
        bad=Program(
            """
            class Record:
                def write(self):
                    raise OSError("disk full")

            def save(record):
                try:
                    record.write()
                except OSError as error:
                    record.rolled_back = True
                    raise error
            """,
            shows="returns ['functions_in_the_traceback', 'save', 'save', 'write']; no record",
        ),
        good=Program(
            """
            class Record:
                def write(self):
                    raise OSError("disk full")

            def save(record):
                try:
                    record.write()
                except OSError:
                    record.rolled_back = True
                    raise
            """,
            shows="returns ['functions_in_the_traceback', 'save', 'write']; no record",
        ),
        fixed="returns ['functions_in_the_traceback', 'save', 'write']; no record",
    ),
)

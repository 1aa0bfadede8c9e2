"""ERR210: what was meant to be handled apart is not."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def was_not_handled_apart(outcome: Outcome) -> bool:
    """The handler for a file that is not there did not run."""
    return outcome.result != "''"


proofs = (
    Proof(
        rule="ERR210",
        claim="a file that is not there is an error, although a handler makes an empty text of it",
        fault=was_not_handled_apart,
        mends=False,
        run=Call("load(Path('/nowhere'))"),
        bad=Program(
            """
            from pathlib import Path

            class StorageError(Exception):
                pass

            def load(path):
                try:
                    return path.read_text()
                except OSError as error:
                    raise StorageError(f"{path} cannot be read") from error
                except FileNotFoundError:
                    return ""
            """,
            shows="raises StorageError from FileNotFoundError; no record",
        ),
        good=Program(
            """
            from pathlib import Path

            class StorageError(Exception):
                pass

            def load(path):
                try:
                    return path.read_text()
                except FileNotFoundError:
                    return ""
                except OSError as error:
                    raise StorageError(f"{path} cannot be read") from error
            """,
            shows="returns ''; no record",
        ),
        fixed="raises StorageError from FileNotFoundError; no record",
    ),
)

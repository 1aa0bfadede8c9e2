"""ERR204: a program that is told to stop goes on."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Script


def ended_well(outcome: Outcome) -> bool:
    """The exit code tells the caller of success."""
    return outcome.exit_code == 0


proofs = (
    Proof(
        rule="ERR204",
        claim="a job asks to exit with a code, the worker goes on, and the exit code is 0",
        fault=ended_well,
        run=Script(),
        bad=Program(
            """
            import logging
            import sys

            logger = logging.getLogger(__name__)

            def leave():
                sys.exit(3)

            def work(jobs):
                for job in jobs:
                    try:
                        job()
                    except BaseException:
                        logger.exception("a job failed")

            if __name__ == "__main__":
                work([leave])
            """,
            shows="exit code 0; 1 record: ERROR of __main__ with SystemExit",
        ),
        good=Program(
            """
            import logging
            import sys

            logger = logging.getLogger(__name__)

            def leave():
                sys.exit(3)

            def work(jobs):
                for job in jobs:
                    try:
                        job()
                    except Exception:
                        logger.exception("a job failed")

            if __name__ == "__main__":
                work([leave])
            """,
            shows="exit code 3; no record",
        ),
        fixed="exit code 3; 1 record: ERROR of __main__ with SystemExit",
    ),
)

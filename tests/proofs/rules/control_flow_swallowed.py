"""ERR225: a framework speaks to itself by exceptions, and a handler for any error listens in."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.jobs import Celery
from tests.proofs.running.plain import Script


def ended_well(outcome: Outcome) -> bool:
    """The job is done, as far as anybody can see, and did nothing."""
    return (outcome.state == "SUCCESS" and outcome.result == "None") or outcome.exit_code == 0


proofs = (
    Proof(
        rule="ERR225",
        claim="the task asked to be tried again, and is taken for done",
        fault=ended_well,
        run=Celery("charge.delay(7)"),
        bad=Program(
            """
            import logging

            from celery import Celery

            app = Celery("shop")
            logger = logging.getLogger(__name__)

            @app.task(bind=True, default_retry_delay=0)
            def charge(self, order):
                try:
                    if self.request.retries == 0:
                        raise self.retry()
                    return "charged"
                except Exception:
                    logger.exception("order %s is not charged", order)
            """,
            shows="SUCCESS; returns None; 1 record: ERROR of program with Retry",
        ),
        good=Program(
            """
            import logging

            from celery import Celery
            from celery.exceptions import Retry

            app = Celery("shop")
            logger = logging.getLogger(__name__)

            @app.task(bind=True, default_retry_delay=0)
            def charge(self, order):
                try:
                    if self.request.retries == 0:
                        raise self.retry()
                    return "charged"
                except Retry:
                    raise
                except Exception:
                    logger.exception("order %s is not charged", order)
            """,
            shows="SUCCESS; returns 'charged'; no record",
        ),
        fixed="SUCCESS; returns 'charged'; no record",
    ),
    Proof(
        rule="ERR225",
        claim="the command ends with a code of its own, and the shell sees 0",
        fault=ended_well,
        run=Script(),
        bad=Program(
            """
            import logging

            import click

            logger = logging.getLogger(__name__)

            @click.command()
            @click.pass_context
            def charge(context):
                try:
                    context.exit(3)
                except Exception:
                    logger.exception("not charged")

            if __name__ == "__main__":
                charge()
            """,
            shows="exit code 0; 1 record: ERROR of __main__ with Exit",
        ),
        good=Program(
            """
            import logging

            import click

            logger = logging.getLogger(__name__)

            @click.command()
            @click.pass_context
            def charge(context):
                try:
                    context.exit(3)
                except click.exceptions.Exit:
                    raise
                except Exception:
                    logger.exception("not charged")

            if __name__ == "__main__":
                charge()
            """,
            shows="exit code 3; no record",
        ),
        fixed="exit code 3; no record",
    ),
)

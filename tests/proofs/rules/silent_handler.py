"""ERR202: nobody hears of the error."""

from tests.proofs.faults import unreported
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call

proofs = (
    Proof(
        rule="ERR202",
        claim="an account is not synchronized, and nobody hears of it",
        fault=unreported,
        run=Call("sync([Account(), Account()])"),
        bad=Program(
            """
            class Account:
                def sync(self):
                    raise TimeoutError("no answer")

            def sync(accounts):
                for account in accounts:
                    try:
                        account.sync()
                    except Exception:
                        pass
                return "synchronized"
            """,
            shows="returns 'synchronized'; no record",
        ),
        good=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            class Account:
                def sync(self):
                    raise TimeoutError("no answer")

            def sync(accounts):
                for account in accounts:
                    try:
                        account.sync()
                    except Exception:
                        logger.exception("an account is not synchronized")
                return "synchronized"
            """,
            shows="returns 'synchronized'; 2 records: ERROR of program with TimeoutError, "
            "ERROR of program with TimeoutError",
        ),
        fixed="returns 'synchronized'; 2 records: ERROR of program with TimeoutError, "
        "ERROR of program with TimeoutError",
    ),
)

"""ERR102: the cause is only implied."""

from tests.proofs.faults import cause_is_lost
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call

proofs = (
    Proof(
        rule="ERR102",
        claim="the error has no `__cause__`; the traceback speaks of an accident while the first one was handled",
        fault=cause_is_lost,
        run=Call("load({})"),
        bad=Program(
            """
            class SettingsError(Exception):
                pass

            def load(values):
                try:
                    return values["database"]
                except KeyError:
                    raise SettingsError("no database is set")
            """,
            shows="raises SettingsError while handling KeyError; no record",
        ),
        good=Program(
            """
            class SettingsError(Exception):
                pass

            def load(values):
                try:
                    return values["database"]
                except KeyError as error:
                    raise SettingsError("no database is set") from error
            """,
            shows="raises SettingsError from KeyError; no record",
        ),
        fixed="raises SettingsError from KeyError; no record",
    ),
)

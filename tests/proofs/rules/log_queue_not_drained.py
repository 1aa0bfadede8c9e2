"""ERR417: the last records wait in a queue for ever."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def is_not_written(outcome: Outcome) -> bool:
    """The record of the crash is not in the file."""
    return outcome.result == "''"


_CALLER = """
    import atexit
    import logging
    from pathlib import Path

    import program

    def written_at_exit():
        path = Path(program.__file__).with_name("shop.log")
        program.start(path)
        logging.getLogger("shop").error("the shop is closed by an error")
        atexit._run_exitfuncs()
        return path.read_text().strip()
"""

proofs = (
    Proof(
        rule="ERR417",
        claim="nobody starts the listener, and no record is written",
        fault=is_not_written,
        run=Call("written_at_exit()"),
        caller=_CALLER,
        bad=Program(
            """
            import logging
            from logging.handlers import QueueHandler, QueueListener
            from queue import SimpleQueue

            def start(path):
                queue = SimpleQueue()
                logging.getLogger("shop").addHandler(QueueHandler(queue))
                listener = QueueListener(queue, logging.FileHandler(path))
            """,
            shows="returns ''; 1 record: ERROR of shop with no traceback",
        ),
        good=Program(
            """
            import atexit
            import logging
            from logging.handlers import QueueHandler, QueueListener
            from queue import SimpleQueue

            def start(path):
                queue = SimpleQueue()
                logging.getLogger("shop").addHandler(QueueHandler(queue))
                listener = QueueListener(queue, logging.FileHandler(path))
                listener.start()
                atexit.register(listener.stop)
            """,
            shows="returns 'the shop is closed by an error'; 1 record: ERROR of shop with no traceback",
        ),
    ),
    Proof(
        rule="ERR417",
        claim="nobody stops the listener, and what the crash left in the queue is not written",
        fault=is_not_written,
        run=Call("written_at_exit()"),
        caller=_CALLER,
        bad=Program(
            """
            import logging
            import time
            from logging.handlers import QueueHandler, QueueListener
            from queue import SimpleQueue

            class Archive(logging.FileHandler):
                def emit(self, record):
                    time.sleep(1)
                    super().emit(record)

            def start(path):
                queue = SimpleQueue()
                logging.getLogger("shop").addHandler(QueueHandler(queue))
                listener = QueueListener(queue, Archive(path))
                listener.start()
            """,
            shows="returns ''; 1 record: ERROR of shop with no traceback",
        ),
        good=Program(
            """
            import atexit
            import logging
            import time
            from logging.handlers import QueueHandler, QueueListener
            from queue import SimpleQueue

            class Archive(logging.FileHandler):
                def emit(self, record):
                    time.sleep(1)
                    super().emit(record)

            def start(path):
                queue = SimpleQueue()
                logging.getLogger("shop").addHandler(QueueHandler(queue))
                listener = QueueListener(queue, Archive(path))
                listener.start()
                atexit.register(listener.stop)
            """,
            shows="returns 'the shop is closed by an error'; 1 record: ERROR of shop with no traceback",
        ),
    ),
)

"""ERR410: a record is sent while all other work waits."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def stands_still(outcome: Outcome) -> bool:
    """The event loop did nothing else while the record was sent."""
    return outcome.result == "'stood still'"


_CALLER = """
    import asyncio
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from queue import SimpleQueue
    from threading import Event, Thread

    import program

    turned, answers = Event(), SimpleQueue()

    class SlowLogs(BaseHTTPRequestHandler):
        def do_POST(self):
            answers.put(turned.wait(1))
            self.send_response(200)
            self.end_headers()

    async def while_a_record_is_sent():
        server = HTTPServer(("127.0.0.1", 0), SlowLogs)
        Thread(target=server.serve_forever, daemon=True).start()
        app = program.start(f"127.0.0.1:{server.server_port}")
        program.logger.error("no orders")
        await asyncio.sleep(0)
        turned.set()
        return "went on" if await asyncio.to_thread(answers.get) else "stood still"
"""

proofs = (
    Proof(
        rule="ERR410",
        claim="while a record is on its way to a slow host, no request is served",
        fault=stands_still,
        run=Call("while_a_record_is_sent()"),
        caller=_CALLER,
        bad=Program(
            """
            import logging
            from logging.handlers import HTTPHandler

            from fastapi import FastAPI

            logger = logging.getLogger("shop")

            def start(host):
                logger.addHandler(HTTPHandler(host, "/logs", method="POST"))
                return FastAPI()
            """,
            shows="returns 'stood still'; 1 record: ERROR of shop with no traceback",
        ),
        good=Program(
            """
            import logging
            from logging.handlers import HTTPHandler, QueueHandler, QueueListener
            from queue import SimpleQueue

            from fastapi import FastAPI

            logger = logging.getLogger("shop")

            def start(host):
                queue = SimpleQueue()
                logger.addHandler(QueueHandler(queue))
                QueueListener(queue, HTTPHandler(host, "/logs", method="POST")).start()
                return FastAPI()
            """,
            shows="returns 'went on'; 1 record: ERROR of shop with no traceback",
        ),
    ),
)

"""ERR412: two reports of one error, from one place."""

from tests.proofs.faults import reported_twice
from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn
from tests.proofs.running.jobs import Celery
from tests.proofs.running.plain import Call
from tests.proofs.running.wsgi import Django, Wsgi


def has_two_events(outcome: Outcome) -> bool:
    """Sentry gets two events of one error."""
    return outcome.result == "2"


_EVENTS = """
    import sentry_sdk
    from sentry_sdk.transport import Transport

    from program import send

    class Events(Transport):
        count = 0

        def capture_envelope(self, envelope):
            self.count += envelope.get_event() is not None

    def events():
        transport = Events()
        sentry_sdk.init(dsn="https://key@localhost/1", transport=transport)
        send(7)
        sentry_sdk.flush()
        return transport.count
"""

proofs = (
    Proof(
        rule="ERR412",
        claim="Sentry gets the record and the error, and cannot know that they are one",
        fault=has_two_events,
        run=Call("events()"),
        caller=_EVENTS,
        bad=Program(
            """
            import logging

            import sentry_sdk

            logger = logging.getLogger(__name__)

            def post(order):
                raise ConnectionError("no parcel service")

            def send(order):
                try:
                    post(order)
                except ConnectionError as error:
                    logger.error("order %s is not sent", order)
                    sentry_sdk.capture_exception(error)
            """,
            shows="returns 2; 1 record: ERROR of program with no traceback",
        ),
        good=Program(
            """
            import logging

            import sentry_sdk

            logger = logging.getLogger(__name__)

            def post(order):
                raise ConnectionError("no parcel service")

            def send(order):
                try:
                    post(order)
                except ConnectionError as error:
                    logger.exception("order %s is not sent", order)
            """,
            shows="returns 1; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="returns 1; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR412",
        claim="the traceback is on the console, and in the record",
        fault=reported_twice,
        run=Call("send(7)"),
        bad=Program(
            """
            import logging
            import traceback

            logger = logging.getLogger(__name__)

            def post(order):
                raise ConnectionError("no parcel service")

            def send(order):
                try:
                    post(order)
                except ConnectionError:
                    traceback.print_exc()
                    logger.exception("order %s is not sent", order)
            """,
            shows="returns None; 1 record: ERROR of program with ConnectionError; 1 traceback on stderr",
        ),
        good=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            def post(order):
                raise ConnectionError("no parcel service")

            def send(order):
                try:
                    post(order)
                except ConnectionError:
                    logger.exception("order %s is not sent", order)
            """,
            shows="returns None; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="returns None; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR412",
        claim="FastAPI's handler for any error answers, and the error goes on to uvicorn, which records it",
        fault=reported_twice,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            from fastapi import FastAPI
            from fastapi.responses import JSONResponse

            app = FastAPI()
            logger = logging.getLogger(__name__)

            @app.exception_handler(Exception)
            def failed(request, error):
                logger.error("failed", exc_info=error)
                return JSONResponse({"error": "failed"}, status_code=500)

            @app.get("/orders")
            def orders():
                raise ConnectionError("no database")
            """,
            shows=(
                "status 500; 2 records: ERROR of program with ConnectionError, ERROR of "
                "uvicorn.error with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            from fastapi import FastAPI
            from fastapi.responses import JSONResponse

            app = FastAPI()
            logger = logging.getLogger(__name__)

            @app.exception_handler(Exception)
            def failed(request, error):
                return JSONResponse({"error": "failed"}, status_code=500)

            @app.get("/orders")
            def orders():
                raise ConnectionError("no database")
            """,
            shows="status 500; 1 record: ERROR of uvicorn.error with ConnectionError",
        ),
    ),
    Proof(
        rule="ERR412",
        claim="Flask records the error before it asks the handler for 500",
        fault=reported_twice,
        run=Wsgi("/orders"),
        bad=Program(
            """
            import logging

            from flask import Flask

            app = Flask("shop")
            logger = logging.getLogger(__name__)

            @app.errorhandler(500)
            def failed(error):
                logger.exception("failed")
                return {"error": "failed"}, 500

            @app.get("/orders")
            def orders():
                raise ConnectionError("no database")
            """,
            shows="status 500; 2 records: ERROR of shop with ConnectionError, ERROR of program with ConnectionError",
        ),
        good=Program(
            """
            import logging

            from flask import Flask

            app = Flask("shop")
            logger = logging.getLogger(__name__)

            @app.errorhandler(500)
            def failed(error):
                return {"error": "failed"}, 500

            @app.get("/orders")
            def orders():
                raise ConnectionError("no database")
            """,
            shows="status 500; 1 record: ERROR of shop with ConnectionError",
        ),
    ),
    Proof(
        rule="ERR412",
        claim="Django records what a `process_exception` leaves to it",
        fault=reported_twice,
        run=Django("/orders"),
        bad=Program(
            """
            import logging

            from django.urls import path
            from django.utils.deprecation import MiddlewareMixin

            logger = logging.getLogger(__name__)

            class Watch(MiddlewareMixin):
                def process_exception(self, request, exception):
                    logger.error("%s failed", request.path, exc_info=exception)

            def orders(request):
                raise ConnectionError("no database")

            MIDDLEWARE = [f"{__name__}.Watch"]
            urlpatterns = [path("orders", orders)]
            """,
            shows=(
                "status 500; 2 records: ERROR of program with ConnectionError, ERROR of "
                "django.request with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            from django.urls import path

            def orders(request):
                raise ConnectionError("no database")

            urlpatterns = [path("orders", orders)]
            """,
            shows="status 500; 1 record: ERROR of django.request with ConnectionError",
        ),
    ),
    Proof(
        rule="ERR412",
        claim="Celery records what leaves a task, and calls `on_failure` besides",
        fault=reported_twice,
        run=Celery("charge.delay(7)"),
        bad=Program(
            """
            import logging

            from celery import Celery, Task

            app = Celery("shop")
            logger = logging.getLogger(__name__)

            class Watched(Task):
                def on_failure(self, exc, task_id, args, kwargs, einfo):
                    logger.error("%s failed", self.name, exc_info=exc)

            @app.task(base=Watched)
            def charge(order):
                raise ConnectionError("no bank")
            """,
            shows=(
                "FAILURE; 2 records: ERROR of program with ConnectionError, ERROR of "
                "celery.app.trace with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            from celery import Celery

            app = Celery("shop")
            logger = logging.getLogger(__name__)

            @app.task
            def charge(order):
                raise ConnectionError("no bank")
            """,
            shows="FAILURE; 1 record: ERROR of celery.app.trace with ConnectionError",
        ),
    ),
)

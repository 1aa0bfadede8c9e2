"""ERR403: what is logged and raised is logged again by the framework."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Aiohttp, Tornado, Uvicorn
from tests.proofs.running.jobs import Celery, Rpc
from tests.proofs.running.wsgi import Django, Wsgi


def has_two_tracebacks(outcome: Outcome) -> bool:
    """One error is told twice, each time at length."""
    return len(outcome.errors) + outcome.tracebacks > 1


proofs = (
    Proof(
        rule="ERR403",
        claim="FastAPI leaves the error to uvicorn, which records it",
        fault=has_two_tracebacks,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            from fastapi import FastAPI

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception:
                    logger.exception("no orders")
                    raise
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

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                return read_orders()
            """,
            shows="status 500; 1 record: ERROR of uvicorn.error with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of uvicorn.error with ConnectionError",
    ),
    Proof(
        rule="ERR403",
        claim="a translation is recorded too, and the causes are told twice",
        fault=has_two_tracebacks,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            from fastapi import FastAPI

            app = FastAPI()
            logger = logging.getLogger(__name__)

            class OrdersError(Exception):
                pass

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception as error:
                    logger.exception("no orders")
                    raise OrdersError("no orders") from error
            """,
            shows=(
                "status 500; 2 records: ERROR of program with ConnectionError, ERROR of "
                "uvicorn.error with OrdersError from ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            from fastapi import FastAPI

            app = FastAPI()
            logger = logging.getLogger(__name__)

            class OrdersError(Exception):
                pass

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception as error:
                    raise OrdersError("no orders") from error
            """,
            shows="status 500; 1 record: ERROR of uvicorn.error with OrdersError from ConnectionError",
        ),
    ),
    Proof(
        rule="ERR403",
        claim="Flask records what leaves a view",
        fault=has_two_tracebacks,
        run=Wsgi("/orders"),
        bad=Program(
            """
            import logging

            from flask import Flask

            app = Flask("shop")
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception:
                    logger.exception("no orders")
                    raise
            """,
            shows="status 500; 2 records: ERROR of program with ConnectionError, ERROR of shop with ConnectionError",
        ),
        good=Program(
            """
            import logging

            from flask import Flask

            app = Flask("shop")
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                return read_orders()
            """,
            shows="status 500; 1 record: ERROR of shop with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of shop with ConnectionError",
    ),
    Proof(
        rule="ERR403",
        claim="Django records what leaves a view",
        fault=has_two_tracebacks,
        run=Django("/orders"),
        bad=Program(
            """
            import logging

            from django.http import JsonResponse
            from django.urls import path

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            def orders(request):
                try:
                    return JsonResponse({"orders": read_orders()})
                except Exception:
                    logger.exception("no orders")
                    raise

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

            from django.http import JsonResponse
            from django.urls import path

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            def orders(request):
                return JsonResponse({"orders": read_orders()})

            urlpatterns = [path("orders", orders)]
            """,
            shows="status 500; 1 record: ERROR of django.request with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of django.request with ConnectionError",
    ),
    Proof(
        rule="ERR403",
        claim="Django REST framework leaves the error to Django",
        fault=has_two_tracebacks,
        run=Django("/orders"),
        bad=Program(
            """
            import logging

            from django.urls import path
            from rest_framework.response import Response
            from rest_framework.views import APIView

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders(APIView):
                def get(self, request):
                    try:
                        return Response(read_orders())
                    except Exception:
                        logger.exception("no orders")
                        raise

            urlpatterns = [path("orders", Orders.as_view())]
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
            from rest_framework.response import Response
            from rest_framework.views import APIView

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders(APIView):
                def get(self, request):
                    return Response(read_orders())

            urlpatterns = [path("orders", Orders.as_view())]
            """,
            shows="status 500; 1 record: ERROR of django.request with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of django.request with ConnectionError",
    ),
    Proof(
        rule="ERR403",
        claim="aiohttp records what leaves a handler",
        fault=has_two_tracebacks,
        run=Aiohttp("/orders"),
        bad=Program(
            """
            import logging

            from aiohttp import web

            logger = logging.getLogger(__name__)
            routes = web.RouteTableDef()

            def read_orders():
                raise ConnectionError("no database")

            @routes.get("/orders")
            async def orders(request):
                try:
                    return web.json_response(read_orders())
                except Exception:
                    logger.exception("no orders")
                    raise

            app = web.Application()
            app.add_routes(routes)
            """,
            shows=(
                "status 500; 2 records: ERROR of program with ConnectionError, ERROR of "
                "aiohttp.server with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            from aiohttp import web

            logger = logging.getLogger(__name__)
            routes = web.RouteTableDef()

            def read_orders():
                raise ConnectionError("no database")

            @routes.get("/orders")
            async def orders(request):
                return web.json_response(read_orders())

            app = web.Application()
            app.add_routes(routes)
            """,
            shows="status 500; 1 record: ERROR of aiohttp.server with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of aiohttp.server with ConnectionError",
    ),
    Proof(
        rule="ERR403",
        claim="Sanic records what leaves a handler",
        fault=has_two_tracebacks,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            from sanic import Sanic, json

            app = Sanic("shop")
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            async def orders(request):
                try:
                    return json(read_orders())
                except Exception:
                    logger.exception("no orders")
                    raise
            """,
            shows=(
                "status 500; 2 records: ERROR of program with ConnectionError, ERROR of sanic.error "
                "with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            from sanic import Sanic, json

            app = Sanic("shop")
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            async def orders(request):
                return json(read_orders())
            """,
            shows="status 500; 1 record: ERROR of sanic.error with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of sanic.error with ConnectionError",
    ),
    Proof(
        rule="ERR403",
        claim="Tornado records what leaves a handler, and the response besides",
        fault=has_two_tracebacks,
        run=Tornado("/orders"),
        bad=Program(
            """
            import logging

            from tornado.web import Application, RequestHandler

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders(RequestHandler):
                def get(self):
                    try:
                        self.write(read_orders())
                    except Exception:
                        logger.exception("no orders")
                        raise

            app = Application([("/orders", Orders)])
            """,
            shows=(
                "status 500; 3 records: ERROR of program with ConnectionError, ERROR of "
                "tornado.application with ConnectionError, ERROR of tornado.access with no traceback"
            ),
        ),
        good=Program(
            """
            import logging

            from tornado.web import Application, RequestHandler

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders(RequestHandler):
                def get(self):
                    self.write(read_orders())

            app = Application([("/orders", Orders)])
            """,
            shows=(
                "status 500; 2 records: ERROR of tornado.application with ConnectionError, ERROR of "
                "tornado.access with no traceback"
            ),
        ),
        fixed=(
            "status 500; 2 records: ERROR of tornado.application with ConnectionError, ERROR of "
            "tornado.access with no traceback"
        ),
    ),
    Proof(
        rule="ERR403",
        claim="falcon.asgi records what leaves a responder",
        fault=has_two_tracebacks,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            import falcon.asgi

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders:
                async def on_get(self, request, response):
                    try:
                        response.media = read_orders()
                    except Exception:
                        logger.exception("no orders")
                        raise

            app = falcon.asgi.App()
            app.add_route("/orders", Orders())
            """,
            shows=(
                "status 500; 2 records: ERROR of program with ConnectionError, ERROR of falcon with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            import falcon.asgi

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders:
                async def on_get(self, request, response):
                    response.media = read_orders()

            app = falcon.asgi.App()
            app.add_route("/orders", Orders())
            """,
            shows="status 500; 1 record: ERROR of falcon with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of falcon with ConnectionError",
    ),
    Proof(
        rule="ERR403",
        claim="Celery records what leaves a task",
        fault=has_two_tracebacks,
        run=Celery("charge.delay(7)"),
        bad=Program(
            """
            import logging

            from celery import Celery

            app = Celery("shop")
            logger = logging.getLogger(__name__)

            def pay(order):
                raise ConnectionError("no bank")

            @app.task
            def charge(order):
                try:
                    return pay(order)
                except Exception:
                    logger.exception("not charged")
                    raise
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

            def pay(order):
                raise ConnectionError("no bank")

            @app.task
            def charge(order):
                return pay(order)
            """,
            shows="FAILURE; 1 record: ERROR of celery.app.trace with ConnectionError",
        ),
        fixed="FAILURE; 1 record: ERROR of celery.app.trace with ConnectionError",
    ),
    Proof(
        rule="ERR403",
        claim="gRPC records what leaves a method",
        fault=has_two_tracebacks,
        run=Rpc("Price"),
        bad=Program(
            """
            import logging

            import grpc

            logger = logging.getLogger(__name__)

            def read_price(request):
                raise ConnectionError("no database")

            def price(request, context):
                try:
                    return read_price(request)
                except Exception:
                    logger.exception("no price")
                    raise

            methods = {"Price": grpc.unary_unary_rpc_method_handler(price)}
            """,
            shows=(
                "UNKNOWN; 2 records: ERROR of program with ConnectionError, ERROR of grpc._server with ConnectionError"
            ),
        ),
        good=Program(
            """
            import logging

            import grpc

            logger = logging.getLogger(__name__)

            def read_price(request):
                raise ConnectionError("no database")

            def price(request, context):
                return read_price(request)

            methods = {"Price": grpc.unary_unary_rpc_method_handler(price)}
            """,
            shows="UNKNOWN; 1 record: ERROR of grpc._server with ConnectionError",
        ),
        fixed="UNKNOWN; 1 record: ERROR of grpc._server with ConnectionError",
    ),
)

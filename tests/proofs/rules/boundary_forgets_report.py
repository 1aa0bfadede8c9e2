"""ERR401: the client is told of a failure, and nobody else is."""

from tests.proofs.faults import unreported, without_traceback
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Aiohttp, Tornado, Uvicorn
from tests.proofs.running.jobs import Celery, Rpc
from tests.proofs.running.wsgi import Django, Wsgi

proofs = (
    Proof(
        rule="ERR401",
        claim="FastAPI answers HTTPException, and records neither it nor its cause",
        fault=unreported,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception as error:
                    raise HTTPException(500, "no orders") from error
            """,
            shows="status 500; no record",
        ),
        good=Program(
            """
            import logging

            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception as error:
                    logger.exception("no orders")
                    raise HTTPException(500, "no orders") from error
            """,
            shows="status 500; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR401",
        claim="a handler registered for errors of the project answers 500, and FastAPI takes them as handled",
        fault=unreported,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            from fastapi import FastAPI
            from fastapi.responses import JSONResponse

            app = FastAPI()
            logger = logging.getLogger(__name__)

            class StorageError(Exception):
                pass

            @app.exception_handler(StorageError)
            def unavailable(request, error):
                return JSONResponse({"error": "no orders"}, status_code=500)

            @app.get("/orders")
            def orders():
                raise StorageError("no database")
            """,
            shows="status 500; no record",
        ),
        good=Program(
            """
            import logging

            from fastapi import FastAPI
            from fastapi.responses import JSONResponse

            app = FastAPI()
            logger = logging.getLogger(__name__)

            class StorageError(Exception):
                pass

            @app.exception_handler(StorageError)
            def unavailable(request, error):
                logger.error("no orders", exc_info=error)
                return JSONResponse({"error": "no orders"}, status_code=500)

            @app.get("/orders")
            def orders():
                raise StorageError("no database")
            """,
            shows="status 500; 1 record: ERROR of program with StorageError",
        ),
    ),
    Proof(
        rule="ERR401",
        claim="Flask answers a tuple, and records nothing",
        fault=unreported,
        run=Wsgi("/orders"),
        bad=Program(
            """
            import logging

            from flask import Flask

            app = Flask(__name__)
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception:
                    return {"error": "no orders"}, 500
            """,
            shows="status 500; no record",
        ),
        good=Program(
            """
            import logging

            from flask import Flask

            app = Flask(__name__)
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception:
                    logger.exception("no orders")
                    return {"error": "no orders"}, 500
            """,
            shows="status 500; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR401",
        claim="Django records the response, and not what led to it",
        fault=without_traceback,
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
                    return JsonResponse({"error": "no orders"}, status=500)

            urlpatterns = [path("orders", orders)]
            """,
            shows="status 500; 1 record: ERROR of django.request with no traceback",
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
                try:
                    return JsonResponse({"orders": read_orders()})
                except Exception:
                    logger.exception("no orders")
                    return JsonResponse({"error": "no orders"}, status=500)

            urlpatterns = [path("orders", orders)]
            """,
            shows=(
                "status 500; 2 records: ERROR of program with ConnectionError, ERROR of "
                "django.request with no traceback"
            ),
        ),
        fixed=(
            "status 500; 2 records: ERROR of program with ConnectionError, ERROR of django.request with no traceback"
        ),
    ),
    Proof(
        rule="ERR401",
        claim="aiohttp answers its HTTP exceptions, and records neither them nor their causes",
        fault=unreported,
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
                except Exception as error:
                    raise web.HTTPInternalServerError(text="no orders") from error

            app = web.Application()
            app.add_routes(routes)
            """,
            shows="status 500; no record",
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
                try:
                    return web.json_response(read_orders())
                except Exception as error:
                    logger.exception("no orders")
                    raise web.HTTPInternalServerError(text="no orders") from error

            app = web.Application()
            app.add_routes(routes)
            """,
            shows="status 500; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR401",
        claim="a task of Celery that comes to its end has succeeded",
        fault=lambda outcome: outcome.state == "SUCCESS" and unreported(outcome),
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
                    return None
            """,
            shows="SUCCESS; returns None; no record",
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
        fixed="SUCCESS; returns None; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR401",
        claim="gRPC sends a status, and records nothing",
        fault=unreported,
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
                    context.set_code(grpc.StatusCode.INTERNAL)
                    context.set_details("no price")
                    return b""

            methods = {"Price": grpc.unary_unary_rpc_method_handler(price)}
            """,
            shows="INTERNAL; no record",
        ),
        good=Program(
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
                    context.set_code(grpc.StatusCode.INTERNAL)
                    context.set_details("no price")
                    return b""

            methods = {"Price": grpc.unary_unary_rpc_method_handler(price)}
            """,
            shows="INTERNAL; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="INTERNAL; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR401",
        claim="Starlette answers HTTPException, and records neither it nor its cause",
        fault=unreported,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            from starlette.applications import Starlette
            from starlette.exceptions import HTTPException
            from starlette.responses import JSONResponse
            from starlette.routing import Route

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            async def orders(request):
                try:
                    return JSONResponse(read_orders())
                except Exception as error:
                    raise HTTPException(500, "no orders") from error

            app = Starlette(routes=[Route("/orders", orders)])
            """,
            shows="status 500; no record",
        ),
        good=Program(
            """
            import logging

            from starlette.applications import Starlette
            from starlette.exceptions import HTTPException
            from starlette.responses import JSONResponse
            from starlette.routing import Route

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            async def orders(request):
                try:
                    return JSONResponse(read_orders())
                except Exception as error:
                    logger.exception("no orders")
                    raise HTTPException(500, "no orders") from error

            app = Starlette(routes=[Route("/orders", orders)])
            """,
            shows="status 500; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR401",
        claim="Flask takes the exceptions of werkzeug for answers",
        fault=unreported,
        run=Wsgi("/orders"),
        bad=Program(
            """
            import logging

            from flask import Flask
            from werkzeug.exceptions import InternalServerError

            app = Flask("shop")
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception as error:
                    raise InternalServerError("no orders") from error
            """,
            shows="status 500; no record",
        ),
        good=Program(
            """
            import logging

            from flask import Flask
            from werkzeug.exceptions import InternalServerError

            app = Flask("shop")
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            def orders():
                try:
                    return read_orders()
                except Exception as error:
                    logger.exception("no orders")
                    raise InternalServerError("no orders") from error
            """,
            shows="status 500; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR401",
        claim="Django REST framework makes an answer of its exceptions, and Django records the answer alone",
        fault=without_traceback,
        run=Django("/orders"),
        bad=Program(
            """
            import logging

            from django.urls import path
            from rest_framework.exceptions import APIException
            from rest_framework.response import Response
            from rest_framework.views import APIView

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders(APIView):
                def get(self, request):
                    try:
                        return Response(read_orders())
                    except Exception as error:
                        raise APIException("no orders") from error

            urlpatterns = [path("orders", Orders.as_view())]
            """,
            shows="status 500; 1 record: ERROR of django.request with no traceback",
        ),
        good=Program(
            """
            import logging

            from django.urls import path
            from rest_framework.exceptions import APIException
            from rest_framework.response import Response
            from rest_framework.views import APIView

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders(APIView):
                def get(self, request):
                    try:
                        return Response(read_orders())
                    except Exception as error:
                        logger.exception("no orders")
                        raise APIException("no orders") from error

            urlpatterns = [path("orders", Orders.as_view())]
            """,
            shows=(
                "status 500; 2 records: ERROR of program with ConnectionError, ERROR of "
                "django.request with no traceback"
            ),
        ),
        fixed=(
            "status 500; 2 records: ERROR of program with ConnectionError, ERROR of django.request with no traceback"
        ),
    ),
    Proof(
        rule="ERR401",
        claim="Litestar answers its HTTP exceptions, and records neither them nor their causes",
        fault=unreported,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            from litestar import Litestar, get
            from litestar.exceptions import InternalServerException

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @get("/orders")
            async def orders() -> list[int]:
                try:
                    return read_orders()
                except Exception as error:
                    raise InternalServerException("no orders") from error

            app = Litestar([orders])
            """,
            shows="status 500; no record",
        ),
        good=Program(
            """
            import logging

            from litestar import Litestar, get
            from litestar.exceptions import InternalServerException

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @get("/orders")
            async def orders() -> list[int]:
                try:
                    return read_orders()
                except Exception as error:
                    logger.exception("no orders")
                    raise InternalServerException("no orders") from error

            app = Litestar([orders])
            """,
            shows="status 500; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR401",
        claim="falcon answers its HTTP errors, and records neither them nor their causes",
        fault=unreported,
        run=Wsgi("/orders"),
        bad=Program(
            """
            import logging

            import falcon

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders:
                def on_get(self, request, response):
                    try:
                        response.media = read_orders()
                    except Exception as error:
                        raise falcon.HTTPInternalServerError(title="no orders") from error

            app = falcon.App()
            app.add_route("/orders", Orders())
            """,
            shows="status 500; no record",
        ),
        good=Program(
            """
            import logging

            import falcon

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders:
                def on_get(self, request, response):
                    try:
                        response.media = read_orders()
                    except Exception as error:
                        logger.exception("no orders")
                        raise falcon.HTTPInternalServerError(title="no orders") from error

            app = falcon.App()
            app.add_route("/orders", Orders())
            """,
            shows="status 500; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR401",
        claim="Tornado records the status, and neither the HTTPError nor its cause",
        fault=without_traceback,
        run=Tornado("/orders"),
        bad=Program(
            """
            import logging

            from tornado.web import Application, HTTPError, RequestHandler

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders(RequestHandler):
                def get(self):
                    try:
                        self.write(read_orders())
                    except Exception as error:
                        raise HTTPError(500) from error

            app = Application([("/orders", Orders)])
            """,
            shows="status 500; 1 record: ERROR of tornado.access with no traceback",
        ),
        good=Program(
            """
            import logging

            from tornado.web import Application, HTTPError, RequestHandler

            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            class Orders(RequestHandler):
                def get(self):
                    try:
                        self.write(read_orders())
                    except Exception as error:
                        logger.exception("no orders")
                        raise HTTPError(500) from error

            app = Application([("/orders", Orders)])
            """,
            shows=(
                "status 500; 2 records: ERROR of program with ConnectionError, ERROR of "
                "tornado.access with no traceback"
            ),
        ),
        fixed=(
            "status 500; 2 records: ERROR of program with ConnectionError, ERROR of tornado.access with no traceback"
        ),
    ),
    Proof(
        rule="ERR401",
        claim="Quart answers the exceptions of werkzeug, and records neither them nor their causes",
        fault=unreported,
        run=Uvicorn("/orders"),
        bad=Program(
            """
            import logging

            from quart import Quart
            from werkzeug.exceptions import InternalServerError

            app = Quart("shop")
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            async def orders():
                try:
                    return read_orders()
                except Exception as error:
                    raise InternalServerError("no orders") from error
            """,
            shows="status 500; no record",
        ),
        good=Program(
            """
            import logging

            from quart import Quart
            from werkzeug.exceptions import InternalServerError

            app = Quart("shop")
            logger = logging.getLogger(__name__)

            def read_orders():
                raise ConnectionError("no database")

            @app.get("/orders")
            async def orders():
                try:
                    return read_orders()
                except Exception as error:
                    logger.exception("no orders")
                    raise InternalServerError("no orders") from error
            """,
            shows="status 500; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of program with ConnectionError",
    ),
)

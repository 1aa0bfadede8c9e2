"""ERR307: a handler for any error catches the answer, too."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Aiohttp, Uvicorn
from tests.proofs.running.wsgi import Wsgi


def is_no_404(outcome: Outcome) -> bool:
    """The client is told that the server failed."""
    return outcome.status != 404


proofs = (
    Proof(
        rule="ERR307",
        claim="the 404 that was raised is answered as 500, and an alarm rings",
        fault=is_no_404,
        run=Uvicorn("/orders/7"),
        bad=Program(
            """
            import logging

            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            logger = logging.getLogger(__name__)
            orders = {}

            @app.get("/orders/{number}")
            def order(number: int):
                try:
                    if number not in orders:
                        raise HTTPException(404, "no such order")
                    return orders[number]
                except Exception as error:
                    logger.exception("order %s is not read", number)
                    raise HTTPException(500, "no order") from error
            """,
            shows="status 500; 1 record: ERROR of program with HTTPException",
        ),
        good=Program(
            """
            import logging

            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            logger = logging.getLogger(__name__)
            orders = {}

            @app.get("/orders/{number}")
            def order(number: int):
                try:
                    if number not in orders:
                        raise HTTPException(404, "no such order")
                    return orders[number]
                except HTTPException:
                    raise
                except Exception as error:
                    logger.exception("order %s is not read", number)
                    raise HTTPException(500, "no order") from error
            """,
            shows="status 404; no record",
        ),
        fixed="status 404; no record",
    ),
    Proof(
        rule="ERR307",
        claim="the same with Flask's `abort`",
        fault=is_no_404,
        run=Wsgi("/orders/7"),
        bad=Program(
            """
            import logging

            from flask import Flask, abort
            from werkzeug.exceptions import HTTPException

            app = Flask(__name__)
            logger = logging.getLogger(__name__)
            orders = {}

            @app.get("/orders/<number>")
            def order(number):
                try:
                    if number not in orders:
                        abort(404)
                    return orders[number]
                except Exception:
                    logger.exception("order %s is not read", number)
                    return {"error": "no order"}, 500
            """,
            shows="status 500; 1 record: ERROR of program with NotFound",
        ),
        good=Program(
            """
            import logging

            from flask import Flask, abort
            from werkzeug.exceptions import HTTPException

            app = Flask(__name__)
            logger = logging.getLogger(__name__)
            orders = {}

            @app.get("/orders/<number>")
            def order(number):
                try:
                    if number not in orders:
                        abort(404)
                    return orders[number]
                except HTTPException:
                    raise
                except Exception:
                    logger.exception("order %s is not read", number)
                    return {"error": "no order"}, 500
            """,
            shows="status 404; no record",
        ),
        fixed="status 404; no record",
    ),
    Proof(
        rule="ERR307",
        claim="the same with aiohttp",
        fault=is_no_404,
        run=Aiohttp("/orders/7"),
        bad=Program(
            """
            import logging

            from aiohttp import web

            logger = logging.getLogger(__name__)
            routes = web.RouteTableDef()
            orders = {}

            @routes.get("/orders/{number}")
            async def order(request):
                try:
                    if request.match_info["number"] not in orders:
                        raise web.HTTPNotFound()
                    return web.json_response(orders)
                except Exception:
                    logger.exception("no order")
                    return web.json_response({"error": "no order"}, status=500)

            app = web.Application()
            app.add_routes(routes)
            """,
            shows="status 500; 1 record: ERROR of program with HTTPNotFound",
        ),
        good=Program(
            """
            import logging

            from aiohttp import web

            logger = logging.getLogger(__name__)
            routes = web.RouteTableDef()
            orders = {}

            @routes.get("/orders/{number}")
            async def order(request):
                try:
                    if request.match_info["number"] not in orders:
                        raise web.HTTPNotFound()
                    return web.json_response(orders)
                except web.HTTPException:
                    raise
                except Exception:
                    logger.exception("no order")
                    return web.json_response({"error": "no order"}, status=500)

            app = web.Application()
            app.add_routes(routes)
            """,
            shows="status 404; no record",
        ),
        fixed="status 404; no record",
    ),
)

"""ERR402: the record says that something failed, and not where."""

from tests.proofs.faults import without_traceback
from tests.proofs.proof import Program, Proof
from tests.proofs.running.asynchronous import Uvicorn
from tests.proofs.running.plain import Call
from tests.proofs.running.wsgi import Wsgi

proofs = (
    Proof(
        rule="ERR402",
        claim="the one record of the failure names neither the line nor the cause",
        fault=without_traceback,
        run=Call("refresh(Feed())"),
        details=("messages",),
        bad=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            class FeedError(Exception):
                pass

            class Feed:
                def load(self):
                    try:
                        return {}["entries"]
                    except KeyError as error:
                        raise FeedError("a feed is not read") from error

            def refresh(feed):
                try:
                    feed.load()
                except Exception as error:
                    logger.error("not refreshed: %s", error)
            """,
            shows="returns None; 1 record: ERROR of program 'not refreshed: a feed is not read' with no traceback",
        ),
        good=Program(
            """
            import logging

            logger = logging.getLogger(__name__)

            class FeedError(Exception):
                pass

            class Feed:
                def load(self):
                    try:
                        return {}["entries"]
                    except KeyError as error:
                        raise FeedError("a feed is not read") from error

            def refresh(feed):
                try:
                    feed.load()
                except Exception:
                    logger.exception("not refreshed")
            """,
            shows="returns None; 1 record: ERROR of program 'not refreshed' with FeedError from KeyError",
        ),
        fixed=(
            "returns None; 1 record: ERROR of program 'not refreshed: a feed is not read' with FeedError from KeyError"
        ),
    ),
    Proof(
        rule="ERR402",
        claim="FastAPI records no HTTPException, so the one record has to carry the traceback, and does not",
        fault=without_traceback,
        run=Uvicorn("/feeds"),
        bad=Program(
            """
            import logging

            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def load_feeds():
                raise ConnectionError("no database")

            @app.get("/feeds")
            def feeds():
                try:
                    return load_feeds()
                except Exception as error:
                    logger.error("no feeds: %s", error)
                    raise HTTPException(500, "no feeds") from error
            """,
            shows="status 500; 1 record: ERROR of program with no traceback",
        ),
        good=Program(
            """
            import logging

            from fastapi import FastAPI, HTTPException

            app = FastAPI()
            logger = logging.getLogger(__name__)

            def load_feeds():
                raise ConnectionError("no database")

            @app.get("/feeds")
            def feeds():
                try:
                    return load_feeds()
                except Exception as error:
                    logger.exception("no feeds")
                    raise HTTPException(500, "no feeds") from error
            """,
            shows="status 500; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of program with ConnectionError",
    ),
    Proof(
        rule="ERR402",
        claim="Flask does not record the exceptions of werkzeug either",
        fault=without_traceback,
        run=Wsgi("/feeds"),
        bad=Program(
            """
            import logging

            from flask import Flask
            from werkzeug.exceptions import InternalServerError

            app = Flask(__name__)
            logger = logging.getLogger(__name__)

            def load_feeds():
                raise ConnectionError("no database")

            @app.get("/feeds")
            def feeds():
                try:
                    return load_feeds()
                except Exception as error:
                    logger.error("no feeds: %s", error)
                    raise InternalServerError("no feeds") from error
            """,
            shows="status 500; 1 record: ERROR of program with no traceback",
        ),
        good=Program(
            """
            import logging

            from flask import Flask
            from werkzeug.exceptions import InternalServerError

            app = Flask(__name__)
            logger = logging.getLogger(__name__)

            def load_feeds():
                raise ConnectionError("no database")

            @app.get("/feeds")
            def feeds():
                try:
                    return load_feeds()
                except Exception as error:
                    logger.exception("no feeds")
                    raise InternalServerError("no feeds") from error
            """,
            shows="status 500; 1 record: ERROR of program with ConnectionError",
        ),
        fixed="status 500; 1 record: ERROR of program with ConnectionError",
    ),
)

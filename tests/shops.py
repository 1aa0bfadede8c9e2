"""Runs one of the shops of tests/fixtures/exactly_once and asks it: `shops.py FRAMEWORK PATH...` in the folder of it.

Prints what came of each request as JSON: the status, the body, and for each record at ERROR and above its logger and
the errors of its traceback, from the one that was reported to the first cause that is named; none without a traceback.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

records: list[logging.LogRecord] = []
Ask = Callable[[str], tuple[int, str]]


class Keeper(logging.Handler):
    """Keeps what an operator would read."""

    def emit(self, record: logging.LogRecord) -> None:
        records.append(record)


def causes(record: logging.LogRecord) -> list[str]:
    error = record.exc_info[1] if record.exc_info else None
    found = []
    while error is not None:
        found.append(type(error).__name__)
        error = error.__cause__
    return found


def fastapi() -> Ask:
    """Behind a real server: the record of an error that nobody handles is the server's."""
    import uvicorn
    from shop.app import app

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]

    def ask(path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        finally:
            time.sleep(0.02)  # the server writes its record after it has answered

    return ask


def flask() -> Ask:
    from shop.app import app

    client = app.test_client()

    def ask(path: str) -> tuple[int, str]:
        answer = client.get(path)
        return answer.status_code, answer.get_data(as_text=True)

    return ask


def django() -> Ask:
    os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
    import django
    from django.test import Client

    django.setup()
    client = Client(raise_request_exception=False)

    def ask(path: str) -> tuple[int, str]:
        answer = client.get(path)
        return answer.status_code, answer.content.decode()

    return ask


def main(framework: str, *paths: str) -> None:
    sys.path.insert(0, os.getcwd())
    ask = {"fastapi": fastapi, "flask": flask, "django": django}[framework]()
    keeper = Keeper(logging.ERROR)
    logging.getLogger().handlers[:] = [keeper]
    logging.getLogger("django").handlers[:] = []
    found = {}
    for path in paths:
        records.clear()
        status, body = ask(path)
        heard = [(record.name, causes(record)) for record in records]
        found[path] = {"status": status, "body": body, "heard": heard}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

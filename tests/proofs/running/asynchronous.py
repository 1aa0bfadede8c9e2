"""Web applications behind a server in an event loop of this process: what the server records of an error counts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import import_module
from typing import Any, ClassVar

from tests.proofs.outcome import Outcome

SECONDS = 10
"""How long a client waits."""


@dataclass(frozen=True)
class _Get:
    """A client asks the program's `app` for a path."""

    path: str = "/"

    libraries: ClassVar[tuple[str, ...]] = ()
    warm: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"`GET {self.path}`"

    def __call__(self, module: str) -> Outcome:
        return asyncio.run(self._answer(import_module(module).app))

    def serving(self, app: Any, listening: socket.socket) -> AbstractAsyncContextManager[None]:
        """Serves the application; the server has come to its end when it is left."""
        raise NotImplementedError(type(self).__name__)

    async def _answer(self, app: Any) -> Outcome:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            async with self.serving(app, listening):
                return await asyncio.to_thread(_get, listening.getsockname()[1], self.path)


class Uvicorn(_Get):
    """An ASGI application behind uvicorn: FastAPI, Starlette, Litestar, Quart, Sanic, falcon.asgi."""

    libraries = ("uvicorn",)
    warm = ("uvicorn.protocols.http.auto", "uvicorn.lifespan.on", "uvicorn.loops.auto")

    @asynccontextmanager
    async def serving(self, app: Any, listening: socket.socket) -> AsyncIterator[None]:
        import uvicorn

        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        served = asyncio.create_task(server.serve([listening]))
        while not server.started and not served.done():
            await asyncio.sleep(0.01)
        yield
        server.should_exit = True
        await served


class Aiohttp(_Get):
    """An aiohttp application behind aiohttp's server."""

    libraries = ("aiohttp",)
    warm = ("aiohttp.web",)

    @asynccontextmanager
    async def serving(self, app: Any, listening: socket.socket) -> AsyncIterator[None]:
        from aiohttp import web

        runner = web.AppRunner(app)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        yield
        await runner.cleanup()


class Tornado(_Get):
    """A Tornado application behind Tornado's server."""

    libraries = ("tornado",)
    warm = ("tornado.web", "tornado.httpserver")

    @asynccontextmanager
    async def serving(self, app: Any, listening: socket.socket) -> AsyncIterator[None]:
        from tornado.httpserver import HTTPServer

        listening.setblocking(False)
        server = HTTPServer(app)
        server.add_socket(listening)
        yield
        server.stop()
        await server.close_all_connections()


def _get(port: int, path: str) -> Outcome:
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return Outcome(status=response.status, body=response.read().decode())
    finally:
        connection.close()

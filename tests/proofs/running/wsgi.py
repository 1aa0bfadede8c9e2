"""Web applications behind the WSGI server of the standard library, which writes errors that reach it to stderr."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Any, ClassVar
from wsgiref.handlers import SimpleHandler
from wsgiref.util import setup_testing_defaults

from tests.proofs.outcome import Outcome


@dataclass(frozen=True)
class Wsgi:
    """A client asks the program's `app` for a path: Flask, falcon, Bottle, Pyramid."""

    path: str = "/"

    libraries: ClassVar[tuple[str, ...]] = ()
    warm: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"`GET {self.path}`"

    def __call__(self, module: str) -> Outcome:
        return self.answer(import_module(module).app)

    def answer(self, app: Any) -> Outcome:
        """What the application answers."""
        path, _, query = self.path.partition("?")
        environ = {"PATH_INFO": path, "QUERY_STRING": query}
        setup_testing_defaults(environ)
        answered = BytesIO()
        SimpleHandler(BytesIO(), answered, sys.stderr, environ, multithread=False).run(app)
        head, _, body = answered.getvalue().partition(b"\r\n\r\n")
        return Outcome(status=int(head.split()[1]), body=body.decode())


@dataclass(frozen=True)
class Django(Wsgi):
    """A Django project in one module: `urlpatterns`, and `MIDDLEWARE` if it has any; with Django REST framework."""

    libraries: ClassVar[tuple[str, ...]] = ("django",)
    warm: ClassVar[tuple[str, ...]] = (
        "django.conf",
        "django.core.handlers.wsgi",
        "django.urls.resolvers",
        "django.http",
        "django.views",
    )

    def __call__(self, module: str) -> Outcome:
        import django
        from django.conf import settings
        from django.core.handlers.wsgi import WSGIHandler

        settings.configure(
            ROOT_URLCONF=module,
            ALLOWED_HOSTS=["*"],
            SECRET_KEY="-",
            LOGGING_CONFIG=None,
            USE_TZ=True,
            REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None},
        )
        django.setup()
        settings.MIDDLEWARE = getattr(import_module(module), "MIDDLEWARE", [])
        return self.answer(WSGIHandler())

"""What an operator hears of errors that leave boundaries: by framework, and by the handlers of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from errlint.knowledge import Told
from errlint.semantics.module import Module
from errlint.semantics.project import Project
from errlint.semantics.survey import ErrorHandler
from errlint.settings import Settings
from errlint.source.outline import Function
from tests.unit.test_project import opened, write

ERRORS = """
    class NotHere(Exception): pass
    class Stale(NotHere): pass
    class Other(Exception): pass
"""
FASTAPI = """
    from fastapi import APIRouter
    router = APIRouter()
    @router.get("/")
    async def it(): ...
"""
FLASK = """
    from flask import Blueprint
    bp = Blueprint("x", __name__)
    @bp.route("/")
    def it(): ...
"""
FASTAPI_HANDLER = """
    import logging
    from fastapi import FastAPI
    from shop.errors import NotHere
    app = FastAPI()
    @app.exception_handler({handles})
    async def answer(request, exc):
        {body}
"""
FLASK_HANDLER = """
    import logging
    from flask import Flask
    from shop.errors import NotHere
    app = Flask(__name__)
    @app.errorhandler({handles})
    def answer(exc):
        {body}
"""
FALCON = "import falcon\napp = falcon.App()\napp.add_route('/', R())\nclass R:\n"
LOGS = "logging.exception('x')"


def module_of(root: Path, code: str, *others: str) -> Module:
    """A module of a project, whose last function is the one that is asked about."""
    files = {"shop/__init__.py": "", "shop/errors.py": ERRORS, "shop/it.py": code}
    files |= {f"shop/other{number}.py": other for number, other in enumerate(others)}
    write(root, files)
    project = Project(Settings(root=root), files=[root / name for name in files])
    return opened(project, root, "shop/it.py")


def it(module: Module) -> Function:
    found = module.outline.definitions[-1]
    assert isinstance(found, Function)
    return found


BY_FRAMEWORK = {
    "fastapi": (FASTAPI, Told.RECORD),
    "flask": (FLASK, Told.RECORD),
    "litestar": ("from litestar import get\n@get('/')\nasync def it() -> None: ...", Told.NOTHING),
    "celery": ("from celery import shared_task\n@shared_task\ndef it(): ...", Told.RECORD),
    "click": ("import click\n@click.command()\ndef it(): ...", Told.STDERR),
    "falcon": (f"{FALCON}    def on_get(self, req, resp): ...", Told.STDERR),
    "falcon on an event loop": (f"{FALCON}    async def on_get(self, req, resp): ...", Told.RECORD),
    "drf": ("from rest_framework.decorators import api_view\n@api_view(['GET'])\ndef it(request): ...", Told.RECORD),
    "a thread": ("import threading\nthreading.Thread(target=it).start()\ndef it(): ...", Told.STDERR),
    "main": ("if __name__ == '__main__':\n    it()\ndef it(): ...", Told.STDERR),
    "no boundary": ("def it(): ...", None),
}


@pytest.mark.parametrize("name", BY_FRAMEWORK)
def test_who_hears_of_an_error_depends_on_the_framework(tmp_path: Path, name: str) -> None:
    code, told = BY_FRAMEWORK[name]
    module = module_of(tmp_path, code)
    assert module.aftermath.of_error(it(module), "builtins.ValueError") is told


HANDLED = [
    # the route, the handler, what it handles, its body, what is raised, what is heard
    (FASTAPI, FASTAPI_HANDLER, "NotHere", "...", "shop.errors.Stale", Told.NOTHING),
    (FASTAPI, FASTAPI_HANDLER, "NotHere", LOGS, "shop.errors.Stale", Told.RECORD),
    (FASTAPI, FASTAPI_HANDLER, "NotHere", "...", "shop.errors.Other", Told.RECORD),
    (FASTAPI, FASTAPI_HANDLER, "NotHere", "...", None, None),
    (FASTAPI, FASTAPI_HANDLER, "Exception", "...", "shop.errors.Stale", Told.RECORD),
    (FASTAPI, FASTAPI_HANDLER, "500", "...", "shop.errors.Stale", Told.RECORD),
    (FLASK, FLASK_HANDLER, "NotHere", "...", "shop.errors.NotHere", Told.NOTHING),
    (FLASK, FLASK_HANDLER, "Exception", "...", "shop.errors.Other", Told.NOTHING),
    (FLASK, FLASK_HANDLER, "Exception", LOGS, "shop.errors.Other", Told.RECORD),
    (FLASK, FLASK_HANDLER, "500", "...", "shop.errors.Other", Told.RECORD),
    (FASTAPI, FLASK_HANDLER, "NotHere", "...", "shop.errors.NotHere", Told.RECORD),
]


@pytest.mark.parametrize(("route", "handler", "handles", "body", "raised", "told"), HANDLED)
def test_handlers_of_the_project_come_before_the_framework(
    tmp_path: Path, route: str, handler: str, handles: str, body: str, raised: str | None, told: Told | None
) -> None:
    module = module_of(tmp_path, route, handler.format(handles=handles, body=body))
    assert module.aftermath.of_error(it(module), raised) is told


def test_what_a_project_may_have_switched_on_is_not_known(tmp_path: Path) -> None:
    code = "from litestar import get\n@get('/')\nasync def it() -> None: ..."
    module = module_of(tmp_path, code, "config = LoggingConfig(log_exceptions='always')")
    assert module.aftermath.of_error(it(module), None) is None


HTTP = {
    "fastapi.HTTPException": Told.NOTHING,
    "flask.abort": Told.NOTHING,
    "werkzeug.exceptions.InternalServerError": Told.NOTHING,
    "rest_framework.exceptions.APIException": Told.BARE,
    "sanic.exceptions.ServerError": Told.RECORD,
    "sanic.exceptions.ServiceUnavailable": Told.NOTHING,
    "aiohttp.web.HTTPBadGateway": Told.NOTHING,
    "shop.it.Busy": Told.NOTHING,
    "shop.errors.Other": None,
}


@pytest.mark.parametrize("name", HTTP)
def test_http_exceptions_are_heard_of_almost_nowhere(tmp_path: Path, name: str) -> None:
    module = module_of(tmp_path, "import fastapi\nclass Busy(fastapi.HTTPException): ...\ndef it(): ...")
    assert module.aftermath.of_http_exception(name) is HTTP[name]


def test_a_handler_that_reports_http_exceptions_is_heard_of(tmp_path: Path) -> None:
    handler = FASTAPI_HANDLER.format(handles="HTTPException", body=LOGS).replace(
        "FastAPI\n", "FastAPI, HTTPException\n"
    )
    module = module_of(tmp_path, FASTAPI, handler)
    assert module.aftermath.of_http_exception("fastapi.HTTPException") is Told.RECORD


@pytest.mark.parametrize("handles", ["Exception", "500"])
def test_http_exceptions_do_not_reach_a_handler_for_everything(tmp_path: Path, handles: str) -> None:
    module = module_of(tmp_path, FASTAPI, FASTAPI_HANDLER.format(handles=handles, body=LOGS))
    assert module.aftermath.of_http_exception("fastapi.HTTPException") is Told.NOTHING


LITESTAR_HANDLERS = """
    import logging
    from litestar import Litestar
    from litestar.exceptions import HTTPException
    def answer(request, error): ...
    def report(request, error): logging.exception("x")
    app = Litestar(exception_handlers={{{handlers}}})
"""


@pytest.mark.parametrize(
    ("handlers", "told"),
    [
        ("HTTPException: answer, Exception: report", Told.NOTHING),
        ("HTTPException: report, Exception: answer", Told.RECORD),
        ("Exception: report", Told.RECORD),
        ("HTTPException: answer, 500: report", None),
    ],
)
def test_the_nearest_handler_is_given_an_http_exception(tmp_path: Path, handlers: str, told: Told | None) -> None:
    module = module_of(tmp_path, "import litestar\ndef it(): ...", LITESTAR_HANDLERS.format(handlers=handlers))
    assert module.aftermath.of_http_exception("litestar.exceptions.InternalServerException") is told


def test_they_do_in_flask(tmp_path: Path) -> None:
    module = module_of(tmp_path, FLASK, FLASK_HANDLER.format(handles="500", body=LOGS))
    assert module.aftermath.of_http_exception("flask.abort") is Told.RECORD


def test_django_logs_a_returned_failure_and_others_do_not(tmp_path: Path) -> None:
    view = "from rest_framework.decorators import api_view\n@api_view(['GET'])\ndef it(request): ..."
    for number, (code, told) in enumerate([(view, Told.BARE), (FASTAPI, Told.NOTHING), ("def it(): ...", None)]):
        module = module_of(tmp_path / str(number), code)
        assert module.aftermath.of_returned_failure(it(module)) is told


def test_the_survey_knows_the_error_handlers_of_a_project(tmp_path: Path) -> None:
    registered = """
        import logging
        from fastapi import FastAPI
        from shop.errors import NotHere, Other
        from shop.it import answer_conflict
        def note(request, exc): logging.error("x")
        app = FastAPI(exception_handlers={Other: note, 500: note})
        app.add_exception_handler(NotHere, answer_conflict)
    """
    module = module_of(tmp_path, "def answer_conflict(request, exc): ...", registered)
    assert set(module.project.survey.error_handlers) == {
        ErrorHandler("shop.other0.note", "exception_handler", "fastapi", ("shop.errors.Other",), reports=True),
        ErrorHandler("shop.other0.note", "exception_handler", "fastapi", ("500",), reports=True),
        ErrorHandler(
            "shop.it.answer_conflict", "exception_handler", "fastapi", ("shop.errors.NotHere",), reports=False
        ),
    }


LAST_RESORTS = [
    # the handlers, what they handle, the exception, what is heard of it
    (FASTAPI_HANDLER, "Exception", "fastapi.HTTPException", Told.NOTHING),
    (FASTAPI_HANDLER, "500", "fastapi.HTTPException", Told.NOTHING),
    (FLASK_HANDLER, "Exception", "flask.abort", Told.RECORD),
    (FLASK_HANDLER, "500", "flask.abort", Told.RECORD),
    (FLASK_HANDLER, "NotHere", "flask.abort", Told.NOTHING),
]


@pytest.mark.parametrize(("handler", "handles", "name", "told"), LAST_RESORTS)
def test_a_last_resort_of_starlette_is_given_no_http_exceptions(
    tmp_path: Path, handler: str, handles: str, name: str, told: Told
) -> None:
    module = module_of(tmp_path, FASTAPI, handler.format(handles=handles, body=LOGS))
    assert module.aftermath.of_http_exception(name) is told

"""What calls tell an operator, by what they are: loggers by their kind, functions by what they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from errlint.knowledge import Level
from errlint.semantics.module import Module
from errlint.semantics.project import Project
from errlint.semantics.reporters import Report
from errlint.settings import Settings
from errlint.source.outline import Call, Function
from errlint.syntax.paths import Exit
from tests.unit.test_project import opened, write

FILES = {
    "shop/__init__.py": "",
    "shop/log.py": """
        import logging, structlog
        from celery.utils.log import get_task_logger
        logger = logging.getLogger(__name__)
        events = structlog.get_logger()
        tasks = get_task_logger(__name__)
        class Audit:
            def note(self, text): pass
        audit = Audit()
        def get_logger() -> logging.Logger: ...
    """,
    "shop/alarm.py": """
        from typing import NoReturn
        from .log import logger
        from . import circle
        def tell(error): logger.error("failed", exc_info=error)
        def pass_on(error): tell(error)
        def round_about(error): circle.there(error)
        def whisper(error): logger.info("failed")
        def count(error): return 1
        def give_up(text) -> NoReturn: exit(text)
        def refuse(text):
            text = text.strip()
            raise ValueError(text)
        class Alarm:
            def __init__(self): logger.warning("an alarm")
            def ring(self): tell(None)
    """,
    "shop/circle.py": """
        from . import alarm
        def there(error): back(error)
        def back(error): there(error); alarm.pass_on(error)
    """,
    "shop/web.py": """
        import flask, unittest, pytest, loguru, sentry_sdk
        from celery import Task
        from flask import current_app
        from logging import Logger, LoggerAdapter
        from . import alarm, log
        from .alarm import Alarm, tell
        from .log import audit, events, get_logger, logger, tasks
        app = flask.Flask(__name__)

        class Service(Alarm):
            def __init__(self, given: Logger, adapted: "LoggerAdapter[Logger] | None"):
                self.given = given
                self.adapted = adapted
                self.made = get_logger()
                self.child = logger.getChild("service")
            def run(self, local: "Logger"): pass

        class Case(unittest.TestCase):
            def test(self): pass

        class Job(Task):
            def run(self): pass

        @loguru.logger.catch
        def caught(): pass
        @loguru.logger.catch(reraise=True)
        def caught_again(): pass
        @sentry_sdk.monitor(monitor_slug="x")
        def watched(): pass
        @app.route("/")
        def plain(): pass
    """,
}


@pytest.fixture
def web(tmp_path: Path) -> Module:
    write(tmp_path, FILES)
    settings = Settings(root=tmp_path, loggers=("shop.log.audit",), reporters=("shop.elsewhere.page", "beep"))
    return opened(Project(settings), tmp_path, "shop/web.py", settings)


def report(module: Module, callee: str, scope: str | None = None, **keywords: str) -> Report | None:
    where = None if scope is None else module.outline.find(scope)
    assert (where is None) == (scope is None)
    return module.reporters.report(Call(callee, (), tuple(keywords.items()), in_handler=True), where)


@pytest.mark.parametrize(
    ("callee", "scope"),
    [
        ("logger.error", None),
        ("log.logger.error", None),
        ("events.error", None),
        ("events.bind().error", None),
        ("tasks.error", None),
        ("get_logger().error", None),
        ("app.logger.error", None),
        ("current_app.logger.error", None),
        ("audit.error", None),
        ("loguru.logger.error", None),
        ("self.given.error", "Service.run"),
        ("self.adapted.error", "Service.run"),
        ("self.made.error", "Service.run"),
        ("self.child.error", "Service.run"),
        ("local.error", "Service.run"),
    ],
)
def test_loggers_are_known_by_what_they_are(web: Module, callee: str, scope: str | None) -> None:
    assert report(web, callee, scope) == Report(Level.ERROR, traced=False, is_logger=True)


def test_what_a_report_carries_is_known_per_call(web: Module) -> None:
    for keywords, traced in ({"exc_info": "True"}, True), ({"exc_info": "False"}, False), ({"exc_info": "err"}, True):
        found = report(web, "logger.error", None, **keywords)
        assert found is not None
        assert found.traced is traced
    found = report(web, "logger.exception")
    assert found == Report(Level.ERROR, traced=True, is_logger=True)
    assert report(web, "logger.warning") == Report(Level.WARNING, traced=False, is_logger=True)
    info = report(web, "logger.info")
    assert info is not None
    assert not info.counts
    assert report(web, "sentry_sdk.capture_exception") == Report(Level.ERROR, traced=True, is_logger=False)


@pytest.mark.parametrize(
    ("callee", "reports"),
    [
        ("tell", True),
        ("alarm.pass_on", True),
        ("alarm.round_about", True),
        ("alarm.whisper", False),
        ("alarm.count", False),
        ("Alarm", True),
        ("Alarm().ring", True),
        ("Service().ring", True),
        ("shop.elsewhere.page", True),
        ("beep", True),
        ("Service().run", False),
    ],
)
def test_functions_that_report_are_reporters_in_whatever_file(web: Module, callee: str, *, reports: bool) -> None:
    found = report(web, callee)
    assert (found is not None and found.counts) is reports


@pytest.mark.parametrize(
    ("callee", "scope", "leaves"),
    [
        ("exit", None, Exit.END),
        ("alarm.give_up", None, Exit.RAISE),
        ("alarm.refuse", None, Exit.RAISE),
        ("alarm.count", None, None),
        ("pytest.fail", None, Exit.RAISE),
        ("self.fail", "Case.test", Exit.RAISE),
        ("self.skipTest", "Case.test", Exit.RAISE),
        ("self.assertTrue", "Case.test", None),
        ("self.retry", "Job.run", Exit.RAISE),
        ("flask.abort", None, Exit.RAISE),
    ],
)
def test_calls_that_never_return_are_known(web: Module, callee: str, scope: str | None, leaves: Exit | None) -> None:
    where = None if scope is None else web.outline.find(scope)
    assert web.reporters.never_returns(Call(callee, (), (), in_handler=True), where) is leaves


@pytest.mark.parametrize(
    ("name", "decorator"),
    [
        ("caught", "loguru.logger.catch"),
        ("caught_again", "loguru.logger.catch"),
        ("watched", "sentry_sdk.monitor"),
        ("plain", None),
    ],
)
def test_decorators_that_report_are_known(web: Module, name: str, decorator: str | None) -> None:
    function = web.outline.find(name)
    assert isinstance(function, Function)
    assert web.reporters.catches(function) == decorator

"""The tables of knowledge beside the libraries themselves: every name is imported, every hierarchy compared.

A library that is not installed here is not compared; which ones must be, `EXPECTED` says.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from importlib import import_module, metadata
from importlib.resources import files
from typing import Any

import pytest

from errlint import knowledge
from errlint.knowledge import files as tables
from errlint.knowledge import knowledge_of, library_of
from errlint.knowledge.libraries import library as library_facts
from errlint.rules.swallow import lost_task
from errlint.settings import Settings

LIBRARIES = sorted(
    path.name.removesuffix(".toml")
    for path in (files("errlint.knowledge") / "libraries").iterdir()
    if path.name not in ("roots.toml", "aws_lambda.toml")
)

EXPECTED = {
    *("python", "requests", "httpx", "flask", "django", "rest_framework", "fastapi", "starlette", "werkzeug"),
    *("celery", "kombu", "click", "typer", "structlog", "loguru", "sentry_sdk", "sqlalchemy", "aiohttp", "tenacity"),
    *("urllib3", "anyio", "pydantic", "rich", "pytest", "opentelemetry"),
}
"""What the extra `dev` installs, and what comes with it."""

LEFT_OUT = {
    "celery.security": "needs the package cryptography",
    "dbm.gnu": "needs a library of the operating system",
    "dbm.ndbm": "needs a library of the operating system",
    "_dbm": "needs a library of the operating system",
    "_gdbm": "needs a library of the operating system",
    "distutils": "setuptools puts its own in its place wherever it is installed",
    "hypercorn.trio": "needs another distribution, trio",
    "email.errors.HeaderWriteError": "came with a patch release of older versions too",
    "email.generator.HeaderWriteError": "came with a patch release of older versions too",
    "flask.Blueprint.cli": "is set on instances",
    "flask.Flask.cli": "is set on instances",
    "kombu.transport": "each module needs the package of its broker",
    "multiprocessing.resource_tracker.ReentrantCallError": "came with a patch release of older versions too",
    "opentelemetry.sdk": "comes with another distribution, opentelemetry-sdk",
    "sentry_sdk.integrations": "each module needs the package that it is about",
    "sqlalchemy.ext.asyncio": "needs the package greenlet",
}
"""Names, and modules with all that is in them, that cannot be imported or compared here, and why."""


def installed(library: str) -> bool:
    distribution = tables.library(library)["distribution"]
    if library == "python":
        return True
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


INSTALLED = [library for library in LIBRARIES if installed(library)]


def version_of(library: str) -> tuple[int, ...]:
    if library == "python":
        return sys.version_info[:2]
    return parts(metadata.version(tables.library(library)["distribution"]))


def is_left_out(name: str) -> bool:
    return any(name == left or name.startswith(f"{left}.") for left in LEFT_OUT)


def parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def exists_here(library: str, note: dict[str, Any]) -> bool:
    """Whether a name is there in the installed version, as the notes on it say."""
    here = version_of(library)
    since, removed = note.get("since"), note.get("removed_in")
    return (since is None or here >= parts(since)) and (removed is None or here < parts(removed))


@pytest.fixture(scope="module", autouse=True)
def _django() -> None:
    if "django" in INSTALLED:
        import_module("django.conf").settings.configure(
            INSTALLED_APPS=[
                f"django.contrib.{app}" for app in ("admin", "auth", "contenttypes", "messages", "sessions")
            ],
            SECRET_KEY="test",
            STATIC_URL="/static/",
        )
        import_module("django").setup()


@cache
def found(name: str) -> object:
    """What a dotted name stands for: the longest module that can be imported, then attribute by attribute."""
    words = name.split(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for length in range(len(words), 0, -1):
            try:
                value: object = import_module(".".join(words[:length]))
            except ModuleNotFoundError:
                continue
            for word in words[length:]:
                value = getattr(value, word)
            return value
    raise ModuleNotFoundError(name)


def is_there(name: str) -> bool:
    try:
        found(name)
    except (ImportError, AttributeError):
        return False
    return True


def facts(library: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for table, entries in tables.library(library).items():
        if isinstance(entries, list) and table != "roots":
            yield from ((table, entry) for entry in entries)


def notes_on(library: str) -> dict[str, dict[str, Any]]:
    """What the files say of names that not every version of a library has."""
    return {**tables.hierarchy(library).get("versions", {}), **tables.library(library).get("versions", {})}


def names_here(library: str, entry: dict[str, Any]) -> list[str]:
    """The names of an entry that the installed version has."""
    notes = notes_on(library)
    return [
        name
        for name in entry.get("names", [])
        if not is_left_out(name) and exists_here(library, {**entry, **notes.get(name, {})})
    ]


def test_the_libraries_of_the_extra_are_compared() -> None:
    assert set(INSTALLED) >= EXPECTED


@pytest.mark.parametrize("library", INSTALLED)
def test_every_name_of_the_facts_can_be_imported(library: str) -> None:
    named = [name for _, entry in facts(library) for name in names_here(library, entry)]
    raised = [entry["raises"] for _, entry in facts(library) if "raises" in entry]
    assert not [name for name in [*named, *raised] if not is_there(name)]


@pytest.mark.parametrize("library", INSTALLED)
def test_names_that_are_noted_as_missing_are_missing(library: str) -> None:
    notes = notes_on(library)
    named = [(name, entry) for _, entry in facts(library) for name in entry.get("names", [])]
    noted = [(name, note) for name, note in [*notes.items(), *named] if {"since", "removed_in"} & set(note)]
    assert not [
        name for name, note in noted if not is_left_out(name) and not exists_here(library, note) and is_there(name)
    ]


@pytest.mark.parametrize("library", INSTALLED)
def test_every_class_derives_from_what_the_hierarchy_says(library: str) -> None:
    hierarchy, notes = tables.hierarchy(library), notes_on(library)
    wrong = {}
    for name in hierarchy.get("exceptions", {}):
        if is_left_out(name) or not exists_here(library, notes.get(name, {})):
            continue
        if not is_there(name):
            wrong[name] = "cannot be imported"
            continue
        kind = found(name)
        assert isinstance(kind, type), name
        real = {parent for parent in kind.__mro__ if issubclass(parent, BaseException)}
        said = {found(parent) for parent in lineage(name)}
        if said != real:
            wrong[name] = f"{said ^ real}"
    assert not wrong


@pytest.mark.parametrize("library", INSTALLED)
def test_every_alias_is_the_class_that_it_stands_for(library: str) -> None:
    hierarchy, notes = tables.hierarchy(library), notes_on(library)
    wrong = []
    for alias, name in hierarchy.get("aliases", {}).items():
        note = {"since": notes.get(alias, {}).get("alias_since"), **notes.get(alias, {})}
        if is_left_out(alias) or is_left_out(name) or not exists_here(library, note):
            continue
        if not exists_here(library, notes.get(name, {})):
            continue
        if not is_there(alias) or found(alias) is not found(name):
            wrong.append(alias)
    assert not wrong


def lineage(name: str) -> set[str]:
    """A class and all that it derives from, by the tables alone."""
    if name.startswith("builtins."):
        kind = found(name)
        assert isinstance(kind, type)
        return {f"builtins.{parent.__name__}" for parent in kind.__mro__ if issubclass(parent, BaseException)}
    known = library_of(name)
    assert known is not None, name
    if name in known.aliases:
        return lineage(known.aliases[name])
    return {name}.union(*(lineage(base) for base in known.bases[name]))


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_hierarchy_leads_to_the_builtins(library: str) -> None:
    for name in tables.hierarchy(library).get("exceptions", {}):
        assert "builtins.BaseException" in lineage(name), name


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_control_flow_class_is_in_a_hierarchy(library: str) -> None:
    for table, entry in facts(library):
        if table == "control_flow":
            for name in entry["names"]:
                if exists_here("python", notes_on("python").get(name, {})):
                    derives = "builtins.Exception" in lineage(name)
                    assert derives is entry["derives_exception"], name


def parameters(name: str) -> dict[str, inspect.Parameter] | None:
    """What can be given to a call, without `self`; `None` if Python cannot tell."""
    called = found(name)
    try:
        signature = inspect.signature(called)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    given = dict(signature.parameters)
    holder = name.rpartition(".")[0]
    if is_there(holder) and isinstance(found(holder), type) and inspect.isfunction(called):
        raw = inspect.getattr_static(found(holder), name.rpartition(".")[2])
        if not isinstance(raw, staticmethod):
            given.pop(next(iter(given)), None)
    return given


def takes(name: str, keyword: str | None, position: int | None) -> bool:
    given = parameters(name)
    if given is None:
        return True
    kinds = [parameter.kind for parameter in given.values()]
    if keyword is not None and keyword not in given and inspect.Parameter.VAR_KEYWORD not in kinds:
        return False
    if position is None or inspect.Parameter.VAR_POSITIONAL in kinds:
        return True
    by_position = [key for key, p in given.items() if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    if position >= len(by_position):
        return inspect.Parameter.VAR_KEYWORD in kinds
    return keyword not in given or by_position[position] == keyword


ARGUMENTS = (("callable_arg", "callable_pos"), ("status_arg", "status_pos"), ("kwarg", None), ("exc_kw", "exc_pos"))


@pytest.mark.parametrize("library", INSTALLED)
def test_every_argument_is_in_a_signature(library: str) -> None:
    wrong = []
    for table, entry in facts(library):
        if entry.get("shape") == "signal":
            continue
        for keyword, position in ARGUMENTS:
            if keyword in entry or position in entry:
                wrong += [
                    (table, name, keyword)
                    for name in names_here(library, entry)
                    if not takes(name, entry.get(keyword), entry.get(position or ""))
                ]
    assert not wrong


def test_a_name_leads_to_its_library() -> None:
    timeout = library_of("requests.exceptions.Timeout")
    assert timeout is not None
    assert timeout.libraries == {"requests"}
    assert timeout.bases["requests.exceptions.ConnectTimeout"] == (
        "requests.exceptions.ConnectionError",
        "requests.exceptions.Timeout",
    )
    assert timeout.aliases["requests.ConnectTimeout"] == "requests.exceptions.ConnectTimeout"
    assert (library_of("builtins.OSError") or timeout).libraries == {"python"}
    assert (library_of("google.api_core.exceptions.NotFound") or timeout).libraries == {"google_api_core"}
    assert library_of("google") is None
    assert library_of("shop.errors.NotFound") is None


def test_only_what_is_imported_is_known() -> None:
    assert knowledge_of(["shop"]).libraries == {"python"}
    known = knowledge_of(["requests", "shop"])
    assert known.libraries == {"python", "requests"}
    assert "celery.exceptions.Retry" not in known.control_flow
    assert "requests.exceptions.Timeout" in known.bases
    assert "queue.Empty" in known.bases


def test_a_dotted_package_is_known_by_its_first_word() -> None:
    assert "google_api_core" in knowledge_of(["google"]).libraries


def test_control_flow_is_what_except_exception_catches_and_must_not() -> None:
    known = knowledge_of(["celery", "click", "grpc"])
    assert {"celery.exceptions.Retry", "click.exceptions.Exit", "unittest.SkipTest"} <= known.control_flow
    assert not {"asyncio.CancelledError", "queue.Empty", "click.ClickException"} & known.control_flow
    assert known.control_flow_calls["celery.Task.retry"] == "celery.exceptions.Retry"
    assert known.control_flow_calls["click.Context.exit"] == "click.exceptions.Exit"


def test_the_rule_about_lost_tasks_looks_for_every_call_of_the_tables() -> None:
    every = {name for library in LIBRARIES for name, fact in library_facts(library).lost.items() if not fact.safe}
    assert {name.rpartition(".")[2] for name in every} == lost_task._STARTERS


def test_lost_is_what_holds_an_error_in_its_result() -> None:
    lost = knowledge_of(["anyio"]).lost
    assert lost["asyncio.create_task"] == knowledge.Lost(
        until=lost["asyncio.create_task"].until, silent=False, only_with=None, excused_by=frozenset(), safe=False
    )
    assert lost["asyncio.gather"].only_with == "return_exceptions"
    assert lost["concurrent.futures.Executor.submit"].silent
    assert lost["asyncio.TaskGroup.create_task"].safe
    assert "threading.Thread" not in lost


def test_entries_say_which_argument_is_the_function() -> None:
    entries = knowledge_of(["flask"]).entries
    (rule,) = [entry for entry in entries if "flask.Flask.add_url_rule" in entry.names]
    assert (rule.callable_argument, rule.callable_position) == ("view_func", 2)
    (handler,) = [entry for entry in entries if "flask.Flask.errorhandler" in entry.names]
    assert (handler.handled_position, handler.exception_parameter) == (0, 0)


def test_settings_add_to_what_is_known() -> None:
    known = knowledge_of([])
    assert known.extended(Settings()) is known
    settings = Settings(
        boundaries=("shop.queue.job",),
        http_exceptions=("shop.errors.Problem",),
        control_flow_exceptions=("shop.queue.TryLater",),
        loggers=("shop.logs.audit",),
    )
    more = known.extended(settings)
    assert [entry.shape for entry in more.entries if "shop.queue.job" in entry.names] == [
        "decorator_either",
        "base_class",
        "call_arg",
    ]
    assert "shop.errors.Problem" in more.http_exceptions
    assert "shop.queue.TryLater" in more.control_flow
    assert "shop.logs.audit" in more.loggers
    assert more.bases is known.bases

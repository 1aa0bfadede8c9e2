"""Which layer a module belongs to: by the settings, or by its name and its boundaries."""

from __future__ import annotations

from pathlib import Path

import pytest

from errlint.semantics.frameworks import frameworks_in
from errlint.semantics.layers import ADAPTERS, DOMAIN, HTTP, NONE, is_web_layer, layer_of
from errlint.semantics.project import Project
from errlint.settings import Layers, Patterns, Settings
from errlint.source.outline import Function
from tests.unit.test_project import opened, write

FILES = {
    "shop/app.py": """
        from flask import Flask
        app = Flask(__name__)

        @app.get("/")
        def index():
            def inner():
                pass
    """,
    "shop/services/orders.py": """
        def pay(order): pass
        def shown(request): pass
        def told(call: "FlaskRequest"): pass
        class OrderView:
            def draw(self): pass
    """,
    "shop/services/routes.py": "def nothing(): pass\n",
    "shop/models.py": "class Order: pass\n",
    "shop/core/pages.py": """
        from shop.app import app

        @app.route("/pages")
        def pages(): pass
    """,
    "shop/domain/urls.py": """
        from shop.app import app
        from shop.services.orders import shown
        app.add_url_rule("/shown", view_func=shown)
    """,
    "shop/domain/commands.py": """
        import click

        @click.command()
        def load(): pass
    """,
    "shop/views/old.py": "def draw(): pass\n",
    "shop/domain/migrations/first.py": "",
    "shop/clients/api.py": "import requests\n",
    "shop/models/resources.py": "",
    "shop/services/api.py": "from flask import jsonify\n",
    "shop/services/gateway.py": "from fastapi import APIRouter, HTTPException\n",
    "shop/services/refusals.py": "from fastapi import HTTPException, status\n",
    "shop/core/urls.py": "",
    "shop/tools.py": "def helper(): pass\n",
    "tests/models/test_orders.py": "def test_pay(): pass\n",
}


def layer(root: Path, name: str, settings: Settings | None = None, *, whole: bool = True) -> tuple[str, str]:
    """The layer of a file, and why."""
    settings = settings or Settings(root=root)
    project = Project(settings, files=[root / each for each in FILES] if whole else ())
    found = layer_of(opened(project, root, name, settings))
    return found.name, found.because


@pytest.mark.parametrize(
    ("name", "wanted", "because"),
    [
        ("shop/services/orders.py", DOMAIN, "`services` in its path, and it defines no routes and no commands"),
        ("shop/models.py", DOMAIN, "`models` in its path, and it defines no routes and no commands"),
        ("shop/domain/commands.py", NONE, ""),
        ("shop/domain/migrations/first.py", NONE, ""),
        ("shop/clients/api.py", NONE, ""),
        ("shop/models/resources.py", NONE, ""),
        ("shop/services/api.py", HTTP, "`api` in its path, and it imports flask"),
        ("shop/services/gateway.py", HTTP, "it imports `fastapi.APIRouter`, of which routes are made"),
        ("shop/services/refusals.py", DOMAIN, "`services` in its path, and it defines no routes and no commands"),
        ("shop/core/urls.py", NONE, ""),
        ("shop/services/routes.py", HTTP, "`routes` in its path"),
        ("shop/views/old.py", HTTP, "`views` in its path"),
        ("shop/app.py", HTTP, "`index` is a boundary: `@app.get`"),
        ("shop/core/pages.py", HTTP, "`pages` is a boundary: `@app.route`"),
        ("shop/domain/urls.py", HTTP, "it registers `shown`: `add_url_rule` in shop/domain/urls.py"),
        ("shop/tools.py", NONE, ""),
        ("tests/models/test_orders.py", NONE, "it is a test"),
    ],
)
def test_layers_are_inferred_from_names_and_boundaries(tmp_path: Path, name: str, wanted: str, because: str) -> None:
    write(tmp_path, FILES)
    assert layer(tmp_path, name) == (wanted, because)


@pytest.mark.parametrize(
    ("name", "wanted", "because"),
    [
        ("shop/services/orders.py", HTTP, "`shop/services/` in the settings"),
        ("shop/app.py", DOMAIN, "`app.py` in the settings"),
        ("shop/models.py", ADAPTERS, "`shop/m*.py` in the settings"),
        ("shop/views/old.py", NONE, ""),
        ("shop/core/pages.py", NONE, ""),
    ],
)
def test_the_settings_win(tmp_path: Path, name: str, wanted: str, because: str) -> None:
    write(tmp_path, FILES)
    layers = Layers(
        domain=Patterns(("app.py",)), http=Patterns(("shop/services/",)), adapters=Patterns(("shop/m*.py",))
    )
    assert layer(tmp_path, name, Settings(root=tmp_path, layers=layers)) == (wanted, because)


def test_without_an_http_framework_nothing_is_inferred_as_domain_code(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    assert layer(tmp_path, "shop/models.py", whole=False) == (NONE, "")
    write(tmp_path, {"shop/models.py": "from flask import abort\n"})
    assert layer(tmp_path, "shop/models.py", whole=False)[0] == DOMAIN


@pytest.mark.parametrize(
    ("text", "frameworks"),
    [
        ("import flask.views\nfrom fastapi import FastAPI\n", {"flask", "fastapi"}),
        ("    from rest_framework.views import APIView\n", {"rest_framework"}),
        ("from django.urls import path\n", {"django"}),
        ("from django.db import models\n", {"django"}),
        ("from aiohttp import ClientSession\n", set()),
        ("from aiohttp import ClientSession, web\n", {"aiohttp"}),
        ("from aiohttp import (\n    ClientSession,\n    web,\n)\n", {"aiohttp"}),
        ("import aiohttp\napp = aiohttp.web.Application()\n", {"aiohttp"}),
        ("import http.server, requests, msgspec, unheard_of\nfrom . import flask\n", set()),
        ("# import flask\ntext = 'import flask'\n", set()),
    ],
)
def test_frameworks_are_told_from_clients(text: str, frameworks: set[str]) -> None:
    assert frameworks_in(text) == frameworks


@pytest.mark.parametrize(
    ("name", "function", "is_web"),
    [
        ("shop/app.py", "index", True),
        ("shop/app.py", "index.<locals>.inner", True),
        ("shop/services/orders.py", "pay", False),
        ("shop/services/orders.py", "shown", True),
        ("shop/services/orders.py", "told", True),
        ("shop/services/orders.py", "OrderView.draw", True),
        ("shop/tools.py", "helper", False),
    ],
)
def test_a_function_may_speak_http_in_any_layer(tmp_path: Path, name: str, function: str, is_web: bool) -> None:
    write(tmp_path, FILES)
    module = opened(Project(Settings(root=tmp_path)), tmp_path, name)
    definition = module.outline.find(function)
    assert isinstance(definition, Function)
    assert is_web_layer(module, definition) is is_web

"""Libraries that are not installed, and libraries that nobody has heard of: neither is imported."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import concise, tree

ORDERS = """
import requests
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, HTTPClientError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError


def fetch():
    try:
        return requests.get("https://example.com", timeout=5)
    except requests.RequestException:
        return None
    except requests.ConnectTimeout:
        return 1


def store(session):
    try:
        session.commit()
    except (SQLAlchemyError, IntegrityError):
        session.rollback()
        raise


def upload(client):
    try:
        client.put_object()
    except ConnectTimeoutError:
        return "late"
    except HTTPClientError:
        return "unreachable"
    except EndpointConnectionError:
        return "never"


def quiet():
    try:
        requests.get("https://example.com", timeout=5)
    except requests.ConnectionError:
        pass


def forgotten():
    requests.Timeout("too late")


def ordered(client):
    try:
        client.put_object()
    except requests.ConnectTimeout:
        return 1
    except (requests.Timeout, ClientError):
        return 2
"""

PARCEL = """
from parcel import LostError, Fault
from parcel.wire import Torn


def send():
    try:
        pack()
    except Fault:
        return 1
    except LostError:
        return 2


def wait():
    try:
        pack()
    except OSError:
        return 1
    except Torn:
        return 2


def forgotten():
    LostError("gone")


def fine():
    try:
        pack()
    except LostError:
        return 1
    except Fault:
        return 2
"""

PACKAGE = {
    "parcel/__init__.py": "from .faults import Fault, LostError\nimport parcel.marker\n",
    "parcel/faults.py": "class Fault(Exception): pass\nclass LostError(Fault): pass\n",
    "parcel/wire.py": "raise SystemExit('parcel.wire was imported')\nclass Torn(ConnectionError): pass\n",
    "parcel/marker.py": "open('imported', 'w').close()\n",
    "sitecustomize.py": "open('started', 'w').close()\n",
    "usercustomize.py": "open('started', 'w').close()\n",
}


def environment(folder: Path, packages: dict[str, str]) -> Path:
    """A virtual environment as its files say."""
    site = folder / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    tree(folder, {"pyvenv.cfg": "home = /nowhere\n", "bin/python": ""})
    tree(site, packages)
    return folder


def found(folder: Path, *arguments: str) -> list[str]:
    outcome = concise(folder, "--isolated", "--select", "ERR112,ERR202,ERR210", *arguments)
    assert outcome.err == ""
    return outcome.places


def test_hierarchies_of_known_libraries_need_no_installation(tmp_path: Path) -> None:
    tree(tmp_path / "shop", {"orders.py": ORDERS})
    python = environment(tmp_path / "empty", {})
    assert found(tmp_path / "shop", "--python", str(python)) == [
        f"orders.py:{place_of('except requests.ConnectTimeout', ORDERS)} ERR210",
        f"orders.py:{place_of('except (SQLAlchemyError, IntegrityError)', ORDERS)} ERR210",
        f"orders.py:{place_of('except requests.ConnectionError', ORDERS)} ERR202",
        f"orders.py:{place_of('requests.Timeout(', ORDERS)} ERR112",
    ]


def place_of(text: str, source: str) -> str:
    """Line and column of a text in a source."""
    before = source[: source.index(text)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_an_unknown_library_is_read_where_it_is_installed_and_never_imported(tmp_path: Path) -> None:
    tree(tmp_path / "shop", {"orders.py": ORDERS, "parcels.py": PARCEL})
    empty = environment(tmp_path / "empty", {})
    full = environment(tmp_path / "full", PACKAGE)
    without = found(tmp_path / "shop", "--python", str(empty))
    assert not [place for place in without if place.startswith("parcels.py")]
    assert found(tmp_path / "shop", "--python", str(full)) == [
        *without,
        f"parcels.py:{place_of('except LostError', PARCEL)} ERR210",
        f"parcels.py:{place_of('except Torn', PARCEL)} ERR210",
        f"parcels.py:{place_of('LostError(', PARCEL)} ERR112",
    ]
    assert not list(tmp_path.rglob("imported"))
    assert not list(tmp_path.rglob("started"))

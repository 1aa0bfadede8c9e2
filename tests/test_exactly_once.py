"""The promise of errlint, kept by its fixes: every error is reported exactly once, with its traceback and its cause,
and the caller gets the right status. Three shops fail in the same ways, on FastAPI, Flask and Django.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SHOPS = Path(__file__).parent / "fixtures" / "exactly_once"
FRAMEWORKS = ("fastapi", "flask", "django")
TRUTH = "No space left on device"


@dataclass(frozen=True)
class Promise:
    """What must come of a request: the status, and the error that is told of with its causes; none is an answer."""

    status: int
    told: tuple[str, ...] = ()


PROMISES = {
    "/orders/7": Promise(500, ("OSError",)),
    "/orders/404": Promise(404),
    "/orders/7/checked": Promise(500, ("OSError",)),
    "/orders/2000/checked": Promise(404),
    "/orders/7/reserved": Promise(500, ("StockError", "OSError")),
    "/orders/7/shipped": Promise(502, ("OSError",)),
    "/orders/7/label": Promise(500, ("OSError",)),
    "/orders/7/invoice": Promise(500, ("OSError",)),
    "/orders/7/refund": Promise(500, ("OSError",)),
    "/orders/7/note": Promise(500, ("ShopError", "OSError")),
}
KEPT_BEFORE = {"/orders/404", "/orders/7/checked"}
"""The requests that nothing is wrong with before errlint mends the rest."""


def asked(framework: str, shop: Path) -> dict[str, dict[str, object]]:
    """What comes of a request for each path."""
    command = [sys.executable, str(Path(__file__).with_name("shops.py")), framework, *PROMISES]
    made = subprocess.run(command, cwd=shop, capture_output=True, text=True, check=False, timeout=60)
    assert made.returncode == 0, made.stderr
    found: dict[str, dict[str, object]] = json.loads(made.stdout.splitlines()[-1])
    return found


def kept(found: dict[str, dict[str, object]]) -> set[str]:
    """The paths of which all is as promised. A record without a traceback, such as Django writes for every response
    with a status of 5xx, tells of no error by itself, and does not count.
    """
    good = set()
    for path, promise in PROMISES.items():
        told = [tuple(causes) for _, causes in found[path]["heard"] if causes]  # type: ignore[attr-defined]
        wanted = [promise.told] if promise.told else []
        if (found[path]["status"], told) == (promise.status, wanted) and TRUTH not in str(found[path]["body"]):
            good.add(path)
    return good


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_after_the_fixes_every_error_is_reported_exactly_once(tmp_path: Path, framework: str) -> None:
    shop = tmp_path / framework
    shutil.copytree(SHOPS / framework, shop)
    assert kept(asked(framework, shop)) == KEPT_BEFORE
    command = [sys.executable, "-m", "errlint", "check", "--isolated", "--fix", "--unsafe-fixes", "."]
    mended = subprocess.run(command, cwd=shop, capture_output=True, text=True, check=False, timeout=60)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    found = asked(framework, shop)
    assert kept(found) == set(PROMISES), json.dumps(found, indent=1)

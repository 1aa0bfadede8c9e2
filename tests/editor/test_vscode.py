"""The extension for Visual Studio Code: its settings are those that the server understands; its own tests pass."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from errlint.editor.options import Options, options_of
from tests.tools import require

EXTENSION = Path(__file__).parents[2] / "editors" / "vscode"
OWN = {"path", "interpreter", "trace.server"}
"""What the extension keeps to itself: how to start the server, and what to log of it."""


def test_the_server_understands_every_setting() -> None:
    properties = json.loads((EXTENSION / "package.json").read_text())["contributes"]["configuration"]["properties"]
    assert all(name.startswith("errlint.") for name in properties)
    settings = {name.removeprefix("errlint."): about["default"] for name, about in properties.items()}
    assert settings.keys() >= OWN
    told = {name: default for name, default in settings.items() if name not in OWN}
    assert options_of(told) == Options()
    lists = {name: ["ERR2"] if name.lower().endswith(("select", "ignore")) else told[name] for name in told}
    assert options_of({**lists, "preset": "critical", "python": ".venv"}).problems == ()


def test_it_builds_and_its_tests_pass() -> None:
    require(shutil.which("npm"), "npm")
    require((EXTENSION / "node_modules").is_dir(), "`npm ci` in editors/vscode")
    environment = {**os.environ, "ERRLINT_PYTHON": sys.executable}
    done = subprocess.run(
        ["npm", "test"], cwd=EXTENSION, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr

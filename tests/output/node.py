"""Runs JavaScript against the packages in tests/validators, which `npm ci` installs."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.tools import require

MODULES = Path(__file__).parents[1] / "validators" / "node_modules"


def evaluated(script: str, package: str, given: object) -> Any:
    """What an ES module prints as JSON, with `given` as JSON on its standard input; `MODULES` is a name in it."""
    node = shutil.which("node")
    require(node and (MODULES / package).is_dir(), f"{package} (npm ci in tests/validators)")
    assert node is not None
    done = subprocess.run(
        [node, "--input-type=module", "--eval", f"const MODULES = {json.dumps(str(MODULES))};\n{script}"],
        input=json.dumps(given).encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)

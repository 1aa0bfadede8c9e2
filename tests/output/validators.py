"""Other people's programs that read what errlint writes: `npm ci` in tests/validators installs those from npm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.tools import require

MODULES = Path(__file__).parents[1] / "validators" / "node_modules"
_LIMIT = 120


def _installed(name: str) -> Path:
    path = MODULES / name
    require(path.exists(), f"{name} of npm (`npm ci` in tests/validators)")
    return path


def sarif_schema() -> Any:
    """The schema of SARIF 2.1.0 that Microsoft's matchers for Jest use."""
    return json.loads(_installed("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json").read_text())


def multitool(logs: Iterable[Path], folder: Path) -> list[str]:
    """What Microsoft's validator says, with GitHub's rules: `file: level RULE: message`. Links are not looked up."""
    program = _installed("@microsoft/sarif-multitool-linux/Sarif.Multitool")
    program.chmod(program.stat().st_mode | 0o100)  # npm runs no install scripts
    said = folder / "said.sarif"
    nowhere = "http://127.0.0.1:9"
    done = subprocess.run(
        [
            *(str(program), "validate", *map(str, logs), "--rule-kind", "Sarif;Ghas"),
            *("--level", "Error;Warning;Note", "--output", str(said), "--log", "ForceOverwrite"),
        ],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "HTTP_PROXY": nowhere,
            "HTTPS_PROXY": nowhere,
            "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
        },
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    assert said.exists(), done.stdout[-2000:] + done.stderr
    (run,) = json.loads(said.read_text(encoding="utf-8-sig"))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"], invocation
    return [_said(result) for result in run["results"]]


def _said(result: dict[str, Any]) -> str:
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].rpartition("/")[2]
    message = result["message"]
    text = f"{message['id']} {' '.join(message['arguments'])}" if "id" in message else message["text"]
    return f"{place}: {result.get('level', 'warning')} {result['ruleId']}: {text}"


def rdformat(report: Path) -> tuple[bool, str]:
    """Whether the validator of reviewdog's format takes a report, and what it says."""
    program = _installed(".bin/rdformat-validator")
    require(shutil.which("node"), "node")
    done = subprocess.run(
        [str(program), "--strict", "--no-extra-fields", str(report)],
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


def evaluated(script: str, given: object, package: str | None = None) -> Any:
    """What an ES module prints as JSON, with `given` as JSON on its standard input.

    It may import `package` of npm from the folder that it knows as `MODULES`.
    """
    if package is not None:
        _installed(package)
    node = shutil.which("node")
    require(node, "node")
    done = subprocess.run(
        [str(node), "--input-type=module", "--eval", f"const MODULES = {json.dumps(str(MODULES))};\n{script}"],
        input=json.dumps(given).encode(),
        capture_output=True,
        timeout=_LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)

"""The applications under fixtures/projects are real: `ask_good.py` and `ask_bad.py` beside them ask them something.

The first line names the package without which that is not possible: `# needs: flask`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent / "fixtures" / "projects"
ASKING = sorted(ROOT.glob("*/ask_*.py"))


@pytest.mark.parametrize("asking", ASKING, ids=lambda path: f"{path.parent.name}-{path.stem.removeprefix('ask_')}")
def test_an_application_answers(asking: Path) -> None:
    code = asking.read_text("utf-8")
    pytest.importorskip(code.partition("\n")[0].removeprefix("# needs: "))
    project = asking.parent / asking.stem.removeprefix("ask_")
    command = [sys.executable, "-B", "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr

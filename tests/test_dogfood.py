"""errlint is clean under errlint, with its strictest preset."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_errlint_finds_nothing_in_errlint() -> None:
    command = [sys.executable, "-m", "errlint", "check", "--output-format", "concise", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_it_did_look_at_its_own_files() -> None:
    command = [sys.executable, "-m", "errlint", "check", "--show-files", "."]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert {str(path.relative_to(ROOT)) for path in (ROOT / "errlint").rglob("*.py")} <= set(shown)

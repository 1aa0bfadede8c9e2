"""The hooks of .pre-commit-hooks.yaml, run by the real pre-commit."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.cli.command import BAD, CLEAN
from tests.integrations.scratch import ROOT, environment, published, repository, started

MENDABLE = """\
class ConfigError(Exception):
    pass


def load(text):
    try:
        return int(text)
    except ValueError:
        raise ConfigError(f"{text} is not a port")
"""
"""One finding with a safe fix."""

CONFIG = (ROOT / "examples/ci/pre-commit-config.yaml").read_text(encoding="utf-8")
PRE_COMMIT = (sys.executable, "-m", "pre_commit")


def test_the_hooks_are_a_valid_manifest() -> None:
    done = started(ROOT, *PRE_COMMIT, "validate-manifest", ".pre-commit-hooks.yaml", **environment(ROOT))
    assert (done.returncode, done.stdout) == (0, "")


def test_a_bad_commit_is_stopped_and_mended_and_then_passes(tmp_path: Path) -> None:
    """One story, because most of its time goes into the environment that pre-commit builds; `try-repo` would build one
    more, and do the same.
    """
    environ = environment(tmp_path, PRE_COMMIT_HOME=str(tmp_path / "cache"))
    source = published(tmp_path / "errlint")
    revision = started(source, "git", "rev-parse", "HEAD", **environ).stdout.strip()
    config = CONFIG.replace("https://github.com/errlint/errlint", str(source)).replace("v0.1.0", revision)
    assert config.count(str(source)) == config.count(revision) == 1
    files = {
        ".pre-commit-config.yaml": config,
        "pyproject.toml": '[tool.errlint]\nextend-exclude = ["generated"]\n',
        "generated/bad.py": "",
        "notes.txt": "",
    }
    shop = repository(tmp_path / "a shop", files)

    def commit(**written: str) -> tuple[int, str]:
        for name, text in written.items():
            path = shop / name.replace("__", "/").replace("_py", ".py")
            path.write_text(text, encoding="utf-8")
        done = started(shop, "git", "commit", "-a", "-m", "next", **environ)
        return done.returncode, done.stdout

    installed = started(shop, *PRE_COMMIT, "install", "--install-hooks", **environ)
    assert installed.returncode == 0, installed.stdout

    (shop / "app.py").write_text(MENDABLE, encoding="utf-8")
    started(shop, "git", "add", "-A", **environ)
    code, told = commit()
    assert code == 1, told
    assert "files were modified by this hook" in told
    assert 'raise ConfigError(f"{text} is not a port") from err' in (shop / "app.py").read_text(encoding="utf-8")
    code, told = commit()
    assert (code, "Failed" in told) == (0, False), told

    code, told = commit(app_py=BAD)
    assert code == 1, told
    assert "ERR105" in told
    assert "app.py:2:5" in told
    assert "\x1b[" not in told, "colours are for terminals"

    code, told = commit(app_py=CLEAN, generated__bad_py=BAD, notes_txt="")
    assert code == 0, told

    again = started(shop, *PRE_COMMIT, "run", "--all-files", **environ)
    assert again.returncode == 0, again.stdout

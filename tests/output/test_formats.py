"""What holds for every format."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from errlint.output import FORMATS
from tests.cli.command import BAD, CLEAN, run, tree

CONFIGURATION = (Path(__file__).parents[2] / "docs/configuration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_a_module_and_documented(name: str) -> None:
    assert callable(import_module(f"errlint.output.{name}").write)
    assert re.search(rf"^\| `{name}` \| ", CONFIGURATION, re.MULTILINE), f"no table of formats names {name}"


def test_one_run_writes_them_all_of_odd_files(tmp_path: Path) -> None:
    """A path with all that some format gives a meaning, CRLF, an emoji, a file that does not parse, a clean one."""
    odd = "x = '💥'\r\nif x:\r\n\traise\r\n"
    tree(tmp_path, {"sp ace,:%]ä.py": odd, "broken.py": "def (:\n", "bad.py": BAD, "clean.py": CLEAN})
    found = run(tmp_path, "--quiet", *(part for name in FORMATS for part in ("-o", f"{name}:out/{name}")))
    assert (found.code, "cannot be written" in found.err) == (2, True), "there is no folder yet"
    (tmp_path / "out").mkdir()
    found = run(tmp_path, "--quiet", *(part for name in FORMATS for part in ("-o", f"{name}:out/{name}")))
    assert (found.code, found.err) == (1, "")
    for name in FORMATS:
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert len(re.findall("ERR105", text)) >= 2, name
        assert "ERR001" in text, name


def test_standard_input_has_every_format(tmp_path: Path) -> None:
    given = [part for name in FORMATS for part in ("-o", f"{name}:{name}.out")]
    found = run(tmp_path, "-", "--quiet", *given, stdin=BAD.encode())
    assert (found.code, found.err) == (1, "")
    assert all("ERR105" in (tmp_path / f"{name}.out").read_text(encoding="utf-8") for name in FORMATS)

"""What a run prints: formats, order, summary, statistics, colours, files, settings."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import BAD, CLEAN, LIMIT, concise, environment, errlint_command, run, tree

SILENT = "def load(path, debug):\n    try:\n        return parse(path)\n    except Exception:\n        return {}\n"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def test_full_shows_the_line_the_range_the_name_the_help_and_a_summary(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": "\n" * 8 + SILENT, "clean.py": CLEAN})
    found = run(tmp_path, "--select", "ERR203")
    assert found.lines[:8] == [
        "ERR203 broad-handler-unreported (error): `except Exception` returns without a word; "
        "report the error, raise it, or catch only what is expected",
        "  --> bad.py:12:5",
        "12 |     except Exception:",
        "   |     ^^^^^^^^^^^^^^^^^",
        "   |",
        "13 |         return {}",
        "   |         ^^^^^^^^^ the silent path",
        "   = help: call `logger.exception(...)`, raise again, or narrow the type",
    ]
    assert found.lines[8] == "   = fix: report the error (`--fix --unsafe-fixes`)"
    assert re.fullmatch(r"1 finding in 1 of 2 files \(\d+\.\d s\)\.", found.lines[10])
    assert found.lines[11:] == ["1 can be fixed with `--fix --unsafe-fixes`."]
    assert "\x1b" not in found.out
    clean = run(tmp_path, "clean.py")
    assert re.fullmatch(r"No findings in 1 file \(\d+\.\d s\)\.\n", clean.out)


def test_the_marks_stand_below_what_is_meant_whatever_comes_before(tmp_path: Path) -> None:
    tabs = "def check():\n\tx = '漢字é'; raise\n"
    tree(tmp_path, {"bad.py": tabs, "markup.py": "if a:\n    b['[red]x[/]']; raise\n"})
    found = run(tmp_path, "--quiet", "--select", "ERR105")
    assert [line for line in found.lines if " | " in line] == [
        "2 |     x = '漢字é'; raise",
        f"  | {' ' * 17}^^^^^",
        "2 |     b['[red]x[/]']; raise",
        f"  | {' ' * 20}^^^^^",
    ]
    assert "finding" not in found.lines[-1]


def test_long_lines_and_narrow_terminals_do_not_break_the_marks(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": f"def check():\n    x = '{'a' * 150}'; raise\n"})
    found = run(tmp_path, "--quiet", COLUMNS="40")
    assert f"2 |     x = '{'a' * 150}'; raise" in found.lines
    assert f"  | {' ' * 162}^^^^^" in found.lines


def test_json_is_what_ruff_writes_and_more(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": SILENT, "clean.py": CLEAN})
    found = run(tmp_path, "--output-format", "json", "--select", "ERR203")
    (item,) = found.items
    url, fix = item.pop("url"), item.pop("fix")
    assert url.startswith("https://")
    assert url.endswith("#err203")
    assert item == {
        "cell": None,
        "code": "ERR203",
        "name": "broad-handler-unreported",
        "family": "swallow",
        "severity": "error",
        "message": "`except Exception` returns without a word; "
        "report the error, raise it, or catch only what is expected",
        "filename": str(tmp_path / "bad.py"),
        "location": {"row": 4, "column": 5},
        "end_location": {"row": 4, "column": 22},
        "noqa_row": 4,
        "related": [
            {
                "message": "the silent path",
                "location": {"row": 5, "column": 9},
                "end_location": {"row": 5, "column": 18},
            }
        ],
    }
    assert (fix["applicability"], fix["message"]) == ("unsafe", "Report the error")
    assert [edit["content"].strip().splitlines()[-1] for edit in fix["edits"]] == [
        "logger = logging.getLogger(__name__)",
        'logger.exception("load failed")',
    ]
    assert json.loads(run(tmp_path, "--output-format", "json", "clean.py").out) == []


def test_findings_stand_in_the_order_of_files_and_places_every_time(tmp_path: Path) -> None:
    text = SILENT + BAD.replace("check", "first") + "def last():\n    raise Exception('no')\n"
    tree(tmp_path, {"b.py": text, "a/z.py": BAD, "a.py": text, "B.py": BAD})
    first = concise(tmp_path, "--select", "ERR1,ERR2")
    of_text = ["4:5 ERR203", "7:5 ERR105", "9:5 ERR104"]
    assert [p for p in first.places if p.startswith("a.py")] == [f"a.py:{place}" for place in of_text]
    assert [p for p in first.places if p.startswith("b.py")] == [f"b.py:{place}" for place in of_text]
    assert len(first.places) == 8
    assert first == concise(tmp_path, "--select", "ERR1,ERR2")
    assert sorted(concise(tmp_path, "--select", "ERR1,ERR2", "b.py", "a", "B.py", "a.py").places) == sorted(
        first.places
    )


def test_statistics_count_findings_by_rule(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": SILENT + BAD, "worse.py": BAD})
    counted = run(tmp_path, "--statistics", "--quiet", "--select", "ERR1,ERR2")
    assert (counted.code, counted.lines) == (
        1,
        ["2  ERR105  bare-raise-outside-handler", "1  ERR203  broad-handler-unreported"],
    )
    as_json = run(tmp_path, "--statistics", "--output-format", "json", "--select", "ERR1,ERR2")
    assert as_json.items == [
        {
            "code": "ERR105",
            "name": "bare-raise-outside-handler",
            "count": 2,
            "fixable": False,
            "fixable_count": 0,
        },
        {"code": "ERR203", "name": "broad-handler-unreported", "count": 1, "fixable": False, "fixable_count": 0},
    ]


def test_statistics_count_by_family_and_by_folder(tmp_path: Path) -> None:
    tree(tmp_path, {"a/bad.py": BAD * 2, "a/clean.py": CLEAN * 3, "a/b/silent.py": SILENT, "clean.py": CLEAN})
    options = ("--quiet", "--select", "ERR105,ERR203", ".")
    assert run(tmp_path, "--statistics=family", *options).lines == ["2  context", "1  swallow"]
    found = run(tmp_path, "--statistics=folder", *options)
    assert found.lines == [
        "findings, findings per 1,000 lines, folder",
        "2     200.0  a",
        f"1     200.0  {Path('a/b')}",
    ]
    rows = json.loads(run(tmp_path, "--statistics=folder", "--output-format", "json", *options).out)
    assert rows[0] == {
        "folder": "a",
        "count": 2,
        "fixable": False,
        "fixable_count": 0,
        "lines": 10,
        "per_1000_lines": 200.0,
    }
    rows = json.loads(run(tmp_path, "--statistics=family", "--output-format", "json", *options).out)
    assert rows[0] == {"family": "context", "count": 2, "fixable": False, "fixable_count": 0}


def test_statistics_take_a_value_behind_an_equals_sign_only(tmp_path: Path) -> None:
    tree(tmp_path, {"folder/bad.py": BAD, "bad.py": BAD})
    assert run(tmp_path, "--statistics", "folder", "--quiet").lines == ["1  ERR105  bare-raise-outside-handler"]
    tree(tmp_path, {"--statistics": BAD})
    assert run(tmp_path, "--quiet", "--statistics", "--", "--statistics").code == 1
    wrong = run(tmp_path, "--statistics=fmily")
    assert (wrong.code, wrong.out) == (2, "")
    assert "'fmily' is not a value of --statistics; did you mean 'family'?" in wrong.err


def test_an_output_file_gets_the_findings_and_the_exit_code_stays(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD})
    found = concise(tmp_path, "--output-file", "out.txt")
    assert (found.code, found.out, found.err) == (1, "", "")
    assert (tmp_path / "out.txt").read_text(encoding="utf-8").startswith("bad.py:2:5: ERR105 ")
    as_json = run(tmp_path, "-o", "out.json", "--output-format", "json")
    assert (as_json.code, as_json.out) == (1, "")
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))[0]["code"] == "ERR105"
    nowhere = concise(tmp_path, "--output-file", "no/folder/out.txt")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert nowhere.err.startswith("errlint: --output-file no/folder/out.txt: ")


def test_quiet_drops_the_summary_and_verbose_names_the_settings(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD, "own/errlint.toml": "preset = 'critical'", "own/bad.py": BAD})
    quiet = run(tmp_path, "--quiet", "bad.py")
    assert quiet.lines[-2:] == ["  = help: raise a named exception, or move the `raise` into the handler", ""]
    assert run(tmp_path, "-q", "bad.py") == quiet
    verbose = run(tmp_path, "--verbose", "--quiet")
    assert verbose.err.splitlines() == [
        f"errlint: 1 file with settings from {tmp_path / 'own' / 'errlint.toml'}",
        "errlint: 1 file with settings from defaults",
    ]


@pytest.mark.parametrize(
    ("settings", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_those_who_want_them(tmp_path: Path, settings: dict[str, str], coloured: bool) -> None:
    tree(tmp_path, {"bad.py": BAD})
    found = run(tmp_path, "--quiet", TERM="xterm-256color", stdin=b"", **settings)
    assert ("\x1b[" in found.out and "\x1b[1;33m" in found.out) is coloured
    assert ANSI.sub("", found.out).startswith("ERR105 bare-raise-outside-handler (warning): no exception")
    concise_lines = run(tmp_path, "--output-format", "concise", TERM="xterm", stdin=b"", **settings).lines
    assert [line.partition(": ERR105")[0] for line in concise_lines] == ["bad.py:2:5"]


def test_show_settings_prints_what_holds_and_checks_nothing(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {"bad.py": BAD, "errlint.toml": "select = ['ERR105', 'swallow']\nignore = ['ERR2']\nexclude = ['x']\n"},
    )
    found = run(tmp_path, "--show-settings", "--extend-select", "silent-handler", "--preset", "production")
    assert (found.code, found.err) == (0, "")
    assert found.lines[0] == f"# {tmp_path / 'errlint.toml'}"
    assert found.lines[1] == f"# root: {tmp_path}"
    assert 'exclude = ["x"]  # errlint.toml:3' in found.lines
    assert 'preset = "production"  # --preset' in found.lines
    assert found.lines[-1] == "# 2 rules in use: ERR105, ERR202"


def test_standard_input_is_checked_under_the_name_it_is_given(tmp_path: Path) -> None:
    tree(
        tmp_path, {"own/errlint.toml": "ignore = ['ERR105']", "errlint.toml": "per-file-ignores = {'b.py' = ['ERR1']}"}
    )
    plain = concise(tmp_path, "-", stdin=BAD.encode())
    assert (plain.code, plain.places) == (1, ["-:2:5 ERR105"])
    named = concise(tmp_path, "-", "--stdin-filename", "sub/a.py", stdin=BAD.encode())
    assert (named.code, named.places) == (1, ["sub/a.py:2:5 ERR105"])
    assert concise(tmp_path, "-", "--stdin-filename", "own/a.py", stdin=BAD.encode()).code == 0
    assert concise(tmp_path, "-", "--stdin-filename", "b.py", stdin=BAD.encode()).code == 0
    assert run(tmp_path, "-", "--stdin-filename", "x/y.py", "--show-files").out == "x/y.py\n"
    broken = concise(tmp_path, "-", stdin=b"x = '\xff'\n")
    assert (broken.code, broken.places) == (1, ["-:1:6 ERR001"])
    full = run(tmp_path, "-", "--quiet", stdin=BAD.encode())
    assert "2 |     raise" in full.lines
    as_json = run(tmp_path, "-", "--output-format", "json", "--stdin-filename", "sub/a.py", stdin=BAD.encode())
    assert as_json.items[0]["filename"] == str(tmp_path / "sub" / "a.py")


@pytest.mark.parametrize("option", ["--output-format=concise", "--output-format=json", "--output-format=full"])
def test_text_that_the_terminal_cannot_show_does_not_end_the_run(tmp_path: Path, option: str) -> None:
    tree(tmp_path, {"bad.py": "def check():\n    'é'; raise Exception('é')\n"})
    done = run(tmp_path, option, "--select", "ERR104", PYTHONIOENCODING="ascii")
    assert (done.code, "Traceback" in done.err) == (1, False)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes only there")
@pytest.mark.parametrize("more", [["-o", "out.txt"], [], ["--output-format=json", "-o", "out.txt"]])
def test_file_names_that_are_not_utf8_do_not_end_the_run(tmp_path: Path, more: list[str]) -> None:
    (tmp_path / os.fsdecode(b"nul\xe9.py")).write_text(BAD)
    done = subprocess.run(
        errlint_command(*more),
        cwd=tmp_path,
        env=environment(PYTHONIOENCODING="utf-8:strict"),
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")

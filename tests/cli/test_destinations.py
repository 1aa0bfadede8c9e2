"""Several formats in one run, each to its own place."""

import json
from pathlib import Path

import pytest

from tests.cli.command import run

BAD = "try:\n    import a\nexcept OSError:\n    pass\n"


def _project(tmp_path: Path) -> Path:
    (tmp_path / "bad.py").write_text(BAD)
    return tmp_path


def test_one_run_writes_files_and_prints(tmp_path: Path) -> None:
    done = run(_project(tmp_path), "check", "-o", "json:found.json", "-o", "concise:found.txt", "bad.py")
    assert done.code == 1, done.err
    assert "1 finding in 1 of 1 file" in done.out
    assert [each["code"] for each in json.loads((tmp_path / "found.json").read_text())] == ["ERR202"]
    assert (tmp_path / "found.txt").read_text().startswith("bad.py:3:1: ERR202")


def test_a_file_alone_takes_what_would_be_printed(tmp_path: Path) -> None:
    done = run(_project(tmp_path), "check", "--output-format", "json", "-o", "found.json", "bad.py")
    assert (done.code, done.out) == (1, "")
    assert len(json.loads((tmp_path / "found.json").read_text())) == 1


def test_a_format_can_take_the_place_of_what_is_printed(tmp_path: Path) -> None:
    done = run(_project(tmp_path), "check", "-o", "concise:-", "-o", "json:found.json", "bad.py")
    assert done.places == ["bad.py:3:1 ERR202"]
    assert len(done.lines) == 1
    assert len(json.loads((tmp_path / "found.json").read_text())) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "jsn:a.json"), "errlint: 'jsn' in `-o jsn:a.json` is not a format; did you mean 'json'?"),
        (
            ("-o", "json:"),
            "errlint: `-o json:` names no file; write `-o json:FILE`, or `-o json:-` for standard output",
        ),
        (("-o", "json:a", "-o", "concise:a"), "errlint: two outputs cannot both go to a"),
        (("-o", "json:a", "-o", "concise:./a"), "errlint: two outputs cannot both go to a"),
        (("-o", "json:."), "errlint: --output-file .: cannot be written: Is a directory"),
        (("-o", "json:no/a"), "errlint: --output-file no/a: cannot be written: there is no folder no"),
        (
            ("-o", "bad.py"),
            "errlint: --output-file bad.py: is Python code, and stays as it is; write `-o FILE` to another file",
        ),
        *(
            ((option, *wish), f"errlint: {option} shows no findings, and {name} does; use one of them")
            for option in ("--diff", "--fix-only", "--show-files", "--show-settings")
            for wish, name in ((("-o", "json:a"), "--output-file"), (("--statistics",), "--statistics"))
        ),
        (
            ("--statistics", "folder"),
            "errlint: --statistics takes its value behind a `=`; did you mean `--statistics=folder`?",
        ),
        (
            ("--select=",),
            "errlint: --select names no rule, and nothing would be checked; leave it out for the preset's",
        ),
        (("--add-ignores", "--reason", " "), "errlint: --reason says nothing; say why, or leave it out"),
        (("--baseline=/dev/full",), "errlint: /dev/full: is a device; name a file"),
        (("-o", "json:-", "-o", "-"), "errlint: two outputs cannot both go to standard output"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(_project(tmp_path), "check", *arguments, "bad.py")
    assert (done.code, done.out, done.err.splitlines()) == (2, "", [said])
    assert (tmp_path / "bad.py").read_text() == BAD


def test_a_file_may_have_a_colon_in_its_name(tmp_path: Path) -> None:
    assert run(_project(tmp_path), "check", "-o", "./a:b", "bad.py").code == 1
    assert "ERR202" in (tmp_path / "a:b").read_text()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("jsonl", ("--output-format", "jsonl")),
        ("sarif", ("--output-format", "sarif", "-o", "found.txt")),
        ("rdjson", ("-o", "rdjson:-")),
        ("gitlab", ("--output-format", "gitlab")),
    ],
)
def test_statistics_are_refused_where_a_format_has_no_form_for_them(
    tmp_path: Path, name: str, arguments: tuple[str, ...]
) -> None:
    done = run(_project(tmp_path), "check", "--statistics", *arguments, "bad.py")
    said = f"errlint: --statistics counts findings, and {name} has no form for that; use full, concise or json"
    assert (done.code, done.out, done.err.splitlines()) == (2, "", [said])
    assert not (tmp_path / "found.txt").exists()


def test_statistics_take_the_place_of_what_is_printed_and_of_nothing_else(tmp_path: Path) -> None:
    done = run(_project(tmp_path), "check", "--statistics", "-q", "-o", "json:found.json", "-o", "sarif:a", "bad.py")
    assert (done.code, done.lines) == (1, ["1  ERR202  [*] silent-handler"])
    assert [each["code"] for each in json.loads((tmp_path / "found.json").read_text())] == ["ERR202"]
    assert len(json.loads((tmp_path / "a").read_text())["runs"][0]["results"]) == 1
    done = run(tmp_path, "check", "--statistics", "-o", "json:-", "bad.py")
    assert json.loads(done.out)[0]["count"] == 1

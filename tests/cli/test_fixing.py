"""`--fix` and its kin: what is applied, what is shown, what is written where, and the exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import BAD, CLEAN, LIMIT, PACKAGE, Outcome, concise, environment, errlint_command, run, tree

SAFE = """\
def save(r):
    try:
        r.write()
    except OSError as error:
        r.rollback()
        raise error
"""
SAVED = SAFE.replace(" as error", "").replace("raise error", "raise")
"""What safe fixes make of it: ERR106 at 6:9."""
CHAIN = "def get(d):\n    try:\n        return d['x']\n    except KeyError as e:\n        raise ValueError('no x')\n"
CHAINED = CHAIN.replace("'no x')", "'no x') from e")
SILENT = "def tell(user):\n    try:\n        user.box.deliver()\n    except ConnectionError:\n        pass\n"
SUPPRESSED = (
    "import contextlib\n\ndef tell(user):\n    with contextlib.suppress(ConnectionError):\n        user.box.deliver()\n"
)
UNUSED = "x = 1  # errlint: ignore[ERR202] nothing here\n"
BARE = "def size(path):\n    try:\n        return path.stat()\n    except:\n        return None\n"
"""Two findings with unsafe fixes: ERR201 and ERR203 at 4:5."""
SIZED = (
    "import logging\n\nlogger = logging.getLogger(__name__)\n\n"
    "def size(path):\n    try:\n        return path.stat()\n    except Exception:\n"
    '        logger.exception("size failed")\n        return None\n'
)
CRASHING = """
from errlint.rules.swallow.bare_except import rule

def fail(node, ctx):
    raise ZeroDivisionError("on purpose")

rule.checks[:] = [(kind, fail) for kind, _ in rule.checks]
"""
HARMFUL = """
from errlint.rules.context import reraise_by_name as module

module._reraised = lambda node, handler, ctx: module._RERAISE.by(ctx.edit.replace(node, "raise ("))
"""


def _raw(folder: Path, *arguments: str, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    """Start errlint, and take its output byte for byte."""
    return subprocess.run(
        errlint_command(*arguments),
        cwd=folder,
        input=stdin,
        capture_output=True,
        env=environment(**more),
        timeout=LIMIT,
        check=False,
    )


def _with(script: str, folder: Path) -> dict[str, str]:
    """The environment in which a script runs before errlint does."""
    site = folder.parent / "site"
    tree(site, {"sitecustomize.py": script})
    return {"PYTHONPATH": os.pathsep.join([str(site), str(PACKAGE.parent)])}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _texts(folder: Path) -> dict[str, str]:
    return {name: data.decode() for name, data in _bytes(folder).items()}


def _summary(outcome: Outcome) -> list[str]:
    """The last lines of the full format, without the time that it took."""
    lines = [re.sub(r" \(\d+\.\d s\)", "", line) for line in outcome.lines]
    begin = next(
        at for at, line in enumerate(lines) if re.match(r"Fixed |No findings|No Python|[\d,]+ findings? ", line)
    )
    return lines[begin:]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def test_safe_fixes_are_applied_and_what_is_left_is_shown(project: Path) -> None:
    tree(project, {"a.py": SAFE, "b.py": f"{CHAIN}\n\n{BAD}", "c.py": CLEAN, "d.py": BARE})
    found = run(project, "--fix")
    assert (found.code, found.err) == (1, "")
    assert _texts(project) == {"a.py": SAVED, "b.py": f"{CHAINED}\n\n{BAD}", "c.py": CLEAN, "d.py": BARE}
    heads = [line.split(" (")[0] for line in found.lines if line.startswith("ERR")]
    assert heads == [
        "ERR105 bare-raise-outside-handler",
        "ERR201 bare-except",
        "ERR203 broad-handler-unreported",
    ]
    assert "9 |     raise" in found.lines, "the lines are those of the fixed file"
    assert _summary(found) == [
        "Fixed 2 findings in 2 files.",
        "3 findings left in 2 of 4 files.",
        "2 more can be fixed with `--fix --unsafe-fixes`.",
    ]


def test_a_second_run_writes_nothing(project: Path) -> None:
    tree(project, {"a.py": SAFE, "b.py": SILENT, "c.py": BARE, "d.py": UNUSED})
    assert run(project, "--fix", "--unsafe-fixes").code == 0
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in project.iterdir()}
    again = run(project, "--fix", "--unsafe-fixes", "--exit-non-zero-on-fix")
    assert (again.code, _summary(again)) == (0, ["No findings in 4 files."])
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in before} == before
    assert sorted(project.iterdir()) == sorted(before)


def test_nothing_left_is_exit_zero(project: Path) -> None:
    tree(project, {"a.py": SAFE, "b.py": CLEAN})
    found = run(project, "--fix")
    assert (found.code, _summary(found)) == (0, ["Fixed 1 finding in 1 file.", "No findings left in 2 files."])


def test_unsafe_fixes_are_applied_only_when_asked_for(project: Path) -> None:
    files = {"a.py": SAFE, "b.py": BARE}
    tree(project, files)
    alone = run(project, "--unsafe-fixes")
    assert (alone.code, _texts(project)) == (1, files)
    assert _summary(alone) == ["3 findings in 2 of 2 files.", "3 can be fixed with `--fix --unsafe-fixes`."]
    both = run(project, "--fix", "--unsafe-fixes")
    assert (both.code, _summary(both)) == (0, ["Fixed 3 findings in 2 files.", "No findings left in 2 files."])
    assert _texts(project) == {"a.py": SAVED, "b.py": SIZED}


def test_several_fixes_in_one_file_are_applied_together(project: Path) -> None:
    tree(project, {"a.py": f"{SAFE}\n\n{CHAIN}\n\n{SILENT}\n\n{SILENT}\n\n{UNUSED}"})
    found = run(project, "--fix")
    assert (found.code, _summary(found)[0]) == (0, "Fixed 5 findings in 1 file.")
    silent = SUPPRESSED.removeprefix("import contextlib\n\n")
    wanted = f"import contextlib\n\n{SAVED}\n\n{CHAINED}\n\n{silent}\n\n{silent}\n\nx = 1\n"
    assert _texts(project) == {"a.py": wanted}


def test_what_more_could_be_fixed_is_told(project: Path) -> None:
    tree(project, {"safe.py": SAFE, "unsafe.py": BARE, "none.py": BAD, "clean.py": CLEAN})
    assert _summary(run(project))[1:] == ["1 can be fixed with `--fix`, 2 more with `--fix --unsafe-fixes`."]
    assert _summary(run(project, "safe.py", "none.py"))[1:] == ["1 can be fixed with `--fix`."]
    assert _summary(run(project, "unsafe.py"))[1:] == ["2 can be fixed with `--fix --unsafe-fixes`."]
    assert "fixed with" not in run(project, "--quiet", "safe.py").out
    assert _summary(run(project, "--fix", "unsafe.py")) == [
        "2 findings in 1 of 1 file.",
        "2 more can be fixed with `--fix --unsafe-fixes`.",
    ]
    assert run(project, "--fix", "--quiet", "safe.py").out == ""


def test_each_finding_says_how_it_can_be_fixed(project: Path) -> None:
    tree(project, {"a.py": SAFE + BARE + BAD})
    found = run(project, "--select", "ERR105,ERR106,ERR201")
    assert [line.strip() for line in found.lines if " = fix: " in line] == [
        "= fix: write a bare `raise` (`--fix`)",
        "= fix: catch `Exception` (`--fix --unsafe-fixes`)",
    ]
    marks = [line.split(" ")[1:3] for line in concise(project, "--select", "ERR105,ERR106,ERR201").lines]
    assert [(code, mark == "[*]") for code, mark in marks] == [("ERR106", True), ("ERR201", False), ("ERR105", False)]


def test_statistics_mark_what_can_be_fixed_and_count_what_is_left(project: Path) -> None:
    tree(project, {"a.py": SAFE + SAFE + BARE + BAD + CHAIN})
    found = run(project, "--statistics", "--quiet")
    assert [line.split() for line in found.lines] == [
        ["2", "ERR106", "[*]", "reraise-by-name"],
        ["1", "ERR102", "[*]", "raise-without-cause"],
        ["1", "ERR105", "bare-raise-outside-handler"],
        ["1", "ERR201", "bare-except"],
        ["1", "ERR203", "broad-handler-unreported"],
    ]
    rows = json.loads(run(project, "--statistics", "--output-format", "json").out)
    assert [(row["code"], row["count"], row["fixable"], row["fixable_count"]) for row in rows][:3] == [
        ("ERR106", 2, True, 2),
        ("ERR102", 1, True, 1),
        ("ERR105", 1, False, 0),
    ]
    fixed = run(project, "--statistics", "--fix")
    assert (fixed.code, [line.split()[:2] for line in fixed.lines[:3]]) == (
        1,
        [["1", "ERR105"], ["1", "ERR201"], ["1", "ERR203"]],
    )
    assert "Fixed 3 findings in 1 file." in fixed.lines


def test_fix_only_shows_no_findings(project: Path) -> None:
    tree(project, {"a.py": SAFE, "b.py": BAD, "c.py": BARE})
    found = run(project, "--fix-only", "--output-format", "json")
    assert (found.code, found.out, found.err) == (0, "", "Fixed 1 finding in 1 file.\n")
    assert _texts(project) == {"a.py": SAVED, "b.py": BAD, "c.py": BARE}
    again = run(project, "--fix-only", "--exit-non-zero-on-fix")
    assert (again.code, again.out, again.err) == (0, "", "")
    unsafe = run(project, "--fix-only", "--unsafe-fixes", "--exit-non-zero-on-fix", "--quiet")
    assert (unsafe.code, unsafe.out, unsafe.err) == (1, "", "")
    assert _texts(project)["c.py"] == SIZED


def test_exit_non_zero_on_fix_tells_that_something_was_fixed(project: Path) -> None:
    tree(project, {"a.py": SAFE, "b.py": CLEAN})
    assert run(project, "--fix", "--exit-non-zero-on-fix", "b.py").code == 0
    found = run(project, "--fix", "--exit-non-zero-on-fix")
    assert (found.code, _summary(found)[-1]) == (1, "No findings left in 2 files.")
    assert run(project, "--fix", "--exit-non-zero-on-fix").code == 0


def test_exit_zero_hides_what_is_left_and_no_failure(project: Path) -> None:
    tree(project, {"a.py": SAFE, "b.py": BAD, "c.py": BARE})
    assert run(project, "--fix", "--exit-zero").code == 0
    assert _texts(project)["a.py"] == SAVED
    assert run(project, "--fix", "--exit-zero", **_with(CRASHING, project)).code == 2
    assert run(project, "--fix", "--exit-zero", "missing.py").code == 2


@pytest.mark.parametrize("option", ["--fix", "--fix-only", "--diff"])
def test_what_errlint_could_not_do_is_told_and_the_rest_is_fixed(project: Path, option: str) -> None:
    files = {"a.py": BARE, "b.py": SAFE}
    tree(project, files)
    found = concise(project, option, "--select", "ERR106,ERR201", **_with(CRASHING, project))
    assert found.code == 2
    shown, silent = (found.out, found.err) if option == "--fix" else (found.err, found.out)
    assert "a.py:4:1: ERR000 rule ERR201 (bare-except) crashed at " in shown
    assert "ERR000" not in silent.replace("see ERR000 above", "")
    assert found.err.endswith("errlint: 1 place could not be checked or fixed; see ERR000 above\n")
    assert _texts(project) == (files if option == "--diff" else {**files, "b.py": SAVED})
    assert ("+++ b.py" in found.out) is (option == "--diff")


@pytest.mark.parametrize("option", ["--fix", "--fix-only", "--diff"])
def test_a_fix_that_would_do_harm_is_a_failure_and_leaves_the_file(project: Path, option: str) -> None:
    files = {"a.py": SAFE, "b.py": f"{CHAIN}\n\n{SAFE}", "c.py": CHAIN}
    tree(project, files)
    found = concise(project, option, **_with(HARMFUL, project))
    assert found.code == 2
    told = found.out if option == "--fix" else found.err
    lines = [line for line in told.splitlines() if ": ERR000 " in line]
    assert [line.split(":")[0] for line in lines] == ["a.py", "b.py"]
    assert ": ERR000 the fix of ERR106 makes code that does not parse: " in lines[0]
    assert "the file was left as it is" in lines[0]
    assert _texts(project) == (files if option == "--diff" else {**files, "c.py": CHAINED})


# Diffs


def _applied(diff: bytes, before: dict[str, bytes]) -> dict[str, bytes]:
    """What a unified diff makes of some files, line by line and without any tolerance."""
    after, lines, at = dict(before), diff.split(b"\n"), 0
    assert lines.pop() == b"", "the last line of a diff ends too"
    while at < len(lines):
        assert lines[at].startswith(b"--- "), lines[at]
        name = lines[at][4:].rstrip(b"\t").decode()
        assert lines[at + 1].replace(b"+++ ", b"--- ", 1) == lines[at]
        at += 2
        old, new, read = before[name].split(b"\n"), [], 0
        while at < len(lines) and lines[at].startswith(b"@@ "):
            match = re.fullmatch(rb"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@", lines[at])
            assert match, lines[at]
            begin, olds, news = (int(group) if group is not None else 1 for group in match.groups())
            new += old[read : begin - (olds > 0)]
            read, at = begin - (olds > 0), at + 1
            while olds or news:
                kind, text = lines[at][:1], lines[at][1:]
                ends = at + 1 == len(lines) or not lines[at + 1].startswith(b"\\")
                if kind in b" -":
                    assert old[read] == text
                    assert ends is (read + 1 < len(old)), text
                    read, olds = read + 1, olds - 1
                if kind in b" +":
                    new.append(text)
                    news -= 1
                    is_whole = ends
                at += 1 if ends else 2
        rest = old[read:]
        after[name] = b"\n".join([*new, *rest]) + (b"\n" if not rest and is_whole else b"")
    return after


LATIN = SAFE.replace("def save", "# coding: latin-1\nX = '\xe9'\ndef save").replace("rollback()", "rollback('\xe9')")
DIFFED: dict[str, bytes] = {
    "plain.py": (SAFE + "# a line\n" * 20 + CHAIN).encode(),
    "bom_and_change.py": b"\xef\xbb\xbf" + UNUSED.encode(),
    "bom_in_context.py": b"\xef\xbb\xbf" + SAFE.encode(),
    "bom_only_line.py": b"\xef\xbb\xbf" + UNUSED.rstrip().encode(),
    "clean.py": CLEAN.encode(),
    "crlf.py": f"{SAFE}{SILENT}".replace("\n", "\r\n").encode(),
    "form_feed.py": f"\x0c\n{SAFE}\x0c\nx = '\u2028\x85\x1c'\n{UNUSED}".encode(),
    "latin.py": LATIN.encode("latin-1"),
    "lone_cr.py": SAFE.replace("\n", "\r").encode(),
    "mixed.py": SAFE.replace("\n", "\r\n", 3).encode(),
    "no_newline.py": f"{SAFE}{UNUSED}".rstrip().encode(),
    "no_newline_in_context.py": f"{SAFE}\nx = 1".encode(),
    "tabs.py": SAFE.replace("    ", "\t").encode(),
    "wide.py": SAFE.replace("r.write()", "r.write('漢字é🎈')").encode(),
    "folder/deep.py": SILENT.encode(),
}
"""Files whose diffs are not easy to write down."""


def test_a_diff_makes_exactly_what_fix_makes_and_writes_nothing(project: Path) -> None:
    for name, data in DIFFED.items():
        tree(project, {name: data})
    done = _raw(project, "--diff")
    assert done.returncode == 1
    assert _bytes(project) == DIFFED, "nothing was written"
    assert re.fullmatch(r"Would fix \d+ findings in 14 files\.\n", done.stderr.decode())
    assert b"\x1b" not in done.stdout
    fixed = project.parent / "fixed"
    shutil.copytree(project, fixed)
    assert _raw(fixed, "--fix-only").returncode == 0
    wanted = _bytes(fixed)
    assert {name for name in DIFFED if wanted[name] != DIFFED[name]} == set(DIFFED) - {"clean.py"}
    assert _applied(done.stdout, DIFFED) == wanted
    again = _raw(fixed, "--diff")
    assert (again.returncode, again.stdout, again.stderr) == (0, b"", b"")
    if shutil.which("patch") is not None:
        patched = subprocess.run(
            ["patch", "-p0", "--fuzz=0"], cwd=project, input=done.stdout, capture_output=True, check=False
        )
        assert (patched.returncode, _bytes(project)) == (0, wanted), patched.stdout


def test_a_diff_of_files_with_odd_names_can_be_applied_too(project: Path) -> None:
    files = {f"{name}.py": SAFE.encode() for name in ("sp ace/a b", "é", "漢", "-x")}
    tree(project, {**files, "ü.py": LATIN.encode("latin-1"), "字.py": LATIN.encode("latin-1")})
    done = _raw(project, "--diff", ".")
    assert (done.returncode, done.stderr) == (1, b"Would fix 6 findings in 6 files.\n")
    if shutil.which("patch") is None:
        pytest.skip("there is no patch")
    patched = subprocess.run(["patch", "-p0"], cwd=project, input=done.stdout, capture_output=True, check=False)
    assert patched.returncode == 0, patched.stdout
    assert {name: _bytes(project)[name] for name in files} == dict.fromkeys(files, SAVED.encode())


def test_a_diff_counts_only_what_it_would_fix(project: Path) -> None:
    tree(project, {"a.py": BARE, "b.py": BAD})
    found = run(project, "--diff")
    assert (found.code, found.out, found.err) == (0, "", ""), "findings that are not fixed are not shown"
    unsafe = run(project, "--diff", "--unsafe-fixes")
    assert (unsafe.code, unsafe.err) == (1, "Would fix 2 findings in 1 file.\n")
    assert unsafe.lines[:3] == ["--- a.py", "+++ a.py", "@@ -1,5 +1,10 @@"]
    assert run(project, "--diff", "--unsafe-fixes", "--quiet").err == ""
    together = run(project, "--fix", "--fix-only", "--unsafe-fixes", "--diff")
    assert (together.out, _texts(project)) == (unsafe.out, {"a.py": BARE, "b.py": BAD})


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_what_the_terminal_can_show_does_not_change_a_diff(project: Path, encoding: str) -> None:
    files = {"latin.py": LATIN.encode("latin-1"), "wide.py": DIFFED["wide.py"]}
    tree(project, files)
    done = _raw(project, "--diff", PYTHONIOENCODING=encoding)
    after = _applied(done.stdout, files)
    assert after["wide.py"].decode() == SAVED.replace("r.write()", "r.write('漢字é🎈')")
    assert after["latin.py"].count(b"\xe9") == 2


def _on_a_terminal(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and output of errlint when its standard output is a terminal."""
    import pty

    leader, follower = pty.openpty()
    with subprocess.Popen(
        errlint_command(*arguments),
        cwd=folder,
        env=environment(TERM="xterm"),
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=subprocess.DEVNULL,
    ) as started:
        os.close(follower)
        seen = b""
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:  # Linux says so where the other side has closed
                break
            if not part:
                break
            seen += part
        code = started.wait(LIMIT)
    os.close(leader)
    return code, seen.decode().replace("\r\n", "\n")


@pytest.mark.skipif(os.name == "nt", reason="there is no pty")
def test_a_diff_has_colours_on_a_terminal_only(project: Path) -> None:
    tree(project, {"a.py": SAFE})
    plain = run(project, "--diff").out
    code, shown = _on_a_terminal(project, "--diff")
    assert code == 1
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == plain
    assert "\x1b[32m+    except OSError:\x1b[0m" in shown
    assert "\x1b[31m-        raise error\x1b[0m" in shown
    assert "\x1b[" in run(project, "--diff", FORCE_COLOR="1").out
    assert run(project, "--diff", TERM="xterm-256color", COLORTERM="truecolor", FORCE_COLOR="").out == plain


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a full device is needed")
@pytest.mark.parametrize("arguments", [["--diff"], ["--fix", "-"], ["--diff", "-"]])
def test_a_full_disk_is_exit_two_without_a_traceback(project: Path, arguments: list[str]) -> None:
    tree(project, {"a.py": SAFE})
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            errlint_command(*arguments),
            cwd=project,
            env=environment(),
            input=SAFE.encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=LIMIT,
            check=False,
        )
    assert done.returncode == 2
    assert b"errlint: standard output: cannot be written: " in done.stderr
    assert b"Traceback" not in done.stderr


# JSON

BY_HAND = {
    "bare_raise.py": SAFE,
    "cause.py": CHAIN,
    "comment_at_the_end.py": "def f():\n    return 1\n# errlint: ignore-file[ERR202] x",
    "comment_behind.py": UNUSED,
    "comment_line.py": "x = 1\n    # errlint: ignore[ERR202] nothing\ny = 2\n",
    "crlf.py": SAFE.replace("\n", "\r\n"),
    "crlf_and_new_lines.py": SILENT.replace("\n", "\r\n"),
    "lone_cr.py": SILENT.replace("\n", "\r"),
    "new_lines.py": SILENT,
    "no_last_newline.py": SILENT.rstrip(),
    "report.py": BARE.replace("except:", "except Exception:"),
    "tabs.py": SAFE.replace("    ", "\t"),
    "wide.py": SAFE.replace("save(r):\n", "save(r):\n    '漢字🎈'; x = 'é\u2028'\n").replace("raise", "'漢🎈'; raise"),
}


def _by_hand(text: str, edits: list[dict[str, Any]]) -> str:
    """A text after the edits that the JSON tells: rows and columns count from 1, and the end is exclusive."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    for edit in sorted(edits, key=lambda each: (each["location"]["row"], each["location"]["column"]), reverse=True):
        start, end = (starts[edit[key]["row"] - 1] + edit[key]["column"] - 1 for key in ("location", "end_location"))
        text = text[:start] + edit["content"] + text[end:]
    return text


def test_the_edits_in_the_json_give_what_fix_gives(project: Path) -> None:
    tree(project, BY_HAND)
    found = {Path(item["filename"]).name: item for item in run(project, "--output-format", "json").items}
    assert found.keys() == BY_HAND.keys()
    by_hand = {name: _by_hand(text, found[name]["fix"]["edits"]) for name, text in BY_HAND.items()}
    assert run(project, "--fix", "--unsafe-fixes").code == 0
    assert _texts(project) == by_hand
    for item in found.values():
        assert item["fix"].keys() == {"applicability", "message", "edits"}
        for edit in item["fix"]["edits"]:
            assert edit.keys() == {"content", "location", "end_location"}


def test_a_fix_in_the_json_has_the_shape_that_ruff_writes(project: Path) -> None:
    tree(project, {"a.py": SAFE, "b.py": BARE, "c.py": BAD})
    found = run(project, "--output-format", "json", "--select", "ERR105,ERR106,ERR201").items
    assert [item["fix"] for item in found] == [
        {
            "applicability": "safe",
            "message": "Write a bare `raise`",
            "edits": [
                {
                    "content": "",
                    "location": {"row": 4, "column": 19},
                    "end_location": {"row": 4, "column": 28},
                },
                {
                    "content": "raise",
                    "location": {"row": 6, "column": 9},
                    "end_location": {"row": 6, "column": 20},
                },
            ],
        },
        {
            "applicability": "unsafe",
            "message": "Catch `Exception`",
            "edits": [
                {
                    "content": "except Exception",
                    "location": {"row": 4, "column": 5},
                    "end_location": {"row": 4, "column": 11},
                }
            ],
        },
        None,
    ]
    fixed = run(project, "--output-format", "json", "--select", "ERR105,ERR106,ERR201", "--fix")
    assert ([item["code"] for item in fixed.items], fixed.code) == (["ERR201", "ERR105"], 1)


# Standard input

AS_TEXT = {
    "bom": (b"\xef\xbb\xbf" + SAFE.encode(), b"\xef\xbb\xbf" + SAVED.encode()),
    "clean": (CLEAN.encode(), CLEAN.encode()),
    "crlf": (SILENT.replace("\n", "\r\n").encode(), SUPPRESSED.replace("\n", "\r\n").encode()),
    "empty": (b"", b""),
    "form feed": (b"\x0c\n" + SAFE.encode(), b"\x0c\n" + SAVED.encode()),
    "latin-1": (
        LATIN.encode("latin-1"),
        LATIN.replace(" as error", "").replace("raise error", "raise").encode("latin-1"),
    ),
    "lone cr": (SAFE.replace("\n", "\r").encode(), SAVED.replace("\n", "\r").encode()),
    "no last newline": (SAFE.rstrip().encode(), SAVED.rstrip().encode()),
    "nothing to fix": (BAD.replace("\n", "\r\n").encode(), BAD.replace("\n", "\r\n").encode()),
}


@pytest.mark.parametrize("name", AS_TEXT)
def test_fixed_text_from_standard_input_comes_back_byte_for_byte(project: Path, name: str) -> None:
    before, after = AS_TEXT[name]
    done = _raw(project, "--fix", "--output-format", "concise", "-", stdin=before)
    assert done.stdout == after
    wanted = b"-:2:5: ERR105 " if before.startswith(b"def check():\r\n    raise") else b""
    assert (done.returncode, done.stderr[: len(wanted or b"-")]) == (1 if wanted else 0, wanted)


def test_findings_of_fixed_text_are_told_on_standard_error(project: Path) -> None:
    found = run(project, "--fix", "-", stdin=f"{SAFE}\n\n{BAD}".encode())
    assert (found.code, found.out) == (1, f"{SAVED}\n\n{BAD}")
    assert found.err.startswith("ERR105 bare-raise-outside-handler (warning): ")
    assert " --> -:10:5\n10 |     raise\n" in found.err
    assert "Fixed 1 finding in 1 file.\n1 finding left in 1 of 1 file " in found.err
    only = run(project, "--fix-only", "--exit-non-zero-on-fix", "-", stdin=SAFE.encode())
    assert (only.code, only.out, only.err) == (1, SAVED, "Fixed 1 finding in 1 file.\n")
    unsafe = run(project, "--fix", "--unsafe-fixes", "--quiet", "-", stdin=BARE.encode())
    assert (unsafe.code, unsafe.out, unsafe.err) == (0, SIZED, "")
    assert list(project.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "told"),
    [
        ([], b"def f(:\n", 1, "ERR001"),
        ([], b"x = '\xff'\n" + SAFE.encode(), 1, "ERR001"),
        ([], b"# coding: klingon\n" + SAFE.encode(), 1, "ERR001"),
        ([], b"x = '\0'\n" + SAFE.encode(), 1, "ERR001"),
        (["--select", "ERR9"], SAFE.encode(), 2, "'ERR9' is no rule, prefix or family"),
        (["--config", "missing.toml"], SAFE.encode(), 2, "missing.toml: cannot be read"),
        (["--config", "missing.toml", "--isolated"], SAFE.encode(), 2, "cannot go together"),
        (["--stdin-filename", "broken/a.py"], SAFE.encode(), 2, "is not TOML"),
        (["--stdin-filename", "wrong/a.py"], SAFE.encode(), 2, "'reraise-by-nam' is no rule"),
        (["--per-file-ignores", "x"], SAFE.encode(), 2, "--per-file-ignores takes GLOB:RULE"),
        (["-o", "jsn:found.json"], SAFE.encode(), 2, "'jsn' in `-o jsn:found.json` is not a format"),
        (["--diff-base", "HEAD"], SAFE.encode(), 2, "--diff-base compares files"),
        (["--add-ignores"], SAFE.encode(), 2, "cannot go together"),
        (["--statistics", "--output-format", "sarif"], SAFE.encode(), 2, "--statistics counts findings"),
        (["--error-stale"], SAFE.encode(), 2, "--error-stale is about a baseline"),
    ],
)
def test_after_any_failure_the_text_comes_back_as_it_was(
    project: Path, arguments: list[str], stdin: bytes, code: int, told: str
) -> None:
    tree(project, {"broken/errlint.toml": "select = [\n", "wrong/errlint.toml": "unfixable = ['reraise-by-nam']\n"})
    done = _raw(project, "--fix", *arguments, "-", stdin=stdin)
    assert (done.returncode, done.stdout) == (code, stdin)
    assert told in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    if code == 2 and "--select" in arguments:
        assert _raw(project, "--fix-only", *arguments, "-", stdin=stdin).stdout == stdin


def test_a_fix_of_text_that_would_do_harm_gives_the_text_back(project: Path) -> None:
    done = _raw(project, "--fix", "-", stdin=SAFE.encode(), **_with(HARMFUL, project))
    assert (done.returncode, done.stdout) == (2, SAFE.encode())
    assert b"ERR000" in done.stderr


def test_even_a_crash_of_errlint_itself_gives_the_text_back(project: Path) -> None:
    script = "from errlint.engine import run\ndef fail(*_):\n    raise ZeroDivisionError\nrun.run_text = fail\n"
    done = _raw(project, "--fix", "-", stdin=SAFE.encode(), **_with(script, project))
    assert (done.returncode != 0, done.stdout) == (True, SAFE.encode())


def test_a_diff_of_standard_input_is_all_that_is_printed(project: Path) -> None:
    done = _raw(project, "--diff", "-", stdin=AS_TEXT["latin-1"][0])
    assert (done.returncode, done.stderr) == (1, b"Would fix 1 finding in 1 file.\n")
    assert _applied(done.stdout, {"-": AS_TEXT["latin-1"][0]}) == {"-": AS_TEXT["latin-1"][1]}
    named = run(project, "--diff", "--stdin-filename", "src/a.py", "-", stdin=SAFE.encode())
    assert named.lines[:2] == ["--- src/a.py", "+++ src/a.py"]
    clean = run(project, "--diff", "--fix", "-", stdin=CLEAN.encode())
    assert (clean.code, clean.out, clean.err) == (0, "", "")


# Settings


JUDGED = [
    ("", {"ERR106": "safe", "ERR201": "unsafe", "ERR203": "unsafe"}),
    ("unfixable = ['ERR106']", {"ERR106": None, "ERR201": "unsafe", "ERR203": "unsafe"}),
    ("unfixable = ['reraise-by-name']", {"ERR106": None, "ERR201": "unsafe", "ERR203": "unsafe"}),
    ("unfixable = ['ERR2']", {"ERR106": "safe", "ERR201": None, "ERR203": None}),
    ("unfixable = ['swallow']", {"ERR106": "safe", "ERR201": None, "ERR203": None}),
    ("unfixable = ['ALL']", {"ERR106": None, "ERR201": None, "ERR203": None}),
    ("extend-safe-fixes = ['bare-except']", {"ERR106": "safe", "ERR201": "safe", "ERR203": "unsafe"}),
    ("extend-safe-fixes = ['swallow']", {"ERR106": "safe", "ERR201": "safe", "ERR203": "safe"}),
    ("extend-unsafe-fixes = ['ERR1']", {"ERR106": "unsafe", "ERR201": "unsafe", "ERR203": "unsafe"}),
    (
        "unfixable = ['ERR2']\nextend-safe-fixes = ['ERR201']",
        {"ERR106": "safe", "ERR201": "safe", "ERR203": None},
    ),
    (
        "unfixable = ['ERR203']\nextend-safe-fixes = ['ERR20']\nextend-unsafe-fixes = ['ALL']",
        {"ERR106": "unsafe", "ERR201": "safe", "ERR203": None},
    ),
    (
        "extend-safe-fixes = ['ERR201', 'ERR203']\nextend-unsafe-fixes = ['ERR201']\nunfixable = ['ERR203']",
        {"ERR106": "safe", "ERR201": "unsafe", "ERR203": None},
    ),
]
"""Settings, and how freely the fix of each rule may be applied then; `None` is no fix."""


def test_settings_say_which_fixes_there_are_and_the_closer_selector_wins(project: Path) -> None:
    for number, (settings, _) in enumerate(JUDGED):
        tree(project / f"p{number:02}", {"a.py": SAFE + BARE, "errlint.toml": settings})
    seen: dict[str, dict[str, str | None]] = {}
    for item in run(project, "--output-format", "json").items:
        folder = Path(item["filename"]).parent.name
        seen.setdefault(folder, {})[item["code"]] = item["fix"] and item["fix"]["applicability"]
    assert [(JUDGED[int(folder[1:])][0], fixes) for folder, fixes in seen.items()] == JUDGED


MIXED = """\
unfixable = ["ERR102"]
extend-unsafe-fixes = ["context"]
extend-safe-fixes = ["ERR201"]
"""


def test_settings_hold_for_what_is_applied(project: Path) -> None:
    tree(
        project,
        {
            "errlint.toml": MIXED,
            "a.py": f"{SAFE}\n\n{CHAIN}\n\n{BARE}",
            "own/errlint.toml": "select = ['ERR106']\n",
            "own/a.py": f"{SAFE}\n\n{BARE}",
        },
    )
    found = concise(project, "--fix")
    bare = BARE.replace("except:", "except Exception:")
    assert (project / "a.py").read_text() == f"{SAFE}\n\n{CHAIN}\n\n{bare}"
    assert (project / "own" / "a.py").read_text() == f"{SAVED}\n\n{BARE}"
    assert [line.split(" ")[1] for line in found.lines] == ["ERR106", "ERR102", "ERR203"]
    assert "[*]" not in found.out
    assert concise(project, "--fix", "--unsafe-fixes").places == ["a.py:17:9 ERR102"]


MISSPELT = """\
# fixes
unfixable = ["reraise-by-nam"]
extend-safe-fixes = [
  "ERR102",
  "swalow",
]
extend-unsafe-fixes = "ERR1"
unfixble = []
"""


def test_misspelt_selectors_of_fixes_are_errors_with_file_and_line(project: Path) -> None:
    tree(project, {"errlint.toml": MISSPELT, "a.py": SAFE})
    for option in ("--fix", "--diff"):
        found = run(project, option)
        assert (found.code, found.out) == (2, "")
        assert found.err.splitlines() == [
            f"errlint: {project / 'errlint.toml'}:{line}: {message}"
            for line, message in [
                (2, "'reraise-by-nam' is no rule, prefix or family; did you mean 'reraise-by-name'?"),
                (3, "'swalow' is no rule, prefix or family; did you mean 'swallow'?"),
                (7, "'extend-unsafe-fixes' must be a list of strings, not a string"),
                (8, "'unfixble' is not a setting; did you mean 'unfixable'?"),
            ]
        ]
    assert (project / "a.py").read_text() == SAFE


def test_what_is_ignored_or_excluded_is_not_fixed(project: Path) -> None:
    commented = SAFE.replace("raise error", "raise error  # errlint: ignore[ERR106] it is read")
    files = {
        "errlint.toml": "extend-exclude = ['generated/']\n[per-file-ignores]\n'old_*.py' = ['ERR106']\n",
        ".gitignore": "*_pb2.py\n",
        "commented.py": commented,
        "foreign.py": SAFE.replace("raise error", "raise error  # noqa: TRY201"),
        "whole.py": f"# errlint: ignore-file[ERR106] all of it\n{SAFE}",
        "old_one.py": f"{SAFE}\n\n{CHAIN}",
        "generated/a.py": SAFE,
        "build/a.py": SAFE,
        "a_pb2.py": SAFE,
        "tests/test_a.py": SAFE,
        "text.txt": SAFE,
    }
    tree(project, {**files, "new.py": SAFE})
    found = run(project, "--fix")
    assert (found.code, _summary(found)[0]) == (0, "Fixed 2 findings in 2 files.")
    assert _texts(project) == {**files, "new.py": SAVED, "old_one.py": f"{SAFE}\n\n{CHAINED}"}
    assert run(project, "--fix", "generated/a.py", "text.txt").code == 0
    assert (project / "generated" / "a.py").read_text() == (project / "text.txt").read_text() == SAVED


def test_only_named_rules_are_fixed(project: Path) -> None:
    tree(project, {"a.py": f"{SAFE}\n\n{CHAIN}"})
    assert run(project, "--fix", "--select", "ERR102").code == 0
    assert (project / "a.py").read_text() == f"{SAFE}\n\n{CHAINED}"


def test_a_file_that_is_named_through_its_parent_folder_is_fixed(project: Path) -> None:
    tree(project, {"other/a.py": SAFE, "here/b.py": CLEAN, "here/errlint.toml": "select = ['ERR2']\n"})
    found = run(project / "here", "--fix", str(Path("..") / "other" / "a.py"))
    assert (found.code, _summary(found)[0]) == (0, "Fixed 1 finding in 1 file.")
    assert (project / "other" / "a.py").read_text() == SAVED


@pytest.mark.parametrize("arguments", [["--bogus"], ["--preset", "nope"], ["a.py"], ["--config", "none.toml"]])
def test_a_mistake_in_the_arguments_gives_the_text_back_too(tmp_path: Path, arguments: list[str]) -> None:
    done = run(tmp_path, "check", "--fix", *arguments, "-", stdin=b"x = 1\r\n")
    assert (done.code, done.out) == (2, "x = 1\r\n")
    assert done.err.startswith("errlint: ")


@pytest.mark.parametrize("arguments", [["--bogus"], ["--preset", "nope"], ["a.py"], ["--config", "none.toml"]])
def test_a_mistake_in_the_arguments_of_a_diff_gives_nothing_back(tmp_path: Path, arguments: list[str]) -> None:
    done = run(tmp_path, "check", "--fix", "--diff", *arguments, "-", stdin=b"x = 1\n")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("errlint: ")

"""`--add-ignores`: where the comments go, what they keep, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import BAD, concise, run, tree

OPTIONS = ("--isolated", "--select", "ERR1,ERR2,ERR0")
SILENT = "    except Exception:{}\n        pass\n"
TRY = "def f(a):\n    try:\n        a()\n"
ABOVE = "def f(x):\n    raise \\\n        Exception('a')\n"
LONG = f"def f(x):\n    raise Exception('{'a' * 80}')\n"


def _ignored(folder: Path, code: str | bytes, *arguments: str) -> str:
    """What becomes of a piece of code; everything in it must be silent afterwards."""
    tree(folder, {"code.py": code})
    found = run(folder, "--add-ignores", *OPTIONS, *arguments, "code.py")
    assert (found.code, found.err) == (0, ""), found
    assert run(folder, *OPTIONS, "code.py").code == 0
    return (folder / "code.py").read_bytes().decode()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (TRY + SILENT.format(""), TRY + SILENT.format("  # errlint: ignore[ERR202] old")),
        (TRY + SILENT.format("   "), TRY + SILENT.format("  # errlint: ignore[ERR202] old")),
        (
            TRY + SILENT.format("  # noqa: E501"),
            TRY + SILENT.format("  # noqa: E501  # errlint: ignore[ERR202] old"),
        ),
        (
            TRY + SILENT.format("  # type: ignore  # pragma: no cover"),
            TRY + SILENT.format("  # type: ignore  # pragma: no cover  # errlint: ignore[ERR202] old"),
        ),
        (
            TRY + "    except:\n        pass\n",
            TRY + "    except:  # errlint: ignore[ERR201, ERR202] old\n        pass\n",
        ),
        ("try: a()\nexcept: pass\n", "try: a()\nexcept: pass  # errlint: ignore[ERR201, ERR202] old\n"),
        (ABOVE, ABOVE.replace("    raise", "    # errlint: ignore[ERR104] old\n    raise")),
        (LONG, LONG.replace("    raise", "    # errlint: ignore[ERR104] old\n    raise")),
        (
            'def f(x):\n    raise Exception("""\n# no\n""")\n',
            'def f(x):\n    # errlint: ignore[ERR104] old\n    raise Exception("""\n# no\n""")\n',
        ),
        (
            "def f(x):\n    raise Exception(\n        'a'\n    )\n",
            "def f(x):\n    raise Exception(  # errlint: ignore[ERR104] old\n        'a'\n    )\n",
        ),
        (
            "raise Exception('a'); raise Exception('b')\n",
            "raise Exception('a'); raise Exception('b')  # errlint: ignore[ERR104] old\n",
        ),
        ("def f():\n    raise", "def f():\n    raise  # errlint: ignore[ERR105] old"),
        ("def f():\r\n    raise\r\n", "def f():\r\n    raise  # errlint: ignore[ERR105] old\r\n"),
        (ABOVE.replace("\n", "\r\n"), ABOVE.replace("    raise", "    # errlint: ignore[ERR104] old\n    raise")),
        ("\ufeffdef f():\n\traise\n", "\ufeffdef f():\n\traise  # errlint: ignore[ERR105] old\n"),
        ("def f():\n    raise  #", "def f():\n    raise  #  # errlint: ignore[ERR105] old"),
    ],
)
def test_a_comment_goes_where_it_fits(tmp_path: Path, code: str, expected: str) -> None:
    text = _ignored(tmp_path, code.encode(), "--reason", "old")
    assert text == (expected if "\r" in expected or "\r" not in code else expected.replace("\n", "\r\n"))


def test_codes_are_added_to_the_comment_that_is_there(tmp_path: Path) -> None:
    beside = _ignored(tmp_path, TRY + "    except:  # errlint: ignore[ERR201] why  # noqa: E501\n        x = 1\n")
    assert "except:  # errlint: ignore[ERR201, ERR203] why  # noqa: E501" in beside
    above = _ignored(tmp_path, "def f():\n    # errlint: ignore[ERR105] why\n    raise; raise Exception('a')\n")
    assert above.splitlines()[1:] == ["    # errlint: ignore[ERR105, ERR104] why", "    raise; raise Exception('a')"]


def test_a_place_without_room_for_a_comment_gets_it_where_it_can_stand(tmp_path: Path) -> None:
    code = "x = 1; \\\nraise Exception(\n    'a'\n)\n"
    assert _ignored(tmp_path, code).splitlines()[1] == "raise Exception(  # errlint: ignore[ERR104]"
    backslash = "def f(x):\n    if x: \\\n        raise Exception(\\\n            'a')\n"
    assert _ignored(tmp_path, backslash).splitlines()[3] == "            'a')  # errlint: ignore[ERR104]"


def test_other_encodings_are_kept_and_respected(tmp_path: Path) -> None:
    code = "# coding: latin-1\ndef f():\n    raise  # é\n".encode("latin-1")
    tree(tmp_path, {"code.py": code})
    assert run(tmp_path, *OPTIONS, "--add-ignores", "--reason", "été", "code.py").code == 0
    assert (tmp_path / "code.py").read_bytes().splitlines()[2].decode("latin-1").endswith("ignore[ERR105] été")
    tree(tmp_path, {"code.py": code})
    found = concise(tmp_path, *OPTIONS, "--add-ignores", "--reason", "漢字", "code.py")
    assert (found.code, (tmp_path / "code.py").read_bytes()) == (2, code)
    assert "the ignore comments cannot be written in iso-8859-1; the file was left as it is" in found.out


def test_what_no_comment_can_hide_is_left_and_shown(tmp_path: Path) -> None:
    files = {
        "broken.py": "x = = 1\n",
        "unused.py": "x = 1  # errlint: ignore[ERR105] x\n",
        "expired.py": "def f():\n    raise  # errlint: ignore[ERR105] until=2020-01-01 soon\n",
    }
    tree(tmp_path, {**files, "bad.py": BAD})
    found = concise(tmp_path, *OPTIONS, "--add-ignores", ".")
    assert found.code == 1
    assert found.places == ["broken.py:1:5 ERR001", "expired.py:2:5 ERR105", "unused.py:1:8 ERR002"]
    assert {name: (tmp_path / name).read_text() for name in files} == files
    assert (tmp_path / "bad.py").read_text() == "def check():\n    raise  # errlint: ignore[ERR105]\n"


def test_only_the_findings_of_the_run_are_ignored_and_the_summary_says_how_many(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": TRY + "    except:\n        pass\n", "b.py": BAD})
    found = run(tmp_path, "--isolated", "--select", "ERR201,ERR105", "--add-ignores", ".")
    assert found.lines[0] == "Ignored 2 findings in 2 files."
    assert found.lines[1].startswith("No findings left in 2 files")
    assert "ignore[ERR201]\n" in (tmp_path / "a.py").read_text()


def test_a_diff_shows_the_comments_and_writes_none(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD})
    found = run(tmp_path, "--isolated", "--add-ignores", "--reason", "see #12", "--diff", ".")
    assert (found.code, found.err) == (1, "Would ignore 1 finding in 1 file.\n")
    assert "+    raise  # errlint: ignore[ERR105] see #12" in found.lines
    assert (tmp_path / "bad.py").read_text() == BAD


def test_standard_input_comes_back_with_comments(tmp_path: Path) -> None:
    found = run(tmp_path, "--isolated", "--add-ignores", "-", stdin=BAD.encode())
    assert (found.code, found.out) == (0, "def check():\n    raise  # errlint: ignore[ERR105]\n")


def test_reasons_that_the_settings_want_are_asked_for_before_anything_is_written(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": "require-reason = true\n", "bad.py": BAD})
    found = run(tmp_path, "--add-ignores", ".")
    assert (found.code, found.out) == (2, "")
    assert "errlint.toml sets `require-reason`; say why with `--add-ignores --reason TEXT`" in found.err
    assert (tmp_path / "bad.py").read_text() == BAD
    assert run(tmp_path, "--add-ignores", "--reason", "old code", ".").code == 0
    assert run(tmp_path, ".").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--reason", "x"), "--reason is for the comments of --add-ignores"),
        (("--add-ignores", "--fix"), "--fix and --add-ignores cannot go together"),
        (("--add-ignores", "--fix-only"), "--fix-only and --add-ignores cannot go together"),
        (("--add-ignores", "--reason", "a\nb"), "--reason takes one line of text"),
        (("--add-ignores", "--reason", "a # noqa"), "--reason takes one line of text"),
        (("--add-ignores", "--reason", "until=2027-01-01 x"), "--reason takes one line of text"),
        (("--add-ignore",), "there is no option '--add-ignore'; did you mean '--add-ignores'?"),
    ],
)
def test_wrong_use_changes_nothing(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    tree(tmp_path, {"bad.py": BAD})
    found = run(tmp_path, *arguments, ".")
    assert (found.code, found.out) == (2, "")
    assert message in found.err
    assert (tmp_path / "bad.py").read_text() == BAD

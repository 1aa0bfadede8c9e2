"""Comments that silence findings: errlint's own, `# noqa`, and what other tools left in the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import concise, tree


def _handler(comment: str, above: str = "", body: str = "") -> str:
    """A function whose handler is ERR202, with a comment on the header, above it, or in its body."""
    above = f"    {above}\n" if above else ""
    return f"def sync(a):\n    try:\n        a.sync()\n{above}    except Exception:{comment}\n        pass{body}\n"


def _files_with_findings(folder: Path, files: dict[str, str], *arguments: str) -> set[str]:
    tree(folder, files)
    found = concise(folder, "--select", "ERR201,ERR202,ERR105", *arguments)
    assert found.err == ""
    assert all(place.rpartition(" ")[2] in ("ERR202", "ERR105") for place in found.places)
    return {place.partition(":")[0] for place in found.places}


HEADER = """def sync(a):
    try:
        a.sync()
    except (  {one}
        OSError,  {two}
        Exception,
    ):  {three}
        pass  {four}
"""
OWN = {
    "code.py": _handler("  # errlint: ignore[ERR202] it is optional"),
    "name.py": _handler("  # errlint: ignore[silent-handler] it is optional"),
    "several.py": _handler("  # errlint: ignore[ERR105, ERR202] both"),
    "everything.py": _handler("  # errlint: ignore"),
    "above.py": _handler("", "# errlint: ignore[ERR202] it is optional"),
    "above_two.py": _handler("", "# errlint: ignore[ERR202] it is\n    # optional\n"),
    "header_first.py": HEADER.format(one="# errlint: ignore[ERR202] x", two="", three="", four=""),
    "header_middle.py": HEADER.format(one="", two="# errlint: ignore[ERR202] x", three="", four=""),
    "header_last.py": HEADER.format(one="", two="", three="# errlint: ignore[ERR202] x", four=""),
    "statement_middle.py": "def f():\n    raise Exception(  # errlint: ignore[ERR104]\n        'a'\n    )\n",
    "file.py": "# errlint: ignore-file[ERR202] generated\n" + _handler("") + _handler(""),
    "file_at_end.py": _handler("") + "# errlint: ignore-file[silent-handler]\n",
    "file_everything.py": "# errlint: ignore-file\n" + _handler("") + "raise\n",
    "after_other.py": _handler("  # pragma: no cover  # errlint: ignore[ERR202] x"),
    "noqa.py": _handler("  # noqa: ERR202"),
    "noqa_several.py": _handler("  # noqa: E501, ERR202"),
    "noqa_lower.py": _handler("  # NOQA:err202"),
    "noqa_bare.py": _handler("  # noqa"),
    "noqa_file.py": "# ruff: noqa: ERR202\n" + _handler(""),
}
LOUD = {
    "bad_other_code.py": _handler("  # errlint: ignore[ERR201]"),
    "bad_other_name.py": _handler("  # errlint: ignore[bare-except]"),
    "bad_body.py": _handler("", body="  # errlint: ignore[ERR202]"),
    "bad_header_body.py": HEADER.format(one="", two="", three="", four="# errlint: ignore[ERR202]"),
    "bad_string.py": "X = '# errlint: ignore-file'\n" + _handler(""),
    "bad_docstring.py": '"""\n# errlint: ignore-file\n# ruff: noqa\n"""\n' + _handler(""),
    "bad_above_other.py": "# errlint: ignore[ERR202]\nx = 1\n" + _handler(""),
    "bad_line_before.py": _handler("").replace("a.sync()", "a.sync()  # errlint: ignore[ERR202]"),
    "bad_file_code.py": "# errlint: ignore-file[ERR201]\n" + _handler(""),
    "bad_noqa_code.py": _handler("  # noqa: E501"),
    "bad_noqa_no_match.py": "raise  # noqa: BLE001\n",
}


def test_own_comments_silence_what_they_name_and_nothing_else(tmp_path: Path) -> None:
    assert _files_with_findings(tmp_path, {**OWN, **LOUD}) == set(LOUD)


FOREIGN = {
    "ruff.py": _handler("  # noqa: BLE001"),
    "ruff_pass.py": _handler("  # noqa: S110"),
    "ruff_several.py": _handler("  # noqa: E501,BLE001"),
    "ruff_bare.py": _handler("  # noqa"),
    "ruff_prefix.py": _handler("  # noqa: BLE"),
    "ruff_file.py": "# ruff: noqa\n" + _handler(""),
    "ruff_file_code.py": "# ruff: noqa: BLE001\n" + _handler(""),
    "flake8_file.py": "# flake8: noqa\n" + _handler(""),
    "ruff_ignore.py": _handler("  # ruff: ignore[BLE001]"),
    "ruff_ignore_above.py": _handler("", "# ruff: ignore[BLE001]"),
    "pylint_line.py": _handler("  # pylint: disable=broad-exception-caught"),
    "pylint_old_name.py": _handler("  # pylint: disable=broad-except"),
    "pylint_number.py": _handler("  # pylint: disable=W0718"),
    "pylint_several.py": _handler("  # pylint: disable=invalid-name, broad-exception-caught"),
    "pylint_block.py": "def f(a):\n    # pylint: disable=broad-exception-caught\n    x = 1\n"
    "    try:\n        a()\n    except Exception:\n        pass\n",
    "pylint_next.py": _handler("", "# pylint: disable-next=broad-exception-caught"),
    "pylint_file.py": "# pylint: disable=broad-exception-caught\n" + _handler(""),
    "bandit.py": _handler("  # nosec B110"),
    "bandit_several.py": _handler("  # nosec: B101,B110"),
    "bandit_bare.py": _handler("  # nosec"),
}
FOREIGN_LOUD = {
    "bad_ruff.py": _handler("  # noqa: E501"),
    "bad_ruff_file.py": "# ruff: noqa: E501\n" + _handler(""),
    "bad_ruff_ignore.py": _handler("  # ruff: ignore[B904]"),
    "bad_pylint.py": _handler("  # pylint: disable=invalid-name"),
    "bad_pylint_enable.py": _handler("  # pylint: enable=broad-exception-caught"),
    "bad_pylint_block_over.py": "def g():\n    # pylint: disable=broad-exception-caught\n    x = 1\n" + _handler(""),
    "bad_bandit.py": _handler("  # nosec B608"),
    "bad_meaning.py": "raise  # nosec B110\n",
}


def test_the_comments_of_other_tools_silence_the_rules_that_mean_the_same(tmp_path: Path) -> None:
    assert _files_with_findings(tmp_path, {**FOREIGN, **FOREIGN_LOUD}) == set(FOREIGN_LOUD)


def test_the_comments_of_other_tools_count_for_nothing_where_the_settings_say_so(tmp_path: Path) -> None:
    files = {**FOREIGN, **FOREIGN_LOUD, "own.py": OWN["code.py"], "noqa_own.py": OWN["noqa.py"]}
    tree(tmp_path, {"errlint.toml": "honor-foreign-ignores = false"})
    assert _files_with_findings(tmp_path, files) == {*FOREIGN, *FOREIGN_LOUD}


def test_own_comments_that_say_too_little_or_silence_nothing_are_findings(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "setup.cfg": "",
            "blanket.py": _handler("  # errlint: ignore"),
            "unknown.py": _handler("  # errlint: ignore[ERR202, silent-handlr, ERR999] x"),
            "unused.py": _handler("  # errlint: ignore[ERR202, ERR105] x"),
            "unused_noqa.py": "x = 1  # noqa: ERR202\n",
            "foreign.py": "x = 1  # noqa: BLE001\ny = 1  # pylint: disable=broad-except\nz = 1  # noqa\n",
            "not_running.py": "x = 1  # errlint: ignore[ERR104] that rule does not run\n",
        },
    )
    found = concise(tmp_path, "--select", "meta,ERR105,ERR202")
    assert found.places == [
        "blanket.py:4:24 ERR003",
        "unknown.py:4:24 ERR004",
        "unknown.py:4:24 ERR004",
        "unused.py:4:24 ERR002",
        "unused_noqa.py:1:8 ERR002",
    ]
    assert "`ERR999` is not a rule" in found.out
    assert "`silent-handlr` is not a rule; did you mean 'silent-handler'?" in found.out
    assert "nothing here needs `ignore[ERR105]`" in found.out
    tree(tmp_path, {"errlint.toml": "require-reason = true\nselect = ['ERR003']", "no.py": OWN["noqa.py"]})
    tree(tmp_path, {"yes.py": OWN["code.py"], "without.py": _handler("  # errlint: ignore[ERR202]")})
    assert concise(tmp_path, "yes.py", "without.py", "no.py").places == ["without.py:4:24 ERR003"]


@pytest.mark.parametrize("comment", ["# errlint: ignore-file", "# noqa: ERR001", "# ruff: noqa"])
def test_no_comment_hides_a_file_that_cannot_be_read(tmp_path: Path, comment: str) -> None:
    found = concise(tmp_path, "--isolated", "-", stdin=f"{comment}\nx = = 1\n".encode())
    assert (found.code, found.places) == (1, ["-:2:5 ERR001"])

"""What a person sees: a line that goes as the work is done, links, colours, and no more than can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import BAD, CLEAN, run, tree
from tests.cli.terminal import watch

LINK = re.compile(r"\x1b\]8;[^;]*;([^\x1b]+)\x1b\\(.*?)\x1b\]8;;\x1b\\")
STYLES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tree(tmp_path, {"a b.py": BAD + BAD.replace("check", "again"), "c.py": BAD, "clean.py": CLEAN})


def test_a_line_says_how_far_the_work_is_and_goes(project: Path) -> None:
    found = watch(project, "--statistics")
    shown = STYLES.sub("", found.written)
    assert re.search(r"0/3 ━+ +--:-- a b\.py", shown)
    assert re.search(r"2/3 [━╸╺]+ +\d+ files/s \S+ clean\.py", shown)
    assert "clean.py" not in "\n".join(found.screen)
    assert found.screen[0] == "3  ERR105  bare-raise-outside-handler"


def test_the_line_is_on_standard_error(project: Path) -> None:
    found = watch(project, "--output-format", "concise", piped=True)
    assert "files/s" in found.written
    assert found.screen == []
    assert found.piped == run(project, "--output-format", "concise").out


@pytest.mark.parametrize(
    ("arguments", "settings"), [(["--quiet"], {}), ([], {"CI": "true"}), ([], {"TERM": "dumb"})], ids=str
)
def test_there_is_no_line_where_nobody_wants_it(project: Path, arguments: list[str], settings: dict[str, str]) -> None:
    assert watch(project, *arguments, piped=True, **settings).written == ""


def test_rules_and_files_are_links_on_a_terminal(project: Path) -> None:
    found = watch(project, "--quiet")
    links = [(target, STYLES.sub("", text)) for target, text in LINK.findall(found.written)]
    rule = ("https://github.com/errlint/errlint/blob/main/docs/rules.md#err105", "ERR105")
    spaced = (project / "a b.py").as_uri()
    assert spaced.endswith("/a%20b.py")
    assert links == [(spaced, "a b.py"), rule, rule, ((project / "c.py").as_uri(), "c.py"), rule]
    assert " --> a b.py:2:5" in found.screen


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [([], {"CI": "1"}), ([], {"TERM": "dumb"}), (["--color", "never"], {}), (["--color=never"], {"FORCE_COLOR": "1"})],
    ids=str,
)
def test_there_are_no_links_where_nobody_can_follow(
    project: Path, arguments: list[str], settings: dict[str, str]
) -> None:
    written = watch(project, "--quiet", *arguments, **settings).written
    assert "\x1b]8" not in written
    assert ("\x1b[" in written) is ("CI" in settings)


@pytest.mark.parametrize(
    ("arguments", "settings", "coloured"),
    [
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1", "TERM": "dumb"}, True),
        (["--color", "auto"], {"FORCE_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "TERM": "dumb"}, False),
    ],
)
@pytest.mark.parametrize("what", ["findings", "diff"])
def test_the_option_decides_about_colours_before_the_environment_does(
    tmp_path: Path, what: str, arguments: list[str], settings: dict[str, str], coloured: bool
) -> None:
    tree(tmp_path, {"a.py": "try:\n    a()\nexcept OSError as e:\n    print(1)\n    raise e\n"})
    found = run(
        tmp_path, "--quiet", "--select", "ERR106", *(["--diff"] if what == "diff" else []), *arguments, **settings
    )
    assert (found.code, "\x1b[3" in found.out or "\x1b[1;3" in found.out) == (1, coloured)
    assert "\x1b]8" not in found.out


def test_a_terminal_gets_as_many_as_can_be_read_and_a_pipe_all(tmp_path: Path) -> None:
    tree(tmp_path, {f"a{number}.py": BAD for number in range(103)})
    found = watch(tmp_path)
    assert STYLES.sub("", found.written).count(" --> ") == 100
    assert found.screen[-2].startswith("errlint: 3 more findings not shown; `--max-findings 0` shows all")
    assert found.screen[-1].startswith("103 findings in 103 of 103 files (")
    assert watch(tmp_path, "--max-findings", "0").written.count(" --> ") == 103
    assert run(tmp_path).out.count(" --> ") == 103
    assert len(watch(tmp_path, "--output-format", "concise").written.splitlines()) > 103

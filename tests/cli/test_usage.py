"""Command lines that cannot be understood: exit 2, one sentence, and what may have been meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from errlint.cli.arguments import COMMANDS, parser, with_default_command
from tests.cli.command import BAD, here, run, tree


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chekc"], "errlint: chekc: no such file or folder; did you mean 'check'?"),
        (["new-ruel"], "errlint: new-ruel: no such file or folder; did you mean 'new-rule'?"),
        (["--output-format", "jsn"], "errlint: 'jsn' is not a value of --output-format; did you mean 'json'?"),
        (
            ["--preset", "zzz"],
            "errlint: 'zzz' is not a value of --preset; use recommended, production or critical",
        ),
        (["--preset=recomended"], "errlint: 'recomended' is not a value of --preset; did you mean 'recommended'?"),
        (["--zzzzzz"], "errlint: there is no option '--zzzzzz'; `errlint check --help` shows what there is"),
        (["--select"], "errlint: --select lacks its value: write `--select RULE[,RULE]`"),
        (["--preset"], "errlint: --preset lacks its value: use recommended, production or critical"),
        (["--fix=all"], "errlint: --fix takes no value; leave out 'all'"),
        (["-o"], "errlint: --output-file lacks its value: write `--output-file [FORMAT:]FILE`"),
        (["new-rule", "swallow"], "errlint: the following arguments are required: name; `errlint new-rule --help`"),
        (["--isolated", "--config", "a.toml"], "errlint: --config and --isolated cannot go together"),
        (["-", "bad.py"], "errlint: `-` reads standard input and goes with no other path"),
        (["--stdin-filename", "a.py"], "errlint: --stdin-filename names what `-` reads; add `-`"),
        (["--per-file-ignores", "tests"], "errlint: --per-file-ignores takes GLOB:RULE, not 'tests'"),
        (["--select", "raise-without-case"], "did you mean 'raise-without-cause'?"),
        (["--ignore", "swalow"], "errlint: --ignore: 'swalow' is no rule, prefix or family; did you mean 'swallow'?"),
        (["--extend-select", "ERR999"], "errlint: --extend-select: 'ERR999' is no rule, prefix or family"),
        (["--per-file-ignores", "a.py:silent"], "errlint: --per-file-ignores: 'silent' is no rule, prefix or family"),
        (["--config", "missing.toml"], "errlint: missing.toml: cannot be read: "),
        (["rul"], "errlint: rul: no such file or folder; did you mean 'rule'?"),
        (["inti"], "errlint: inti: no such file or folder; did you mean 'init'?"),
        (["completoin"], "errlint: completoin: no such file or folder; did you mean 'completion'?"),
        (["rule", "--output-format"], "errlint: --output-format lacks its value: use full, json or markdown"),
        (["config", "--setting"], "errlint: --setting lacks its value: write `--setting KEY`"),
        (["init", "--file"], "errlint: --file lacks its value: write `--file FILE`"),
        (["init", "--yes=no"], "errlint: --yes takes no value; leave out 'no'"),
        (["completion", "fsh"], "errlint: 'fsh' is not a value of shell; did you mean 'fish'?"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_in_one_sentence(tmp_path: Path, arguments: list[str], told: str) -> None:
    tree(tmp_path, {"bad.py": BAD})
    found = here(tmp_path, *arguments)
    assert (found.code, found.out) == (2, "")
    assert told in found.err
    assert len(found.err.splitlines()) == 1


def test_every_unknown_selector_is_told_at_once(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD})
    found = run(tmp_path, "--select", "ERR105,ERX1", "--select", "foo", "--ignore", "bar")
    assert found.code == 2
    assert [line.split(" is ")[0] for line in found.err.splitlines()] == [
        "errlint: --ignore: 'bar'",
        "errlint: --select: 'ERX1'",
        "errlint: --select: 'foo'",
    ]


def test_help_and_version_are_no_failures(tmp_path: Path) -> None:
    version = run(tmp_path, "--version")
    assert version.code == 0
    assert version.out.startswith("errlint 0.")
    top = run(tmp_path, "--help")
    assert top.code == 0
    assert "0 clean, 1 findings, 2 errlint could not do its job, 130 interrupted" in top.out.replace("\n", " ")
    check = run(tmp_path, "check", "--help")
    assert check.code == 0
    for option in ("--select", "--per-file-ignores", "--stdin-filename", "--statistics", "--exit-zero", "--isolated"):
        assert option in check.out


@pytest.mark.parametrize(("option", "meant"), [("--statistic", "--statistics"), ("--slect=ERR1", "--select")])
def test_a_misspelt_option_of_check_has_a_suggestion(tmp_path: Path, option: str, meant: str) -> None:
    found = run(tmp_path, option)
    assert found.err.startswith(f"errlint: there is no option '{option.partition('=')[0]}'; did you mean '{meant}'?")


@pytest.mark.parametrize(
    ("arguments", "meant"), [(["chekc", "bad.py"], "check"), (["new-rul", "swallow", "some-thing"], "new-rule")]
)
def test_a_misspelt_command_with_arguments_has_a_suggestion(tmp_path: Path, arguments: list[str], meant: str) -> None:
    tree(tmp_path, {"bad.py": BAD})
    found = run(tmp_path, *arguments)
    assert (found.code, found.err.splitlines()[0]) == (
        2,
        f"errlint: {arguments[0]}: no such file or folder; did you mean '{meant}'?",
    )


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_a_page_with_examples_that_are_understood(tmp_path: Path, command: str) -> None:
    found = here(tmp_path, *([command] if command else []), "--help")
    assert (found.code, found.err) == (0, "")
    assert len(found.lines) <= 96, "more than a page"
    at = found.lines.index("examples:")
    examples = [line for line in found.lines[at + 1 :] if line.startswith("  errlint ")]
    assert examples
    for example in examples:
        words = example.partition(" > ")[0].split()[1:]
        options = parser().parse_args(with_default_command(words))
        assert options.command == (words[0] if words[0] in COMMANDS else "check")

"""`errlint completion`: what the shells themselves make of the scripts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from errlint.cli import completion
from errlint.cli.arguments import COMMANDS, SHELLS, actions_of
from errlint.cli.completion.words import Holds, words
from errlint.engine.registry import catalogue
from errlint.output import FORMATS
from errlint.settings.keys import KEYS
from tests.cli.command import LIMIT, environment, here, tree
from tests.cli.terminal import Terminal, terminal
from tests.tools import require

KNOWN = words(catalogue())
ENVIRONMENT = {**environment(TERM="dumb", HOME="/nonexistent"), "PS1": "$ "}

COMPLETED = [
    ("errlint new-r", "new-rule"),
    ("errlint rule silent-h", "rule silent-handler"),
    ("errlint rule ERR101 raise-without-c", "rule ERR101 raise-without-cause"),
    ("errlint --statist", "--statistics"),
    ("errlint check --per-f", "check --per-file-ignores"),
    ("errlint --preset rec", "--preset recommended"),
    ("errlint check --preset rec", "check --preset recommended"),
    ("errlint --select silent-h", "--select silent-handler"),
    ("errlint --select ERR101,silent-h", "--select ERR101,silent-handler"),
    ("errlint check --ignore=ERR101,silent-h", "check --ignore=ERR101,silent-handler"),
    ("errlint --output-format conc", "--output-format concise"),
    ("errlint config --setting honor", "config --setting honor-foreign-ignores"),
    ("errlint config --sch", "config --schema"),
    ("errlint completion zs", "completion zsh"),
    ("errlint only_h", "only_here.py"),
    ("errlint check --config only_h", "check --config only_here.py"),
    ("errlint new-rule --root some_f", "new-rule --root some_folder/"),
    ("errlint rule only_h", "rule only_h"),
    ("errlint rule -", None),
]
"""A line, and the arguments that the command gets when Tab is pressed behind it; `None` if there are several."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tree(
        tmp_path_factory.mktemp("completion"), {"only_here.py": "", "some_folder/x.txt": "", "two words/y.py": ""}
    )
    for shell in ("bash", "zsh", "fish"):
        found = here(made, "completion", shell)
        assert (found.code, found.err) == (0, "")
        (made / f"errlint.{shell}").write_text(found.out)
    return made


def _arguments(shell: Terminal, line: str) -> str:
    """What `errlint` is given after Tab and Enter."""
    shell.type(f"{line}\t\n")
    shell.until("GOT:")
    return shell.until(":END").strip()


@pytest.fixture(scope="module")
def bash(folder: Path) -> Iterator[Terminal]:
    with terminal(["bash", "--norc", "--noprofile", "-i"], folder, ENVIRONMENT) as shell:
        shell.type(
            "bind 'set bell-style none'; source ./errlint.bash; errlint() { echo \"GOT\":$*:END; }; echo RE''ADY\n"
        )
        shell.until("READY")
        yield shell


@pytest.fixture(scope="module")
def zsh(folder: Path) -> Iterator[Terminal]:
    require(shutil.which("zsh"), "zsh")
    with terminal(["zsh", "-f", "-i"], folder, ENVIRONMENT) as shell:
        shell.type(
            "unsetopt beep; autoload -Uz compinit; compinit -u -D; source ./errlint.zsh; bindkey '^X' list-choices\n"
        )
        shell.type("errlint() { echo \"GOT\":$*:END; }; echo RE''ADY\n")
        shell.until("READY")
        yield shell


@pytest.mark.parametrize(("line", "arguments"), [pair for pair in COMPLETED if pair[1] is not None])
def test_bash_completes(bash: Terminal, line: str, arguments: str) -> None:
    assert _arguments(bash, line) == arguments


@pytest.mark.parametrize(("line", "arguments"), [pair for pair in COMPLETED if pair[1] is not None])
def test_zsh_completes(zsh: Terminal, line: str, arguments: str) -> None:
    assert _arguments(zsh, line).rstrip(",") == arguments.rstrip("/"), "zsh takes both away when Enter is pressed"


@pytest.mark.parametrize(("line", "arguments"), COMPLETED)
def test_fish_completes(folder: Path, line: str, arguments: str | None) -> None:
    offered = _fish(folder, line)
    if arguments is None:
        assert len(offered) > 2
        return
    *before, last = arguments.split(" ")
    assert list(offered) == ([] if f"errlint {arguments}" == line else [last]), "the last word, and no other"
    assert line.startswith(" ".join(["errlint", *before]))


@pytest.mark.parametrize("before", ["", "check ", "check --config ", "new-rule --root "])
def test_a_name_with_blanks_stays_one_argument(bash: Terminal, zsh: Terminal, before: str) -> None:
    for shell in (bash, zsh):
        shell.type('last() { echo "LAST":${@: -1}:END; }; errlint() { last "$@"; }\n')
        shell.type(f"errlint {before}two\\ w\t\n")
        shell.until("LAST:")
        assert shell.until(":END").rstrip("/") == "two words"
        shell.type('errlint() { echo "GOT":$*:END; }\n')


def _fish(folder: Path, line: str) -> dict[str, str]:
    """What fish offers, with its descriptions."""
    require(shutil.which("fish"), "fish")
    command = ["fish", "--no-config", "-c", f"source ./errlint.fish; complete -C '{line}'"]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT,
        env={**ENVIRONMENT, "HOME": str(folder)},
    )
    assert done.stderr == ""
    return {word: about for word, _, about in (text.partition("\t") for text in done.stdout.splitlines())}


def _bash_offers(folder: Path, line: str) -> list[str]:
    """What the function of bash offers for a line whose last word is being typed."""
    typed = line.split(" ")
    script = (
        f"source ./errlint.bash; COMP_WORDS=({' '.join(map(repr, typed))}); COMP_CWORD={len(typed) - 1}; _errlint; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    command = ["bash", "--norc", "--noprofile", "-c", script]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=LIMIT, env=ENVIRONMENT
    )
    assert done.stderr == ""
    return done.stdout.split()


def _options(command: str) -> set[str]:
    return {name for action in actions_of(command) for name in action.option_strings}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_offered(folder: Path, command: str) -> None:
    assert set(_bash_offers(folder, f"errlint {command} -")) == _options(command)
    long = {name for name in _options(command) if name.startswith("--")}
    assert set(_fish(folder, f"errlint {command} --")) == long


def test_all_words_are_offered(folder: Path) -> None:
    rules = {name for rule in catalogue().rules for name in (rule.code, rule.name)}
    offered = set(_bash_offers(folder, "errlint rule "))
    assert rules < offered
    assert {"swallow", "ALL"} == (offered - rules) & {"swallow", "ALL", "only_here.py"}
    assert set(_bash_offers(folder, "errlint check --output-format ")) == set(FORMATS)
    assert set(_bash_offers(folder, "errlint config --setting ")) == set(KEYS)
    assert set(COMMANDS) < set(_bash_offers(folder, "errlint "))
    assert {"only_here.py", "some_folder"} < set(_bash_offers(folder, "errlint "))


def test_shells_that_can_show_it_say_what_a_word_means(folder: Path, zsh: Terminal) -> None:
    rule = catalogue().rule("ERR202")
    assert rule is not None
    assert _fish(folder, "errlint rule ERR20")["ERR202"] == f"silent-handler: {rule.summary}"
    assert _fish(folder, "errlint ru") == {"rule": "explain a rule, or list the rules"}
    assert _fish(folder, "errlint --stati")["--statistics"]
    zsh.type("errlint rule ERR20\x18")
    assert re.search(rf"ERR202 +-- silent-handler: {rule.summary}", zsh.until("ERR203"))
    zsh.type("\x15errlint --sel\x18")
    assert zsh.until("run these rules instead of the preset's").count("--sel")
    zsh.type("\x15")


def test_zsh_takes_the_script_as_a_function_of_its_path(folder: Path) -> None:
    require(shutil.which("zsh"), "zsh")
    (folder / "functions").mkdir(exist_ok=True)
    shutil.copy(folder / "errlint.zsh", folder / "functions" / "_errlint")
    with terminal(["zsh", "-f", "-i"], folder, ENVIRONMENT) as shell:
        shell.type("fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -u -D\n")
        shell.type("errlint() { echo \"GOT\":$*:END; }; echo RE''ADY\n")
        shell.until("READY")
        assert _arguments(shell, "errlint rule silent-h") == "rule silent-handler"


def test_a_value_that_is_known_is_not_left_out() -> None:
    """An option whose value names files, folders, rules or settings is completed; others hold text of one's own."""
    speaking = re.compile(r"FILE|PATH|FOLDER|KEY|RULE|GLOB")
    silent = {"GLOB:RULE[,GLOB:RULE]"}
    for command in COMMANDS:
        for action in actions_of(command):
            if isinstance(action.metavar, str) and speaking.search(action.metavar) and action.metavar not in silent:
                (found,) = (
                    each
                    for known in KNOWN.commands
                    if known.name == command
                    for each in (*known.options, known.argument)
                    if each.names == tuple(action.option_strings)
                )
                assert found.holds is not Holds.ANYTHING, f"errlint {command} {action.metavar}"


def test_the_script_for_powershell_holds_commands_and_options(tmp_path: Path) -> None:
    found = here(tmp_path, "completion", "powershell")
    assert (found.code, found.err) == (0, "")
    assert "Register-ArgumentCompleter -Native -CommandName errlint" in found.out
    for command in COMMANDS:
        assert f"'{command}'" in found.out
        assert all(f"'{option}'" in found.out for option in _options(command))


def test_powershell_without_its_library_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    found = here(tmp_path, "completion", "powershell")
    assert (found.code, found.out) == (2, "")
    assert found.err == "errlint: completion for PowerShell needs shtab: install errlint[completion]\n"


def test_every_shell_has_a_writer() -> None:
    folder = Path(completion.__file__).parent
    assert set(SHELLS) == {path.stem for path in folder.glob("*.py")} - {"__init__", "words"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["bsh"], "errlint: 'bsh' is not a value of shell; did you mean 'bash'?"),
        (["tcsh"], "errlint: 'tcsh' is not a value of shell; use bash, zsh, fish or powershell"),
        ([], "errlint: errlint completion lacks its shell: use bash, zsh, fish or powershell"),
        (["bash", "zsh"], "errlint: 'zsh' is one argument too many"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(tmp_path: Path, arguments: list[str], told: str) -> None:
    found = here(tmp_path, "completion", *arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(told)
    assert len(found.err.splitlines()) == 1

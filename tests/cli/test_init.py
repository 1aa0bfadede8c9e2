"""`errlint init`: what it finds out is true, what it writes means what it says, and nothing that exists is changed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest
import tomli

from errlint.cli.init.linters import others, pytest_folders, ruff_twins
from errlint.engine.registry import catalogue
from errlint.settings import TEST_FILES, Settings
from errlint.settings.keys import KEYS, attribute, default_of, value_of
from errlint.settings.reading import read_settings
from tests.cli.command import BAD, LIMIT, environment, errlint_command, here, run, tree
from tests.cli.terminal import terminal

SHOP = {
    "pyproject.toml": "[project]\nname = 'shop'\nrequires-python = '>=3.11'\n",
    "shop/app.py": """\
import flask, requests
from shop.logs import audit, tell_ops

app = flask.Flask(__name__)

@app.get("/")
def index():
    try:
        return requests.get("/stock").text
    except requests.Timeout as err:
        tell_ops(err)
        raise
    except requests.ConnectionError:
        audit.exception("no stock")
        raise
""",
    "shop/logs.py": """\
import logging
from elsewhere import make_audit

logger = logging.getLogger(__name__)
audit = make_audit()

def tell_ops(error):
    logger.error("failed", exc_info=error)

def load():
    try:
        return open("x")
    except OSError:
        logger.exception("no x")
        raise
""",
    "shop/services/orders.py": "def pay():\n    pass\n",
    "shop/services/stock.py": "",
    "tests/test_app.py": "",
}
COMMENTED = re.compile(r"^# (?=[a-z-]+ = )", re.MULTILINE)


def read(path: Path) -> Settings:
    settings, problems = read_settings(path)
    assert problems == []
    return settings


def changed(settings: Settings) -> dict[str, object]:
    """The settings that are not the default."""
    values = {key: value_of(key, settings) for key in KEYS}
    return {key: value for key, value in values.items() if value != default_of(key)}


def test_it_shows_what_it_found_and_writes_nothing_unasked(tmp_path: Path) -> None:
    tree(tmp_path, SHOP)
    found = run(tmp_path, "init")
    assert found.code == 0
    assert found.err == "errlint: nothing is written; `errlint init --yes` would append this to pyproject.toml\n"
    assert found.lines == [
        "[tool.errlint]",
        "# Written by `errlint init` after a look at 5 Python files, 1 test among them; code is in shop/.",
        "# A setting behind a `#` is what errlint does by itself, or an example with what was found here.",
        "",
        "# HTTP is spoken with flask. `production` adds rules for services, such as those about",
        "# errors that are answered with a value; `critical` adds more, for where each error is an incident.",
        '# preset = "production"',
        "",
        "# The code runs on Python 3.11 and later, says `requires-python`; errlint goes by it.",
        "# What libraries' exceptions derive from is read in the environment that errlint runs in.",
        '# python = ".venv"',
        "# errlint has facts about these libraries in use: requests.",
        "",
        "# Which modules are domain code and which speak HTTP is inferred; `errlint config --layers` says why.",
        '# layers = { domain = ["/shop/services/"], http = ["/shop/app.py"] }',
        "",
        "# Handlers report to logging (1 call).",
        "# They call these too, which report; errlint looks into them. Name those that it cannot look into.",
        '# reporters = ["shop.logs.tell_ops"]',
        "# Handlers call these like loggers, and errlint does not know what they are. If they are loggers:",
        '# loggers = ["elsewhere.make_audit"]',
        "",
        "# `errlint config` shows all settings, `errlint config --setting reporters` explains one.",
    ]
    assert (tmp_path / "pyproject.toml").read_text() == SHOP["pyproject.toml"]


def test_what_it_writes_is_read_again_and_changes_nothing_that_is_inferred(tmp_path: Path) -> None:
    tree(tmp_path, SHOP)
    before = here(tmp_path, "config", "--layers", "--output-format", "json")
    found = here(tmp_path, "init", "--yes")
    assert (found.code, found.err) == (0, "errlint: wrote pyproject.toml; `errlint check` goes by it\n")
    text = (tmp_path / "pyproject.toml").read_text()
    assert text == SHOP["pyproject.toml"] + "\n" + found.out
    assert changed(read(tmp_path / "pyproject.toml")) == {}
    after = here(tmp_path, "config", "--layers", "--output-format", "json")
    assert json.loads(after.out)[0]["modules"] == json.loads(before.out)[0]["modules"]


def test_examples_can_be_switched_on_and_mean_what_was_inferred(tmp_path: Path) -> None:
    tree(tmp_path, {**SHOP, ".venv/pyvenv.cfg": "", ".venv/lib/python3.12/site-packages/x.py": ""})
    inferred = json.loads(here(tmp_path, "config", "--layers", "--output-format", "json").out)[0]["modules"]
    assert here(tmp_path, "init", "--yes").code == 0
    path = tmp_path / "pyproject.toml"
    path.write_text(COMMENTED.sub("", path.read_text()))
    assert changed(read(path)) == {
        "preset": "production",
        "python": ".venv",
        "layers": {"domain": ["/shop/services/"], "http": ["/shop/app.py"], "adapters": []},
        "reporters": ["shop.logs.tell_ops"],
        "loggers": ["elsewhere.make_audit"],
    }
    named = json.loads(here(tmp_path, "config", "--layers", "--output-format", "json").out)[0]["modules"]
    layers = [[(each["filename"], each["layer"]) for each in modules] for modules in (inferred, named)]
    assert layers[0] == layers[1]


def test_what_errlint_would_get_wrong_is_active(tmp_path: Path) -> None:
    pyproject = "[tool.pytest.ini_options]\ntestpaths = ['tests', 'checks/unit']"
    tree(
        tmp_path,
        {
            "pyproject.toml": pyproject,
            "checks/unit/orders.py": BAD,
            "checks/tools.py": "",
            "spec/a b[1].py": "",
            "shop/test/orders.py": "",
            "tests/x.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/python3.12/site-packages/x.py": "",
        },
    )
    assert here(tmp_path, "init", "--yes").code == 0
    text = (tmp_path / "pyproject.toml").read_text()
    assert text.startswith(pyproject + "\n\n[tool.errlint]\n"), "a line that has no end gets one"
    settings = read(tmp_path / "pyproject.toml")
    assert changed(settings) == {"python": "env", "tests": [*TEST_FILES, "/checks/unit/", "/spec/"]}
    files = {name: settings.tests.matches(settings.place(tmp_path / name)) for name in SHOP | {"checks/unit/a.py": ""}}
    assert files == {**dict.fromkeys(SHOP, False), "tests/test_app.py": True, "checks/unit/a.py": True}
    config = here(tmp_path, "config", "--setting", "python").lines[0]
    assert config.startswith('python = "env"  # pyproject.toml:')


def test_a_project_without_pyproject_gets_an_errlint_toml(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": "", "spec/b.py": ""})
    found = here(tmp_path, "init", "-y")
    assert (found.code, found.err) == (0, "errlint: wrote errlint.toml; `errlint check` goes by it\n")
    assert "[tool.errlint]" not in found.out
    assert (tmp_path / "errlint.toml").read_text() == found.out
    assert changed(read(tmp_path / "errlint.toml")) == {"tests": [*TEST_FILES, "/spec/"]}


def test_the_file_may_be_named(tmp_path: Path) -> None:
    tree(tmp_path, {"pyproject.toml": "", "sub/b.py": "import flask\n"})
    assert here(tmp_path, "init", "--yes", "--file", "sub/pyproject.toml").code == 0
    assert (tmp_path / "pyproject.toml").read_text() == ""
    text = (tmp_path / "sub/pyproject.toml").read_text()
    assert text.startswith(
        "[tool.errlint]\n# Written by `errlint init` after a look at 1 Python file, 0 tests among them"
    )
    assert "flask" in text
    assert changed(read(tmp_path / "sub/pyproject.toml")) == {}


def test_settings_of_a_folder_above_are_named_because_they_are_replaced(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": "preset = 'critical'\n", "sub/a.py": ""})
    found = here(tmp_path / "sub", "init")
    above = tmp_path / "errlint.toml"
    assert found.err.splitlines() == [
        f"errlint: {above} holds here so far; what is written here replaces all of it for this folder",
        "errlint: nothing is written; `errlint init --yes` would write this to errlint.toml",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"[project]\r\nname = 'x'\r\n",
        b"\xef\xbb\xbf[project]\nname = '\xc3\xa9'",
        b"# a comment\n\n\n",
        b"",
        b"[tool]\nother = { x = 1 }\n[[tool.more]]\ny = 1 # c",
    ],
)
def test_the_rest_of_the_file_is_kept_byte_for_byte(tmp_path: Path, data: bytes) -> None:
    path = tree(tmp_path, {"pyproject.toml": data, "a.py": ""}) / "pyproject.toml"
    path.chmod(0o640)
    assert here(tmp_path, "init", "--yes").code == 0
    after = path.read_bytes()
    assert after.startswith(data)
    added = after[len(data) :]
    assert (b"\r\n" in data) == (b"\r\n" in added)
    assert added.count(b"\n") == added.count(b"\r\n") or b"\r\n" not in added
    assert path.stat().st_mode & 0o777 == 0o640
    tables = tomli.loads(after.decode("utf-8-sig"))
    tables["tool"].pop("errlint")
    assert tables == {"tool": {}, **tomli.loads(data.decode("utf-8-sig"))}


@pytest.mark.parametrize(
    ("files", "arguments", "told"),
    [
        ({"pyproject.toml": "[project]\n[tool.errlint]\n"}, [], "pyproject.toml:2: there are settings already"),
        ({"pyproject.toml": "[tool]\nerrlint = {}\n"}, [], "pyproject.toml:2: there are settings already"),
        (
            {"pyproject.toml": "\ntool.errlint.preset = 'critical'\n"},
            [],
            "pyproject.toml:2: there are settings already",
        ),
        ({"errlint.toml": ""}, [], "errlint.toml: there are settings already"),
        ({"pyproject.toml": "", "errlint.toml": "x = 1"}, [], "errlint.toml:1: there are settings already"),
        (
            {"pyproject.toml": "[tool.errlint]\n"},
            ["--file", "errlint.toml"],
            "pyproject.toml:1: there are settings already; `errlint config` shows what they mean",
        ),
        ({"pyproject.toml": "[tool\n"}, [], "pyproject.toml:1: is not TOML: "),
        ({"pyproject.toml": b"\xff"}, [], "pyproject.toml: is not UTF-8: "),
        ({"pyproject.toml": "tool = { x = 1 }\n"}, [], "pyproject.toml: nothing can be appended to it ("),
        (
            {},
            ["--file", "setup.cfg"],
            "--file takes a pyproject.toml or errlint.toml, because errlint looks for no other",
        ),
        ({}, ["--file", "no/errlint.toml"], "no/errlint.toml: there is no folder no"),
        ({}, ["--yess"], "there is no option '--yess'; did you mean '--yes'?"),
        ({}, ["src"], "'src' is one argument too many"),
    ],
)
def test_what_exists_or_cannot_be_written_is_an_error(
    tmp_path: Path, files: dict[str, str | bytes], arguments: list[str], told: str
) -> None:
    tree(tmp_path, {"a.py": "", **files})
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    found = here(tmp_path, "init", "--yes", *arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(f"errlint: {told}")
    assert not found.err.splitlines()[1:] or found.err.splitlines()[1].startswith("usage: errlint init")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_file_that_may_not_be_written_is_an_error(tmp_path: Path) -> None:
    tree(tmp_path, {"elsewhere/pyproject.toml": "", "here/a.py": ""})
    (tmp_path / "here/pyproject.toml").symlink_to(tmp_path / "elsewhere/pyproject.toml")
    found = here(tmp_path / "here", "init", "--yes")
    assert found.code == 2
    assert found.err.startswith("errlint: pyproject.toml: is a link to ")
    assert (tmp_path / "elsewhere/pyproject.toml").read_text() == ""


@pytest.mark.parametrize(("answer", "writes"), [("y\n", True), ("Yes\n", True), ("\n", False), ("\x04", False)])
def test_on_a_terminal_it_asks(tmp_path: Path, answer: str, writes: bool) -> None:
    tree(tmp_path, {"a.py": ""})
    with terminal(errlint_command("init"), tmp_path, environment(TERM="dumb")) as started:
        before = started.until("Write this to errlint.toml? [y/N]")
        started.type(answer)
        code, shown = started.rest()
    assert code == 0
    assert "# Written by" in before
    assert (tmp_path / "errlint.toml").exists() == writes
    assert ("errlint: nothing is written" in shown) != writes


def _twins(tmp_path: Path, files: dict[str, str | bytes]) -> dict[str, tuple[str, ...]] | None:
    return ruff_twins(tree(tmp_path, files), catalogue().rules)


def test_without_ruff_it_says_nothing_of_it(tmp_path: Path) -> None:
    assert _twins(tmp_path, {"pyproject.toml": "[tool.other]\n"}) is None


@lru_cache
def stable_in_ruff() -> frozenset[str]:
    """The codes of the installed ruff that need no preview: rules keep twins that ruff has dropped or renamed."""
    shown = ruff(Path(), "rule", "--all", "--output-format", "json")
    return frozenset(item["code"] for item in json.loads(shown) if "Stable" in item["status"])


def ruff(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "ruff", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=LIMIT).stdout


@pytest.mark.parametrize(
    "files",
    [
        {"ruff.toml": "lint.select = ['B904', 'TRY4']"},
        {"ruff.toml": "lint.select = ['BLE']\nlint.extend-select = ['F']"},
        {"ruff.toml": "lint.select = ['B']\nlint.ignore = ['B0', 'B9']\nlint.extend-select = ['B012']"},
        {"ruff.toml": "lint.select = ['PL']\nlint.ignore = ['PLE']"},
        {"ruff.toml": "lint.select = ['ALL']\nlint.ignore = ['A', 'B', 'E', 'G', 'N']"},
        {".ruff.toml": "lint.select = ['E722']", "ruff.toml": "lint.select = ['B904']"},
        {"pyproject.toml": "[tool.ruff.lint]\nselect = ['S110', 'T20']\n"},
        {"pyproject.toml": "[tool.ruff]\nselect = ['S', 'T']\nlint.extend-ignore = ['S1']\n"},
    ],
)
def test_what_ruff_selects_is_read_as_ruff_does(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    tree(tmp_path, {"a.py": "", **files})
    shown = ruff(tmp_path, "check", "--show-settings", "a.py").partition("linter.rules.enabled")[2].partition("]")[0]
    twins = {twin.removeprefix("ruff:") for rule in catalogue().rules for twin in rule.same_as} & stable_in_ruff()
    enabled = twins.intersection(re.findall(r"\(([A-Z]+\d+)\)", shown))
    assert enabled, "the example says something"
    assert set(_twins(tmp_path, files) or ()) & stable_in_ruff() == enabled


@pytest.mark.parametrize("text", ["", "lint.select = 'x'\nlint.ignore = [1]\n", "[lint", "line-length = 100"])
def test_what_ruff_selects_by_itself_is_not_guessed(tmp_path: Path, text: str) -> None:
    assert _twins(tmp_path, {"ruff.toml": text}) == {}


def test_ruff_is_told_of_with_its_twins(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": "", "ruff.toml": "lint.select = ['B904', 'BLE001']", ".flake8": "[flake8]\n"})
    lines = here(tmp_path, "init").lines
    at = lines.index("# ruff is set up to find some of these faults too:")
    assert lines[at : at + 5] == [
        "# ruff is set up to find some of these faults too:",
        "#   B904: ERR102",
        "#   BLE001: ERR202, ERR203, ERR204, ERR205, ERR405",
        "# To leave to ruff what it has a code of its own for:",
        '# ignore = ["ERR102"]',
    ]
    assert "# Ignore comments of ruff, flake8 silence the rules of errlint that mean the same." in lines


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, ()),
        ({".pylintrc": "", "tox.ini": "[flake8]\n", ".bandit": ""}, ("pylint", "flake8", "bandit")),
        ({"pyproject.toml": "[tool.pylint.main]\njobs = 1\n[tool.bandit]\nskips = []\n"}, ("pylint", "bandit")),
        ({"setup.cfg": "[flake8]\nselect = B\n"}, ("flake8",)),
        ({"setup.cfg": "[metadata]\n", "tox.ini": b"\xff[flake8]"}, ()),
    ],
)
def test_other_linters_are_found_by_their_settings(
    tmp_path: Path, files: dict[str, str | bytes], found: tuple[str, ...]
) -> None:
    assert others(tree(tmp_path, files)) == found


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, ()),
        ({"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = 'a b/c'\n"}, ("a", "b/c")),
        ({"pytest.ini": "[pytest]\ntestpaths =\n    a\n    b\n"}, ("a", "b")),
        ({"setup.cfg": "[tool:pytest]\ntestpaths = a\n"}, ("a",)),
        ({"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = 3\n"}, ()),
    ],
)
def test_folders_of_pytest_are_read_where_it_reads_them(
    tmp_path: Path, files: dict[str, str | bytes], found: tuple[str, ...]
) -> None:
    assert pytest_folders(tree(tmp_path, files)) == found


def test_every_setting_that_is_written_is_one() -> None:
    """Names in the text are keys of settings; a misspelt one would be a comment that nobody notices."""
    source = (Path(__file__).parents[2] / "errlint/cli/init/text.py").read_text(encoding="utf-8")
    named = set(re.findall(r"""["'](?:# )?([a-z-]+) = """, source))
    assert named <= set(KEYS)
    assert {"preset", "ignore", "tests", "python", "layers", "reporters", "loggers", "honor-foreign-ignores"} == named
    assert all(hasattr(Settings(), attribute(key)) for key in named)

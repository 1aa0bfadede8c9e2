"""`errlint config`: the settings, rules and layers that hold for some paths."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from errlint.engine.registry import catalogue
from tests.cli.command import BAD, here, run, tree

SHOP = {
    "shop/app.py": "from flask import Flask\napp = Flask(__name__)\n\n@app.get('/')\ndef index():\n    pass\n",
    "shop/services/orders.py": "def pay():\n    pass\n",
    "shop/clients/bank.py": "",
    "shop/tools.py": "",
    "tests/test_app.py": "",
}


def test_it_shows_what_check_shows_of_the_settings(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": BAD, "own/errlint.toml": "select = ['ERR105']\n", "own/b.py": BAD})
    found = run(tmp_path, "config")
    assert (found.code, found.err) == (0, "")
    assert found.out == run(tmp_path, "check", "--show-settings").out
    assert [line for line in found.lines if line.startswith(("# /", "# defaults"))] == [
        "# defaults (no settings file found)",
        f"# {tmp_path / 'own' / 'errlint.toml'}",
    ]
    assert here(tmp_path, "config", "own/b.py").lines[-1] == "# 1 rule in use: ERR105"
    extended = here(tmp_path, "config", "own", "--extend-select", "ERR202")
    assert extended.lines[-1] == "# 2 rules in use: ERR105, ERR202"
    assert here(tmp_path / "own", "config", "--isolated").lines[0] == "# defaults (no settings file found)"


def test_each_value_says_where_it_comes_from(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "pyproject.toml": "[project]\nname = 'x'\n[tool.errlint]\npreset = 'critical'\nextend-select = ['ERR2']\n",
            "bad.py": BAD,
            "venv/pyvenv.cfg": "",
        },
    )
    found = here(tmp_path, "config", "--extend-select", "ERR105", "--ignore", "ERR104", "--python", sys.prefix)
    assert (found.code, found.err) == (0, "")
    for line in (
        'preset = "critical"  # pyproject.toml:4',
        'extend-select = ["ERR2", "ERR105"]  # pyproject.toml:5 and --extend-select',
        'ignore = ["ERR104"]  # --ignore',
        f'python = "{sys.prefix}"  # --python',
        "require-reason = false  # default",
        "# layers is not set",
    ):
        assert line in found.lines
    inferred = f"# Python environment: {tmp_path / 'venv'} (it is venv in the project's folder)"
    assert inferred in here(tmp_path, "config").lines


def test_what_is_shown_is_a_settings_file_that_means_the_same(tmp_path: Path) -> None:
    settings = "select = ['ERR105', 'swallow']\nper-file-ignores = {'a b.py' = ['ERR1']}\nlayers.http = ['\"x\"/']\n"
    tree(tmp_path, {"errlint.toml": settings, "bad.py": BAD})
    shown = here(tmp_path, "config", "--per-file-ignores", "a b.py:ERR2")
    (tmp_path / "errlint.toml").write_text(shown.out)
    again = here(tmp_path, "config")
    assert (again.code, again.err) == (0, "")
    without_origins = [[line.partition("  #")[0] for line in found.lines] for found in (shown, again)]
    assert without_origins[0] == without_origins[1]
    assert 'per-file-ignores = { "a b.py" = ["ERR1", "ERR2"] }' in without_origins[1]


def test_one_setting_is_shown_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": "\nreporters = ['shop.tell']\n", "bad.py": BAD, "sub/errlint.toml": ""})
    tree(tmp_path, {"sub/bad.py": BAD})
    found = here(tmp_path, "config", "--setting", "reporters", ".")
    assert (found.code, found.err) == (0, "")
    assert found.lines == [
        'reporters = ["shop.tell"]  # errlint.toml:2',
        "reporters = []  # default",
        "",
        "Functions and methods of yours that report errors.",
        "",
        "type:    list of names",
        "default: []",
        'example: reporters = ["shop.monitoring.tell_ops", "page_on_call"]',
        "rules:   " + ", ".join(rule.code for rule in catalogue().rules if "reporters" in rule.settings),
        "more:    https://github.com/errlint/errlint/blob/main/docs/configuration.md#reporters",
    ]
    preset = here(tmp_path, "config", "--setting", "preset", "bad.py")
    assert "option:  --preset" in preset.lines
    assert not any(line.startswith("rules:") for line in preset.lines)
    assert here(tmp_path, "config", "--setting", "layers", "sub").lines[0] == "# layers is not set"


def test_one_setting_without_a_path_is_that_of_the_current_folder(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {"errlint.toml": "preset = 'critical'\n", "broken/errlint.toml": "[", "broken/a.py": "", "own/a.txt": ""},
    )
    found = here(tmp_path / "own", "config", "--setting", "preset")
    assert (found.code, found.err) == (0, "")
    assert found.lines[0] == f'preset = "critical"  # {tmp_path / "errlint.toml"}:1'
    assert here(tmp_path, "config", "--setting", "preset").lines[0] == 'preset = "critical"  # errlint.toml:1'
    broken = here(tmp_path / "broken", "config", "--setting", "preset")
    assert (broken.code, broken.out) == (2, "")
    assert "is not TOML: " in broken.err


def test_one_setting_comes_as_json_too(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": "\nignore = ['ERR1']\n", "bad.py": BAD})
    item = json.loads(here(tmp_path, "config", "--setting", "ignore", "--output-format", "json").out)
    assert item == {
        "key": "ignore",
        "values": [
            {
                "root": str(tmp_path),
                "value": ["ERR1"],
                "file": str(tmp_path / "errlint.toml"),
                "line": 2,
                "option": None,
            }
        ],
        "about": "leave these rules out",
        "type": "list of selectors",
        "default": [],
        "example": '["report-outside-handler"]',
        "option": "--ignore",
        "rules": [],
        "url": "https://github.com/errlint/errlint/blob/main/docs/configuration.md#selectors",
    }


def test_the_schema_is_printed(tmp_path: Path) -> None:
    found = here(tmp_path, "config", "--schema")
    assert (found.code, found.err) == (0, "")
    validator = Draft202012Validator(json.loads(found.out))
    assert validator.is_valid({"preset": "critical", "ignore": ["err2", "silent-handler"]})
    assert not validator.is_valid({"ignore": ["silent"]})


def test_settings_come_as_json_too(tmp_path: Path) -> None:
    settings = "select = ['ERR105']\nper-file-ignores = {'a.py' = ['ERR1']}\n[layers]\ndomain = ['shop/']\n"
    tree(tmp_path, {"errlint.toml": settings, "bad.py": BAD})
    found = here(tmp_path, "config", "--output-format", "json")
    (item,) = json.loads(found.out)
    assert (item["source"], item["root"]) == (str(tmp_path / "errlint.toml"), str(tmp_path))
    assert item["rules"] == ["ERR105"]
    assert item["settings"]["per-file-ignores"] == {"a.py": ["ERR1"]}
    assert item["settings"]["layers"] == {"domain": ["shop/"], "http": [], "adapters": []}
    assert item["settings"]["python"] is None
    assert item["origins"]["select"] == {"file": str(tmp_path / "errlint.toml"), "line": 1, "option": None}
    assert item["origins"]["tests"] == {"file": None, "line": None, "option": None}
    assert set(item["environment"]) == {"folder", "because"}
    assert found.out == here(tmp_path, "check", "--show-settings", "--output-format", "json").out


def test_layers_are_shown_with_their_reasons(tmp_path: Path) -> None:
    tree(tmp_path, SHOP)
    found = here(tmp_path, "config", "--layers")
    assert (found.code, found.err) == (0, "")
    assert found.lines == [
        "layers are inferred: there is no settings file; HTTP framework in use: flask",
        "",
        "domain (1)",
        f"  {Path('shop/services/orders.py')}: `services` in its path, and it defines no routes and no commands",
        "",
        "http (1)",
        f"  {Path('shop/app.py')}: `index` is a boundary: `@app.get`",
        "",
        "3 modules are in no layer",
    ]


def test_layers_of_the_settings_are_shown_with_their_globs(tmp_path: Path) -> None:
    layers = "[layers]\ndomain = ['shop/app.py']\nadapters = ['shop/clients/']\n"
    tree(tmp_path, {**SHOP, "errlint.toml": layers})
    found = here(tmp_path, "config", "--layers", "shop")
    assert found.lines == [
        f"layers are those of {tmp_path / 'errlint.toml'}; HTTP framework in use: flask",
        "",
        "domain (1)",
        f"  {Path('shop/app.py')}: `shop/app.py` in the settings",
        "",
        "adapters (1)",
        f"  {Path('shop/clients/bank.py')}: `shop/clients/` in the settings",
        "",
        "2 modules are in no layer",
    ]


def test_without_an_http_framework_nothing_is_domain_code(tmp_path: Path) -> None:
    tree(tmp_path, {**SHOP, "errlint.toml": "preset = 'critical'\n"})
    assert here(tmp_path, "config", "--layers", "shop/services").lines == [
        f"layers are inferred: {tmp_path / 'errlint.toml'} names none; these files import no HTTP framework, "
        "so nothing is taken for domain code",
        "",
        "1 module is in no layer",
    ]


def test_each_project_is_shown_by_itself(tmp_path: Path) -> None:
    one, two = ({f"{name}/{file}": text for file, text in SHOP.items()} for name in ("one", "two"))
    tree(tmp_path, {**one, **two, "one/errlint.toml": "layers = {}\n", "two/errlint.toml": ""})
    lines = here(tmp_path, "config", "--layers").lines
    assert [line for line in lines if "layers are" in line] == [
        f"{tmp_path / 'one'}: layers are those of {tmp_path / 'one' / 'errlint.toml'}; HTTP framework in use: flask",
        f"{tmp_path / 'two'}: layers are inferred: {tmp_path / 'two' / 'errlint.toml'} names none; "
        "HTTP framework in use: flask",
    ]
    assert lines.count("5 modules are in no layer") == lines.count("3 modules are in no layer") == 1


def test_layers_come_as_json_too(tmp_path: Path) -> None:
    tree(tmp_path, SHOP)
    (item,) = json.loads(here(tmp_path, "config", "--layers", "--output-format", "json").out)
    assert (item["source"], item["inferred"], item["frameworks"]) == (None, True, ["flask"])
    modules = {Path(module["filename"]).name: (module["layer"], module["because"]) for module in item["modules"]}
    assert modules["app.py"] == ("http", "`index` is a boundary: `@app.get`")
    assert modules["tools.py"] == (None, None)
    assert len(modules) == len(SHOP)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    tree(tmp_path, {**SHOP, "shop/broken.py": "def (:\n"})
    found = here(tmp_path, "config", "--layers")
    name = Path("shop/broken.py")
    assert (found.code, found.err) == (
        2,
        f"errlint: {name}: cannot be read as Python; `errlint check {name}` says why\n",
    )
    assert found.lines[-1] == "3 modules are in no layer"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["confg"], "errlint: confg: no such file or folder; did you mean 'config'?"),
        (["config", "--layer"], "errlint: there is no option '--layer'; did you mean '--layers'?"),
        (["config", "--fix"], "errlint: there is no option '--fix'"),
        (
            ["config", "--output-format", "jsn"],
            "errlint: 'jsn' is not a value of --output-format; did you mean 'json'?",
        ),
        (["config", "-"], "errlint: `-` has no settings of its own; name a file or folder"),
        (["config", "--setting", "presett"], "errlint: --setting: 'presett' is not a setting; did you mean 'preset'?"),
        (["config", "--setting"], "errlint: --setting lacks its value: write `--setting KEY`"),
        (["config", "--schema", "shop"], "errlint: --schema is the same for all paths; leave out shop"),
        (["config", "--schema", "--layers"], "errlint: --layers and --schema cannot go together"),
        (["config", "shp"], "errlint: shp: no such file or folder"),
        (["config", "--select", "swalow"], "errlint: --select: 'swalow' is no rule, prefix or family; did you mean"),
        (["config", "--isolated", "--config", "x.toml"], "errlint: --config and --isolated cannot go together"),
        (["config", "--config", "x.toml"], "errlint: x.toml: cannot be read: "),
    ],
)
def test_wrong_use_is_told_in_one_sentence(tmp_path: Path, arguments: list[str], told: str) -> None:
    tree(tmp_path, SHOP)
    found = here(tmp_path, *arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(told)


def test_help_tells_of_layers(tmp_path: Path) -> None:
    found = here(tmp_path, "config", "--help")
    assert found.code == 0
    for option in ("--layers", "--setting KEY", "--schema"):
        assert option in found.out
    assert "config" in here(tmp_path, "--help").out


def test_where_there_are_no_modules_it_says_so(tmp_path: Path) -> None:
    done = here(tmp_path, "config", "--layers")
    assert (done.code, done.out, done.err) == (0, "", "errlint: no Python files found\n")

"""`errlint config`: the settings, rules and layers that hold for some paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import BAD, run, tree

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
    assert [line for line in found.lines if line.startswith("# ")] == [
        "# defaults (no settings file found)",
        f"# {tmp_path / 'own' / 'errlint.toml'}",
    ]
    assert run(tmp_path, "config", "own/b.py").lines[-1] == "rules in use = ['ERR105']"
    assert (
        run(tmp_path, "config", "own", "--extend-select", "ERR202").lines[-1] == "rules in use = ['ERR105', 'ERR202']"
    )
    assert run(tmp_path / "own", "config", "--isolated").lines[0] == "# defaults (no settings file found)"


def test_settings_come_as_json_too(tmp_path: Path) -> None:
    settings = "select = ['ERR105']\nper-file-ignores = {'a.py' = ['ERR1']}\n[layers]\ndomain = ['shop/']\n"
    tree(tmp_path, {"errlint.toml": settings, "bad.py": BAD})
    found = run(tmp_path, "config", "--output-format", "json")
    (item,) = json.loads(found.out)
    assert (item["source"], item["root"]) == (str(tmp_path / "errlint.toml"), str(tmp_path))
    assert item["rules"] == ["ERR105"]
    assert item["settings"]["per-file-ignores"] == {"a.py": ["ERR1"]}
    assert item["settings"]["layers"] == {"domain": ["shop/"], "http": [], "adapters": []}
    assert item["settings"]["python"] is None
    assert found.out == run(tmp_path, "check", "--show-settings", "--output-format", "json").out


def test_layers_are_shown_with_their_reasons(tmp_path: Path) -> None:
    tree(tmp_path, SHOP)
    found = run(tmp_path, "config", "--layers")
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
    found = run(tmp_path, "config", "--layers", "shop")
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
    assert run(tmp_path, "config", "--layers", "shop/services").lines == [
        f"layers are inferred: {tmp_path / 'errlint.toml'} names none; these files import no HTTP framework, "
        "so nothing is taken for domain code",
        "",
        "1 module is in no layer",
    ]


def test_each_project_is_shown_by_itself(tmp_path: Path) -> None:
    one, two = ({f"{name}/{file}": text for file, text in SHOP.items()} for name in ("one", "two"))
    tree(tmp_path, {**one, **two, "one/errlint.toml": "layers = {}\n", "two/errlint.toml": ""})
    lines = run(tmp_path, "config", "--layers").lines
    assert [line for line in lines if "layers are" in line] == [
        f"{tmp_path / 'one'}: layers are those of {tmp_path / 'one' / 'errlint.toml'}; HTTP framework in use: flask",
        f"{tmp_path / 'two'}: layers are inferred: {tmp_path / 'two' / 'errlint.toml'} names none; "
        "HTTP framework in use: flask",
    ]
    assert lines.count("5 modules are in no layer") == lines.count("3 modules are in no layer") == 1


def test_layers_come_as_json_too(tmp_path: Path) -> None:
    tree(tmp_path, SHOP)
    (item,) = json.loads(run(tmp_path, "config", "--layers", "--output-format", "json").out)
    assert (item["source"], item["inferred"], item["frameworks"]) == (None, True, ["flask"])
    modules = {Path(module["filename"]).name: (module["layer"], module["because"]) for module in item["modules"]}
    assert modules["app.py"] == ("http", "`index` is a boundary: `@app.get`")
    assert modules["tools.py"] == (None, None)
    assert len(modules) == len(SHOP)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    tree(tmp_path, {**SHOP, "shop/broken.py": "def (:\n"})
    found = run(tmp_path, "config", "--layers")
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
        (["config", "shp"], "errlint: shp: no such file or folder"),
        (["config", "--select", "swalow"], "errlint: --select: 'swalow' is no rule, prefix or family; did you mean"),
        (["config", "--isolated", "--config", "x.toml"], "errlint: --config and --isolated cannot go together"),
        (["config", "--config", "x.toml"], "errlint: x.toml: cannot be read: "),
    ],
)
def test_wrong_use_is_told_in_one_sentence(tmp_path: Path, arguments: list[str], told: str) -> None:
    tree(tmp_path, SHOP)
    found = run(tmp_path, *arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(told)


def test_help_tells_of_layers(tmp_path: Path) -> None:
    found = run(tmp_path, "config", "--help")
    assert found.code == 0
    assert "--layers" in found.out
    assert "config" in run(tmp_path, "--help").out

"""Settings objects: reading, layers of them, and every mistake with its line."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from errlint.settings import DEFAULT_EXCLUDES, Patterns, Problem, Selector, Settings
from errlint.settings.finder import SettingsFinder
from errlint.settings.reading import read_settings
from errlint.suggestions import suggestion
from tests.cli.command import tree

EVERYTHING = """
preset = "critical"
select = ["ERR1"]
ignore = ["ERR104"]
extend-select = ["swallow"]
extend-ignore = []
exclude = ["a"]
extend-exclude = ["b/c"]
respect-gitignore = false
tests = ["spec/"]
reporters = ["app.tell"]
boundaries = ["app.job"]
http-exceptions = ["app.Problem"]
control-flow-exceptions = ["app.TryLater"]
loggers = ["app.audit"]
public-errors = ["app.Public"]
sanitizers = ["app.safe_text"]
proxies = ["gateway/"]
baseline = "known.toml"
comment-is-reason = false
require-reason = true
honor-foreign-ignores = false
[per-file-ignores]
"a.py" = ["ERR2"]
[layers]
domain = ["core/"]
"""


def test_every_key_is_read(tmp_path: Path) -> None:
    path = tree(tmp_path, {"errlint.toml": EVERYTHING}) / "errlint.toml"
    settings, problems = read_settings(path)
    assert problems == []
    assert (settings.root, settings.source, settings.preset) == (tmp_path, path, "critical")
    assert settings.select == (Selector("ERR1", str(path), 3),)
    assert settings.ignore == (Selector("ERR104", str(path), 4),)
    assert settings.extend_select == (Selector("swallow", str(path), 5),)
    assert (settings.extend_ignore, settings.exclude, settings.extend_exclude) == ((), ("a",), ("b/c",))
    assert settings.tests == Patterns(("spec/",))
    assert settings.reporters == ("app.tell",)
    assert (settings.boundaries, settings.http_exceptions) == (("app.job",), ("app.Problem",))
    assert (settings.control_flow_exceptions, settings.loggers) == (("app.TryLater",), ("app.audit",))
    assert (settings.public_errors, settings.sanitizers) == (("app.Public",), ("app.safe_text",))
    assert settings.proxies == Patterns(("gateway/",))
    assert settings.baseline == "known.toml"
    flags = settings.respect_gitignore, settings.comment_is_reason, settings.require_reason
    assert (*flags, settings.honor_foreign_ignores) == (False, False, True, False)
    ((patterns, ignored),) = settings.per_file_ignores
    assert (patterns, [selector.text for selector in ignored]) == (Patterns(("a.py",)), ["ERR2"])
    assert settings.layers is not None
    assert settings.layers.domain == Patterns(("core/",))


def test_what_is_wrong_does_not_hide_what_is_right(tmp_path: Path) -> None:
    text = '[tool.other]\nselct = 1\n[tool.errlint]\nignore = ["ERR1"]\nselct = 1\n\n  preset = 3\n'
    path = tree(tmp_path, {"pyproject.toml": text}) / "pyproject.toml"
    settings, problems = read_settings(path)
    assert [selector.text for selector in settings.ignore] == ["ERR1"]
    assert settings.preset == "recommended"
    assert [str(problem) for problem in problems] == [
        f"{path}:5: 'selct' is not a setting; did you mean 'select'?",
        f"{path}:7: 'preset' must be a string, not a number",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[tool.errlint]\nselct = 1\n", 2),
        ("[ tool . errlint ]\n\nselct=1\n", 3),
        ("[tool]\nerrlint.selct = 1\n", 2),
        ("tool.errlint.selct = 1\n", 1),
        ("[tool]\nerrlint = { selct = 1 }\n", 2),
        ("[tool.errlint]\n'selct' = 1\n", 2),
        ("[tool.errlint]\n[tool.errlint.selct]\nx = 1\n", 2),
        ("[tool.errlint]\r\nselct = 1\r\n", 2),
    ],
)
def test_a_key_is_found_however_it_is_written(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    (problem,) = read_settings(path)[1]
    assert problem == Problem(str(path), line, "'selct' is not a setting; did you mean 'select'?")


def test_the_nearest_file_with_a_table_holds(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "pyproject.toml": "[tool.errlint]\npreset = 'critical'\n",
            "a/pyproject.toml": "[tool.other]\n",
            "a/b/errlint.toml": "preset = 'production'\n",
            "a/b/c/x.py": "",
        },
    )
    finder = SettingsFinder(None, {})
    found = {name: finder.settings_for(tmp_path / name) for name in ("", "a", "a/b", "a/b/c")}
    assert {name: settings.preset for name, settings in found.items()} == {
        "": "critical",
        "a": "critical",
        "a/b": "production",
        "a/b/c": "production",
    }
    assert found["a"] is found[""], "a file is read once"
    assert found["a/b/c"].root == tmp_path / "a" / "b"
    assert finder.problems == []


def test_what_the_command_line_says_replaces_or_extends(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": "select = ['ERR1']\nextend-exclude = ['a']\nextend-ignore = ['ERR101']\n"})
    more = Selector("ERR2")
    overrides = {"select": (more,), "extend_exclude": ("b",), "extend_ignore": (more,)}
    settings = SettingsFinder(None, overrides).settings_for(tmp_path)
    assert settings.select == (more,)
    assert settings.extend_exclude == ("a", "b")
    assert [selector.text for selector in settings.extend_ignore] == ["ERR101", "ERR2"]
    assert settings.exclude == DEFAULT_EXCLUDES
    fixed = SettingsFinder(Settings(root=tmp_path, preset="critical"), overrides).settings_for(tmp_path / "x")
    assert (fixed.preset, fixed.select, fixed.extend_exclude) == ("critical", (more,), ("b",))


def test_problems_of_nested_files_are_kept_together(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": "a = 1\n", "b/errlint.toml": "[\n", "c/errlint.toml": b"\xff"})
    finder = SettingsFinder(None, {})
    for folder in ("", "b", "c", "", "b"):
        finder.settings_for(tmp_path / folder)
    assert [(Path(problem.source).parent.name, problem.line) for problem in finder.problems] == [
        (tmp_path.name, 1),
        ("b", finder.problems[1].line),
        ("c", 0),
    ]
    assert finder.problems[1].message.startswith("is not TOML: ")
    assert finder.problems[2].message.startswith("is not UTF-8: ")


@pytest.mark.parametrize(
    ("globs", "matched", "passed_over"),
    [
        ((), [], ["a.py"]),
        (("tests/",), ["tests/a.py", "x/tests/y/a.py"], ["tests.py", "mytests/a.py"]),
        (("/tests/",), ["tests/a.py"], ["x/tests/a.py"]),
        (("test_*.py",), ["test_a.py", "x/test_b.py"], ["a_test.py", "test_a.pyi"]),
        (("a/**/b.py",), ["a/b.py", "a/x/y/b.py"], ["b.py", "c/a/b.py"]),
        (("*.py", "!keep.py"), ["a.py"], ["keep.py", "x/keep.py"]),
    ],
)
def test_patterns_match_as_a_gitignore_does(globs: tuple[str, ...], matched: list[str], passed_over: list[str]) -> None:
    patterns = Patterns(globs)
    assert [place for place in matched + passed_over if patterns.matches(PurePosixPath(place))] == matched


def test_a_place_is_told_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(root=tmp_path)
    assert settings.place(tmp_path / "a" / "b.py") == PurePosixPath("a/b.py")
    assert settings.place(Path("/elsewhere/a/b.py")) == PurePosixPath("b.py")
    monkeypatch.chdir(tmp_path)
    assert settings.place(Path("a/b.py")) == PurePosixPath("a/b.py")


def test_suggestions_are_close_and_take_no_heed_of_case() -> None:
    known = ["select", "extend-select", "Preset"]
    assert suggestion("selct", known) == "; did you mean 'select'?"
    assert suggestion("PRESE", known) == "; did you mean 'Preset'?"
    assert suggestion("zzz", known) == ""

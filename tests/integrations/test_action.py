"""The GitHub Action: `action.yml`, and its script started as a runner starts it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import BAD, CLEAN, run, tree
from tests.integrations.scratch import ROOT, environment, published, started

SCRIPT = ROOT / "action/main.py"
ACTION = (ROOT / "action.yml").read_text(encoding="utf-8")


class Step:
    """A step of a job in a folder of its own; errlint counts as installed, unless a test takes it away."""

    def __init__(self, place: Path) -> None:
        self.workspace = place / "work space"
        self.temporary = place / "temp"
        self.output = place / "output.txt"
        self.summary = place / "summary.md"
        self.workspace.mkdir()
        tree(
            self.temporary,
            {
                "errlint-of-the-action/start_errlint.py": f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
                "from errlint.cli.main import main\nsys.exit(main())\n"
            },
        )

    def run(self, script: Path = SCRIPT, **inputs: str) -> subprocess.CompletedProcess[str]:
        given = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
        environ = environment(
            self.temporary,
            RUNNER_TEMP=str(self.temporary),
            GITHUB_ACTIONS="true",
            GITHUB_WORKSPACE=str(self.workspace),
            GITHUB_OUTPUT=str(self.output),
            GITHUB_STEP_SUMMARY=str(self.summary),
            **given,
        )
        self.output.unlink(missing_ok=True)
        return started(self.workspace, sys.executable, str(script), **environ)

    @property
    def outputs(self) -> dict[str, str]:
        """What the step hands on, read as the runner reads it."""
        found = re.findall(r"^([\w-]+)<<(\w+)\n(.*?)\n\2$", self.output.read_text(), re.MULTILINE | re.DOTALL)
        return {name: value for name, _, value in found}


@pytest.fixture
def step(tmp_path: Path) -> Step:
    return Step(tmp_path)


def test_a_clean_project_passes(step: Step) -> None:
    tree(step.workspace, {"src/a.py": CLEAN})
    done = step.run()
    assert done.returncode == 0, done.stdout
    assert "No findings in 1 file" in done.stdout
    assert "::error" not in done.stdout
    assert step.outputs == {"exit-code": "0", "findings": "0", "sarif-file": ""}


def test_findings_are_shown_marked_summed_up_and_handed_on(step: Step) -> None:
    tree(step.workspace, {"src/a b.py": BAD, "src/$(touch hacked).py": BAD, "other.py": BAD})
    step.summary.write_text("# Before\n")
    done = step.run(paths="'src/a b.py'\n'src/$(touch hacked).py'", sarif_file="out put/found.sarif")
    assert done.returncode == 1, done.stdout
    assert "src/a b.py:2:5" in done.stdout
    marks = [line for line in done.stdout.splitlines() if line.startswith(("::error ", "::warning ", "::notice "))]
    assert [bool(re.search(r"file=[^,]*a b\.py,.*line=2", mark)) for mark in marks] == [True, False]
    sarif = step.workspace / "out put/found.sarif"
    assert step.outputs == {"exit-code": "1", "findings": "2", "sarif-file": str(sarif)}
    assert len(json.loads(sarif.read_text())["runs"][0]["results"]) == 2
    assert step.summary.read_text().startswith("# Before\n")
    assert "ERR105" in step.summary.read_text()
    assert not list(step.workspace.rglob("hacked"))


def test_annotations_and_summary_can_be_left_out(step: Step) -> None:
    tree(step.workspace, {"a.py": BAD})
    done = step.run(annotations="false", summary="False")
    assert done.returncode == 1
    assert not re.search("^::(error|warning|notice)", done.stdout, re.MULTILINE)
    assert not step.summary.exists()


def test_options_and_the_working_directory_are_handed_on(step: Step) -> None:
    tree(step.workspace, {"sub folder/a.py": BAD, "sub folder/b c.py": BAD, "bad.py": BAD})
    done = step.run(
        working_directory="sub folder", args="--select ERR105 --per-file-ignores 'b c.py:ERR105'", sarif_file="f.sarif"
    )
    assert (done.returncode, step.outputs["findings"]) == (1, "1"), done.stdout
    assert Path(step.outputs["sarif-file"]) == step.workspace / "sub folder/f.sarif"


def test_a_baseline_is_handed_on(step: Step) -> None:
    tree(step.workspace, {"old.py": BAD})
    written = run(step.workspace, "baseline", "--file", "known $(touch hacked).toml")
    assert written.code == 0, written.err
    tree(step.workspace, {"new.py": BAD})
    done = step.run(baseline="known $(touch hacked).toml")
    assert (done.returncode, step.outputs["findings"]) == (1, "1"), done.stdout
    assert not (step.workspace / "hacked").exists()
    missing = step.run(baseline="nowhere.toml")
    assert missing.returncode == 2
    assert "nowhere.toml" in missing.stdout


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"args": "--selct ERR1"}, "did you mean '--select'?"),
        ({"args": "'unclosed"}, "::error title=errlint::args: No closing quotation"),
        ({"args": "; touch hacked; $(touch hacked) `touch hacked`"}, "errlint: ;: no such file or folder"),
        ({"paths": "nowhere"}, "errlint: nowhere: no such file or folder"),
        ({"paths": "--fix"}, "errlint: ./--fix: no such file or folder"),
        ({"version": "1.0; touch hacked"}, "::error title=errlint::version is one such as 1.2.3"),
        ({"version": "--index-url=x"}, "::error title=errlint::version is one such as 1.2.3"),
        ({"annotations": "maybe"}, "::error title=errlint::annotations is true or false, not 'maybe'"),
        ({"working_directory": "no where"}, "::error title=errlint::working-directory: there is no folder no where"),
    ],
)
def test_what_cannot_work_fails_and_says_why(step: Step, inputs: dict[str, str], told: str) -> None:
    tree(step.workspace, {"a.py": CLEAN})
    done = step.run(**inputs)
    assert done.returncode == 2, done.stdout
    assert told in done.stdout
    assert "::error title=errlint::" in done.stdout
    assert "Traceback" not in done.stdout
    assert step.outputs == {"exit-code": "2", "findings": "", "sarif-file": ""}
    assert not list(step.workspace.rglob("hacked"))


def test_what_errlint_prints_is_never_a_command_of_the_runner(step: Step) -> None:
    tree(step.workspace, {"::error::not ours.py": BAD})
    done = step.run(annotations="false", args="--output-format full")
    begin, *_, end = [line for line in done.stdout.splitlines() if re.match(r"::(stop-commands::)?\w+(::)?$", line)]
    token = begin.rpartition("::")[2]
    assert end == f"::{token}::"
    inside = done.stdout.partition(begin)[2].partition(end)[0]
    assert "not ours" in inside
    assert "not ours" not in done.stdout.replace(inside, "")


def test_modules_of_the_project_are_not_imported(step: Step) -> None:
    tree(step.workspace, {"ast.py": "raise SystemExit('imported')\n", "errlint.py": "raise SystemExit('imported')\n"})
    done = step.run()
    assert "imported" not in done.stdout.replace("SystemExit('imported')", "")
    assert "in 2 files" in done.stdout


def test_the_script_installs_the_errlint_that_stands_beside_it(step: Step, tmp_path: Path) -> None:
    source = published(tmp_path / "an action")
    (step.temporary / "errlint-of-the-action/start_errlint.py").unlink()
    tree(step.workspace, {"a.py": BAD})
    done = step.run(source / "action/main.py")
    assert done.returncode == 1, done.stdout
    assert "ERR105" in done.stdout
    installed = step.temporary / "errlint-of-the-action"
    assert (installed / "errlint/__init__.py").is_file()
    assert (installed / "libcst").is_dir()


def test_the_action_is_valid_and_gives_a_shell_nothing_to_run(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    for command in (
        ("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"),
        ("zizmor", "--offline", "--quiet", "action.yml"),
    ):
        done = started(ROOT, str(Path(sys.executable).with_name(command[0])), *command[1:], **environ)
        assert done.returncode == 0, done.stdout
    script = ACTION.partition("      run: |\n")[2]
    assert script
    assert "${{" not in script


def test_every_input_is_handed_to_the_script_and_every_output_comes_from_it() -> None:
    inputs, _, outputs = ACTION.partition("\noutputs:\n")
    names = re.findall(r"^  ([\w-]+):$", inputs.partition("\ninputs:\n")[2], re.MULTILINE)
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(names) == 8
    for name in names:
        variable = f"INPUT_{name.upper().replace('-', '_')}"
        assert f"        {variable}: ${{{{ inputs.{name} }}}}\n" in ACTION
        assert re.search(rf'_(given|flag|words)\("{name}"\)', text)
    for name in re.findall(r"^  ([\w-]+):$", outputs.partition("\nruns:\n")[0], re.MULTILINE):
        assert f"value: ${{{{ steps.errlint.outputs.{name} }}}}" in ACTION
        assert f'"{name}": ' in text

"""What the GitHub Action does: installs errlint, runs it once, and hands on what it found.

Everything comes by environment variables. This file is started by whatever Python the runner has, so it uses nothing
that is newer than Python 3.7.
"""

import json
import os
import re
import secrets
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 10)
LARGEST_SUMMARY = 1000 * 1000
"""GitHub refuses the summary of a step that is larger than 1 MiB."""


class WrongUse(Exception):
    """The step is set up in a way that cannot work; the text says how it can."""


def main():
    """Run the step; the result is its exit code."""
    try:
        return _run(Path(tempfile.mkdtemp(prefix="errlint-", dir=os.environ.get("RUNNER_TEMP"))))
    except WrongUse as error:
        _annotate(str(error))
        _set_outputs({"exit-code": "2", "findings": "", "sarif-file": ""})
        return 2


def _run(folder):
    """Run errlint; `folder` takes what it writes for this script."""
    working_directory = Path(_given("working-directory") or ".")
    if not working_directory.is_dir():
        raise WrongUse(f"working-directory: there is no folder {working_directory}; did actions/checkout run before?")
    sarif = working_directory.resolve() / _given("sarif-file") if _given("sarif-file") else None
    wanted = {"json": folder / "found.json"}
    if sarif is not None:
        sarif.parent.mkdir(parents=True, exist_ok=True)
        wanted["sarif"] = sarif
    if _flag("annotations"):
        wanted["github"] = folder / "annotations.txt"
    if _flag("summary"):
        wanted["markdown"] = folder / "summary.md"
    paths = [f"./{path}" if path.startswith("-") else path for path in _words("paths") or ["."]]
    command = ["check", *paths, *_words("args"), "-o", "full:-"]
    command += [word for name, file in wanted.items() for word in ("-o", f"{name}:{file}")]
    if _given("baseline"):
        command.append(f"--baseline={_given('baseline')}")
    code = _started([sys.executable, str(_installed()), *command], working_directory)
    findings = _count(wanted["json"])
    _show_annotations(wanted.get("github"))
    _add_summary(wanted.get("markdown"))
    if code not in (0, 1):
        _annotate(f"errlint could not do its job (exit code {code}); the log of this step says why.")
    written = sarif is not None and sarif.is_file() and findings is not None
    _set_outputs(
        {
            "exit-code": str(code),
            "findings": "" if findings is None else str(findings),
            "sarif-file": str(sarif) if written else "",
        }
    )
    return code


def _given(name):
    """An input of the step."""
    return os.environ.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip()


def _flag(name):
    value = _given(name).lower() or "true"
    if value not in ("true", "false"):
        raise WrongUse(f"{name} is true or false, not '{value}'")
    return value == "true"


def _words(name):
    """The words of an input, as a shell would divide it; nothing in it is expanded or run."""
    try:
        return shlex.split(_given(name))
    except ValueError as error:
        raise WrongUse(f"{name}: {error} in {_given(name)!r}") from error


def _installed():
    """Install errlint, once a job; the result is the script that starts it.

    The folder is of its own, so that the project's environment stays as it is; but errlint runs in the Python of the
    job, so that it sees the packages that were installed for the project. `python -m errlint` would import whatever is
    called `ast.py` where it is started.
    """
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:2]))
        raise WrongUse(f"errlint needs Python 3.10 or newer, and python3 is {found}; see actions/setup-python")
    version = _given("version")
    if version and not re.fullmatch(r"\d+(\.\d+)*((a|b|rc|\.post|\.dev)\d+)*", version):
        raise WrongUse(f"version is one such as 1.2.3, not '{version}'")
    folder = Path(os.environ.get("RUNNER_TEMP") or tempfile.gettempdir()) / f"errlint-{version or 'of-the-action'}"
    script = folder / "start_errlint.py"
    if not script.exists():
        what = f"errlint=={version}" if version else str(CHECKOUT)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
        if subprocess.run([*pip, "--target", str(folder), what], check=False, stdout=sys.stderr).returncode:
            raise WrongUse(f"pip could not install {what}; the log of this step says why")
        script.write_text("import sys\n\nfrom errlint.cli.main import main\n\nsys.exit(main())\n", encoding="utf-8")
    return script


def _started(command, working_directory):
    """Run errlint and show what it prints. GitHub must not take that for commands: it holds code of others."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        return subprocess.run(command, cwd=str(working_directory), check=False).returncode
    finally:
        print(f"::{token}::", flush=True)


def _count(file):
    """The number of findings; `None` if errlint did not get that far."""
    return len(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def _show_annotations(file):
    if file is not None and file.is_file():
        sys.stdout.flush()
        sys.stdout.buffer.write(file.read_bytes())
        sys.stdout.flush()


def _add_summary(file):
    """Add the findings to the step's summary, as far as it goes."""
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if file is None or not file.is_file() or not target:
        return
    text = file.read_bytes()
    if len(text) > LARGEST_SUMMARY:
        whole_lines = text[: text.rindex(b"\n", 0, LARGEST_SUMMARY) + 1]
        text = whole_lines + b"\n\nGitHub takes no more than 1 MiB; the rest stands in the log of the step.\n"
    with open(target, "ab") as stream:
        stream.write(text)


def _annotate(text):
    """Show an error where people look first."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::error title=errlint::{escaped}", flush=True)


def _set_outputs(values):
    """Hand values to the steps that follow, in GitHub's form for values that may hold anything."""
    target = os.environ.get("GITHUB_OUTPUT")
    if not target:
        return
    with open(target, "a", encoding="utf-8") as stream:
        for name, value in values.items():
            mark = secrets.token_hex(16)
            stream.write(f"{name}<<{mark}\n{value}\n{mark}\n")


if __name__ == "__main__":
    sys.exit(main())

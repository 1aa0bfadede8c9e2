"""Do safe fixes keep behaviour? Real packages run their own test suites before and after `errlint check --fix`.

    python benchmarks/fix_suites.py
    python benchmarks/fix_suites.py --work FOLDER --executed celery==5.5.0 docutils

What is done, for each package:

1. Its source archive comes from PyPI (an archive without tests is of no use here), and its environment is made: the
   package with its dependencies, and what its tests need. Both stay in the work folder and are used again.
2. Its suite runs twice as it was published. Tests whose outcome is not the same both times are left out of the
   comparison, and counted as `unstable`.
3. Safe fixes are applied to its code, tests left out, and the suite runs again: a row of the table. If a test has
   another outcome than before, the suite runs a second time: what happens only once is unstable too.
4. Safe fixes are applied to the whole archive, tests and all. The suite runs again if that changed more files, and
   gives the row `with its tests`.

Every run is of a fresh copy in the same folder, which `PYTHONPATH` puts before the installed package; with the same
hash seed and locale and an empty home; and without a network where `unshare` can give it only the loopback device.
Tests that fail because of that, or because root runs them, fail before and after. `before`, `after` and
`after-with-tests` stay beside each other in the work folder, so `diff -r` shows what was fixed.

How to read it: `fixes` are the findings with a safe fix that are gone, by rule in the lines below the table. `left`
are those that are still there. `differences` are the tests with another outcome than before, and the changed files
that do not parse; it must be 0 everywhere. A fix in a line that no test runs proves nothing: `--executed` runs the
suite once more under coverage and says how many of the fixed places it reaches. The exit code is 1 if anything
differs, and if a suite does not run: an outcome that never was good cannot get worse. The packages were chosen because
their suites need no services and errlint has much to fix in them, not because they are bad.
Not for Windows.
"""

from __future__ import annotations

import argparse
import ast
import filecmp
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any
from xml.etree import ElementTree

from compare import table

SAME = 0
DIFFERS = 1
FEWEST_TESTS = 10
"""A suite of which fewer tests pass has not run."""
LONGEST_RUN = 1200
"""Seconds after which a suite hangs."""

TESTS = ("tests/", "test/", "t/", "test_*.py", "conftest.py")
"""What is not the code of a package, as globs for errlint."""

PYTEST = (
    *("-m", "pytest", "-q", "--rootdir=.", "--continue-on-collection-errors"),
    *("-p", "no:cacheprovider", "-p", "no:randomly", "--junitxml={reports}/report.xml"),
)

DJANGO_SETTINGS = """
import os

from test_sqlite import *

TEST_RUNNER = "xmlrunner.extra.djangotestrunner.XMLTestRunner"
TEST_OUTPUT_DIR = os.environ["REPORTS"]
"""

DJANGO_TESTS = """
    admin_checks admin_docs admin_filters admin_registration admin_utils app_loading apps asgi auth_tests backends base
    basic cache check_framework conditional_processing constraints contenttypes_tests context_processors csrf_tests
    custom_managers datatypes db_utils decorators defer deprecation dispatch empty_models expressions
    field_deconstruction file_storage file_uploads files fixtures flatpages_tests forms_tests generic_views
    get_object_or_404 get_or_create handlers httpwrappers humanize_tests i18n introspection invalid_models_tests
    logging_tests lookup mail messages_tests middleware middleware_exceptions model_fields model_forms model_formsets
    model_meta model_utils multiple_database pagination queries redirects_tests requests_tests resolve_url responses
    schema serializers sessions_tests settings_tests shortcuts signals signing sitemaps_tests sites_framework
    sites_tests staticfiles_tests syndication_tests template_backends template_loader template_tests test_client
    test_exceptions test_runner test_utils timezones transactions update urlpatterns urlpatterns_reverse user_commands
    utils_tests validation validators version view_tests wsgi
"""


class SuiteError(Exception):
    """Something that keeps the suite of a package from being compared, said in full."""


@dataclass(frozen=True)
class Suite:
    """A package, and how its tests are run."""

    name: str
    version: str
    code: tuple[str, ...]
    """The files and folders of its source archive that hold the code; the first one is what is imported."""
    tests: tuple[str, ...]
    """Arguments of the command: which tests to run."""
    requirements: tuple[str, ...] = ()
    """What its tests need beside the package."""
    extras: str = ""
    """The extras of the package that its tests need."""
    command: tuple[str, ...] = PYTEST
    """Arguments of Python; `{reports}` is the folder for the report."""
    folder: str = "."
    """Where the command runs."""
    modules: Mapping[str, str] = field(default_factory=dict)
    """Modules that the command needs, and that are not part of the package."""

    @property
    def title(self) -> str:
        """Its name and version as pip writes them."""
        return f"{self.name}=={self.version}"

    @property
    def installed(self) -> tuple[str, ...]:
        """All that its environment has."""
        return f"{self.name}[{self.extras}]=={self.version}" if self.extras else self.title, *self.requirements


SUITES = {
    suite.name: suite
    for suite in (
        Suite(
            "celery",
            "5.5.0",
            code=("celery",),
            tests=("t/unit",),
            extras="auth,gcs,mongodb,msgpack,pydantic,pymemcache,redis,sqlalchemy,yaml",
            requirements=(
                *("click<8.2", "pytest==8.3.5", "pytest-celery>=1.2.0,<1.3.0", "pytest-click==1.1.0"),
                *("pytest-order==1.3.0", "pytest-subtests>=0.14.1,<0.15", "pytest-timeout==2.3.1"),
                *("boto3", "moto>=4.1.11,<5.1.0"),
            ),
        ),
        Suite(
            "django",
            "5.2",
            code=("django",),
            tests=tuple(DJANGO_TESTS.split()),
            requirements=("unittest-xml-reporting==4.0.0", "jinja2", "pyyaml", "docutils", "pillow", "tzdata"),
            command=("runtests.py", "--settings=sqlite_with_reports", "--parallel=1", "--noinput"),
            folder="tests",
            modules={"sqlite_with_reports": DJANGO_SETTINGS},
        ),
        Suite(
            "docutils",
            "0.23",
            code=("docutils",),
            tests=("test",),
            requirements=("pytest>=9,<10", "pygments", "pillow", "myst-parser"),
        ),
        Suite(
            "kombu",
            "5.7.0",
            code=("kombu",),
            tests=("t/unit",),
            extras="azureservicebus,azurestoragequeues,brotli,consul,etcd,gcpubsub,mongodb,msgpack,redis,sqlalchemy,sqs,"
            "yaml,zookeeper",
            requirements=("pytest>=9,<10", "hypothesis<7", "pytest-freezer==0.4.9", "Pyro4==4.82", "pycurl"),
        ),
        Suite(
            "requests",
            "2.34.2",
            code=("src/requests",),
            tests=("tests", "-k", "not test_connect_timeout and not test_total_timeout_connect"),
            requirements=(
                *("pytest>=8,<10", "pytest-httpbin==2.1.0", "httpbin~=0.10.0", "pytest-mock", "PySocks", "trustme"),
            ),
        ),
        Suite(
            "sympy",
            "1.14.0",
            code=("sympy",),
            tests=(
                *("sympy/combinatorics", "sympy/geometry", "sympy/matrices", "sympy/multipledispatch", "sympy/polys"),
                *("--ignore=sympy/polys/numberfields/tests/test_minpoly.py", "-n", "2", "--dist", "loadfile"),
            ),
            requirements=("pytest>=8,<10", "pytest-xdist>=3", "hypothesis<7"),
        ),
        Suite(
            "twisted",
            "26.10.0",
            code=("src/twisted",),
            tests=("src/twisted", "--ignore=src/twisted/trial"),
            extras="all-non-platform",
            requirements=("pytest>=9,<10",),
        ),
    )
}


Outcomes = dict[str, tuple[str, ...]]
"""The outcome of each test. A test of several parts has one for each of them, sorted."""


@dataclass(frozen=True)
class Place:
    """A package's folders in the work folder."""

    root: Path
    python: Path

    @property
    def before(self) -> Path:
        """The package as it was published."""
        return self.root / "before"

    @property
    def after(self) -> Path:
        """The same with its code fixed."""
        return self.root / "after"

    @property
    def after_with_tests(self) -> Path:
        """The same with everything fixed."""
        return self.root / "after-with-tests"


@dataclass(frozen=True)
class Fixed:
    """What errlint did to a copy of the package."""

    changed: list[Path]
    fixes: Counter[str]
    left: int
    new: Counter[str]
    """Findings that were not there before, by rule."""


@dataclass(frozen=True)
class Result:
    """A row of the table."""

    title: str
    fixed: Fixed
    before: Outcomes
    after: Outcomes
    unstable: set[str]
    differences: list[str]
    executed: str


def source_archive(suite: Suite, python: Path, folder: Path) -> Path:
    """The source archive of a package, from PyPI unless it is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        _say(f"{suite.title}: downloading its source")
        options = ["-q", "--no-deps", "--no-binary", ":all:", "--dest", str(folder)]
        _run([python, "-m", "pip", "download", *options, suite.title])
    return next(folder.iterdir())


def unpacked(archive: Path, folder: Path) -> None:
    """Unpack an archive; its only folder becomes `folder`."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        with tarfile.open(archive) as file:
            file.extractall(place, filter="data")
        (root,) = Path(place).iterdir()
        shutil.rmtree(folder, ignore_errors=True)
        root.rename(folder)


def environment(suite: Suite, folder: Path) -> Path:
    """The Python of an environment that has what the suite needs, made anew if that is not what it was made for."""
    python = folder / "bin" / "python"
    wanted = "\n".join((sys.version, *suite.installed))
    note = folder / "made-for.txt"
    if not (note.exists() and note.read_text(encoding="utf-8") == wanted):
        _say(f"{suite.title}: making its environment")
        _run([sys.executable, "-m", "venv", "--clear", folder])
        _run([python, "-m", "pip", "install", "-q", *suite.installed])
        note.write_text(wanted, encoding="utf-8")
    return python


def findings(tree: Path, arguments: Sequence[str]) -> list[dict[str, Any]]:
    """What `errlint check` says about a tree; with `--fix` among the arguments it changes it."""
    command = [sys.executable, "-m", "errlint", "check", "--isolated", "--exit-zero", "--output-format", "json"]
    found: list[dict[str, Any]] = json.loads(_run([*command, *arguments], cwd=tree))
    return found


def has_safe_fix(finding: dict[str, Any]) -> bool:
    """Whether `--fix` is meant to fix it."""
    return finding["fix"] is not None and finding["fix"]["applicability"] == "safe"


def fixed(source: Path, target: Path, arguments: Sequence[str]) -> Fixed:
    """Copy a tree and apply safe fixes to the copy."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    old = findings(target, arguments)
    findings(target, ["--fix", *arguments])
    new = findings(target, arguments)
    codes_before = Counter(finding["code"] for finding in old)
    codes_after = Counter(finding["code"] for finding in new)
    fixable = Counter(finding["code"] for finding in old if has_safe_fix(finding))
    return Fixed(
        changed=different_files(source, target),
        fixes=(codes_before - codes_after) & fixable,
        left=sum(map(has_safe_fix, new)),
        new=codes_after - codes_before,
    )


def different_files(one: Path, other: Path) -> list[Path]:
    """The files of a tree that are not the same in the other, from its root."""
    paths = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file() and not path.is_symlink())
    return [path for path in paths if not filecmp.cmp(one / path, other / path, shallow=False)]


def unparsable(tree: Path, paths: Sequence[Path]) -> Iterator[str]:
    """The files that this Python cannot parse, each with what it says."""
    for path in paths:
        try:
            ast.parse((tree / path).read_bytes())
        except (SyntaxError, ValueError) as error:
            yield f"{path}: {error}"


def outcomes(suite: Suite, place: Place, tree: Path, *, launcher: Sequence[str] = ()) -> Outcomes:
    """Run the suite on a copy of a tree. Raises `SuiteError` if it does not run."""
    run, reports, home = (place.root / name for name in ("run", "reports", "home"))
    for folder in (run, reports, home):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(tree, run, symlinks=True)
    reports.mkdir()
    home.mkdir()
    modules = place.root / "modules"
    modules.mkdir(exist_ok=True)
    for name, text in suite.modules.items():
        (modules / f"{name}.py").write_text(text, encoding="utf-8")

    imports = run / Path(suite.code[0]).parent
    known = {"PYTHONPATH": f"{imports}{os.pathsep}{modules}", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST_", "LC_"))}
    variables = {**kept, **known, "HOME": str(home), "REPORTS": str(reports), "PIP_NO_INDEX": "1"}
    _check_import(suite, place.python, run, variables)

    command = [part.format(reports=reports) for part in (*suite.command, *suite.tests)]
    log = place.root / "suite.log"
    began = perf_counter()
    with log.open("wb") as output:
        try:
            subprocess.run(
                [*_without_network(), str(place.python), *launcher, *command],
                cwd=run / suite.folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=LONGEST_RUN,
                check=False,  # some tests may fail, and do so before and after
            )
        except subprocess.TimeoutExpired as error:
            raise SuiteError(f"{suite.title}: its suite did not end in {LONGEST_RUN} s, see {log}") from error
    found = read_reports(reports)
    passed = sum("passed" in each for each in found.values())
    if passed < FEWEST_TESTS:
        raise SuiteError(f"{suite.title}: its suite does not run ({passed} tests passed), see {log}")
    _say(f"{suite.title}: {tree.name}: {summary(found)} in {perf_counter() - began:.0f} s")
    return found


def read_reports(folder: Path) -> Outcomes:
    """The outcomes in JUnit's XML files."""
    found: dict[str, list[str]] = {}
    for path in folder.glob("*.xml"):
        for case in ElementTree.parse(path).iter("testcase"):
            kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
            name = f"{case.get('classname')}::{case.get('name')}"
            found.setdefault(name, []).append("+".join(sorted(kinds)) or "passed")
    return {name: tuple(sorted(each)) for name, each in found.items()}


def differing(one: Outcomes, other: Outcomes) -> set[str]:
    """The tests whose outcome is not the same, or that are in one only."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def summary(found: Outcomes) -> str:
    """How many tests passed, failed and were skipped."""
    counts = Counter(outcome for each in found.values() for outcome in each)
    passed, skipped = counts.pop("passed", 0), counts.pop("skipped", 0)
    return f"{passed}/{sum(counts.values())}/{skipped}"


def compared(suite: Suite, place: Place, title: str, tree: Path, change: Fixed, runs: Sequence[Outcomes]) -> Result:
    """Run the suite on a fixed tree and compare it with the two runs before."""
    before, again = runs
    unstable = differing(before, again)
    after = outcomes(suite, place, tree)
    differ = differing(before, after) - unstable
    if differ:
        once = differ - differing(before, outcomes(suite, place, tree))
        unstable |= once
        differ -= once
    said = [f"{name}: {_outcome(before, name)}, then {_outcome(after, name)}" for name in sorted(differ)]
    said += unparsable(tree, change.changed)
    return Result(title, change, before, after, unstable, said, executed="-")


def executed_fixes(suite: Suite, place: Place, arguments: Sequence[str]) -> str:
    """How many of the places with a safe fix the suite reaches, as `reached of all`."""
    _run([place.python, "-m", "pip", "install", "-q", "coverage>=7.10"])
    settings, data, report = (place.root / name for name in ("coverage.ini", "coverage.data", "coverage.json"))
    fixable = [finding for finding in findings(place.before, arguments) if has_safe_fix(finding)]
    options = ["[report]", "exclude_lines =", "[run]", "parallel = true", "patch = subprocess, _exit"]
    files = [f"    */{path}" for path in sorted({_path_in(place.before, finding) for finding in fixable})]
    settings.write_text("\n".join([*options, f"data_file = {data}", "include =", *files]), encoding="utf-8")
    outcomes(suite, place, place.before, launcher=["-m", "coverage", "run", f"--rcfile={settings}"])
    _run([place.python, "-m", "coverage", "combine", "-q", f"--rcfile={settings}"], cwd=place.root)
    _run([place.python, "-m", "coverage", "json", "-q", f"--rcfile={settings}", "-o", report], cwd=place.root)
    measured = json.loads(report.read_text(encoding="utf-8"))["files"]
    lines_run = {(place.root / name).resolve(): set(each["executed_lines"]) for name, each in measured.items()}
    reached = 0
    for finding in fixable:
        path = place.root / "run" / _path_in(place.before, finding)
        reached += finding["location"]["row"] in lines_run.get(path.resolve(), ())
    return f"{reached} of {len(fixable)}"


def _path_in(tree: Path, finding: dict[str, Any]) -> Path:
    return Path(finding["filename"]).relative_to(tree)


def results_of(suite: Suite, work: Path, executed: bool) -> Iterator[Result]:
    """All that is done for one package."""
    root = work / suite.title
    place = Place(root, environment(suite, root / "environment"))
    unpacked(source_archive(suite, place.python, root / "archive"), place.before)
    code = [*suite.code, "--extend-exclude", ",".join(TESTS)]
    change = fixed(place.before, place.after, code)
    if not change.changed:
        raise SuiteError(f"{suite.title}: nothing to fix")
    runs = (outcomes(suite, place, place.before), outcomes(suite, place, place.before))
    result = compared(suite, place, suite.title, place.after, change, runs)
    yield replace(result, executed=executed_fixes(suite, place, code)) if executed else result

    change = fixed(place.before, place.after_with_tests, ["."])
    if different_files(place.after, place.after_with_tests):
        yield compared(suite, place, "  with its tests", place.after_with_tests, change, runs)


def report(results: Sequence[Result]) -> str:
    """The table, the fixes by rule, and all that differs."""
    outcome = "passed/failed/skipped"
    rows = [["package", "files", "fixes", "left", "executed", outcome, "after", "unstable", "differences"]]
    for result in results:
        sums = [len(result.fixed.changed), result.fixed.fixes.total(), result.fixed.left, result.executed]
        found = [summary(result.before), summary(result.after), len(result.unstable), len(result.differences)]
        rows.append([result.title, *map(str, (*sums, *found))])
    lines = [table(rows), ""]
    for result in results:
        lines.append(f"{result.title}: {_counted(result.fixed.fixes)}")
        if result.fixed.new:
            lines.append(f"    findings that were not there before: {_counted(result.fixed.new)}")
        lines.extend(f"    differs: {difference}" for difference in result.differences)
        lines.extend(f"    unstable: {name}" for name in sorted(result.unstable))
    return "\n".join(lines)


def _outcome(found: Outcomes, name: str) -> str:
    counts = Counter(found.get(name, ["absent"]))
    return " and ".join(f"{count} x {kind}" if count > 1 else kind for kind, count in sorted(counts.items()))


def _counted(codes: Counter[str]) -> str:
    return ", ".join(f"{code} {count}" for code, count in sorted(codes.items())) or "-"


def _check_import(suite: Suite, python: Path, run: Path, variables: Mapping[str, str]) -> None:
    """Make sure that the copy is what the tests import."""
    module = Path(suite.code[0]).name
    source = _run([python, "-c", f"import {module}; print({module}.__file__)"], cwd=run.parent, env=variables)
    if not Path(source.strip()).resolve().is_relative_to(run.resolve()):
        raise SuiteError(f"{suite.title}: its tests would import {source.strip()}, not the copy in {run}")


def _without_network() -> list[str]:
    """What to put before a command so that it sees the loopback device only; nothing where that cannot be done."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", *user, "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    try:
        subprocess.run([*command, "true"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return command


def _run(command: Sequence[str | Path], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """The output of a command. Raises `SuiteError` with what it said if it fails."""
    arguments = [str(part) for part in command]
    done = subprocess.run(arguments, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SuiteError(f"failed ({done.returncode}): {shlex.join(arguments)}\n{done.stderr.strip()}")
    return done.stdout


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _suite(text: str) -> Suite:
    name, _, version = text.partition("==")
    suite = SUITES.get(re.sub(r"[-_.]+", "-", name).lower())
    if suite is None:
        raise argparse.ArgumentTypeError(f"no suite is known for {name} (known: {', '.join(SUITES)})")
    return replace(suite, version=version) if version else suite


def main(arguments: Sequence[str] | None = None) -> int:
    """0: all outcomes are the same; 1: some are not, or a suite did not run."""
    parser = argparse.ArgumentParser(description="Run test suites of packages before and after safe fixes.")
    parser.add_argument(
        "suites",
        type=_suite,
        nargs="*",
        default=list(SUITES.values()),
        metavar="PACKAGE==VERSION",
        help=f"default: {' '.join(suite.title for suite in SUITES.values())}",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir(), "errlint-fix-suites"),
        metavar="FOLDER",
        help="where sources and environments are kept (default: %(default)s)",
    )
    parser.add_argument("--executed", action="store_true", help="say how many of the fixed places the suites run")
    options = parser.parse_args(arguments)
    results: list[Result] = []
    failures: list[str] = []
    for suite in options.suites:
        try:
            results.extend(results_of(suite, options.work.resolve(), options.executed))
        except SuiteError as error:
            failures.append(str(error))
            _say(f"fix_suites: {error}")
    if results:
        print(report(results))
    for failure in failures:
        print(f"did not run: {failure}")
    return DIFFERS if failures or any(result.differences for result in results) else SAME


if __name__ == "__main__":
    sys.exit(main())

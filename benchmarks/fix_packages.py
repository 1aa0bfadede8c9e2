"""Can `errlint check --fix` be trusted with real code?

    python benchmarks/fix_packages.py
    python benchmarks/fix_packages.py --safe-only flask==3.1.3

What is done: the source distribution of each package comes from PyPI, or from the work folder when it is there
already, and is unpacked anew. errlint lists its findings, fixes what it can, and is then told to fix once more. The
folder as it was is held against the folder as it is. What must hold:

- Only files change that had a finding with a fix. None is added or removed, no mode changes, nothing changes in a
  file that this Python could not compile before, and every changed file still compiles.
- No comment is lost, but for those that hold an `errlint: ignore`, which ERR002 removes.
- A changed file keeps its encoding, its byte order mark and its end (with or without a newline), and gets no style of
  newline that it did not have.
- The second run changes nothing and finds the same as the first.
- No finding with a fix is left, and no file has more findings of a code than before. ERR404 may have more, and these
  are listed: the fix of ERR402 writes `.exception("...: %s", error)`, whose argument is then one too many.

How to read it: the first table has a row for each package. `safe` and `unsafe` are the findings that have a fix of
that kind, `left` is what remains of all findings, `failed` the number of checks that did not hold; these are listed at
the end, and the exit code is then 1. The second table has the same by code, where something can be fixed or has
changed. The statements are a coarse look at what the fixes do: how many of each kind the changed files have gained and
lost, counted in each file on its own. Whether a fix means what its author meant is for a reader to say: WORK/*.diff
holds the changes of each package.

errlint is the one of the Python that runs this script; `--errlint` names another.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any

HOLDS = 0
DOES_NOT_HOLD = 1
FAILED = 2

PACKAGES = ("Django==5.2", "celery==5.5.0", "sqlalchemy==2.0.36", "httpx==0.28.1", "flask==3.1.3", "requests==2.34.2")
CHECK = ("check", "--isolated", "--output-format", "json", "--exit-zero")
CRASH = "ERR000"
MAY_RISE = frozenset({"ERR404"})
"""Codes that the fixes of other rules bring about."""

_NEWLINE = re.compile(rb"\r\n|\r|\n")
_OWN_COMMENT = re.compile(r"errlint:\s*ignore")


class UnavailableError(Exception):
    """A package that cannot be had, said in full."""


class ErrlintError(Exception):
    """A run of errlint that failed, with what it said."""


@dataclass(frozen=True)
class File:
    """A file at one time."""

    data: bytes
    mode: int

    @property
    def newlines(self) -> frozenset[bytes]:
        """The styles of newline that occur in it."""
        return frozenset(_NEWLINE.findall(self.data))

    @property
    def ends_with_newline(self) -> bool:
        return self.data.endswith((b"\n", b"\r"))

    @property
    def encoding(self) -> str:
        """As Python reads it. `utf-8-sig` for a file with a byte order mark."""
        return tokenize.detect_encoding(io.BytesIO(self.data).readline)[0]

    @property
    def text(self) -> str:
        """With `\\n` for all newlines."""
        return io.StringIO(self.data.decode(self.encoding), newline=None).read()

    def syntax_error(self) -> str | None:
        """Why this Python cannot compile the file; `None` if it can."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                compile(self.data, "file", "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError) as error:
                return f"{type(error).__name__}: {error}"
        return None

    def comments(self) -> Counter[str]:
        """The comments of a file that compiles, as far as `tokenize` gets: some of these it cannot read to the end."""
        found: Counter[str] = Counter()
        with suppress(tokenize.TokenError, SyntaxError):
            for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
                if token.type == tokenize.COMMENT:
                    found[token.string.strip()] += 1
        return found

    def statements(self) -> Counter[str]:
        """How many statements and handlers of each kind a file has that compiles."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(self.data)
        return Counter(
            type(node).__name__ for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.ExceptHandler))
        )


Folder = dict[str, File]
"""Each file by its path, relative to the folder and with `/`."""


@dataclass(frozen=True)
class Finding:
    """What is needed of an item of errlint's JSON. `applicability` is that of the fix, `None` without one."""

    path: str
    code: str
    line: int
    message: str
    applicability: str | None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code} {self.message}"


@dataclass
class Report:
    """What has come of one package."""

    package: str
    files: int = 0
    changed: tuple[str, ...] = ()
    before: Counter[str] = field(default_factory=Counter)
    """Findings by code."""
    fixable: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Findings that have a fix, by code and applicability."""
    after: Counter[str] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    """Statements, by kind."""
    lost: Counter[str] = field(default_factory=Counter)
    risen: list[str] = field(default_factory=list)
    """Where there is more to find than before, and may be."""
    failed: list[tuple[str, str]] = field(default_factory=list)
    """The checks that did not hold: file, `.` for the folder as a whole, and what is wrong."""


def source_distribution(requirement: str, work: Path) -> Path:
    """The archive of a package: from the work folder, else from PyPI. Raises `UnavailableError`."""
    if (found := _archive(requirement, work)) is not None:
        return found
    name = requirement.partition("==")[0]
    _say(f"{requirement}: download")
    # Not `:all:`, which would also have what the package needs for its metadata built from source.
    options = ["--no-deps", "--no-binary", name, "--dest", str(work)]
    command = [sys.executable, "-m", "pip", "download", *options, requirement]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise UnavailableError(f"{requirement}: pip failed\n{answer.stderr.strip()}")
    if (found := _archive(requirement, work)) is None:
        raise UnavailableError(f"{requirement}: pip left no NAME-VERSION.tar.gz in {work}")
    return found


def _archive(requirement: str, work: Path) -> Path | None:
    name, _, version = requirement.partition("==")
    for path in sorted(work.glob("*.tar.gz")):
        own_name, _, own_version = path.name.removesuffix(".tar.gz").rpartition("-")
        if _normal(own_name) == _normal(name) and own_version == version:
            return path
    return None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def unpacked(archive: Path, work: Path) -> Path:
    """A fresh copy of the one folder that an archive holds. Raises `UnavailableError`."""
    target = work / "unpacked" / archive.name.removesuffix(".tar.gz")
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    try:
        with tarfile.open(archive) as opened:
            if hasattr(tarfile, "data_filter"):
                opened.extractall(target, filter="data")
            else:
                opened.extractall(target)
    except (OSError, tarfile.TarError) as error:
        raise UnavailableError(f"{archive}: {error}") from error
    folders = list(target.iterdir())
    if len(folders) != 1 or not folders[0].is_dir():
        raise UnavailableError(f"{archive} does not hold one folder, as a source distribution does")
    return folders[0]


def snapshot(folder: Path) -> Folder:
    """All files of a folder as they are now."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {
        path.relative_to(folder).as_posix(): File(path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in paths
    }


def run_errlint(errlint: Sequence[str], options: Sequence[str], folder: Path) -> list[Finding]:
    """The findings that a run lists. Raises `ErrlintError` unless it did its job."""
    command = [*errlint, *CHECK, *options, "."]
    # The folder is the current one: without the variable its modules could stand in for those that errlint imports.
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    answer = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    shown = shlex.join(command)
    try:
        findings = _findings(answer.stdout, folder)
    except ValueError as error:
        if not answer.returncode:
            raise ErrlintError(f"`{shown}` wrote no findings as JSON: {error}\n{answer.stderr}".rstrip()) from error
        findings = []
    crashes = [str(finding) for finding in findings if finding.code == CRASH]
    if answer.returncode or crashes:
        said = "\n".join([*crashes, answer.stderr.strip()])
        raise ErrlintError(f"`{shown}` ended with {answer.returncode}\n{said}".rstrip())
    return findings


def _findings(output: str, folder: Path) -> list[Finding]:
    return [_finding(item, folder) for item in json.loads(output)]


def _finding(item: Mapping[str, Any], folder: Path) -> Finding:
    path = Path(item["filename"]).relative_to(folder).as_posix()
    applicability = item["fix"]["applicability"] if item["fix"] is not None else None
    return Finding(path, item["code"], item["location"]["row"], item["message"], applicability)


def wrong_in_folder(before: Folder, after: Folder, fixable: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the files after the first run; `fixable` are those that had a finding with a fix."""
    had_fix = frozenset(fixable)
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            yield path, "is gone"
        elif path not in before:
            yield path, "is new"
        elif before[path] != after[path]:
            if path not in had_fix:
                yield path, "changed, though no finding in it had a fix"
            for fault in wrong_in_file(before[path], after[path]):
                yield path, fault


def wrong_in_file(before: File, after: File) -> Iterator[str]:
    """What is wrong with a changed file."""
    if before.mode != after.mode:
        yield f"mode {before.mode:o} became {after.mode:o}"
    if before.data == after.data:
        return
    if gained := after.newlines - before.newlines:
        yield f"new style of newline: {', '.join(map(repr, sorted(gained)))}"
    if before.ends_with_newline and not after.ends_with_newline:
        yield "lost the newline at its end"
    if after.ends_with_newline and not before.ends_with_newline:
        yield "gained a newline at its end"
    if (error := before.syntax_error()) is not None:
        yield f"changed, though it did not compile: {error}"
    elif (error := after.syntax_error()) is not None:
        yield f"does not compile any more: {error}"
    else:
        if before.encoding != after.encoding:
            yield f"encoding {before.encoding} became {after.encoding}"
        for comment, count in sorted((before.comments() - after.comments()).items()):
            if not _OWN_COMMENT.search(comment):
                yield f"lost a comment{_times(count)}: {comment}"


def _times(count: int) -> str:
    return f" {count} times" if count > 1 else ""


def risen(before: Sequence[Finding], after: Sequence[Finding]) -> Iterator[tuple[str, str, str]]:
    """Where a file has more findings of a code than before: file, code, and all that it has of the code now."""
    earlier = Counter((finding.path, finding.code) for finding in before)
    later = Counter((finding.path, finding.code) for finding in after)
    for path, code in sorted(later - earlier):
        places = [f"{each.line}: {each.message}" for each in after if (each.path, each.code) == (path, code)]
        counts = f"{code} rose from {earlier[path, code]} to {later[path, code]}"
        yield path, code, "; ".join([counts, *places])


def statement_changes(before: Folder, after: Folder, paths: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """The statements gained and lost, by kind, in files that compile before and after."""
    gained: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for path in paths:
        old, new = before[path], after[path]
        if old.syntax_error() is None and new.syntax_error() is None:
            gained += new.statements() - old.statements()
            lost += old.statements() - new.statements()
    return gained, lost


def write_difference(target: Path, before: Folder, after: Folder, paths: Iterable[str]) -> None:
    """The changes of some files in unified form."""
    with target.open("w", encoding="utf-8", newline="") as stream:
        for path in paths:
            old, new = (file.data.decode("utf-8", "replace").splitlines() for file in (before[path], after[path]))
            stream.writelines(f"{line}\n" for line in unified_diff(old, new, path, path, lineterm=""))


def examine(requirement: str, archive: Path, options: argparse.Namespace) -> Report:
    """Fix one package and check what came of it. Raises `UnavailableError`."""
    report = Report(requirement)
    folder = unpacked(archive, options.work)
    before = snapshot(folder)
    report.files = sum(path.endswith(".py") for path in before)
    try:
        _examine(report, folder, before, options)
    except ErrlintError as error:
        report.failed.append((".", str(error)))
    return report


def _examine(report: Report, folder: Path, before: Folder, options: argparse.Namespace) -> None:
    fix = ["--fix", "--unsafe-fixes"] if options.unsafe else ["--fix"]
    applied = {"safe", "unsafe"} if options.unsafe else {"safe"}

    _say(f"{report.package}: check")
    found = run_errlint(options.errlint, [], folder)
    report.before = Counter(finding.code for finding in found)
    report.fixable = Counter((each.code, each.applicability) for each in found if each.applicability is not None)
    if snapshot(folder) != before:
        report.failed.append((".", "a check without --fix changed files"))

    _say(f"{report.package}: fix")
    left = run_errlint(options.errlint, fix, folder)
    after = snapshot(folder)
    report.after = Counter(finding.code for finding in left)
    report.changed = tuple(path for path in before if path in after and before[path].data != after[path].data)
    report.gained, report.lost = statement_changes(before, after, report.changed)
    write_difference(options.work / f"{folder.name}.diff", before, after, report.changed)
    fixable = {finding.path for finding in found if finding.applicability in applied}
    report.failed += wrong_in_folder(before, after, fixable)
    report.failed += [
        (each.path, f"left a finding with a fix ({each.applicability}): {each.line}: {each.code} {each.message}")
        for each in left
        if each.applicability in applied
    ]
    for path, code, what in risen(found, left):
        if code in MAY_RISE:
            report.risen.append(f"{path}: {what}")
        else:
            report.failed.append((path, what))

    _say(f"{report.package}: fix again")
    again = run_errlint(options.errlint, fix, folder)
    last = snapshot(folder)
    report.failed += [
        (path, "changed in the second run")
        for path in sorted(after.keys() | last.keys())
        if after.get(path) != last.get(path)
    ]
    first, second = Counter(left), Counter(again)
    report.failed += [(each.path, f"only the first run left: {each}") for each in first - second]
    report.failed += [(each.path, f"only the second run left: {each}") for each in second - first]


def table(rows: Sequence[Sequence[object]], names: int = 1) -> str:
    """Rows as aligned text: as many columns to the left as are names, numbers to the right."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines = []
    for row in texts:
        padded = zip(row, widths, strict=True)
        cells = [cell.ljust(width) if at < names else cell.rjust(width) for at, (cell, width) in enumerate(padded)]
        lines.append("  ".join(cells))
    return "\n".join(lines)


def packages_table(reports: Sequence[Report]) -> str:
    """A row for each package."""
    rows: list[tuple[object, ...]] = [
        ("package", "files", "changed", "findings", "safe", "unsafe", "left", "risen", "failed")
    ]
    for report in reports:
        kinds: Counter[str] = Counter()
        for (_, kind), count in report.fixable.items():
            kinds[kind] += count
        found, left = sum(report.before.values()), sum(report.after.values())
        fixes = (kinds["safe"], kinds["unsafe"])
        ends = (len(report.risen), len(report.failed))
        rows.append((report.package, report.files, len(report.changed), found, *fixes, left, *ends))
    return table(rows)


def codes_table(reports: Sequence[Report]) -> str:
    """A row for each package and code with a fix or a difference."""
    rows: list[tuple[object, ...]] = [("package", "code", "before", "safe", "unsafe", "after", "difference")]
    for report in reports:
        for code in sorted(report.before.keys() | report.after.keys()):
            fixes = [report.fixable[code, kind] for kind in ("safe", "unsafe")]
            difference = report.after[code] - report.before[code]
            if any(fixes) or difference:
                numbers = (report.before[code], *fixes, report.after[code], f"{difference:+}")
                rows.append((report.package, code, *numbers))
    return table(rows, names=2) if len(rows) > 1 else "no findings with a fix, and no difference"


def statements(report: Report) -> str:
    """The statements gained and lost in one line."""
    parts = [f"+{count} {kind}" for kind, count in sorted(report.gained.items())]
    parts += [f"-{count} {kind}" for kind, count in sorted(report.lost.items())]
    return f"{report.package}: {', '.join(parts) or 'none'}"


def text(reports: Sequence[Report], work: Path) -> str:
    """The whole report."""
    parts = [packages_table(reports), codes_table(reports)]
    parts.append("\n".join(["statements gained and lost", *(f"  {statements(report)}" for report in reports)]))
    if lines := [f"  {report.package}: {line}" for report in reports for line in report.risen]:
        parts.append("\n".join(["more findings than before, as may be", *lines]))
    parts.append(f"the changes: {work / '*.diff'}")
    if lines := [f"  {report.package}: {path}: {what}" for report in reports for path, what in report.failed]:
        parts.append("\n".join(["FAILED", *lines]))
    else:
        parts.append("all checks hold")
    return "\n\n".join(parts)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _requirement(argument: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*==[\w.!+-]+", argument):
        raise argparse.ArgumentTypeError(f"'{argument}' is not PACKAGE==VERSION")
    return argument


def _command(argument: str) -> list[str]:
    return shlex.split(argument)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: all checks hold; 1: one does not; 2: a package cannot be had."""
    parser = argparse.ArgumentParser(description="Fix real packages with errlint and check what came of it.")
    parser.add_argument(
        "packages",
        type=_requirement,
        nargs="*",
        default=PACKAGES,
        metavar="PACKAGE==VERSION",
        help=f"default: {' '.join(PACKAGES)}",
    )
    default = Path(tempfile.gettempdir(), "errlint-fix-packages")
    parser.add_argument(
        "--work",
        type=Path,
        default=default,
        metavar="FOLDER",
        help=f"keeps the archives, the fixed packages and the differences (default: {default})",
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--unsafe", action="store_true", default=True, help="apply all fixes (default)")
    kind.add_argument("--safe-only", dest="unsafe", action="store_false", help="apply only safe fixes")
    parser.add_argument(
        "--errlint",
        type=_command,
        default=[sys.executable, "-m", "errlint"],
        metavar="COMMAND",
        help="how errlint is started (default: that of this Python)",
    )
    options = parser.parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    options.work = options.work.resolve()
    try:
        archives = {each: source_distribution(each, options.work) for each in options.packages}
        reports = [examine(requirement, archive, options) for requirement, archive in archives.items()]
    except UnavailableError as error:
        _say(f"fix_packages: {error}")
        return FAILED
    print(text(reports, options.work))
    return DOES_NOT_HOLD if any(report.failed for report in reports) else HOLDS


if __name__ == "__main__":
    sys.exit(main())

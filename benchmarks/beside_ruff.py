"""Does errlint find what ruff finds about exceptions?

    python benchmarks/beside_ruff.py path/to/package ... --ruff path/to/ruff

Both tools run on the same files of each folder, every rule of errlint is on, neither honours an ignore comment, and no
settings file of the package is read. Each finding of ruff is then looked for among those of errlint: in the same file,
with the code of a twin, at the same place. The two do not point at the same token, so `PAIRS` says for each code what
the place is: the `raise` statement, the header of the handler, the call or the statement around ruff's place.

    B904             ERR102                    the raise
    S110, S112       ERR202, or another rule   the handler: errlint reports one fault once, by the rule that knows most
                     about a handler that      of it (a lost cancellation, a boundary that forgets to report, ...)
                     keeps an error back
    TRY201           ERR106                    the raise; ERR107 at the handler if it does nothing else
    TRY203           ERR107                    the handler; ERR106 at the raise in it
    TRY401           ERR404                    the statement: ruff points into the call, at the name
    TRY002           ERR104                    the raise
    B012             ERR206                    the jump
    B014, B025       ERR210                    the handler
    B029, B030       ERR211                    the handler
    RUF006           ERR212                    the statement
    PLW1510          ERR214                    the call
    PLE0704          ERR105                    the raise
    PLW0133          ERR112                    the statement
    F901             ERR110                    the raise

What is printed: per package and code, how many ruff found, how many of these errlint found too, how many it leaves
alone for a reason, and how many its twin found that ruff did not; then each difference with its line and the
reason. `--beyond` lists what ruff did not find.

`beside_ruff.toml` holds the reasons for differences that are to stay: a sentence, the code, and the places that it is
given for: the end of a path with the texts of lines in that file, so that it outlives a line added above:

    [[reason]]
    code = "TRY002"
    because = "a script ends by it, and nobody calls a script"
    [reason.places]
    "package/tools/build.py" = ["raise Exception(message)"]

Differences without a reason are listed last. Exit code: 0 all differences have one, 1 some have none, 2 a tool failed.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EXPLAINED = 0
UNEXPLAINED = 1
FAILED = 2
REASONS = Path(__file__).resolve().with_suffix(".toml")

ERRLINT_SETTINGS = """
preset = "critical"
extend-select = ["ERR"]
tests = []
exclude = []
respect-gitignore = false
honor-foreign-ignores = false
"""
RUFF_OPTIONS = (
    *("--isolated", "--preview", "--no-cache", "--ignore-noqa", "--no-respect-gitignore", "--exit-zero", "--quiet"),
    *("--config", "exclude = []", "--config", 'include = ["*.py"]', "--output-format", "json"),
)

Place = tuple[int, int]
"""Row and column, both 1-based."""


class BesideError(Exception):
    """Something that keeps the comparison from being made, said in full."""


@dataclass(frozen=True)
class Finding:
    """What a tool says about a place."""

    path: Path
    place: Place
    code: str
    message: str


@dataclass(frozen=True)
class Region:
    """A piece of code, from its first place up to another, which is not part of it."""

    start: Place
    end: Place

    def holds(self, place: Place) -> bool:
        """Whether a place lies in it."""
        return self.start <= place < self.end


@dataclass
class Source:
    """A file of Python, and what stands around a place in it."""

    path: Path

    @cached_property
    def lines(self) -> list[str]:
        """The text of each line; bytes that are no UTF-8 do not matter here."""
        return self.path.read_text(encoding="utf-8", errors="replace").splitlines()

    @cached_property
    def nodes(self) -> list[ast.stmt | ast.expr | ast.excepthandler]:
        """All nodes that have a place, outer ones first; none if this Python cannot parse the file."""
        try:
            tree = ast.parse(self.path.read_bytes())
        except (SyntaxError, ValueError):
            return []
        return [node for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.expr, ast.excepthandler))]

    def text(self, row: int) -> str:
        """A line without its margins; empty beyond the end of the file."""
        return self.lines[row - 1].strip() if row <= len(self.lines) else ""

    def around(self, place: Place, kinds: tuple[type[ast.AST], ...]) -> ast.stmt | ast.expr | ast.excepthandler | None:
        """The innermost node of some kinds that holds a place."""
        fitting = (node for node in self.nodes if isinstance(node, kinds) and self._region(node).holds(place))
        return max(fitting, key=lambda node: self._region(node).start, default=None)

    def whole(self, place: Place, *kinds: type[ast.AST]) -> Region:
        """All of the innermost such node; the row of the place if there is none."""
        node = self.around(place, kinds)
        return _row(place) if node is None else self._region(node)

    def header(self, place: Place) -> Region:
        """The innermost handler up to its body; the row of the place if there is none."""
        node = self.around(place, (ast.ExceptHandler,))
        if not isinstance(node, ast.ExceptHandler):
            return _row(place)
        return Region(self._region(node).start, self._region(node.body[0]).start)

    def _region(self, node: ast.stmt | ast.expr | ast.excepthandler) -> Region:
        end_row, end_offset = node.end_lineno or node.lineno, node.end_col_offset or 0
        return Region(
            (node.lineno, self._column(node.lineno, node.col_offset)), (end_row, self._column(end_row, end_offset))
        )

    def _column(self, row: int, offset: int) -> int:
        """The parser counts bytes, the tools count characters."""
        line = self.lines[row - 1] if row <= len(self.lines) else ""
        return offset + 1 if line.isascii() else len(line.encode()[:offset].decode(errors="replace")) + 1


def _row(place: Place) -> Region:
    return Region((place[0], 1), (place[0] + 1, 1))


Locate = Callable[[Source, Place], Region]


def _raise(source: Source, place: Place) -> Region:
    return source.whole(place, ast.Raise)


def _call(source: Source, place: Place) -> Region:
    """The call whose function ruff points at."""
    return source.whole(place, ast.Call)


def _statement(source: Source, place: Place) -> Region:
    return source.whole(place, ast.stmt)


def _header(source: Source, place: Place) -> Region:
    return source.header(place)


def _handler(source: Source, place: Place) -> Region:
    return source.whole(place, ast.ExceptHandler)


KEPT_BACK = ("ERR202", "ERR201", "ERR203", "ERR204", "ERR205", "ERR209", "ERR215", "ERR217", "ERR218", "ERR401")
"""The rules that speak about a handler which keeps an error back; where one does, the others are silent."""

PAIRS: dict[str, tuple[tuple[Locate, tuple[str, ...]], ...]] = {
    "B904": ((_raise, ("ERR102",)),),
    "S110": ((_header, KEPT_BACK),),
    "S112": ((_header, KEPT_BACK),),
    "TRY201": ((_raise, ("ERR106",)), (_header, ("ERR107",))),
    "TRY203": ((_header, ("ERR107",)), (_handler, ("ERR106",))),
    "TRY401": ((_statement, ("ERR404",)),),
    "TRY002": ((_raise, ("ERR104",)),),
    "B012": ((_statement, ("ERR206",)),),
    "B014": ((_header, ("ERR210",)),),
    "B025": ((_header, ("ERR210",)),),
    "B029": ((_header, ("ERR211",)),),
    "B030": ((_header, ("ERR211",)),),
    "RUF006": ((_statement, ("ERR212",)),),
    "PLW1510": ((_call, ("ERR214",)),),
    "PLE0704": ((_raise, ("ERR105",)),),
    "PLW0133": ((_statement, ("ERR112",)),),
    "F901": ((_raise, ("ERR110",)),),
}
"""For each code of ruff, its twins, and the region around ruff's place in which they must point."""

SHARING_A_TWIN = {"S112", "B025", "B029"}
"""Codes whose twin is named in the row of another code."""

TWIN = {code: pairs[0][1][0] for code, pairs in PAIRS.items() if code not in SHARING_A_TWIN}
"""The rule whose further findings are counted beside a code."""


@dataclass(frozen=True)
class Difference:
    """What one tool found and the other did not, with its line of source."""

    finding: Finding
    line: str

    def __str__(self) -> str:
        found = self.finding
        return f"{found.path}:{found.place[0]}: {found.code}  {self.line}"


@dataclass
class Comparison:
    """What both tools found in one package."""

    package: Path
    found: Counter[str] = field(default_factory=Counter)
    shared: Counter[str] = field(default_factory=Counter)
    missed: list[Difference] = field(default_factory=list)
    beyond: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class Reason:
    """Why a difference is to stay."""

    code: str
    because: str
    places: dict[str, list[str]]
    """The ends of paths, each with the texts of lines."""

    def covers(self, difference: Difference) -> bool:
        """Whether it is given for this difference."""
        path = f"/{difference.finding.path.as_posix()}"
        return difference.finding.code == self.code and any(
            path.endswith(f"/{file}") and difference.line in lines for file, lines in self.places.items()
        )


def findings_of(tool: str, command: Sequence[str], root: Path) -> list[Finding]:
    """Run a linter that writes ruff's JSON. Raises `BesideError` unless it did its work."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise BesideError(f"{tool} does not run: {error}") from error
    if done.returncode != 0:
        raise BesideError(f"{tool} failed (exit code {done.returncode})\n{done.stderr}".rstrip())
    return [_finding(item, root) for item in json.loads(done.stdout)]


def _finding(item: dict[str, Any], root: Path) -> Finding:
    path = Path(os.path.relpath(os.path.realpath(item["filename"]), root))
    place = (item["location"]["row"], item["location"]["column"])
    return Finding(path, place, str(item["code"]), item["message"])


def compare(package: Path, ruff: str) -> Comparison:
    """Run both tools on a folder and pair what they found."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "errlint.toml")
        settings.write_text(ERRLINT_SETTINGS, encoding="utf-8")
        # Settings hold for the files below theirs: the package is made to stand there.
        linked = Path(folder, package.name)
        linked.symlink_to(package, target_is_directory=True)
        _say(f"{package}: ruff")
        select = ["--select", ",".join(PAIRS)]
        theirs = findings_of("ruff", [ruff, "check", *RUFF_OPTIONS, *select, str(linked)], package.parent)
        _say(f"{package}: errlint")
        options = ["--config", str(settings), "--exit-zero", "--quiet", "--output-format", "json"]
        command = [sys.executable, "-m", "errlint", "check", *options, str(linked)]
        ours = findings_of("errlint", command, package.parent)
    return _paired(package, [finding for finding in theirs if finding.code in PAIRS], ours)


def _paired(package: Path, theirs: Iterable[Finding], ours: Iterable[Finding]) -> Comparison:
    result = Comparison(package)
    by_file: dict[Path, list[Finding]] = {}
    for finding in ours:
        by_file.setdefault(finding.path, []).append(finding)
    sources = {path: Source(package.parent / path) for path in by_file}
    met: set[Finding] = set()
    for finding in sorted(theirs, key=lambda finding: (finding.path, finding.place)):
        source = sources.setdefault(finding.path, Source(package.parent / finding.path))
        twins = list(_twins(finding, by_file.get(finding.path, ()), source))
        met.update(twins)
        result.found[finding.code] += 1
        result.shared[finding.code] += bool(twins)
        if not twins:
            result.missed.append(Difference(finding, source.text(finding.place[0])))
    rules = set(TWIN.values())
    result.beyond = [
        Difference(finding, sources[finding.path].text(finding.place[0]))
        for findings in by_file.values()
        for finding in findings
        if finding.code in rules and finding not in met
    ]
    return result


def _twins(finding: Finding, candidates: Iterable[Finding], source: Source) -> Iterator[Finding]:
    """The findings of errlint that say the same."""
    for locate, codes in PAIRS[finding.code]:
        fitting = [candidate for candidate in candidates if candidate.code in codes]
        if fitting:
            region = locate(source, finding.place)
            yield from (candidate for candidate in fitting if region.holds(candidate.place))


def reasons_in(path: Path) -> list[Reason]:
    """The reasons in a file. Raises `BesideError` if it is not what it should be."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return [Reason(entry["code"], entry["because"], dict(entry["places"])) for entry in table.get("reason", [])]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BesideError(f"{path}: {type(error).__name__}: {error}") from error


def table(comparison: Comparison, reasons: Sequence[Reason]) -> str:
    """Per code: found by ruff, of these by errlint, percent, left alone for a reason, and found by its twin alone."""
    beyond = Counter(difference.finding.code for difference in comparison.beyond)
    reasoned = Counter(
        difference.finding.code for difference in comparison.missed if _reason(difference, reasons) is not None
    )
    rows = [("code", "ruff", "errlint", "percent", "for a reason", "twin alone")]
    for code in PAIRS:
        found, alone = comparison.found[code], beyond[TWIN.get(code, "")]
        if found or alone:
            counted = f"{TWIN[code]} {alone:4}" if code in TWIN else ""
            shared = str(comparison.shared[code])
            rows.append((code, str(found), shared, _percent(comparison, code), str(reasoned[code]), counted))
    found, shared = comparison.found.total(), str(comparison.shared.total())
    rows.append(("all", str(found), shared, _percent(comparison), str(reasoned.total()), str(beyond.total())))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.rjust, row, widths)) for row in rows)


def _percent(comparison: Comparison, code: str | None = None) -> str:
    found = comparison.found.total() if code is None else comparison.found[code]
    shared = comparison.shared.total() if code is None else comparison.shared[code]
    return f"{100 * shared / found:.1f}" if found else "-"


def report(comparison: Comparison, reasons: Sequence[Reason], with_beyond: bool) -> list[Difference]:
    """Print what came out for one package; the result is what nobody gave a reason for."""
    print(f"\n{comparison.package}\n\n{table(comparison, reasons)}\n")
    unexplained = []
    for difference in sorted(comparison.missed, key=lambda difference: difference.finding.code):
        reason = _reason(difference, reasons)
        if reason is None:
            unexplained.append(difference)
        print(f"{difference}\n    {'no reason is given' if reason is None else reason.because}")
    if with_beyond:
        print("\nerrlint alone:")
        for difference in sorted(comparison.beyond, key=lambda difference: difference.finding.code):
            print(f"{difference}\n    {difference.finding.message}")
    return unexplained


def _reason(difference: Difference, reasons: Iterable[Reason]) -> Reason | None:
    return next((reason for reason in reasons if reason.covers(difference)), None)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _folder(text: str) -> Path:
    path = Path(text).resolve()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """0: every difference has a reason; 1: some have none; 2: something is missing or a tool did not complete."""
    parser = argparse.ArgumentParser(description="Look for ruff's findings about exceptions among those of errlint.")
    parser.add_argument("packages", type=_folder, nargs="+", metavar="PATH", help="the folder of a package to check")
    parser.add_argument("--ruff", default="ruff", metavar="PATH", help="ruff's executable (default: ruff)")
    parser.add_argument("--reasons", type=Path, default=REASONS, metavar="FILE", help=f"default: {REASONS.name}")
    parser.add_argument("--beyond", action="store_true", help="list what errlint's twins found and ruff did not")
    options = parser.parse_args(arguments)
    try:
        reasons = reasons_in(options.reasons)
        unexplained = []
        for package in options.packages:
            unexplained += report(compare(package, options.ruff), reasons, options.beyond)
    except BesideError as error:
        _say(f"beside_ruff: {error}")
        return FAILED
    if unexplained:
        print(f"\n{len(unexplained)} differences without a reason:")
        print("\n".join(map(str, unexplained)))
    return UNEXPLAINED if unexplained else EXPLAINED


if __name__ == "__main__":
    sys.exit(main())

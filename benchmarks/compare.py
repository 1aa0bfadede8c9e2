"""How long does a cold `errlint check` take beside other linters that look at exceptions?

    python -m pip install -r benchmarks/requirements.txt
    python benchmarks/compare.py path/to/package --rounds 3

What is measured: whole processes, from start to exit, each in one process and without a cache. Every child works in
an empty folder of its own with empty cache folders, so nothing is left from the run before; the compiled bytecode of
the tools and the files in the system's page cache are warm for all, after one uncounted run of errlint on the package
and one of each peer on an empty module. Settings files of the package are not read.

- flake8 with flake8-bugbear and tryceratops, and only their codes selected. flake8 has no way to switch its own
  plugins off: pycodestyle, pyflakes and mccabe run too, their findings are dropped.
- pylint with only its messages about exceptions enabled: its other checkers do not run, its inference does.
- ruff, only when asked for (`--peers flake8,pylint,ruff`): compiled code, here on one thread.

How to read it: the tools run in turn (errlint, flake8, pylint, errlint, ...), and each ratio is taken within a round,
so a machine that is slow for a while is slow for all. `flake8 / errlint 10.0` means that flake8 took ten times as
long. Go by the CPU time (user and system, of the process and of its children) wherever other work runs on the
machine; wall time counts that work too. The smallest time of several rounds is the one with the least noise. In a
small package the start of the interpreter and the imports are most of all the times; the start-up line says how much
of errlint's time that is. The tools look for different faults: the numbers of files that they say they checked and of
their findings show that each did its work, not which is better. errlint is the one of the Python that runs this
script; `--python` names another environment for the peers. Works where `os.wait4` does: not on Windows.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import IO

CLEAN = 0
FAILED = 2
REQUIREMENTS = Path(__file__).resolve().with_name("requirements.txt")

PYLINT_MESSAGES = (
    # pylint.checkers.exceptions, all of it
    "bad-except-order",
    "raising-bad-type",
    "misplaced-bare-raise",
    "bad-exception-cause",
    "raising-non-exception",
    "notimplemented-raised",
    "catching-non-exception",
    "bare-except",
    "broad-exception-caught",
    "duplicate-except",
    "try-except-raise",
    "raise-missing-from",
    "binary-op-exception",
    "raising-format-tuple",
    "wrong-exception-operation",
    "broad-exception-raised",
    # pylint.checkers.base, what concerns exceptions
    "lost-exception",
    "return-in-finally",
    "continue-in-finally",
    "break-in-finally",
    "pointless-exception-statement",
)


class CompareError(Exception):
    """Something that keeps the comparison from being made, said in full."""


@dataclass(frozen=True)
class Environment:
    """A Python and what is installed beside it."""

    python: str
    version: str
    scripts: Path
    installed: dict[str, str]


@dataclass(frozen=True)
class Tool:
    """A linter: what it is made of, how it is called, and how a run shows that it was not cut short."""

    name: str
    distributions: tuple[str, ...]
    command: Callable[[Environment], list[str]]
    completed: Callable[[int], bool]
    """Whether an exit code is one of a whole run. It is not enough: a crash of Python is 1, like findings."""
    checked: Callable[[str], int | None]
    """The number of files that the output says were checked."""
    says_files: bool = False
    """Whether every whole run says it, so that one which does not has failed."""


@dataclass(frozen=True)
class Run:
    """One process: its times in seconds, the files it says it checked, and its findings."""

    wall: float
    cpu: float
    files: int | None
    findings: int


def _errlint(environment: Environment) -> list[str]:
    return [environment.python, "-m", "errlint", "check", "--isolated", "--output-format", "concise"]


def _flake8(environment: Environment) -> list[str]:
    return [environment.python, "-m", "flake8", "--isolated", "--jobs", "1", "--benchmark", "--select", "B,TRY"]


def _pylint(environment: Environment) -> list[str]:
    # `--disable all` as two arguments is an error for pylint.
    options = [f"--rcfile={os.devnull}", "--jobs=1", "--score=n", "--persistent=n", "--verbose"]
    return [environment.python, "-m", "pylint", *options, "--disable=all", f"--enable={','.join(PYLINT_MESSAGES)}"]


def _ruff(environment: Environment) -> list[str]:
    options = ["--isolated", "--no-cache", "--output-format", "concise", "--select", "B,BLE,TRY,S110,S112,E722"]
    return [str(environment.scripts / "ruff"), "check", *options]


def _found_or_not(code: int) -> bool:
    return code in (0, 1)


def _no_fatal_message(code: int) -> bool:
    """Pylint's exit code is a set of bits: 1 is a fatal message, 32 a wrong option; the others are findings.

    A wrong option can also be 2, the bit of errors found: `checked` tells them apart.
    """
    return code >= 0 and not code & (1 | 32)


def _number(pattern: str) -> Callable[[str], int | None]:
    """Read a number from an output; `None` where there is none."""

    def read(output: str) -> int | None:
        found = re.findall(pattern, output, flags=re.MULTILINE)
        return int(found[-1].replace(",", "")) if found else None

    return read


ERRLINT = Tool(
    "errlint", ("errlint", "libcst", "astroid"), _errlint, _found_or_not, _number(r"([\d,]+) files? \([\d.]+ s\)\.$")
)
PEERS = {
    tool.name: tool
    for tool in (
        Tool(
            "flake8",
            ("flake8", "flake8-bugbear", "tryceratops"),
            _flake8,
            _found_or_not,
            _number(r"^(\d+) +total files processed"),
            says_files=True,
        ),
        Tool(
            "pylint",
            ("pylint", "astroid"),
            _pylint,
            _no_fatal_message,
            _number(r"\((\d+) of \d+\)$"),
            says_files=True,
        ),
        Tool("ruff", ("ruff",), _ruff, _found_or_not, lambda output: None),
    )
}

_FINDING = re.compile(r"^(?:\S+:\d+(?::\d+)?: )?(?:[A-Z]+\d+)[ :].+$", re.MULTILINE)
"""A finding in the output of any of them: its code, in most after the place."""

_PROBE = """
import importlib.metadata, json, platform, sys, sysconfig
installed = {}
for name in sys.argv[1:]:
    try:
        installed[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps([platform.python_version(), sysconfig.get_path("scripts"), installed]))
"""


def environment_of(python: str, tools: Iterable[Tool]) -> Environment:
    """Ask a Python for its version and for those of some tools. Raises `CompareError`, naming all that is missing."""
    wanted = sorted({name for tool in tools for name in tool.distributions})
    try:
        answer = subprocess.run([python, "-c", _PROBE, *wanted], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", "") or str(error)
        raise CompareError(f"{python} does not run: {said.strip()}") from error
    version, scripts, installed = json.loads(answer.stdout)
    if missing := [name for name in wanted if name not in installed]:
        source = ["-e", str(REQUIREMENTS.parents[1])] if "errlint" in missing else ["-r", str(REQUIREMENTS)]
        install = shlex.join([python, "-m", "pip", "install", *source])
        raise CompareError(f"not installed for {python}: {', '.join(missing)}; install with\n  {install}")
    return Environment(python, version, Path(scripts), installed)


def timed(tool: Tool, command: Sequence[str], target: Path) -> Run:
    """Run a command on a file or folder to its end. Raises `CompareError` unless it completed."""
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = perf_counter()
        process = subprocess.Popen(
            [*command, str(target)], cwd=place, env=_cold(place), stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output, said = _text(out), _text(err)
        files = tool.checked(output)
        crashed = "Traceback (most recent call last)" in said or (files is None and tool.says_files)
        if crashed or not tool.completed(process.returncode):
            raise CompareError(f"{tool.name} failed on {target} (exit code {process.returncode})\n{said}".rstrip())
        return Run(wall, usage.ru_utime + usage.ru_stime, files, len(_FINDING.findall(output)))


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")


def _cold(place: str) -> dict[str, str]:
    """The environment of a child: no cache from another run, one thread, bytecode of the tools as installed."""
    dropped = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYLINTRC", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    own = dict.fromkeys(("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "PYLINTHOME"), place)
    return {**kept, **own, "RAYON_NUM_THREADS": "1", "COLUMNS": "120"}


def rounds_of(commands: dict[Tool, list[str]], package: Path, count: int) -> Iterator[dict[str, Run]]:
    """Each command once a round, in turn."""
    for number in range(1, count + 1):
        found: dict[str, Run] = {}
        for tool, command in commands.items():
            found[tool.name] = timed(tool, command, package)
            _say(f"round {number} of {count}: {tool.name} {found[tool.name].cpu:.2f} s of CPU time")
        yield found


def size_of(package: Path) -> tuple[int, int, list[Path]]:
    """The Python files of a folder, their lines, and those that this Python cannot parse."""
    lines = 0
    broken = []
    files = sorted(path for path in package.rglob("*.py") if path.is_file())
    for path in files:
        data = path.read_bytes()
        lines += len(data.splitlines())
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            ast.parse(data.decode(encoding))
        except (SyntaxError, ValueError):
            broken.append(path)
    return len(files), lines, broken


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned text: the first column to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for name, *numbers in rows:
        aligned = [number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)]
        lines.append("  ".join((name.ljust(widths[0]), *aligned)))
    return "\n".join(lines)


def times(rounds: Sequence[dict[str, Run]]) -> str:
    """The table of times."""
    rows: list[tuple[str, ...]] = [("seconds", "CPU min", "CPU median", "wall min", "wall median", "files", "findings")]
    for name in rounds[0]:
        cpu = [each[name].cpu for each in rounds]
        wall = [each[name].wall for each in rounds]
        numbers = [f"{number:.2f}" for number in (min(cpu), median(cpu), min(wall), median(wall))]
        last = rounds[-1][name]
        rows.append((name, *numbers, "-" if last.files is None else str(last.files), str(last.findings)))
    return table(rows)


def ratios(rounds: Sequence[dict[str, Run]]) -> str:
    """The table of ratios: within each round, then the median of the rounds, the smallest and the largest."""
    rows: list[tuple[str, ...]] = [("ratio", "CPU median", "CPU min-max", "wall median", "wall min-max")]
    for name in rounds[0]:
        if name == ERRLINT.name:
            continue
        cpu = [each[name].cpu / each[ERRLINT.name].cpu for each in rounds]
        wall = [each[name].wall / each[ERRLINT.name].wall for each in rounds]
        rows.append((f"{name} / errlint", *_middle_and_range(cpu), *_middle_and_range(wall)))
    return table(rows)


def _middle_and_range(values: Sequence[float]) -> tuple[str, str]:
    return f"{median(values):.2f}", f"{min(values):.2f}-{max(values):.2f}"


def compare(options: argparse.Namespace) -> str:
    """Run everything; the result is the report."""
    package = options.package.resolve()
    if not package.is_dir():
        raise CompareError(f"{options.package} is not a folder")
    peers = [PEERS[name] for name in options.peers]
    own = environment_of(sys.executable, [ERRLINT])
    other = environment_of(options.python, peers)
    files, lines, broken = size_of(package)
    if not files:
        raise CompareError(f"{options.package} holds no Python files")

    commands = {ERRLINT: [*ERRLINT.command(own), *shlex.split(options.errlint_options)]}
    commands.update({tool: tool.command(other) for tool in peers})
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "empty")
        empty.mkdir()
        module = Path(folder, "module.py")
        module.write_text("", encoding="utf-8")
        timed(ERRLINT, commands[ERRLINT], package)
        for tool in peers:
            timed(tool, commands[tool], module)
        start = [timed(ERRLINT, commands[ERRLINT], empty) for _ in range(max(options.rounds, 3))]
    rounds = list(rounds_of(commands, package, options.rounds))

    started = min(run.cpu for run in start)
    whole = min(each[ERRLINT.name].cpu for each in rounds)
    report = [
        f"package   {package}: {files} files, {lines:,} lines",
        f"machine   {os.cpu_count()} CPUs, {platform.platform()}, load {os.getloadavg()[0]:.1f}",
        f"errlint   {_versions(ERRLINT, own)}",
        *(f"{tool.name:<8}  {_versions(tool, other)}" for tool in peers),
        f"rounds    {options.rounds}",
    ]
    if broken:
        report.append(f"note      Python {own.version} cannot parse {len(broken)} files: {_named(broken, package)}")
    if own.version != other.version:
        report.append(f"note      errlint runs on Python {own.version}, the peers on {other.version}")
    report += ["", *(f"$ {shlex.join(command)} {package.name}" for command in commands.values())]
    report += ["", times(rounds), "", ratios(rounds), ""]
    report.append(
        f"start-up of errlint (an empty folder): {started:.2f} s of CPU time, {started / whole:.0%} of its run; "
        f"the rest {whole - started:.2f} s"
    )
    return "\n".join(report)


def _versions(tool: Tool, environment: Environment) -> str:
    parts = [f"{name} {environment.installed[name]}" for name in tool.distributions]
    return f"{', '.join(parts)} (Python {environment.version})"


def _named(paths: Sequence[Path], package: Path) -> str:
    shown = ", ".join(str(path.relative_to(package)) for path in paths[:3])
    return shown + (", ..." if len(paths) > 3 else "")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _peers(text: str) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if unknown := [name for name in names if name not in PEERS]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)} (known: {', '.join(PEERS)})")
    if not names:
        raise argparse.ArgumentTypeError(f"name at least one of {', '.join(PEERS)}")
    return names


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """0: compared; 2: something is missing or a tool did not complete."""
    parser = argparse.ArgumentParser(description="Time `errlint check` beside other linters on one package.")
    parser.add_argument("package", type=Path, metavar="FOLDER", help="the folder of the package to check")
    parser.add_argument("--rounds", type=_positive, default=3, metavar="N", help="default: 3")
    parser.add_argument(
        "--peers", type=_peers, default=["flake8", "pylint"], metavar="NAMES", help="default: flake8,pylint; also: ruff"
    )
    parser.add_argument(
        "--python", default=sys.executable, metavar="PATH", help="the Python that has the peers (default: this one)"
    )
    parser.add_argument(
        "--errlint-options", default="", metavar="TEXT", help="more for errlint, such as '--output-format concise'"
    )
    try:
        print(compare(parser.parse_args(arguments)))
    except CompareError as error:
        _say(f"compare: {error}")
        return FAILED
    return CLEAN


if __name__ == "__main__":
    sys.exit(main())

"""How much of a cold `errlint check` is what names mean?

    python benchmarks/semantics.py path/to/package --rounds 5

Runs `errlint check` on a package as it is, and without all that goes beyond the file at hand: names are not followed
into other files, class hierarchies end at the builtin exceptions, no installed package is read and no other file is
asked what it registers. Both ways run in turn, each in a process of its own and without a cache. What is compared is
CPU time (user and system), which other work on the machine disturbs least; the ratio is taken within a round. A ratio
of 1.20 means that the semantics add 20 % to the time without them. `--max 1.4` ends with exit code 1 if the median is
above. Works where `os.wait4` does: not on Windows.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

_CHECK = ["check", "--isolated", "--exit-zero", "--quiet", "--statistics"]
_WITHOUT = "--without-semantics"


def check(package: str, *, without: bool) -> None:
    """The child: one run of errlint in this process."""
    from errlint.cli.main import main

    if without:
        from errlint.semantics import exceptions, survey
        from errlint.semantics.project import Project
        from errlint.semantics.resolver import Resolver

        Project.locate = lambda self, name, near, *, imported=False: None  # type: ignore[method-assign]
        Resolver.ancestors = lambda self, name: None  # type: ignore[method-assign]
        survey.Survey.registrations = {}  # type: ignore[assignment,method-assign]
        survey.Survey.error_handlers = ()  # type: ignore[assignment,method-assign]
        exceptions.library_of = lambda name: None  # type: ignore[assignment]
    sys.exit(main([*_CHECK, package]))


def cpu_seconds(package: str, *, without: bool) -> float:
    """The CPU time of one child, from start to exit. Raises `SystemExit` if it does not end well."""
    command = [sys.executable, __file__, package, *([_WITHOUT] if without else ["--with-semantics"])]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"errlint ended with {child.returncode}: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Measure, and print one line a round and the median."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", help="the folder to check")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of runs (default: 5)")
    parser.add_argument("--max", type=float, help="the highest median ratio that is accepted")
    parser.add_argument("--with-semantics", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(_WITHOUT, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not Path(options.package).is_dir():
        parser.error(f"{options.package}: no such folder")
    if options.with_semantics or options.without_semantics:
        check(options.package, without=options.without_semantics)
    cpu_seconds(options.package, without=False)  # compiles the bytecode, warms the file cache; not counted
    ratios = []
    for number in range(1, options.rounds + 1):
        plain = cpu_seconds(options.package, without=True)
        whole = cpu_seconds(options.package, without=False)
        ratios.append(whole / plain)
        print(f"round {number}: without {plain:.2f} s, with {whole:.2f} s, ratio {ratios[-1]:.2f}")
    print(f"median ratio {median(ratios):.2f}: semantics add {(median(ratios) - 1) * 100:.0f} %")
    return int(options.max is not None and median(ratios) > options.max)


if __name__ == "__main__":
    sys.exit(main())

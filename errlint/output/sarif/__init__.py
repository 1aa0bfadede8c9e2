"""SARIF 2.1.0, for GitHub's code scanning, editors and whatever else reads results of static analysis.

Findings that a comment or the baseline silences are written as suppressed results. Not under GitHub Actions: code
scanning does not know suppressions, and would show each as an open alert.

GitHub takes 25 000 results, and 10 MB of a compressed file. What is more than that is left out, the least severe
first, and the report says so.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Sequence
from typing import IO

from errlint.model import CRASH, Diagnostic, Silenced
from errlint.output.limits import gravest_first
from errlint.output.report import Report
from errlint.output.sarif.log import log

MAX_RESULTS = 25_000
MAX_BYTES = 10_000_000


def write(report: Report, stream: IO[str]) -> None:
    """Print a log with one run. In ASCII, which any stream can hold."""
    found = ordered(report)
    kept = found[:MAX_RESULTS]
    text = _text(report, kept, len(found))
    while len(text) > MAX_BYTES and (size := len(zlib.compress(text.encode()))) > MAX_BYTES:
        kept = kept[: len(kept) * MAX_BYTES * 9 // (size * 10)]  # rules and notifications take their share too
        text = _text(report, kept, len(found))
    if len(kept) < len(found):
        report.say(f"errlint: {left_out(len(kept), len(found))}")
    print(text, file=stream)


def ordered(report: Report) -> list[Diagnostic | Silenced]:
    """What becomes a result, the most severe first; the silenced come last, for they are the first to be left out."""
    silenced = () if os.environ.get("GITHUB_ACTIONS") == "true" else report.silenced
    return [
        *gravest_first(each for each in report.findings if each.code != CRASH),
        *sorted(silenced, key=lambda each: -each.finding.severity.rank),
    ]


def left_out(kept: int, found: int) -> str:
    """What is said where not all fits."""
    return f"sarif: {found - kept:,} of {found:,} results are left out, the least severe; GitHub takes no more"


def _text(report: Report, kept: Sequence[Diagnostic | Silenced], found: int) -> str:
    """A result on each line: indented, a log of many is half as large again, and takes five times as long to write."""
    said = (left_out(len(kept), found),) if len(kept) < found else ()
    whole = log(report, kept, said)
    (run,) = whole["runs"]
    results = ",\n".join(map(json.dumps, run.pop("results")))
    frame = json.dumps(whole)
    return f'{frame.removesuffix("}]}")}, "results": [\n{results}\n]}}]}}'

"""A comment for a pull request, or the summary of a CI job: totals, then a table for each file, folded if need be.

In GitHub's flavour. What does not fit into a comment is left out, and how much that is is said.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import IO

from errlint.model import Diagnostic, Severity
from errlint.output.limits import gravest_first
from errlint.output.links import documentation, relative
from errlint.output.report import Report
from errlint.output.words import counted

_FIT = 60_000
"""Characters of all tables together; a comment on GitHub holds 65,536."""
_OPEN = 20
"""Up to so many findings the tables are unfolded."""
_SPECIAL = re.compile(r"([\\*_\[\]~|#])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def write(report: Report, stream: IO[str]) -> None:
    """Print the text."""
    files = counted(report.files, "file")
    if not report.findings:
        print(f"**errlint**: no findings in {files}.", file=stream)
        return
    total = len(report.findings) + report.left_out
    print(f"**errlint**: {counted(total, 'finding')} in {files}.\n", file=stream)
    print("| severity | findings |\n|---|--:|", file=stream)
    by_severity = Counter(finding.severity for finding in report.findings)
    for severity in Severity:
        if by_severity[severity]:
            print(f"| {severity.value} | {by_severity[severity]:,} |", file=stream)
    if report.left_out:
        print(f"| not counted here | {report.left_out:,} |", file=stream)
    shown = _fitting(report.findings)
    by_path = Counter(finding.path for finding in report.findings)
    is_open = " open" if total <= _OPEN else ""
    for path, findings in groupby((each for each in report.findings if each in shown), key=lambda each: each.path):
        name = html.escape(_CONTROL.sub(" ", relative(path)), quote=False)
        summary = f"<code>{name}</code>: {counted(by_path[path], 'finding')}"
        print(f"\n<details{is_open}><summary>{summary}</summary>\n", file=stream)
        print("| line | rule | finding |\n|--:|---|---|", file=stream)
        for finding in findings:
            print(_row(finding), file=stream)
        print("\n</details>", file=stream)
    if len(shown) < total:
        print(f"\n{total - len(shown):,} more are not shown here.", file=stream)


def _fitting(findings: Iterable[Diagnostic]) -> set[Diagnostic]:
    """The gravest findings whose tables stay below the limit."""
    left, shown, paths = _FIT, set(), set()
    for finding in gravest_first(findings):
        heading = 0 if finding.path in paths else len(finding.path) + 150
        left -= len(_row(finding)) + heading
        if left < 0:
            break
        shown.add(finding)
        paths.add(finding.path)
    return shown


def _row(finding: Diagnostic) -> str:
    rule = f"[{finding.code}]({documentation(finding.code)}) {finding.name}"
    return f"| {finding.span.start.line} | {rule} | {marked_up(finding.message)} |"


def marked_up(text: str) -> str:
    """A message in the cell of a table: what it has in backticks is code, and nothing else in it has a meaning."""
    parts = _CONTROL.sub(" ", text).split("`")
    if len(parts) % 2 == 0:  # a backtick of the source is in the message: what is code and what not cannot be told
        return _plain("`".join(parts)).replace("`", "\\`")
    return "".join(_code(part) if number % 2 else _plain(part) for number, part in enumerate(parts))


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", html.escape(text, quote=False))


def _code(text: str) -> str:
    """A code span; in a table the bar is escaped in code too, and a span cannot be empty."""
    return f"`{text}`".replace("|", "\\|") if text.strip() else _plain(f"`{text}`").replace("`", "\\`")

"""Workflow commands of GitHub Actions, which become annotations on the lines of a pull request.

GitHub shows 10 errors, 10 warnings and 10 notices of a step, so the gravest come first. The log of a step shows only
the message of an annotation, so that names the place. Escapes are those that the runner takes back
(`ActionCommand.cs`).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import IO

from errlint.model import Diagnostic, Severity
from errlint.output.limits import gravest_first
from errlint.output.report import Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_SHOWN = 10
"""How many annotations of each kind GitHub shows of one step."""


def write(report: Report, stream: IO[str]) -> None:
    """Print a command for each finding, and a line for people if GitHub will not show them all."""
    stream.writelines(f"{_command(finding)}\n" for finding in gravest_first(report.findings))
    counts = Counter(finding.severity for finding in report.findings)
    hidden = sum(max(0, count - _SHOWN) for count in counts.values())
    if hidden:
        print(
            f"GitHub shows {_SHOWN} annotations of each severity; {hidden:,} more stand only in this log.", file=stream
        )


def _command(finding: Diagnostic) -> str:
    start, end = finding.span.start, finding.span.end
    properties = {"title": f"{finding.code} {finding.name}"}
    if finding.path != "-":
        properties["file"] = str(Path(finding.path).absolute())  # the runner makes it relative to the repository
        properties |= {"line": str(start.line), "endLine": str(end.line)}
        if start.line == end.line:  # GitHub passes over the columns of more than one line
            properties |= {"col": str(start.column + 1), "endColumn": str(max(end.column, start.column + 1))}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    place = f"{finding.path}:{start.line}:{start.column + 1}"
    message = f"{place}: {finding.code} {finding.message}\nhelp: {finding.help}"
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

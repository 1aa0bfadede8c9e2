"""Logging commands of Azure Pipelines, which become the errors and warnings of a build.

Azure knows no third severity: what is for information is a warning. Escapes are those that the agent takes back
(`CommandStringConvertor.cs`), which has a word of its own for `%`.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

from errlint.model import Diagnostic, Severity
from errlint.output.report import Report

_ESCAPES = (("%", "%AZP25"), (";", "%3B"), ("]", "%5D"), ("\r", "%0D"), ("\n", "%0A"))


def write(report: Report, stream: IO[str]) -> None:
    """Print a command for each finding."""
    stream.writelines(f"{_command(finding)}\n" for finding in report.findings)


def _command(finding: Diagnostic) -> str:
    start = finding.span.start
    properties = {"type": "error" if finding.severity is Severity.ERROR else "warning"}
    if finding.path != "-":
        properties["sourcepath"] = str(Path(finding.path).absolute())  # the agent finds the repository that it is in
        properties |= {"linenumber": str(start.line), "columnnumber": str(start.column + 1)}
    properties["code"] = finding.code
    listed = "".join(f"{key}={_escaped(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {listed}]{_escaped(f'{finding.message} [{finding.name}]')}"


def _escaped(text: str) -> str:
    for token, replacement in _ESCAPES:
        text = text.replace(token, replacement)
    return text

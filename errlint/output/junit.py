"""JUnit's XML as Jenkins defines it (`junit-10.xsd`): a suite for each file, a test that failed for each finding.

The test of a finding is named by its rule and the function around it, not by its line: what a server keeps of its
history outlives lines that move. A run without findings is one test that passed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import IO
from xml.etree import ElementTree

from errlint.model import CRASH, Diagnostic
from errlint.output.links import documentation, relative
from errlint.output.report import Report

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no document of XML 1.0 may hold, not even escaped."""


def write(report: Report, stream: IO[str]) -> None:
    """Print the document. In ASCII, which any stream can hold."""
    root = ElementTree.Element(
        "testsuites", {"name": "errlint", "time": f"{report.seconds:.3f}", **_counts(report.findings)}
    )
    for path, findings in groupby(report.findings, key=lambda finding: finding.path):
        root.append(_suite(path, list(findings), report))
    if not report.findings:
        suite = ElementTree.SubElement(root, "testsuite", {"name": "errlint", **_counts(()), "tests": "1"})
        ElementTree.SubElement(
            suite, "testcase", {"classname": "errlint", "name": f"no findings in {report.files} files"}
        )
        root.set("tests", "1")
    ElementTree.indent(root)
    print(ElementTree.tostring(root, encoding="us-ascii", xml_declaration=True).decode("ascii"), file=stream)


def _counts(findings: Iterable[Diagnostic]) -> dict[str, str]:
    kinds = Counter(_kind(finding) for finding in findings)
    return {"tests": str(kinds.total()), "failures": str(kinds["failure"]), "errors": str(kinds["error"])}


def _kind(finding: Diagnostic) -> str:
    """What errlint could not do is an error, what it found a failure."""
    return "error" if finding.code == CRASH else "failure"


def _suite(path: str, findings: list[Diagnostic], report: Report) -> ElementTree.Element:
    file = relative(path)
    suite = ElementTree.Element("testsuite", {"name": _allowed(file), **_counts(findings), "file": _allowed(file)})
    classname = re.sub(r"\.pyi?$", "", file).replace("/", ".")  # Jenkins makes packages of the dots
    seen: Counter[str] = Counter()
    for finding in findings:
        name = f"{finding.code} {finding.name}{f' in {finding.scope}' if finding.scope else ''}"
        seen[name] += 1
        number = f" ({seen[name]})" if seen[name] > 1 else ""
        test = ElementTree.SubElement(
            suite, "testcase", {"classname": _allowed(classname), "name": _allowed(name + number)}
        )
        outcome = {"type": finding.severity.value, "message": _allowed(finding.message)}
        ElementTree.SubElement(test, _kind(finding), outcome).text = _allowed(_text(finding, report))
    return suite


def _text(finding: Diagnostic, report: Report) -> str:
    start = finding.span.start
    source = report.line(finding.path, start.line).strip()
    lines = [f"{finding.path}:{start.line}:{start.column + 1}: {finding.code} {finding.message}"]
    lines += [f"    {source}"] if source else []
    lines += [f"help: {finding.help}", documentation(finding.code)]
    return "\n".join(lines)


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)

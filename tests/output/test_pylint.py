"""What reads pylint's `parseable` lines reads errlint's: diff-cover, and the pattern of Jenkins' warnings plug-in."""

from __future__ import annotations

import io
import re

from diff_cover.violationsreporters.violations_reporter import PylintDriver

from errlint.output import pylint
from errlint.output.report import Report
from tests.output.odd import FINDINGS, NOTHING, PATH, finding, report

JENKINS = re.compile(
    r"(?P<path>(?:[A-Z]:\\)?[^:]*)(?::(?P<module>.*))?:(?P<line>\d+): "
    r"\[(?P<type>(?P<category>[A-Z])\d*)?(?:\((?P<symbol>.*)\), )?.*?\] (?P<message>.*)"
)
"""The pattern in PyLintParser.java of analysis-model, which Jenkins' warnings plug-in matches lines with."""


def written(given: Report) -> str:
    stream = io.StringIO()
    pylint.write(given, stream)
    return stream.getvalue()


def test_diff_cover_reads_it(standard_library: Report) -> None:
    read = PylintDriver().parse_reports([written(standard_library)])
    assert sorted((path, found.line, found.message) for path, each in read.items() for found in each) == sorted(
        (found.path, found.span.start.line, f"{found.code}: ({found.name}), {found.scope}: {found.message}")
        for found in standard_library.findings
    )


def test_jenkins_reads_it(standard_library: Report) -> None:
    lines = written(standard_library).splitlines()
    assert len(lines) == len(standard_library.findings) > 0
    for line, found in zip(lines, standard_library.findings, strict=True):
        match = JENKINS.fullmatch(line)
        assert match is not None
        assert (match["path"], int(match["line"])) == (found.path, found.span.start.line)
        assert (match["category"], match["message"]) == ("E", found.message)


def test_each_finding_is_one_line_whatever_is_in_it() -> None:
    lines = written(report(*FINDINGS)).split("\n")[:-1]
    assert len(lines) == len(FINDINGS)
    assert lines[2] == f"{PATH}:7: [ERR202(silent-handler), ] an odd ` stands here"
    assert lines[3] == "locked.py:1: [ERR000(internal-error), ] cannot be read: Permission denied"
    assert lines[5].startswith("-:1: [ERR202(silent-handler), Shop.load.<locals>.inner] ")
    assert written(NOTHING) == ""
    assert written(report(finding("a.py", message="no"))) == (
        "a.py:3: [ERR202(silent-handler), Shop.load.<locals>.inner] no\n"
    )

"""The document is valid by the schema of Jenkins, and junitparser reads all of it.

junit-10.xsd is Gregory Boissinot's, of Jenkins' xUnit plug-in, under the MIT licence that stands in it.
"""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pytest
from junitparser import Error, JUnitXml
from lxml import etree

from errlint.output import junit
from errlint.output.report import Report
from tests.output.odd import FINDINGS, NOTHING, ODD, finding, report

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit-10.xsd")))


def written(given: Report) -> bytes:
    stream = io.StringIO()
    junit.write(given, stream)
    return stream.getvalue().encode("ascii")


def _outcomes(document: bytes) -> list[tuple[str, str, str]]:
    """File, kind and message of each test that did not pass."""
    return [
        (suite.name, type(outcome).__name__, outcome.message)
        for suite in JUnitXml.fromstring(document)
        for test in suite
        for outcome in test.result
    ]


@pytest.mark.parametrize("kind", ["standard library", "odd", "nothing"])
def test_jenkins_accepts_it(kind: str, standard_library: Report) -> None:
    given = {"standard library": standard_library, "odd": ODD, "nothing": NOTHING}[kind]
    SCHEMA.assertValid(etree.fromstring(written(given)))


def test_junitparser_reads_every_finding(standard_library: Report) -> None:
    document = written(standard_library)
    assert _outcomes(document) == [(found.path, "Failure", found.message) for found in standard_library.findings]
    read = JUnitXml.fromstring(document)
    assert (read.tests, read.failures, read.errors) == (
        len(standard_library.findings),
        len(standard_library.findings),
        0,
    )
    touched = Counter(found.path for found in standard_library.findings)
    assert {suite.name: (suite.tests, suite.failures) for suite in read} == {
        path: (count, count) for path, count in touched.items()
    }
    names = [(test.classname, test.name) for suite in read for test in suite]
    assert len(set(names)) == len(names)


def test_what_errlint_could_not_do_is_an_error_and_the_rest_failures() -> None:
    found = _outcomes(written(ODD))
    assert [kind for _, kind, _ in found] == ["Failure", "Failure", "Failure", "Error", "Failure", "Failure"]
    assert found[3] == ("locked.py", Error.__name__, "cannot be read: Permission denied")
    read = JUnitXml.fromstring(written(ODD))
    assert (read.tests, read.failures, read.errors) == (6, 5, 1)


def test_what_xml_cannot_hold_is_replaced_and_the_rest_kept() -> None:
    message = _outcomes(written(ODD))[0][2]
    assert message == FINDINGS[0].message.replace("\x1b", "\ufffd").replace("\udce9", "\ufffd")
    assert "💥" in message


def test_a_run_without_findings_is_a_test_that_passed() -> None:
    read = JUnitXml.fromstring(written(NOTHING))
    assert (read.tests, read.failures, read.errors) == (1, 0, 0)
    assert [(test.name, test.result) for suite in read for test in suite] == [("no findings in 4 files", [])]


def test_a_test_keeps_its_name_when_lines_move() -> None:
    def names(*lines: int) -> list[tuple[str, str]]:
        given = report(*(finding("shop/api.pyi", (line, 0), (line, 1)) for line in lines))
        return [(test.classname, test.name) for suite in JUnitXml.fromstring(written(given)) for test in suite]

    first = ("shop.api", "ERR202 silent-handler in Shop.load.<locals>.inner")
    assert names(3, 9) == names(13, 29) == [first, (first[0], f"{first[1]} (2)")]

"""Logging commands come out of Microsoft's own reader as they went in."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from errlint.model import Severity
from errlint.output import azure
from errlint.output.report import Report
from tests.output.odd import NOTHING, ODD
from tests.output.validators import evaluated

READ_COMMANDS = """
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const { commandFromString } = createRequire(`${MODULES}/`)("azure-pipelines-task-lib/taskcommand.js");
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0)).map(commandFromString)));
"""


def written(given: Report) -> list[str]:
    stream = io.StringIO()
    azure.write(given, stream)
    return stream.getvalue().split("\n")[:-1]


def _as_the_agent_does(text: str) -> str:
    """The agent takes back two more escapes in messages than the library's reader (CommandStringConvertor.cs)."""
    return text.replace("%3B", ";").replace("%5D", "]")


@pytest.mark.parametrize("is_odd", [False, True], ids=["standard library", "odd"])
def test_the_reader_of_microsoft_reads_it(is_odd: bool, standard_library: Report) -> None:
    given = ODD if is_odd else standard_library
    read = evaluated(READ_COMMANDS, written(given), "azure-pipelines-task-lib")
    assert len(read) == len(given.findings) > 0
    for command, found in zip(read, given.findings, strict=True):
        start = found.span.start
        place = {
            "sourcepath": str(Path.cwd() / found.path),
            "linenumber": str(start.line),
            "columnnumber": str(start.column + 1),
        }
        assert command["command"] == "task.logissue"
        assert command["properties"] == {
            "type": "error" if found.severity is Severity.ERROR else "warning",
            **(place if found.path != "-" else {}),
            "code": found.code,
        }
        assert _as_the_agent_does(command["message"]) == f"{found.message} [{found.name}]"


def test_nothing_is_written_about_nothing() -> None:
    assert written(NOTHING) == []

"""A JSON object a line: what `json` says, one finding at a time."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from shutil import which

from errlint.output import json as array
from errlint.output import jsonl
from errlint.output.report import Report
from tests.output import pitfalls
from tests.tools import require


def written(report: Report) -> str:
    stream = io.StringIO()
    jsonl.write(report, stream)
    return stream.getvalue()


def test_the_lines_are_the_items_of_the_array(standard_library: Report) -> None:
    stream = io.StringIO()
    array.write(standard_library, stream)
    lines = written(standard_library).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(stream.getvalue())
    assert len(lines) == len(standard_library.findings)


def test_node_reads_each_line(pitfalls_written: dict[str, str]) -> None:
    require(which("node"), "node")
    program = """
        const lines = require("fs").readFileSync(0, "utf8").trimEnd().split("\\n").map(JSON.parse)
        console.log(JSON.stringify(lines.map(each => [each.code, each.location.row, each.location.column])))
    """
    done = subprocess.run(
        ["node", "-e", program], input=pitfalls_written["jsonl"], capture_output=True, text=True, check=True, timeout=60
    )
    assert sorted(map(tuple, json.loads(done.stdout))) == sorted(
        (code, line, column) for _, code, line, column, _, _ in (*pitfalls.PLACES, pitfalls.FAILURE)
    )


def test_nothing_found_is_nothing_written(standard_library: Report) -> None:
    assert written(replace(standard_library, findings=())) == ""

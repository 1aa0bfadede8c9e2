"""A JSON object a line: what `json` says, one finding at a time."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from errlint.output import json as array
from errlint.output import jsonl
from errlint.output.report import Report
from tests.output import pitfalls
from tests.output.validators import evaluated


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
    program = """
        import { readFileSync } from "node:fs"
        const lines = JSON.parse(readFileSync(0)).trimEnd().split("\\n").map(JSON.parse)
        console.log(JSON.stringify(lines.map(each => [each.code, each.location.row, each.location.column])))
    """
    read = evaluated(program, pitfalls_written["jsonl"])
    assert sorted(map(tuple, read)) == sorted(
        (code, line, column) for _, code, line, column, _, _ in (*pitfalls.PLACES, pitfalls.FAILURE)
    )


def test_nothing_found_is_nothing_written(standard_library: Report) -> None:
    assert written(replace(standard_library, findings=())) == ""

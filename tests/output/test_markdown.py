"""A Markdown parser finds in the text what was put into it, and a comment on GitHub holds it."""

from __future__ import annotations

import io
import re

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from errlint.model import Diagnostic
from errlint.output import markdown
from errlint.output.links import documentation
from errlint.output.report import Report
from tests.output.odd import FINDINGS, NOTHING, ODD, finding, report

CONTROL = re.compile(r"[\x00-\x1f]+")


def written(given: Report) -> str:
    stream = io.StringIO()
    markdown.write(given, stream)
    return stream.getvalue()


def _parsed(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def _rows(text: str) -> list[list[Token]]:
    """The inline tokens of each table row, headings left out."""
    rows: list[list[Token]] = []
    in_body = False
    for token in _parsed(text):
        in_body = token.type == "tbody_open" or (in_body and token.type != "tbody_close")
        if token.type == "tr_open" and in_body:
            rows.append([])
        elif token.type == "inline" and in_body:
            rows[-1].append(token)
    return rows


def _text(cell: Token) -> str:
    """What a reader sees; code is in backticks."""
    shown = {"code_inline": "`{}`"}
    return "".join(shown.get(each.type, "{}").format(each.content) for each in cell.children or ())


def _found(text: str) -> list[tuple[str, str, str, str]]:
    """Line, address, rule and message of each finding."""
    return [
        (_text(row[0]), str((row[1].children or ())[0].attrs["href"]), _text(row[1]), _text(row[2]))
        for row in _rows(text)
        if len(row) == 3
    ]


def _expected(each: Diagnostic) -> tuple[str, str, str, str]:
    place, message = str(each.span.start.line), CONTROL.sub(" ", each.message)
    return place, documentation(each.code), f"{each.code} {each.name}", message


def test_every_finding_of_the_standard_library_can_be_read(standard_library: Report) -> None:
    text = written(standard_library)
    assert _found(text) == [_expected(found) for found in standard_library.findings]
    assert text.startswith(f"**errlint**: {len(standard_library.findings)} findings in ")
    assert len(text) < 65_536


def test_odd_things_mean_nothing_in_markdown() -> None:
    text = written(ODD)
    assert _found(text) == [_expected(found) for found in FINDINGS]
    inline = [token for row in _rows(text) for cell in row for token in cell.children or ()]
    assert {token.type for token in inline} <= {"text", "text_special", "code_inline", "link_open", "link_close"}
    assert "\x1b" not in text


def test_each_file_is_folded_under_its_name() -> None:
    blocks = [token.content for token in _parsed(written(ODD)) if token.type == "html_block"]
    assert [block.strip() for block in blocks] == [
        "<details open><summary><code>sp ace/ä%,:;]|💥.py</code>: 3 findings</summary>",
        "</details>",
        "<details open><summary><code>locked.py</code>: 1 finding</summary>",
        "</details>",
        "<details open><summary><code>broken.py</code>: 1 finding</summary>",
        "</details>",
        "<details open><summary><code>-</code>: 1 finding</summary>",
        "</details>",
    ]
    assert "<code>&lt;b&gt; &amp;.py</code>" in written(report(finding("<b> &.py")))
    many = written(report(*(finding(start=(n, 0), end=(n, 1)) for n in range(1, 22))))
    assert "<details><summary>" in many


def test_totals_stand_first() -> None:
    assert [[_text(cell) for cell in row] for row in _rows(written(ODD)) if len(row) == 2] == [
        ["error", "4"],
        ["warning", "1"],
        ["info", "1"],
    ]
    assert written(NOTHING) == "**errlint**: no findings in 4 files.\n"


@pytest.mark.parametrize("count", [500, 20_000])
def test_many_findings_fit_into_a_comment_and_the_rest_is_counted(count: int) -> None:
    many = [finding(f"shop/{n % 50}.py", (n, 0), (n, 1)) for n in range(1, count + 1)]
    text = written(report(*sorted(many, key=lambda found: found.order), files=50))
    assert len(text) < 65_536
    shown = len(_found(text))
    assert shown > 100
    assert text.endswith(f"\n{count - shown:,} more are not shown here.\n")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a `b|c` d", "a `b\\|c` d"),
        ("`*a*` and *a*", "`*a*` and \\*a\\*"),
        ("a_b <i> & [c](d) | #e ~f~", "a\\_b &lt;i&gt; &amp; \\[c\\](d) \\| \\#e \\~f\\~"),
        ("one ` tick", "one \\` tick"),
        ("two\nlines", "two lines"),
        ("an empty `` span", "an empty \\`\\` span"),
    ],
)
def test_a_message_is_escaped_where_it_is_not_code(message: str, expected: str) -> None:
    assert markdown.marked_up(message) == expected

"""One page with everything in it, for a browser: totals, folders, findings with their source, the rules' texts.

`page.html`, `page.css` and `page.js` are put into one file, which asks the network for nothing. All of the report is
in the HTML, escaped; the script only filters and opens. The page's policy lets no other script run.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files as resources
from itertools import groupby
from pathlib import Path
from string import Template
from typing import IO

from errlint import __version__
from errlint.model import Applicability, Severity
from errlint.output.html import findings, folders, rules
from errlint.output.html.folders import Row
from errlint.output.html.markup import breakable, in_ascii, number, text
from errlint.output.links import relative
from errlint.output.report import Report
from errlint.output.words import counted


def write(report: Report, stream: IO[str]) -> None:
    """Write the page, in ASCII, which any stream can hold."""
    rows = folders.rows(_files(report))
    page = Template(_file("page.html")).substitute(
        title=text(_title(report)),
        style=_file("page.css"),
        script=_file("page.js"),
        style_hash=_hash(_file("page.css")),
        script_hash=_hash(_file("page.js")),
        state="found" if report.findings else "clean",
        heading=text(_title(report)),
        about=_about(report, rows),
        overview="\n".join(_overview(report, rows)),
        filters="\n".join(_filters(report, rows)) if report.findings else "",
        findings="\n".join(_findings(report)),
        silenced="\n".join(findings.silenced(report)),
        rules="\n".join(_rules(report)),
    )
    stream.write(in_ascii(page))


def _file(name: str) -> str:
    return resources(__package__).joinpath(name).read_text(encoding="utf-8").strip()


def _hash(content: str) -> str:
    """The source expression of a Content-Security-Policy for a script or style with just this content."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _title(report: Report) -> str:
    found = counted(len(report.findings), "finding") if report.findings else "No findings"
    return f"{found} in {Path.cwd().name or '/'}"


def _about(report: Report, rows: Sequence[Row]) -> str:
    now = time.localtime()
    when = f'<time datetime="{time.strftime("%Y-%m-%dT%H:%M:%S%z", now)}">{time.strftime("%Y-%m-%d %H:%M", now)}</time>'
    lines = sum(row.folder.lines for row in rows if not row.depth)
    checked = f"{counted(report.files, 'file')}, {counted(lines, 'line')}"
    return f"{checked}, {report.seconds:.1f} s, {when}, errlint {text(__version__)}"


def _overview(report: Report, rows: Sequence[Row]) -> Iterator[str]:
    yield from findings.failures(report.findings)
    yield from _totals(report)
    if not report.findings:
        return
    counts: dict[str, Counter[Severity]] = {}
    for finding in report.findings:
        counts.setdefault(finding.code, Counter())[finding.severity] += 1
    yield '<div class="tables">'
    yield from rules.table(report.rules, counts)
    yield from _folders(rows)
    yield "</div>"


def _totals(report: Report) -> Iterator[str]:
    severities = Counter(finding.severity for finding in report.findings)
    fixes = Counter(finding.fix.applicability for finding in report.findings if finding.fix is not None)
    touched = len({finding.path for finding in report.findings})
    yield '<dl class="totals">'
    for severity in Severity:
        yield _total(severity.value, severities[severity], f"severity={severity.value}", severity.value)
    yield _total("files with findings", touched)
    yield _total("safe fixes", fixes[Applicability.SAFE], "fix=safe")
    yield _total("unsafe fixes", fixes[Applicability.UNSAFE], "fix=unsafe")
    yield _total("silenced", len(report.silenced))
    yield "</dl>"
    if report.findings:
        yield rules.bar(rules.by_severity(severities), len(report.findings)).replace('"bar"', '"bar whole"')


def _total(name: str, count: int, leads_to: str = "", kind: str = "") -> str:
    link = f' data-filter="{leads_to}"' if leads_to and count else ""
    style = f' class="{kind if count else "zero"}"' if kind or not count else ""
    return f"<div><dt>{name}</dt><dd{style}{link}>{number(count)}</dd></div>"


def _folders(rows: Sequence[Row]) -> Iterator[str]:
    widest = folders.scale(rows)
    yield '<table id="by-folder"><caption>Findings per 1000 lines, by folder</caption><thead><tr>'
    yield '<th scope="col">folder</th><td></td><th scope="col">per 1000 lines</th><th scope="col">findings</th>'
    yield '<th scope="col">lines</th></tr></thead><tbody>'
    for row in rows:
        folder = row.folder
        leads_to = f' data-filter="folder={text(folder.path)}"' if folder.findings else ""
        bar = rules.bar([("density", min(folder.density, widest))], widest)
        yield f'<tr class="depth-{min(row.depth, 8)}" data-depth="{row.depth}">'
        yield f'<th scope="row"><span{leads_to}>{breakable(text(row.label))}</span></th>'
        yield f"<td>{bar}</td><td>{number(folder.density)}</td>"
        yield f"<td>{number(folder.findings)}</td><td>{number(folder.lines)}</td></tr>"
    yield "</tbody></table>"


def _files(report: Report) -> Iterator[tuple[str, int, int]]:
    counts = Counter(finding.path for finding in report.findings)
    for path in dict.fromkeys((*report.lines, *counts)):
        yield relative(path), counts[path], report.lines.get(path, 0)


def _filters(report: Report, rows: Sequence[Row]) -> Iterator[str]:
    codes = Counter((finding.family, finding.code, finding.name) for finding in report.findings)
    yield '<label>rule <select name="rule"><option value="">all rules</option>'
    for family, members in groupby(sorted(codes, key=lambda each: each[1]), key=lambda each: each[0]):
        yield f'<optgroup label="{text(family)}">'
        for each in members:
            _, code, name = each
            yield f'<option value="{code}">{code} {text(name)} ({number(codes[each])})</option>'
        yield "</optgroup>"
    yield '</select></label> <label>folder <select name="folder"><option value="">all folders</option>'
    for row in rows:
        if row.folder.findings:
            label = f"{'&#160;&#160;' * row.depth}{text(row.label)} ({number(row.folder.findings)})"
            yield f'<option value="{text(row.folder.path)}">{label}</option>'
    yield '</select></label> <label>fix <select name="fix"><option value="">any or none</option>'
    yield '<option value="safe">safe fix</option><option value="unsafe">unsafe fix</option>'
    yield '<option value="none">no fix</option></select></label>'
    yield "<fieldset><legend>severity</legend>"
    found = {finding.severity for finding in report.findings}
    for name in [severity.value for severity in Severity if severity in found]:
        box = f'<input type="checkbox" name="severity" value="{name}" checked>'
        yield f'<label class="chip {name}">{box} {name}</label>'
    yield "</fieldset>"


def _findings(report: Report) -> Iterator[str]:
    if report.findings:
        yield from findings.files(report)
    else:
        nothing = "Nothing was found." if report.files else "No Python files were found."
        yield f'<p class="nothing">{nothing}</p>'


def _rules(report: Report) -> Iterator[str]:
    """The texts of the rules that the page speaks of."""
    codes = {finding.code for finding in (*report.findings, *(each.finding for each in report.silenced))}
    shown = [rule for rule in report.rules if rule.code in codes]
    if shown:
        yield '<section id="rules" aria-labelledby="rules-title"><h2 id="rules-title">The rules</h2>'
        for rule in shown:
            yield from rules.article(rule)
        yield "</section>"

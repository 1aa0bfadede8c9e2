"""The findings in the page, file by file, and what was silenced."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from errlint.model import CRASH, Diagnostic
from errlint.output.html.markup import breakable, number, prose, text
from errlint.output.html.source import change, excerpt
from errlint.output.links import relative
from errlint.output.report import Report
from errlint.output.words import APPLIED_WITH, counted


def files(report: Report) -> Iterator[str]:
    """Each file with findings as a section."""
    anchors = _anchors(report.findings)
    for path, group in groupby(report.findings, key=lambda finding: finding.path):
        found = list(group)
        shown = text(relative(path))
        yield f'<section class="file" data-path="{shown}">'
        yield f"<h3>{breakable(shown)} <small>{number(len(found))}</small></h3>"
        for finding in found:
            yield from _finding(finding, anchors[finding], report)
        yield "</section>"


def _anchors(findings: Iterable[Diagnostic]) -> dict[Diagnostic, str]:
    """What each finding is linked to by: its fingerprint. That is unique in a file, so a second file adds its own."""
    anchors: dict[Diagnostic, str] = {}
    taken: set[str] = set()
    for finding in findings:
        anchor = finding.fingerprint or _digest(finding.message)
        if anchor in taken:
            anchor = f"{anchor}-{_digest(relative(finding.path))[:8]}"
        while anchor in taken:
            anchor += "x"
        taken.add(anchor)
        anchors[finding] = anchor
    return anchors


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _finding(finding: Diagnostic, anchor: str, report: Report) -> Iterator[str]:
    start, severity = finding.span.start, finding.severity.value
    kind = "none" if finding.fix is None else finding.fix.applicability.value
    fixable = f' <i class="fix">{kind} fix</i>' if finding.fix is not None else ""
    place = f"{relative(finding.path)}:{start.line}:{start.column + 1}"
    yield f'<details class="finding" id="{anchor}" data-rule="{finding.code}" data-fix="{kind}">'
    yield f'<summary><span class="at">{start.line}</span> <b class="{severity}">{severity}</b>'
    yield f' <code>{finding.code}</code> <span class="message">{prose(finding.message)}</span>{fixable}</summary>'
    yield excerpt(finding, report)
    yield f"<p><b>What to do:</b> {prose(finding.help)}.</p>"
    if finding.fix is not None:
        option = APPLIED_WITH[finding.fix.applicability]
        yield f"<p><b>Fix</b> ({kind}): {prose(finding.fix.title)}, with <code>{option}</code></p>"
        yield change(finding.fix, finding.path, report)
    rule = "" if finding.code == CRASH else f'<a href="#{finding.code}">{finding.code} {finding.name}</a> '
    scope = f" <span>in <code>{text(finding.scope)}</code></span>" if finding.scope else ""
    yield f'<p class="facts">{rule}<code>{text(place)}</code>{scope} <a href="#{anchor}">link</a></p></details>'


def silenced(report: Report) -> Iterator[str]:
    """What is not reported and why, in a fold."""
    if not report.silenced:
        return
    total = len(report.silenced)
    unexplained = sum(1 for each in report.silenced if not each.reason)
    said = f", {number(unexplained)} without a reason" if unexplained else ""
    yield '<section id="silenced" aria-labelledby="silenced-title"><h2 id="silenced-title">Silenced</h2>'
    yield f"<details><summary>{counted(total, 'finding')} in ignore comments or the baseline{said}</summary>"
    yield '<table><caption>What is not reported, and why</caption><thead><tr><th scope="col">place</th>'
    yield '<th scope="col">finding</th><th scope="col">reason</th></tr></thead><tbody>'
    for each in sorted(report.silenced, key=lambda each: each.finding.order):
        finding = each.finding
        place = breakable(text(f"{relative(finding.path)}:{finding.span.start.line}"))
        reason = text(each.reason) if each.reason else '<i class="missing">no reason given</i>'
        link = finding.code if finding.code == CRASH else f'<a href="#{finding.code}">{finding.code}</a>'
        yield f'<tr><th scope="row">{place}</th><td>{link} {prose(finding.message)}</td><td>{reason}</td></tr>'
    yield "</tbody></table></details></section>"


def failures(findings: Sequence[Diagnostic]) -> Iterator[str]:
    """Where errlint could not do its job: such a report is not whole, and says so first."""
    failed = [finding for finding in findings if finding.code == CRASH]
    if failed:
        count = counted(len(failed), "place")
        yield f'<p class="failure"><b>This report is not whole.</b> {count} could not be checked or fixed; see '
        yield f'<span data-filter="rule={CRASH}">{CRASH}</span> below.</p>'

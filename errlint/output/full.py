"""For people: each finding with its source, the range marked, and what to do. Imports rich, so only when it prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from rich.console import Console
from rich.text import Text

from errlint.model import Applicability, Diagnostic, Severity, Span
from errlint.output.report import Report

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_TAB = "    "


def write(report: Report, stream: IO[str]) -> None:
    """Print the findings with their source; rich decides about colours."""
    console = Console(file=stream, soft_wrap=True, highlight=False, markup=False, emoji=False, legacy_windows=False)
    for finding in report.findings:
        console.print(_rendered(finding, report.line))


def _rendered(finding: Diagnostic, line: Callable[[str, int], str]) -> Text:
    colour = _COLOURS[finding.severity]
    start = finding.span.start
    text = Text()
    text.append(finding.code, style=f"bold {colour}")
    text.append(f" {finding.name}", style="bold")
    text.append(f" ({finding.severity.value})", style=colour)
    text.append(f": {finding.message}\n")
    marked = [(finding.span, "", colour), *((place.span, place.message, "blue") for place in finding.related)]
    shown = [(span, note, style) for span, note, style in marked if line(finding.path, span.start.line)]
    shown.sort(key=lambda mark: mark[0].start)
    margin = max((len(str(span.start.line)) for span, _, _ in shown), default=1)
    text.append(f"{' ' * margin}--> ", style="blue")
    text.append(f"{finding.path}:{start.line}:{start.column + 1}\n")
    previous = None
    for span, note, style in shown:
        if previous is not None:
            text.append(f"{' ' * margin} {'|' if abs(span.start.line - previous) == 1 else ':'}\n", style="blue")
        previous = span.start.line
        _append_source(text, span, note, style, line(finding.path, span.start.line), margin)
    text.append(f"{' ' * margin} = ", style="blue")
    text.append("help: ", style="bold cyan")
    text.append(f"{finding.help}\n")
    if finding.fix is not None:
        option = "--fix" if finding.fix.applicability is Applicability.SAFE else "--fix --unsafe-fixes"
        text.append(f"{' ' * margin} = ", style="blue")
        text.append("fix: ", style="bold cyan")
        text.append(f"{finding.fix.title} (`{option}`)\n")
    return text


def _append_source(text: Text, span: Span, note: str, style: str, source: str, margin: int) -> None:
    """The source line, and a line of `^` below the part that is meant; wide characters count by their cells."""
    first = span.start.column
    last = span.end.column if span.end.line == span.start.line else len(source)
    before, meant = source[:first].expandtabs(len(_TAB)), source[first:last].expandtabs(len(_TAB))
    text.append(f"{span.start.line:>{margin}} | ", style="blue")
    text.append(f"{source.expandtabs(len(_TAB))}\n")
    text.append(f"{' ' * margin} | ", style="blue")
    text.append(" " * Text(before).cell_len)
    text.append("^" * max(Text(meant).cell_len, 1), style=style)
    text.append(f" {note}\n" if note else "\n", style=style)

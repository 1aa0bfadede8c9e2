"""How `full` shows files and findings: a header, the source with what is meant marked, and what to do. Imports rich."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from rich.style import Style
from rich.text import Text

from errlint.model import Diagnostic, Severity, Span
from errlint.output.concise import mark
from errlint.output.links import documentation
from errlint.output.report import Report
from errlint.output.terminal import can_link, console
from errlint.output.words import APPLIED_WITH, counted

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_TAB = "    "
_WITH_SOURCE = 3
"""So many findings of a rule in one file are shown with their source, the rest in a line each."""


class Page:
    """Where the findings of a report are printed."""

    def __init__(self, report: Report, stream: IO[str]) -> None:
        self._to = console(stream, report.colour)
        self._links = can_link(stream)
        self._line = report.line
        self._has_all = not report.left_out

    def print_file(self, findings: Sequence[Diagnostic], *, with_header: bool) -> None:
        """Print the findings of one file, and an empty line."""
        if with_header:
            self._to.print(self._header(findings[0].path, len(findings)))
        seen: Counter[str] = Counter()
        was_short = False
        for number, finding in enumerate(findings):
            seen[finding.code] += 1
            is_short = seen[finding.code] > _WITH_SOURCE
            if number and not (is_short and was_short):
                self._to.print()
            self._to.print(self._short(finding) if is_short else self._long(finding), end="")
            was_short = is_short
        self._to.print()

    def _header(self, path: str, count: int) -> Text:
        text = Text()
        target = Path(path).absolute().as_uri() if self._links else None
        text.append(path, style=self._linked("bold underline", target))
        return text.append(f": {counted(count, 'finding')}", style="dim") if self._has_all else text

    def _short(self, finding: Diagnostic) -> Text:
        start = finding.span.start
        text = Text(f"{finding.path}:{start.line}:{start.column + 1}: ")
        text.append_text(self._code(finding))
        return text.append(f" {mark(finding)}{finding.message}\n")

    def _code(self, finding: Diagnostic) -> Text:
        return Text(finding.code, style=self._linked(f"bold {_COLOURS[finding.severity]}", documentation(finding.code)))

    def _linked(self, style: str, target: str | None) -> Style:
        return Style.parse(style) + Style(link=target if self._links else None)

    def _long(self, finding: Diagnostic) -> Text:
        start = finding.span.start
        colour = _COLOURS[finding.severity]
        text = Text()
        text.append_text(self._code(finding))
        text.append(f" {finding.name}", style="bold")
        text.append(f" ({finding.severity.value})", style=colour)
        text.append(f": {finding.message}\n")
        marked = [(finding.span, "", colour), *((place.span, place.message, "blue") for place in finding.related)]
        shown = [(span, note, style) for span, note, style in marked if self._line(finding.path, span.start.line)]
        shown.sort(key=lambda mark: mark[0].start)
        margin = max((len(str(span.start.line)) for span, _, _ in shown), default=1)
        text.append(f"{' ' * margin}--> ", style="blue")
        text.append(f"{finding.path}:{start.line}:{start.column + 1}\n")
        previous = None
        for span, note, style in shown:
            is_again = previous == span.start.line
            if previous is not None and not is_again:
                text.append(f"{' ' * margin} {'|' if abs(span.start.line - previous) == 1 else ':'}\n", style="blue")
            previous = span.start.line
            _append_source(text, span, note, style, self._line(finding.path, span.start.line), margin, again=is_again)
        text.append(f"{' ' * margin} = ", style="blue")
        text.append("help: ", style="bold cyan")
        text.append(f"{finding.help}\n")
        if finding.fix is not None:
            text.append(f"{' ' * margin} = ", style="blue")
            text.append("fix: ", style="bold cyan")
            text.append(f"{finding.fix.title} (`{APPLIED_WITH[finding.fix.applicability]}`)\n")
        return text


def _append_source(text: Text, span: Span, note: str, style: str, source: str, margin: int, *, again: bool) -> None:
    """The source line, unless it stands above already, and a line of `^` below the part that is meant; wide characters
    count by their cells.
    """
    first = span.start.column
    last = span.end.column if span.end.line == span.start.line else len(source)
    before, meant = source[:first].expandtabs(len(_TAB)), source[first:last].expandtabs(len(_TAB))
    if not again:
        text.append(f"{span.start.line:>{margin}} | ", style="blue")
        text.append(f"{source.expandtabs(len(_TAB))}\n")
    text.append(f"{' ' * margin} | ", style="blue")
    text.append(" " * Text(before).cell_len)
    text.append("^" * max(Text(meant).cell_len, 1), style=style)
    text.append(f" {note}\n" if note else "\n", style=style)

"""A report in which everything is unusual: names, characters, places, kinds of findings."""

from __future__ import annotations

from errlint.model import Applicability, Diagnostic, Edit, Fix, Position, Severity, Span, crash
from errlint.output.report import Report

PATH = "sp ace/ä%,:;]|💥.py"
LINES = ("def load():", "\ttry:", "\t\tread('💥', 漢)", "\texcept (", "\t\tOSError,", "\t):", "\t\tpass\x0c")
MESSAGE = "`except (a | b)` hides 100% of <b>*all*</b> errors; \x1b[31m::error::a, ]b%0A \udce9 💥"


def finding(
    path: str = PATH, start: tuple[int, int] = (3, 2), end: tuple[int, int] = (3, 14), **more: object
) -> Diagnostic:
    """One finding, of ERR202 unless said otherwise."""
    facts: dict[str, object] = {
        "code": "ERR202",
        "name": "silent-handler",
        "family": "swallow",
        "severity": Severity.ERROR,
        "message": MESSAGE,
        "help": "narrow the type, 100%",
        "scope": "Shop.load.<locals>.inner",
        **more,
    }
    span = Span(Position(*start), Position(*end))
    return Diagnostic(path=path, span=span, lines=(start[0], end[0]), **facts)  # type: ignore[arg-type]


FIX = Fix("narrow it", Applicability.SAFE, (Edit(Span(Position(4, 1), Position(4, 2)), "x"),))
FINDINGS = (
    finding(),
    finding(start=(4, 1), end=(6, 3), severity=Severity.WARNING, fix=FIX),
    finding(start=(7, 2), end=(7, 6), severity=Severity.INFO, message="an odd ` stands here", scope=""),
    crash("locked.py", 1, "cannot be read: Permission denied"),
    finding("broken.py", (1, 0), (1, 0), code="ERR001", name="unparsable-file", family="meta", scope=""),
    finding("-", (1, 0), (1, 3)),
)


def report(*findings: Diagnostic, files: int = 4) -> Report:
    """These findings; `LINES` are the source of `PATH`, other files have none."""

    def line(path: str, number: int) -> str:
        return LINES[number - 1] if path == PATH else ""

    return Report(findings=findings, line=line, files=files, seconds=1234.5678)


ODD = report(*FINDINGS)
NOTHING = report()

"""What a run says: findings and the places they point at. Frozen and picklable, free of trees."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


class Severity(enum.Enum):
    """How much a finding matters; a family of rules has one by default."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """How it compares with the others: more is worse."""
        return (Severity.INFO, Severity.WARNING, Severity.ERROR).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two characters: `line` is 1-based, `column` 0-based and counts characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of source from `start` up to, not including, `end`."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """A second place that explains a finding: the silent path, the handler that covers a raise."""

    span: Span
    message: str


class Applicability(enum.Enum):
    """How freely a fix may be applied: `safe` keeps behaviour apart from what the rule is about."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Source between two places, and what stands there instead, in the line endings of the file."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend a finding together or not at all. `title` says what they do, as a command: `name the cause`.

    `keeps` are places that must stand as they are for the edits to be right: the `as error` that a `from error` needs.
    Fixes with the same `group` take readers away from one name; the last of them must see what the others left.
    """

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]
    keeps: tuple[Span, ...] = ()
    group: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `path` is shown as the user named it; `lines` is where an ignore comment may stand.

    `extent` is all that is flagged where `span` shows only its header: a handler with its body. `scope` is the
    qualified name of the function or class around it, empty for a module's own statements. `fingerprint` (16 hex
    digits) stays the same when lines move or the file is renamed; it is unique in a file.
    """

    path: str
    span: Span
    code: str
    name: str
    family: str
    severity: Severity
    message: str
    help: str
    lines: tuple[int, int]
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    extent: Span | None = None
    scope: str = ""
    fingerprint: str = ""

    @property
    def is_safely_fixable(self) -> bool:
        """Whether `--fix` mends it."""
        return self.fix is not None and self.fix.applicability is Applicability.SAFE

    @property
    def order(self) -> tuple[str, Span, str, str]:
        """The stable order of findings: file, place, rule."""
        return (self.path, self.span, self.code, self.message)


@dataclass(frozen=True, slots=True)
class Silenced:
    """A finding that is not reported, and why: `reason` is what its author wrote, `comment` where, if in the source."""

    finding: Diagnostic
    reason: str
    comment: Span | None = None


@dataclass(frozen=True, slots=True)
class Ignore:
    """An ignore comment. `codes` are as written, none for all; `hides` counts the findings that it silences.

    `tool` is who it was written for: `errlint`, `noqa` with a code of errlint's, or `foreign`. `until` is its last day,
    and `lapsed` says why it silences nothing although it could: `expired on 2027-01-01`. `is_judged` is false where a
    rule that it names did not run on the file, so that nobody knows what it would hide.
    """

    path: str
    span: Span
    tool: str
    codes: tuple[str, ...]
    reason: str
    whole_file: bool
    hides: int
    until: date | None = None
    lapsed: str = ""
    is_judged: bool = True


CRASH = "ERR000"
"""The code of a finding about errlint itself: a rule that crashed or a file that could not be read."""
UNREADABLE = "ERR001"
"""The code of a finding about a file that is no Python: what else is in it, nobody knows."""


def crash(path: str, line: int, message: str) -> Diagnostic:
    """A finding that says that errlint could not do its job on `line` (1-based) of `path`."""
    place = Span(Position(line, 0), Position(line, 0))
    return Diagnostic(
        path=path,
        span=place,
        code=CRASH,
        name="internal-error",
        family="meta",
        severity=Severity.ERROR,
        message=message,
        help="this is a failure of errlint or of the file system, not of the code; the rest was checked",
        lines=(line, line),
    )


def in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same findings, sorted and without repeats."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.order))

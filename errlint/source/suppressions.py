"""Comments that silence findings: errlint's own, `# noqa`, and what other tools wrote for the same reason."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from errlint.model import Position, Span
from errlint.source.file import SourceFile

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\r\n]*)"""
    r"""|(?i:\b[rbuft]{1,2})?(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\r\n]|\\.|\\\r\n)*"|'(?:[^'\\\r\n]|\\.|\\\r\n)*')""",
    re.DOTALL,
)
_MAY_HOLD = re.compile(r"#.*(?:errlint|noqa|pylint|nosec|ruff)", re.IGNORECASE)
_OWN = re.compile(r"#\s*errlint:\s*(?P<what>ignore-file|ignore)\b(?:\[(?P<codes>[^\]]*)\])?\s*(?P<reason>[^#]*)")
_NOQA = re.compile(
    r"#\s*(?P<file>(?:flake8|ruff)[:=]\s*)?noqa(?:\s*:\s*(?P<codes>[A-Za-z]+[0-9]+(?:[,\s]+[A-Za-z]+[0-9]+)*))?",
    re.IGNORECASE,
)
_RUFF = re.compile(r"#\s*ruff:\s*(?P<what>ignore|file-ignore|disable|enable)\[(?P<codes>[^\]]*)\]")
_PYLINT = re.compile(r"#\s*pylint:\s*(?P<what>disable|disable-next|enable)\s*=\s*(?P<codes>[\w\-, ]+)")
_NOSEC = re.compile(r"#\s*nosec\b(?P<codes>(?:[:\s,]*\bB\d{3}\b)*)")
_CODE = re.compile(r"[\w-]+")


class Origin(enum.Enum):
    """Whose comment it is."""

    ERRLINT = "errlint"
    NOQA = "noqa"
    FOREIGN = "foreign"


@dataclass
class Suppression:
    """One comment that silences findings on some lines (1-based, inclusive).

    `codes` are as written; for a foreign comment they carry their tool (`ruff:BLE001`). No codes means all.
    """

    origin: Origin
    span: Span
    codes: tuple[str, ...]
    lines: tuple[int, int]
    whole_file: bool = False
    reason: str = ""
    used: set[str] = field(default_factory=set)

    def covers(self, first: int, last: int) -> bool:
        """Whether the comment stands where it silences a statement whose header is on these lines."""
        return self.whole_file or (self.lines[0] <= last and first <= self.lines[1])


def comments(text: str) -> Iterator[tuple[int, str]]:
    """The comments of a file with their offsets; text inside strings is none."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "comment":
            yield match.start(), match[0]


def suppressions(source: SourceFile) -> list[Suppression]:
    """All comments of a file that silence something."""
    if not _MAY_HOLD.search(source.text):
        return []
    found: list[Suppression] = []
    for offset, comment in comments(source.text):
        found.extend(_read(source, offset, comment))
    return found


def _read(source: SourceFile, offset: int, comment: str) -> Iterator[Suppression]:
    start = source.position(offset)
    alone = not source.line(start.line)[: start.column].strip()
    for match in _OWN.finditer(comment):
        yield _suppression(source, start, alone, match, Origin.ERRLINT, _listed(match["codes"]))
    for match in _NOQA.finditer(comment):
        yield from _noqa(start, match)
    for match in _RUFF.finditer(comment):
        yield from _ruff(source, start, alone, match)
    for match in _PYLINT.finditer(comment):
        if match["what"] != "enable":
            yield _pylint(source, start, alone, match)
    for match in _NOSEC.finditer(comment):
        codes = tuple(f"bandit:{code}" for code in _listed(match["codes"])) or ("bandit:*",)
        yield Suppression(Origin.FOREIGN, _span(start, match), codes, (start.line, start.line))


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(_CODE.findall(text or ""))


def _span(start: Position, match: re.Match[str]) -> Span:
    begin = Position(start.line, start.column + match.start())
    return Span(begin, Position(start.line, start.column + len(match.string[: match.end()].rstrip())))


def _suppression(
    source: SourceFile, start: Position, alone: bool, match: re.Match[str], origin: Origin, codes: tuple[str, ...]
) -> Suppression:
    whole_file = match["what"] in ("ignore-file", "file-ignore")
    line = _next_code_line(source, start.line) if alone else start.line
    lines = (start.line, line) if alone else (line, line)
    reason = (match.groupdict().get("reason") or "").strip()
    return Suppression(origin, _span(start, match), codes, lines, whole_file, reason)


def _next_code_line(source: SourceFile, line: int) -> int:
    """The first line after a comment that is neither blank nor a comment itself."""
    for number in range(line + 1, len(source.line_starts) + 1):
        text = source.line(number).strip()
        if text and not text.startswith("#"):
            return number
    return line


def _noqa(start: Position, match: re.Match[str]) -> Iterator[Suppression]:
    codes = tuple(code.upper() for code in _listed(match["codes"]))
    ours = tuple(code for code in codes if code.startswith("ERR") and code[3:].isdigit())
    theirs = tuple(f"ruff:{code}" for code in codes if code not in ours) or (() if codes else ("ruff:*",))
    whole_file = match["file"] is not None
    lines = (start.line, start.line)
    if ours:
        yield Suppression(Origin.NOQA, _span(start, match), ours, lines, whole_file)
    if theirs:
        yield Suppression(Origin.FOREIGN, _span(start, match), theirs, lines, whole_file)


def _ruff(source: SourceFile, start: Position, alone: bool, match: re.Match[str]) -> Iterator[Suppression]:
    codes = tuple(f"ruff:{code}" for code in _listed(match["codes"]))
    if match["what"] == "enable":
        return
    found = _suppression(source, start, alone, match, Origin.FOREIGN, codes)
    if match["what"] == "disable":
        found.lines = (start.line, _enabled_again(source, start.line, _listed(match["codes"])))
    yield found


def _enabled_again(source: SourceFile, line: int, codes: tuple[str, ...]) -> int:
    for number in range(line + 1, len(source.line_starts) + 1):
        match = _RUFF.search(source.line(number))
        if match and match["what"] == "enable" and set(codes) <= set(_listed(match["codes"])):
            return number
    return len(source.line_starts)


def _pylint(source: SourceFile, start: Position, alone: bool, match: re.Match[str]) -> Suppression:
    codes = tuple(f"pylint:{code}" for code in _listed(match["codes"]))
    first = last = start.line
    if match["what"] == "disable-next":
        first = last = start.line + 1
    elif alone:
        last = _end_of_block(source, start)
    return Suppression(Origin.FOREIGN, _span(start, match), codes, (first, last))


def _end_of_block(source: SourceFile, start: Position) -> int:
    """The last line of the block that a comment on its own line stands in, told by indentation."""
    last = start.line
    for number in range(start.line + 1, len(source.line_starts) + 1):
        text = source.line(number)
        if text.strip():
            if len(text) - len(text.lstrip()) < start.column:
                break
            last = number
    return last

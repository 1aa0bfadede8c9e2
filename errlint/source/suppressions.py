"""Comments that silence findings: errlint's own, `# noqa`, and what other tools wrote for the same reason."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from errlint.model import Position, Span
from errlint.source.file import SourceFile

_COMMENT = r"(?P<comment>#[^\r\n]*)"
_OPENING = r"""\b(?i:[ft]r?|r[ft])(?P<opening>"{3}|'{3}|["'])"""
"""The start of a string whose fields may hold strings with the same quotes (PEP 701)."""
_STRING = (
    r"""(?:"{3}(?:[^\\]|\\.)*?"{3}|'{3}(?:[^\\]|\\.)*?'{3}"""
    r"""|"(?:[^"\\\r\n]|\\.|\\\r\n)*"|'(?:[^'\\\r\n]|\\.|\\\r\n)*')"""
)
_TOKEN = re.compile(f"{_COMMENT}|{_OPENING}|{_STRING}", re.DOTALL)
_PLAIN = re.compile(rf"\w*{_STRING}", re.DOTALL)
_IN_TEMPLATE = {
    quote: re.compile(rf"\\N\{{[^}}\r\n]*\}}|\\\r\n|\\[^{{}}]|\{{\{{|\}}\}}|\{{|{quote}|[\r\n]", re.DOTALL)
    for quote in ('"""', "'''", '"', "'")
}
_IN_FIELD = re.compile(rf"{_COMMENT}|{_OPENING}|{_STRING}|[()\[\]{{}}:]", re.DOTALL)
_IN_FORMAT = re.compile(r"[{}]")
_DEEPEST = 50
"""How deep f-strings are followed into one another."""
_MAY_HOLD = re.compile(r"#.*(?:errlint|noqa|pylint|nosec|ruff)", re.IGNORECASE)
_MAY_HOLD_OWN = re.compile(r"#.*(?:errlint|noqa.*\bERR\d)", re.IGNORECASE)
_OWN = re.compile(r"#\s*errlint:\s*(?P<what>[\w-]+)(?:\[(?P<codes>[^\]]*)\])?\s*(?P<reason>(?:[^#]|#(?=\d))*)")
"""`#12` in a reason begins no other comment."""
_UNTIL = re.compile(r"(?<!\S)until=(?P<day>\S*)\s*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
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

    DIRECTIVES: ClassVar = ("ignore", "ignore-file")
    """What may follow `# errlint:`."""

    origin: Origin
    span: Span
    codes: tuple[str, ...]
    lines: tuple[int, int]
    whole_file: bool = False
    reason: str = ""
    used: set[str] = field(default_factory=set)
    hides: int = 0
    """How many findings it has silenced."""
    directive: str = "ignore"
    """The word behind `# errlint:`, known or not."""
    indented: bool = False
    """Whether the comment's line is indented; a whole file is not ignored from inside a block."""
    until: date | None = None
    """The last day on which the comment silences something."""
    bad_until: str | None = None
    """What stands behind `until=`, if that is no date."""

    @property
    def counts(self) -> bool:
        """Whether the comment can silence anything: errlint knows its directive, and it may stand where it does."""
        return self.directive in self.DIRECTIVES and not (self.directive == "ignore-file" and self.indented)

    def lapsed(self, today: date) -> str:
        """Why the comment silences nothing any more; empty if it does."""
        if self.bad_until is not None:
            return f"has no date in `until={self.bad_until}`"
        return f"expired on {self.until}" if self.until is not None and today > self.until else ""

    def covers(self, first: int, last: int) -> bool:
        """Whether the comment stands where it silences a statement whose header is on these lines."""
        if not self.counts:
            return False
        return self.whole_file or (self.lines[0] <= last and first <= self.lines[1])


def comments(text: str) -> Iterator[tuple[int, str]]:
    """The comments of a file with their offsets; text inside strings is none."""
    for _, _, found in _tokens(text):
        yield from found


def strings(text: str) -> Iterator[tuple[int, int]]:
    """Where the strings of a file begin and end, in offsets; one within the field of another is part of that."""
    for start, end, _ in _tokens(text):
        if text[start] != "#":
            yield start, end


def _tokens(text: str) -> Iterator[tuple[int, int, list[tuple[int, str]]]]:
    """The comments and strings of a file: where each begins and ends, and the comments in it."""
    at = 0
    while (token := _TOKEN.search(text, at)) is not None:
        at = token.end()
        inside: list[tuple[int, str]] = []
        if token["comment"]:
            inside.append((token.start(), token[0]))
        elif token["opening"]:
            end = _end_of_template(text, at, token["opening"], inside, 0)
            if end is None:  # it has no end, or is no f-string to Python either
                plain = _PLAIN.match(text, token.start())
                at = at if plain is None else plain.end()
                inside.clear()
            else:
                at = end
        yield token.start(), at, inside


def without_comments(text: str) -> str:
    """The text without its comments; the space in front of them stays."""
    for offset, comment in reversed(list(comments(text))):
        text = text[:offset] + text[offset + len(comment) :]
    return text


def _end_of_template(text: str, at: int, quote: str, inside: list[tuple[int, str]], depth: int) -> int | None:
    """The offset behind an f-string whose text begins at `at`; comments in its fields are added to `inside`."""
    while (token := _IN_TEMPLATE[quote].search(text, at)) is not None:
        at = token.end()
        if token[0] == quote:
            return at
        if token[0] == "{":
            end = _end_of_field(text, at, inside, depth + 1)
            if end is None:
                return None
            at = end
        elif token[0] in "\r\n" and len(quote) == 1:
            return None
    return None


def _end_of_field(text: str, at: int, inside: list[tuple[int, str]], depth: int) -> int | None:
    """The offset behind the brace that closes a field; a colon outside brackets begins its format."""
    brackets, pattern = 0, _IN_FIELD
    while depth <= _DEEPEST and (token := pattern.search(text, at)) is not None:
        end: int | None = token.end()
        if pattern is _IN_FORMAT and token[0] == "{":
            end = _end_of_field(text, token.end(), inside, depth + 1)
        elif token[0] in ("(", "[", "{"):
            brackets += 1
        elif token[0] in (")", "]", "}"):
            if brackets == 0:
                return end
            brackets -= 1
        elif token[0] == ":":
            pattern = _IN_FORMAT if brackets == 0 else pattern
        elif token["opening"]:
            end = _end_of_template(text, token.end(), token["opening"], inside, depth + 1)
        elif token["comment"]:
            inside.append((token.start(), token[0]))
        if end is None:
            return None
        at = end
    return None


def suppressions(source: SourceFile, *, only_own: bool = False) -> list[Suppression]:
    """All comments of a file that silence something.

    With `only_own` nothing is read unless a comment is addressed to errlint: those of other tools matter only where
    there is something to silence, and many files are full of them.
    """
    if not (_MAY_HOLD_OWN if only_own else _MAY_HOLD).search(source.text):
        return []
    found: list[Suppression] = []
    for offset, comment in comments(source.text):
        found.extend(_read(source, offset, comment))
    return found


def _read(source: SourceFile, offset: int, comment: str) -> Iterator[Suppression]:
    start = source.position(offset)
    alone = not source.line(start.line)[: start.column].strip()
    for match in _OWN.finditer(comment):
        found = _suppression(source, start, alone, match, Origin.ERRLINT, _listed(match["codes"]))
        found.directive = match["what"]
        found.indented = source.line(start.line).startswith((" ", "\t"))
        _read_until(found)
        yield found
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


def _read_until(comment: Suppression) -> None:
    """Take `until=2027-01-01` out of the reason, wherever it stands there."""
    match = _UNTIL.search(comment.reason)
    if match is None:
        return
    comment.reason = (comment.reason[: match.start()] + comment.reason[match.end() :]).strip()
    try:
        comment.until = date.fromisoformat(match["day"]) if _DAY.fullmatch(match["day"]) else None
    except ValueError:
        comment.until = None  # no such day: told by ERR004, and by the findings that the comment no longer hides
    if comment.until is None:
        comment.bad_until = match["day"]


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

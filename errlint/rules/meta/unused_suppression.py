"""ERR002: an ignore comment that silences nothing."""

import re

from errlint.rule import Bad, Edit, FileContext, Findings, Fix, Good, Origin, Position, Rule, Safe, Span, Suppression
from errlint.syntax.handlers import is_directive

_REMOVE = Safe("remove what silences nothing")

rule = Rule(
    code="ERR002",
    name="unused-suppression",
    since="0.1",
    preset="recommended",
    in_tests=True,
    fixes=(_REMOVE,),
    summary="An ignore comment silences nothing",
    message="nothing here needs `{comment}`; remove it",
    help="remove the comment, or the codes that are not needed",
    why="It hides the next fault at this place, and tells readers of a problem that is not there.",
    bad=(
        Bad(
            """
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:  # errlint: ignore[ERR202] optional  # expect: ERR002
                    raise ConfigError(path) from error
        """,
            fixed="""
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:
                    raise ConfigError(path) from error
        """,
        ),
    ),
    good=(
        Good("""
            def load(path):
                try:
                    return path.read_text()
                except OSError:  # errlint: ignore[ERR202] optional
                    pass
        """),
    ),
)


@rule.on(Suppression)
def check(comment: Suppression, file: FileContext) -> Findings:
    """Codes of rules that did not run are left alone: nothing is known about them."""
    if comment.origin is Origin.FOREIGN or not comment.counts:
        return
    known = {code: file.known_rules[code] for code in comment.codes if code in file.known_rules}
    unused = [code for code, canonical in known.items() if canonical not in comment.used]
    if comment.codes:
        if unused:
            yield rule.at(comment.span, fix=_without(comment, unused, file), comment=f"ignore[{', '.join(unused)}]")
    elif not comment.used:
        yield rule.at(comment.span, fix=_removed(comment, file), comment="ignore")


def _without(comment: Suppression, unused: list[str], file: FileContext) -> Fix | None:
    """The comment with the codes that are needed, and with those of other tools; no comment if there are none."""
    span = comment.span
    text = file.source.line(span.start.line)[span.start.column : span.end.column]
    listed = _LIST.search(text)
    if listed is None:
        return None
    group = "codes" if listed["codes"] is not None else "noqa"
    left = listed[group]
    for code in unused:
        left = re.sub(rf"(?<![\w-]){re.escape(code)}(?![\w-])[,\s]*", "", left, flags=re.IGNORECASE)
    left = left.rstrip(", ")
    if not left:
        return _removed(comment, file)
    start, end = (Position(span.start.line, span.start.column + offset) for offset in listed.span(group))
    return _REMOVE.by(Edit(Span(start, end), left))


_LIST = re.compile(r"\[(?P<codes>[^\]]*)\]|(?i:noqa)\s*:\s*(?P<noqa>[A-Za-z]+\d+(?:[,\s]+[A-Za-z]+\d+)*)")
"""The codes in `ignore[A, B]` and `noqa: A, B`."""


def _removed(comment: Suppression, file: FileContext) -> Fix | None:
    """The line without the comment and its reason, or no line if it held nothing else; a comment behind it stays."""
    start = comment.span.start
    line = file.source.line(start.line)
    before = line[: start.column].rstrip()
    hashes = [match.start() for match in re.finditer("#", line) if match.start() > start.column]
    at = next((each for each in hashes if _begins_comment(line, each)), len(line))
    if at < len(line):
        return _REMOVE.by(Edit(Span(start, Position(start.line, at)), ""))
    if before:
        return _REMOVE.by(Edit(Span(Position(start.line, len(before)), Position(start.line, len(line))), ""))
    is_last = start.line == len(file.source.line_starts)
    below = Position(start.line, len(line)) if is_last else Position(start.line + 1, 0)
    return _REMOVE.by(Edit(Span(Position(start.line, 0), below), ""))


def _begins_comment(line: str, at: int) -> bool:
    """Whether a `#` in a comment begins another one: `see #123`, `C# does so` and `guide#errors` are of the reason."""
    word = line[at + 1 : at + 2]
    return is_directive(line[at:]) or (line[at - 1].isspace() and bool(word) and not word.isdigit())

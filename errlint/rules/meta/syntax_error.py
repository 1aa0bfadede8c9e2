"""ERR001: a file that is not Python."""

from errlint.rule import (
    Bad,
    FileContext,
    Findings,
    Good,
    Position,
    Rule,
    Severity,
    Span,
    Unreadable,
)

rule = Rule(
    code="ERR001",
    name="syntax-error",
    since="0.1",
    preset="recommended",
    in_tests=True,
    severity=Severity.ERROR,
    summary="A file cannot be read as Python",
    message="cannot be read as Python: {reason}",
    help="mend the syntax; until then nothing else in this file is checked",
    why="A file that does not parse is not checked; saying so keeps a green run honest.",
    bad=(
        Bad("""
            def area(width, height)  # expect: ERR001
                return width * height
        """),
    ),
    good=(
        Good("""
            def area(width, height):
                return width * height
        """),
    ),
)


@rule.on(Unreadable)
def check(problem: Unreadable, file: FileContext) -> Findings:
    """At the place where reading stopped."""
    start = problem.position
    yield rule.at(Span(start, Position(start.line, start.column + 1)), reason=problem.reason)

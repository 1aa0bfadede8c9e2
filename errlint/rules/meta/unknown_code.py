"""ERR004: an ignore comment for a rule that does not exist."""

from errlint.rule import Bad, FileContext, Findings, Good, Origin, Rule, Suppression
from errlint.suggestions import suggestion

rule = Rule(
    code="ERR004",
    name="unknown-code",
    since="0.1",
    preset="recommended",
    in_tests=True,
    summary="An ignore comment names a rule that does not exist",
    message="`{code}` is not a rule{hint}",
    help="`errlint check --select ALL --statistics .` lists the rules that find something",
    why="The comment silences nothing, although its author thinks that it does.",
    bad=(
        Bad("""
            def load(path):
                try:
                    return path.read_text()
                except OSError:  # errlint: ignore[silent-handlr, ERR202]  # expect: ERR004 "silent-handler"
                    pass
        """),
    ),
    good=(
        Good("""
            def load(path):
                try:
                    return path.read_text()
                except OSError:  # errlint: ignore[ERR202]
                    pass
        """),
    ),
)


@rule.on(Suppression)
def check(comment: Suppression, file: FileContext) -> Findings:
    """Codes and names; each unknown one is a finding."""
    if comment.origin is Origin.FOREIGN:
        return
    for code in comment.codes:
        if code not in file.known_rules:
            yield rule.at(comment.span, code=code, hint=suggestion(code, file.known_rules))

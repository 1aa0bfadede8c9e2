"""ERR004: an ignore comment for a rule, or with a directive or a day, that does not exist."""

from errlint.rule import Bad, FileContext, Findings, Good, Origin, Rule, Suppression
from errlint.suggestions import suggestion

rule = Rule(
    code="ERR004",
    name="unknown-code",
    since="0.1",
    preset="recommended",
    in_tests=True,
    summary="An ignore comment names a rule, directive or day that does not exist",
    message="`{word}` is not a {kind}{hint}",
    help="write `# errlint: ignore[CODE] reason`, or `# errlint: ignore-file[CODE] reason` outside of any block",
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
    """Codes and names; each unknown one is a finding. Those behind an unknown directive do not matter."""
    if comment.origin is Origin.FOREIGN:
        return
    if comment.directive not in comment.DIRECTIVES:
        hint = suggestion(comment.directive, comment.DIRECTIVES)
        yield rule.at(comment.span, word=comment.directive, kind="directive", hint=hint)
        return
    if not comment.counts:
        hint = "; put it at the top of the file"
        yield rule.at(comment.span, word=comment.directive, kind="directive inside a block", hint=hint)
        return
    if comment.bad_until is not None:
        yield rule.at(comment.span, word=f"until={comment.bad_until}", kind="date", hint="; write until=YYYY-MM-DD")
    for code in comment.codes:
        if code not in file.known_rules:
            yield rule.at(comment.span, word=code, kind="rule", hint=suggestion(code, file.known_rules))

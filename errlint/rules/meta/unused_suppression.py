"""ERR002: an ignore comment that silences nothing."""

from errlint.rule import Bad, FileContext, Findings, Good, Origin, Rule, Suppression

rule = Rule(
    code="ERR002",
    name="unused-suppression",
    since="0.1",
    preset="recommended",
    in_tests=True,
    summary="An ignore comment silences nothing",
    message="nothing here needs `{comment}`; remove it",
    help="remove the comment, or the codes that are not needed",
    why="It hides the next fault at this place, and tells readers of a problem that is not there.",
    bad=(
        Bad("""
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:  # errlint: ignore[ERR202] optional  # expect: ERR002
                    raise ConfigError(path) from error
        """),
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
            yield rule.at(comment.span, comment=f"ignore[{', '.join(unused)}]")
    elif not comment.used:
        yield rule.at(comment.span, comment="ignore")

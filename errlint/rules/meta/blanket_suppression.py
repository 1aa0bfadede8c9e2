"""ERR003: an ignore comment that says too little."""

from errlint.rule import Bad, FileContext, Findings, Good, Origin, Rule, Suppression

rule = Rule(
    code="ERR003",
    name="blanket-suppression",
    since="0.1",
    preset="recommended",
    in_tests=True,
    settings=("require-reason",),
    summary="An ignore comment names no rule, or gives no reason where one is required",
    message="this comment {fault}; write `# errlint: ignore[CODE] reason`",
    help="name the rule that is ignored, and why",
    why="Without a code it hides every fault, today's and tomorrow's; without a reason nobody dares to remove it.",
    bad=(
        Bad("""
            def load(path):
                try:
                    return path.read_text()
                except OSError:  # errlint: ignore  # expect: ERR003
                    pass
        """),
    ),
    good=(
        Good("""
            def load(path):
                try:
                    return path.read_text()
                except OSError:  # errlint: ignore[silent-handler] the file is optional
                    pass
        """),
    ),
)


@rule.on(Suppression)
def check(comment: Suppression, file: FileContext) -> Findings:
    """Only errlint's own comments: what other tools demand of theirs is their affair."""
    if comment.origin is not Origin.ERRLINT or not comment.counts:
        return
    if not comment.codes:
        yield rule.at(comment.span, fault="names no rule")
    elif file.settings.require_reason and not comment.reason:
        yield rule.at(comment.span, fault="gives no reason")

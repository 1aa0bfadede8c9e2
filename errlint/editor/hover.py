"""The text of a rule, where the cursor is on its code in an ignore comment, or on what it has found."""

from __future__ import annotations

import re

from errlint.docs import rule_text_alone
from errlint.editor.diagnostics import Found
from errlint.engine.registry import catalogue
from errlint.model import Position, Span
from errlint.output.links import documentation
from errlint.rule import Rule
from errlint.source.suppressions import Origin, suppressions

_WORD = re.compile(r"[\w-]+")


def hover(found: Found, place: Position) -> tuple[str, Span] | None:
    """Markdown, and what it is about."""
    source = found.document.source
    for comment in suppressions(source):
        if comment.origin is not Origin.FOREIGN and _holds(comment.span, place):
            for word in _WORD.finditer(source.line(place.line)):
                rule = catalogue().rule(word[0])
                if rule is not None and word.start() <= place.column <= word.end():
                    return _text(rule), Span(Position(place.line, word.start()), Position(place.line, word.end()))
    here = [finding for finding in found.findings if _holds(finding.span, place)]
    texts = [
        f"{finding.message}\n\n{_text(rule)}"
        for finding in here
        if (rule := catalogue().rule(finding.code)) is not None
    ]
    return ("\n\n---\n\n".join(texts), here[0].span) if texts else None


def _holds(span: Span, place: Position) -> bool:
    return span.start <= place <= span.end


def _text(rule: Rule) -> str:
    return f"{rule_text_alone(rule)}\n[{rule.code} in the documentation]({documentation(rule.code)})"

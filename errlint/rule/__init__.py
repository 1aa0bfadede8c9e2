"""All that the author of a rule imports: `Rule`, its examples and fixes, and the `Context` that answers questions.

A check is a plain function `(node, ctx) -> findings`. It keeps nothing between calls and reads nothing but its
arguments, so that it can run in a process of its own, on another machine, or in an editor.
"""

from errlint.knowledge import Level
from errlint.model import Edit, Fix, Position, Severity, Span
from errlint.rule.context import Context, FileContext
from errlint.rule.definition import (
    Bad,
    Check,
    Example,
    Family,
    Finding,
    Findings,
    Good,
    Rule,
    Safe,
    Unsafe,
    families,
)
from errlint.semantics.exceptions import failure_names
from errlint.semantics.names import Found
from errlint.semantics.project import Projects
from errlint.source.file import Unreadable
from errlint.source.outline import Function
from errlint.source.suppressions import Origin, Suppression
from errlint.syntax.handlers import Handler

__all__ = [
    "Bad",
    "Check",
    "Context",
    "Edit",
    "Example",
    "Family",
    "FileContext",
    "Finding",
    "Findings",
    "Fix",
    "Found",
    "Function",
    "Good",
    "Handler",
    "Level",
    "Origin",
    "Position",
    "Projects",
    "Rule",
    "Safe",
    "Severity",
    "Span",
    "Suppression",
    "Unreadable",
    "Unsafe",
    "failure_names",
    "families",
]

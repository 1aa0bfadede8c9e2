"""All that the author of a rule imports: `Rule`, its examples and fixes, and the `Context` that answers questions.

A check is a plain function `(node, ctx) -> findings`. It keeps nothing between calls and reads nothing but its
arguments, so that it can run in a process of its own, on another machine, or in an editor.
"""

from errlint.knowledge import Behaviour, Level, Told
from errlint.model import Edit, Fix, Position, Severity, Span
from errlint.rule.chaining import chained, ends_the_story
from errlint.rule.classes import Lineage, body_of, exception_class, is_exception_class, lineage_of, method_of
from errlint.rule.context import Context, FileContext
from errlint.rule.definition import (
    Bad,
    Check,
    Example,
    Family,
    Finding,
    Findings,
    Good,
    Question,
    Remedy,
    Rule,
    Safe,
    Unsafe,
    families,
)
from errlint.rule.leaving import catches_outside, is_guarded, may_be_overheard, surely_takes
from errlint.rule.reporting import reported_before, reported_where_silent, silence_of, silent_way
from errlint.rule.signals import Signal, arrives, let_through
from errlint.semantics.answers import Answer, By
from errlint.semantics.boundaries import COMMAND_KINDS, WEB_KINDS
from errlint.semantics.exceptions import failure_names
from errlint.semantics.names import Found
from errlint.semantics.project import Projects
from errlint.semantics.registrations import Boundary
from errlint.semantics.survey import GIVEN_ERRORS, ErrorHandler, ErrorType
from errlint.source.file import Unreadable
from errlint.source.outline import Call, Class, Definition, Function
from errlint.source.suppressions import Origin, Suppression
from errlint.syntax.handlers import Handler

__all__ = [
    "COMMAND_KINDS",
    "GIVEN_ERRORS",
    "WEB_KINDS",
    "Answer",
    "Bad",
    "Behaviour",
    "Boundary",
    "By",
    "Call",
    "Check",
    "Class",
    "Context",
    "Definition",
    "Edit",
    "ErrorHandler",
    "ErrorType",
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
    "Lineage",
    "Origin",
    "Position",
    "Projects",
    "Question",
    "Remedy",
    "Rule",
    "Safe",
    "Severity",
    "Signal",
    "Span",
    "Suppression",
    "Told",
    "Unreadable",
    "Unsafe",
    "arrives",
    "body_of",
    "catches_outside",
    "chained",
    "ends_the_story",
    "exception_class",
    "failure_names",
    "families",
    "is_exception_class",
    "is_guarded",
    "let_through",
    "lineage_of",
    "may_be_overheard",
    "method_of",
    "reported_before",
    "reported_where_silent",
    "silence_of",
    "silent_way",
    "surely_takes",
]

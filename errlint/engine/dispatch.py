"""The walk: every node of every region meets the checks that asked for its type, once.

The only place where a crash of a rule is caught: it becomes `ERR000` with rule, file and line, and the other
rules go on.
"""

from __future__ import annotations

import ast
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from errlint.model import Diagnostic, Related, Span, crash
from errlint.rule import Check, Context, FileContext, Finding, Question, Rule, Suppression, Unreadable
from errlint.source.editing import with_line_endings
from errlint.source.file import SourceFile
from errlint.source.outline import Definition, Unit
from errlint.source.regions import Interest, Interests, Region
from errlint.syntax.handlers import HANDLERS


@dataclass(frozen=True)
class Dispatch:
    """The checks of some rules by the type that they asked for, and the words that make a region."""

    rules: tuple[Rule, ...]
    checks: dict[type, tuple[tuple[Rule, Check], ...]]
    interests: Interests
    questions: dict[Question, tuple[Rule, ...]]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Dispatch:
        """Sort the checks of some rules, once a run."""
        rules = tuple(rules)
        checks: dict[type, list[tuple[Rule, Check]]] = {}
        for rule in rules:
            for kind, check in rule.checks:
                checks.setdefault(kind, []).append((rule, check))
        by_kind = {kind: tuple(found) for kind, found in checks.items()}
        asked = {rule.regions for rule in rules if rule.regions is not None}
        questions = {question: tuple(rule for rule in rules if rule.regions is question) for question in asked}
        return cls(rules, by_kind, Interests(Interest(rule.words, rule.sieves) for rule in rules), questions)

    def units(self, file: FileContext) -> Iterator[Unit]:
        """The parts of a file in which a rule may find something."""
        wanted = [each for each in file.outline.definitions if self._is_wanted(each, file)] if self.questions else []
        return self.interests.units(file.source, file.outline, wanted)

    def _is_wanted(self, definition: Definition, file: FileContext) -> bool:
        """Whether a rule must see a definition whole. Its sieve comes first: a question may have to look far."""
        return any(
            any(_may_apply(rule, definition.node) for rule in rules) and question(definition, file)
            for question, rules in self.questions.items()
        )

    def check_region(self, file: FileContext, region: Region) -> Iterator[Diagnostic]:
        """Run the checks on all nodes of a region."""
        context = Context(file, region)
        for node in context.around.nodes:
            for rule, check in self.checks.get(type(node), ()):
                try:
                    found = [_placed(finding, file.source, region, context) for finding in check(node, context)]
                except Exception as error:  # whatever a rule does wrong must not take the other rules with it
                    line = file.source.position(region.layout.span(node)[0]).line
                    yield _crashed(rule, error, file.source.name, line)
                else:
                    yield from found

    def check_file(self, file: FileContext, subject: Suppression | Unreadable) -> Iterator[Diagnostic]:
        """Run the checks on something that a file has besides its code: a suppression, a failure to parse."""
        place = subject.span.start if isinstance(subject, Suppression) else subject.position
        for rule, check in self.checks.get(type(subject), ()):
            try:
                yield from _in_text(check(subject, file), file)
            except Exception as error:
                yield _crashed(rule, error, file.source.name, place.line)


def _may_apply(rule: Rule, node: object) -> bool:
    if not isinstance(node, ast.AST) or type(node) not in rule.sieves:
        return True
    return rule.sieves[type(node)](node, False)


def _crashed(rule: Rule, error: Exception, path: str, line: int) -> Diagnostic:
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    return crash(path, line, f"rule {rule.code} ({rule.name}) crashed at {last.filename}:{last.lineno}: {what}")


def _in_text(findings: Iterable[Finding], file: FileContext) -> list[Diagnostic]:
    return [
        diagnostic(finding, file.source, finding.place, (finding.place.start.line, finding.place.end.line))
        for finding in findings
        if isinstance(finding.place, Span)
    ]


def _placed(finding: Finding, source: SourceFile, region: Region, context: Context) -> Diagnostic:
    """Give a finding its place in the file."""
    if isinstance(finding.place, Span):
        return diagnostic(finding, source, finding.place, (finding.place.start.line, finding.place.end.line))
    statement = context.around.statement(finding.place)
    header = _span(source, region.layout.header(statement))
    span = _span(source, _shown(region, finding.place))
    related = tuple(Related(_span(source, _shown(region, node)), text) for node, text in finding.related)
    first, last = min(header.start.line, span.start.line), max(header.end.line, span.start.line)
    extent = _span(source, region.layout.span(finding.place)) if isinstance(finding.place, HANDLERS) else None
    return diagnostic(finding, source, span, (first, last), related, extent)


def diagnostic(
    finding: Finding,
    source: SourceFile,
    span: Span,
    lines: tuple[int, int],
    related: tuple[Related, ...] = (),
    extent: Span | None = None,
) -> Diagnostic:
    """A finding in its final form: frozen, picklable, without a tree."""
    rule = finding.rule
    return Diagnostic(
        path=source.name,
        span=span,
        code=rule.code,
        name=rule.name,
        family=rule.family.name,
        severity=rule.severity or rule.family.severity,
        message=finding.message,
        help=rule.help,
        lines=lines,
        related=related,
        fix=None if finding.fix is None else with_line_endings(finding.fix, source),
        extent=extent,
    )


def _shown(region: Region, node: cst.CSTNode) -> tuple[int, int]:
    """A clause or compound statement is shown by its header, a definition by its name."""
    if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
        return region.layout.span(node.name)
    if isinstance(node, (cst.BaseCompoundStatement, *HANDLERS, cst.Else, cst.Finally, cst.MatchCase)):
        return region.layout.header(node)
    return region.layout.span(node)


def _span(source: SourceFile, offsets: tuple[int, int]) -> Span:
    return Span(source.position(offsets[0]), source.position(offsets[1]))

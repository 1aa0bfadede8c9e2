"""Which rules run on which file: presets, selectors, per-file ignores, tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TypeAlias, TypeVar

from errlint.engine.registry import Catalogue
from errlint.model import CRASH, Applicability, Diagnostic, Fix, Severity
from errlint.rule import Rule
from errlint.settings import PRESETS, Problem, Selector, Settings

T = TypeVar("T")
_Choices: TypeAlias = "dict[str, tuple[int, T]]"
"""What was chosen for the code of a rule, and how closely the selector named it."""


class Selection:
    """Answers for one run; the rules of a settings object are worked out once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._enabled: dict[int, tuple[Settings, frozenset[str]]] = {}
        self._fixes: dict[int, tuple[Settings, Mapping[str, Applicability | None]]] = {}
        self._severities: dict[int, tuple[Settings, Mapping[str, Severity]]] = {}

    def enabled(self, settings: Settings) -> frozenset[str]:
        """The codes that settings switch on, before anything about a single file."""
        known = self._enabled.get(id(settings))
        if known is None:
            known = self._enabled[id(settings)] = (settings, self._work_out(settings))
        return known[1]

    def rules_for(self, place: PurePosixPath, settings: Settings) -> tuple[Rule, ...]:
        """The rules for one file. `place` is its path below the project root."""
        enabled = self.enabled(settings)
        for patterns, ignored in settings.per_file_ignores:
            if patterns.matches(place):
                enabled -= frozenset().union(*(self._codes(selector) for selector in ignored))
        in_tests = settings.tests.matches(place)
        return tuple(rule for rule in self.catalogue.rules if rule.code in enabled and (rule.in_tests or not in_tests))

    def judged(self, finding: Diagnostic, settings: Settings) -> Diagnostic:
        """A finding with the severity and the fix that the settings give it."""
        severity, fix = self.severity_of(finding, settings), self.fix_of(finding, settings)
        if severity is finding.severity and fix is finding.fix:
            return finding
        return replace(finding, severity=severity, fix=fix)

    def severity_of(self, finding: Diagnostic, settings: Settings) -> Severity:
        """How much a finding matters to the settings. What errlint could not do is an error whatever they say."""
        if not settings.severity or finding.code == CRASH:
            return finding.severity
        known = self._severities.get(id(settings))
        if known is None:
            known = self._severities[id(settings)] = (settings, self._work_out_severities(settings))
        return known[1].get(finding.code, finding.severity)

    def fix_of(self, finding: Diagnostic, settings: Settings) -> Fix | None:
        """A finding's fix, as far as the settings want it, and as freely applied as they say."""
        known = self._fixes.get(id(settings))
        if known is None:
            known = self._fixes[id(settings)] = (settings, self._work_out_fixes(settings))
        if finding.fix is None or finding.code not in known[1]:
            return finding.fix
        applicability = known[1][finding.code]
        return None if applicability is None else replace(finding.fix, applicability=applicability)

    def problems(self, settings: Settings) -> Iterator[Problem]:
        """Selectors that mean no rule."""
        listed = [*(settings.select or ()), *settings.ignore, *settings.extend_select, *settings.extend_ignore]
        listed += [*settings.extend_safe_fixes, *settings.extend_unsafe_fixes, *settings.unfixable]
        listed += [selector for _, ignored in settings.per_file_ignores for selector in ignored]
        listed += [selector for selector, _ in settings.severity]
        for selector in dict.fromkeys(listed):
            if self.catalogue.chosen(selector.text) is None:
                hint = self.catalogue.suggestion(selector.text)
                message = f"'{selector.text}' is no rule, prefix or family{hint}"
                yield Problem(selector.source, selector.line, message)

    def _codes(self, selector: Selector) -> frozenset[str]:
        found = self.catalogue.chosen(selector.text)
        return frozenset() if found is None else found[0]

    def _work_out(self, settings: Settings) -> frozenset[str]:
        """What is named more closely wins; between equals, ignoring wins."""
        chosen: _Choices[bool] = {}
        if settings.select is None:
            wanted = PRESETS[: PRESETS.index(settings.preset) + 1]
            chosen = {rule.code: (-1, True) for rule in self.catalogue.rules if rule.preset in wanted}
        self._apply((*(settings.select or ()), *settings.extend_select), True, chosen)
        self._apply((*settings.ignore, *settings.extend_ignore), False, chosen)
        return frozenset(code for code, (_, on) in chosen.items() if on)

    def _work_out_fixes(self, settings: Settings) -> Mapping[str, Applicability | None]:
        """The rules whose fixes the settings judge otherwise; between equals, the more careful one wins."""
        chosen: _Choices[Applicability | None] = {}
        self._apply(settings.extend_safe_fixes, Applicability.SAFE, chosen)
        self._apply(settings.extend_unsafe_fixes, Applicability.UNSAFE, chosen)
        self._apply(settings.unfixable, None, chosen)
        return {code: applicability for code, (_, applicability) in chosen.items()}

    def _work_out_severities(self, settings: Settings) -> Mapping[str, Severity]:
        """What is named more closely wins; between equals, the worse severity wins."""
        chosen: _Choices[Severity] = {}
        for selector, severity in sorted(settings.severity, key=lambda pair: pair[1].rank):
            self._apply((selector,), severity, chosen)
        return {code: severity for code, (_, severity) in chosen.items()}

    def _apply(self, selectors: Iterable[Selector], choice: T, chosen: _Choices[T]) -> None:
        for selector in selectors:
            found = self.catalogue.chosen(selector.text)
            if found is None:
                continue
            codes, closeness = found
            for code in codes:
                if code not in chosen or closeness >= chosen[code][0]:
                    chosen[code] = (closeness, choice)

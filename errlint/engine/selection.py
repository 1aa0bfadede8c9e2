"""Which rules run on which file: presets, selectors, per-file ignores, tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from errlint.engine.registry import Catalogue
from errlint.rule import Rule
from errlint.settings import PRESETS, Problem, Selector, Settings


class Selection:
    """Answers for one run; the rules of a settings object are worked out once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._enabled: dict[int, tuple[Settings, frozenset[str]]] = {}

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

    def problems(self, settings: Settings) -> Iterator[Problem]:
        """Selectors that mean no rule."""
        listed = [*(settings.select or ()), *settings.ignore, *settings.extend_select, *settings.extend_ignore]
        listed += [selector for _, ignored in settings.per_file_ignores for selector in ignored]
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
        chosen: dict[str, tuple[int, bool]] = {}
        if settings.select is None:
            wanted = PRESETS[: PRESETS.index(settings.preset) + 1]
            chosen = {rule.code: (-1, True) for rule in self.catalogue.rules if rule.preset in wanted}
        self._apply((*(settings.select or ()), *settings.extend_select), True, chosen)
        self._apply((*settings.ignore, *settings.extend_ignore), False, chosen)
        return frozenset(code for code, (_, on) in chosen.items() if on)

    def _apply(self, selectors: Iterable[Selector], on: bool, chosen: dict[str, tuple[int, bool]]) -> None:
        for selector in selectors:
            found = self.catalogue.chosen(selector.text)
            if found is None:
                continue
            codes, closeness = found
            for code in codes:
                if closeness >= chosen.get(code, (-1, False))[0]:
                    chosen[code] = (closeness, on)

"""The rules that exist, found by looking into the folders of `errlint.rules`."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module

from errlint.errors import RuleDefinitionError
from errlint.rule import Rule, families
from errlint.suggestions import suggestion

EVERYTHING = "ALL"


@dataclass(frozen=True)
class Catalogue:
    """All rules, and how they are called."""

    rules: tuple[Rule, ...]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Every code and every name, each with the code that it stands for."""
        return {**{rule.code: rule.code for rule in self.rules}, **{rule.name: rule.code for rule in self.rules}}

    def rule(self, name: str) -> Rule | None:
        """The rule with a code or name."""
        code = self.names.get(name) or self.names.get(name.upper())
        return next((rule for rule in self.rules if rule.code == code), None)

    def chosen(self, selector: str) -> tuple[frozenset[str], int] | None:
        """The codes that a selector means, and how closely it names them; `None` if it means nothing.

        A rule's code or name is closest, then longer prefixes before shorter ones and families, then `ALL`.
        """
        exact = self.rule(selector)
        if exact is not None:
            return frozenset({exact.code}), 6
        if selector.upper() == EVERYTHING:
            return frozenset(rule.code for rule in self.rules), 0
        if selector.lower() in {family.name for family in families()}:
            return frozenset(rule.code for rule in self.rules if rule.family.name == selector.lower()), 4
        prefix = selector.upper()
        starting = frozenset(rule.code for rule in self.rules if rule.code.startswith(prefix))
        is_hundred = re.fullmatch(r"ERR[0-7]", prefix) is not None  # a family may have no rules yet
        return (starting, len(prefix)) if is_hundred or (starting and prefix.startswith("ERR")) else None

    def twins(self, code: str) -> list[tuple[Rule, str]]:
        """The rules that mean the same as a code or name of another tool, each with that as the rule has it.

        `ruff:B904` and `b904` both mean ruff's B904.
        """
        wanted = code.casefold()
        each = ((rule, twin) for rule in self.rules for twin in rule.same_as)
        return [(rule, twin) for rule, twin in each if wanted in (twin.casefold(), twin.partition(":")[2].casefold())]

    @cached_property
    def selectors(self) -> frozenset[str]:
        """All selectors but the names of rules: they are read in upper and lower case."""
        codes = {rule.code for rule in self.rules}
        prefixes = {code[:length] for code in codes for length in range(len("ERR"), len("ERR123"))}
        hundreds = {f"ERR{hundred}" for hundred in range(8)}  # a family may have no rules yet
        return frozenset({EVERYTHING, *(family.name for family in families()), *codes, *prefixes, *hundreds})

    def suggestion(self, selector: str) -> str:
        """A half-sentence that names the rule or family that a misspelt selector may mean."""
        return suggestion(selector, [*self.names, *(family.name for family in families())])


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The rules that errlint ships, in the order of their codes."""
    return checked(_shipped())


def checked(rules: Iterable[Rule]) -> Catalogue:
    """A catalogue of rules. Raises `RuleDefinitionError` if two share a code or a name."""
    ordered = tuple(sorted(rules, key=lambda rule: rule.code))
    for attribute in ("code", "name"):
        seen: set[str] = set()
        for rule in ordered:
            value = getattr(rule, attribute)
            if value in seen:
                raise RuleDefinitionError(f"two rules have the {attribute} '{value}'")
            seen.add(value)
    return Catalogue(ordered)


def _shipped() -> Iterator[Rule]:
    package = import_module("errlint.rules")
    for module in pkgutil.walk_packages(package.__path__, "errlint.rules."):
        if not module.ispkg:
            rule = getattr(import_module(module.name), "rule", None)
            if not isinstance(rule, Rule):
                raise RuleDefinitionError(f"{module.name} defines no `rule`")
            yield rule

"""docs/rules.md, made from the rules: `python -m errlint.docs` writes it, a test holds it in step."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from errlint.engine.registry import catalogue
from errlint.rule import Bad, Example, Family, Rule, Unsafe, families
from errlint.settings.keys import KEYS, default_of
from errlint.settings.values import written


def rules_page() -> str:
    """The whole page."""
    rules = catalogue().rules
    return "\n".join(_page(rules)) + "\n"


def rules_table(rules: Iterable[Rule]) -> str:
    """Some rules, a line each."""
    return "\n".join(_table(rules)) + "\n"


def rule_text(rule: Rule) -> str:
    """All about one rule, as the page has it."""
    return "\n".join(_rule(rule)) + "\n"


def rule_text_alone(rule: Rule) -> str:
    """The same where nothing links to it."""
    return rule_text(rule).replace(_anchor(rule), "", 1)


def _anchor(rule: Rule) -> str:
    return f'<a id="{rule.code.lower()}"></a>'


def fix_kinds(rule: Rule) -> str:
    """How freely a rule's fixes may be applied: `safe`, `unsafe`, `safe or unsafe`; nothing if it has none."""
    return " or ".join(dict.fromkeys(remedy.applicability.value for remedy in rule.fixes))


def settings_table() -> str:
    """The list of settings in docs/configuration.md."""
    return "\n".join(_settings()) + "\n"


def _settings() -> Iterator[str]:
    yield "| key | type | default | what it sets |"
    yield "|---|---|---|---|"
    for key, setting in KEYS.items():
        yield f"| `{key}` | {setting.kind.title} | {_default(key)} | {setting.about} |"


def _default(key: str) -> str:
    default = default_of(key)
    if default is None:
        return "not set"
    shown = written(default)
    return f"`{shown}`" if len(shown) < 30 else f"see [below](#{KEYS[key].section})"


def _default_alone(key: str) -> str:
    default = default_of(key)
    return "not set" if default is None else f"`{written(default)}`"


def _page(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "Written by `python -m errlint.docs` from the rules themselves; the examples are run as tests."
    yield ""
    yield from _table(rules)
    for family in families():
        members = [rule for rule in rules if rule.family == family]
        if members:
            yield ""
            yield from _family(family, members)


def _table(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| code | name | finds | fix | preset |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        link = f"[{rule.code}](#{rule.code.lower()})"
        yield f"| {link} | {rule.name} | {rule.summary} | {fix_kinds(rule) or '-'} | {rule.preset or '-'} |"


def _family(family: Family, rules: list[Rule]) -> Iterator[str]:
    yield f"## ERR{family.hundred}xx: {family.name}"
    yield ""
    yield " ".join((import_module(f"errlint.rules.{family.name}").__doc__ or "").split())
    for rule in rules:
        yield ""
        yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    yield f"### {_anchor(rule)}{rule.code} {rule.name}"
    yield ""
    yield f"{rule.summary}. {rule.why}"
    yield ""
    yield f"> {rule.message}"
    yield ""
    yield f"What to do: {rule.help}."
    yield ""
    severity = rule.severity or rule.family.severity
    facts = [f"severity {severity.value}", f"preset {rule.preset}" if rule.preset else "only by name"]
    facts.append("in tests too" if rule.in_tests else "not in tests")
    facts.append(f"since {rule.since}")
    yield f"*{', '.join(facts)}.*"
    for remedy in rule.fixes:
        because = f" Unsafe because {remedy.because}." if isinstance(remedy, Unsafe) else ""
        yield ""
        yield f"Fix ({remedy.applicability.value}): {remedy.title}.{because}"
    if rule.settings:
        yield ""
        yield f"Settings: {', '.join(f'`{key}` (default {_default_alone(key)})' for key in rule.settings)}."
    if rule.same_as:
        yield ""
        yield f"The same in other tools: {', '.join(f'`{code}`' for code in rule.same_as)}."
    if rule.cwe:
        yield ""
        yield f"In MITRE's catalogue of weaknesses: {', '.join(map(_weakness, rule.cwe))}."
    shown = ""
    for title, example in (*(("Found", bad) for bad in rule.bad), *(("Left alone", good) for good in rule.good)):
        if title != shown:
            yield ""
            yield f"{title}:"
            shown = title
        yield ""
        yield from _example(example)
        if isinstance(example, Bad) and example.fixed_code is not None:
            yield ""
            yield "Fixed:"
            yield ""
            yield from _code(example.fixed_code)
            shown = "Fixed"


def _weakness(number: int) -> str:
    return f"[CWE-{number}](https://cwe.mitre.org/data/definitions/{number}.html)"


def _example(example: Example) -> Iterator[str]:
    if example.settings:
        yield f"With `{example.settings}`:"
        yield ""
    if example.path != Example.path:
        yield f"In `{example.path}`:"
        yield ""
    yield from _code(example.shown)


def _code(text: str) -> Iterator[str]:
    yield "```python"
    yield text.rstrip("\n")
    yield "```"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/rules.md")
    target.write_text(rules_page(), encoding="utf-8", newline="\n")
    print(target)

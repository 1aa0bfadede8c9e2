"""docs/rules.md, made from the rules: `python -m errlint.docs` writes it, a test holds it in step."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from errlint.engine.registry import catalogue
from errlint.rule import Bad, Example, Family, Rule, Unsafe, families


def rules_page() -> str:
    """The whole page."""
    rules = catalogue().rules
    return "\n".join(_page(rules)) + "\n"


def _page(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "Written by `python -m errlint.docs` from the rules themselves; the examples are run as tests."
    yield ""
    yield "| code | name | finds | fix | preset |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        kinds = " or ".join(dict.fromkeys(remedy.applicability.value for remedy in rule.fixes)) or "-"
        link = f"[{rule.code}](#{rule.code.lower()})"
        yield f"| {link} | {rule.name} | {rule.summary} | {kinds} | {rule.preset or '-'} |"
    for family in families():
        members = [rule for rule in rules if rule.family == family]
        if members:
            yield ""
            yield from _family(family, members)


def _family(family: Family, rules: list[Rule]) -> Iterator[str]:
    yield f"## ERR{family.hundred}xx: {family.name}"
    yield ""
    yield " ".join((import_module(f"errlint.rules.{family.name}").__doc__ or "").split())
    for rule in rules:
        yield ""
        yield from _rule(rule)


def explained(rule: Rule) -> str:
    """What a rule finds, why, and what to do, in Markdown and without its examples."""
    return "\n".join((f"**{rule.code} {rule.name}**", "", *_text(rule)))


def _rule(rule: Rule) -> Iterator[str]:
    yield f'### <a id="{rule.code.lower()}"></a>{rule.code} {rule.name}'
    yield ""
    yield from _text(rule)
    for title, examples in (("Found", rule.bad), ("Left alone", rule.good)):
        yield ""
        yield f"{title}:"
        for example in examples:
            yield ""
            yield from _example(example)
            if isinstance(example, Bad) and example.fixed_code is not None:
                yield ""
                yield "Fixed:"
                yield ""
                yield from _code(example.fixed_code)


def _text(rule: Rule) -> Iterator[str]:
    yield f"{rule.summary}. {rule.why}"
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
        yield f"Settings: {', '.join(f'`{name}`' for name in rule.settings)}."
    if rule.same_as:
        yield ""
        yield f"The same in other tools: {', '.join(f'`{code}`' for code in rule.same_as)}."


def _example(example: Example) -> Iterator[str]:
    if example.settings:
        yield f"With `{example.settings}`:"
        yield ""
    if example.path != Example.path:
        yield f"In `{example.path}`:"
        yield ""
    yield from _code(example.code)


def _code(text: str) -> Iterator[str]:
    yield "```python"
    yield text.rstrip("\n")
    yield "```"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/rules.md")
    target.write_text(rules_page(), encoding="utf-8", newline="\n")
    print(target)

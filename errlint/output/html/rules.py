"""The rules in the page: how often each was broken, and its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from errlint.model import Severity
from errlint.output.html.markup import number, prose, text
from errlint.output.links import documentation
from errlint.rule import Bad, Example, Rule, Unsafe, families

_EXPECTED = re.compile(r"[ \t]*# (?:expect: [^\n]*|ok)$")
_EXAMPLES = 2
"""How many examples of each kind are shown; the documentation has them all."""


def bar(counts: Iterable[tuple[str, float]], whole: float) -> str:
    """A bar of parts, each with its class and amount, of which `whole` is the full width."""
    parts, at = [], 0.0
    for name, amount in counts:
        if amount:
            width = 100 * amount / whole
            parts.append(f'<rect class="{name}" x="{at:.2f}%" width="{width:.2f}%" height="100%"/>')
            at += width
    return f'<svg class="bar" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'


def by_severity(counts: Counter[Severity]) -> list[tuple[str, float]]:
    """The parts of a bar, the worst first."""
    return [(severity.value, counts[severity]) for severity in Severity]


def table(rules: Sequence[Rule], counts: dict[str, Counter[Severity]]) -> Iterator[str]:
    """The findings by family and by rule, in the order of the codes. `counts` are by code."""
    most = max(found.total() for found in counts.values())
    yield '<table id="by-rule"><caption>Findings by family and rule</caption>'
    yield '<thead><tr><th scope="col">rule</th><td></td><th scope="col">findings</th></tr></thead>'
    for family in families():
        members = [rule for rule in rules if rule.family == family and counts.get(rule.code)]
        if not members:
            continue
        total = sum(counts[rule.code].total() for rule in members)
        yield f'<tbody><tr class="family"><th scope="rowgroup" colspan="2">{text(family.name)}</th>'
        yield f"<td>{number(total)}</td></tr>"
        for rule in sorted(members, key=lambda rule: (-counts[rule.code].total(), rule.code)):
            found = counts[rule.code]
            yield f'<tr><th scope="row"><a href="#{rule.code}">{rule.code}</a> <span>{rule.name}</span></th>'
            yield f"<td>{bar(by_severity(found), most)}</td>"
            yield f'<td data-filter="rule={rule.code}">{number(found.total())}</td></tr>'
        yield "</tbody>"
    yield "</table>"


def article(rule: Rule) -> Iterator[str]:
    """The text of a rule: what and why, what to do, how it looks before and after."""
    severity = rule.severity or rule.family.severity
    yield f'<details class="rule"><summary><code>{rule.code}</code> <b>{rule.name}</b> {prose(rule.summary)}</summary>'
    yield f'<article id="{rule.code}"><h3>{rule.code} {rule.name}</h3>'
    yield f"<p>{prose(rule.summary)}. {prose(rule.why)}</p>"
    yield f"<p><b>What to do:</b> {prose(rule.help)}.</p>"
    for remedy in rule.fixes:
        because = f" Unsafe because {prose(remedy.because)}." if isinstance(remedy, Unsafe) else ""
        yield f"<p><b>Fix</b> ({remedy.applicability.value}): {prose(remedy.title)}.{because}</p>"
    yield from _examples("Found", rule.bad)
    yield from _examples("Left alone", rule.good)
    facts = [severity.value, f"preset {rule.preset}" if rule.preset else "only by name", f"since {rule.since}"]
    if rule.same_as:
        facts.append(f"the same in other tools: {', '.join(rule.same_as)}")
    yield f'<p class="facts">{text("; ".join(facts))}. '
    yield f'<a href="{documentation(rule.code)}" rel="noreferrer">All examples</a></p></article></details>'


def _examples(title: str, examples: Sequence[Example]) -> Iterator[str]:
    for example in examples[:_EXAMPLES]:
        where = f" in <code>{text(example.path)}</code>" if example.path != Example.path else ""
        with_settings = f" with <code>{text(example.settings)}</code>" if example.settings else ""
        yield f"<h4>{title}{where}{with_settings}</h4>{_code(example.code)}"
        if isinstance(example, Bad) and example.fixed_code is not None:
            yield f"<h4>Fixed</h4>{_code(example.fixed_code)}"


def _code(code: str) -> str:
    """An example; the lines that the rule flags are marked instead of commented."""
    lines = []
    for line in code.rstrip("\n").split("\n"):
        shown = _EXPECTED.sub("", line)
        stripped = shown.lstrip()
        indentation = shown[: len(shown) - len(stripped)]
        is_marked = shown != line and "# expect" in line and stripped
        lines.append(f"{indentation}<mark>{text(stripped)}</mark>" if is_marked else text(shown))
    return f'<pre class="code" tabindex="0">{chr(10).join(lines)}</pre>'

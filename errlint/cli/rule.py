"""`errlint rule`: what the rules say of themselves, one by one or as a list."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from errlint.cli.streams import output
from errlint.docs import fix_kinds, rule_text, rule_text_alone, rules_page, rules_table
from errlint.engine.registry import Catalogue, catalogue
from errlint.errors import UsageError
from errlint.output.links import documentation
from errlint.rule import Example, Remedy, Rule, Unsafe, families
from errlint.suggestions import one_of, suggestion


@dataclass(frozen=True)
class _Answer:
    """What one word asks for: some rules, all about each or a list of them, and what is to be said before."""

    rules: Sequence[Rule]
    is_list: bool
    remark: str = ""


def rule(options: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    rules = catalogue()
    if options.all and options.rules:
        raise UsageError(f"--all shows every rule; leave out {options.rules[0]}")
    answers = _answers(options, rules)
    with output(None) as stream:
        if options.output_format == "json":
            found = {each.code: each for answer in answers for each in answer.rules}
            print(json.dumps([_item(each) for each in found.values()], indent=2), file=stream)
        elif options.all and options.output_format == "markdown":
            stream.write(rules_page())
        elif options.output_format == "markdown":
            stream.write("\n".join(map(_markdown, answers)))
        else:
            _write(answers, stream)
    return 0


def _answers(options: argparse.Namespace, rules: Catalogue) -> list[_Answer]:
    if options.all:
        return [_Answer(rules.rules, is_list=False)]
    if not options.rules:
        return [_Answer(rules.rules, is_list=True)]
    found = [(word, _answer(word, rules)) for word in dict.fromkeys(options.rules)]
    unknown = [f"'{word}' is no rule, prefix or family, here or elsewhere{_meant(word, rules)}" for word, _ in found]
    wrong = [told for told, (_, answer) in zip(unknown, found, strict=True) if answer is None]
    if wrong:
        raise UsageError("\n".join(wrong))
    return [answer for _, answer in found if answer is not None]


def _answer(word: str, rules: Catalogue) -> _Answer | None:
    exact = rules.rule(word)
    if exact is not None:
        return _Answer([exact], is_list=False)
    chosen = rules.chosen(word)
    if chosen is not None:
        members = [each for each in rules.rules if each.code in chosen[0]]
        return _Answer(members, is_list=True, remark="" if members else f"{word} has no rules in this version.")
    twins = rules.twins(word)
    if not twins:
        return None
    members = list(dict.fromkeys(each for each, _ in twins))
    spelled = twins[0][1].partition(":")[2]
    tools = sorted({twin.partition(":")[0] for _, twin in twins})
    return _Answer(
        members, len(members) > 1, f"{spelled} ({', '.join(tools)}) is {one_of(each.code for each in members)} here."
    )


def _meant(word: str, rules: Catalogue) -> str:
    elsewhere = (twin.partition(":")[2] for each in rules.rules for twin in each.same_as)
    return suggestion(word, [*rules.names, *(family.name for family in families()), *elsewhere])


def _markdown(answer: _Answer) -> str:
    return _told(answer, rules_table(answer.rules) if answer.is_list else "\n".join(map(rule_text, answer.rules)))


def _told(answer: _Answer, text: str) -> str:
    return f"{answer.remark}\n\n{text}" if answer.remark else text


def _write(answers: Iterable[_Answer], stream: IO[str]) -> None:
    """For people: the documentation of a rule as it is, a list in columns."""
    from errlint.output import markdown_text

    for number, answer in enumerate(answers):
        if number:
            print(file=stream)
        if not answer.is_list:
            markdown_text.write(_told(answer, "\n".join(map(rule_text_alone, answer.rules))), stream)
            continue
        if answer.remark:
            print(answer.remark, end="\n\n" if answer.rules else "\n", file=stream)
        if answer.rules:
            _write_list(answer.rules, stream)


def _write_list(rules: Sequence[Rule], stream: IO[str]) -> None:
    """Rules by family, a line each; the one column of any length is the last."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, soft_wrap=True, highlight=False, markup=False, emoji=False, legacy_windows=False)
    columns = [(each, [each.name, each.preset or "by name", _fix(each)]) for each in rules]
    widths = [max(len(cells[number]) for _, cells in columns) for number in range(3)]
    first = True
    for family in families():
        members = [(each, cells) for each, cells in columns if each.family == family]
        if not members:
            continue
        console.print(Text(f"{'' if first else chr(10)}{family.name}", style="bold"))
        first = False
        for each, cells in members:
            line = Text("  ").append(each.code, style=f"bold cyan link {documentation(each.code)}")
            for cell, width in zip(cells, widths, strict=True):
                line.append(f"  {cell:<{width}}")
            console.print(line.append(f"  {each.summary}"))
    console.print(Text("\n`errlint rule CODE` says all about one."))


def _fix(rule: Rule) -> str:
    kinds = fix_kinds(rule)
    return f"fix: {kinds}" if kinds else "no fix"


def _item(rule: Rule) -> dict[str, Any]:
    """A rule as JSON; docs/configuration.md says what the fields are."""
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family.name,
        "summary": rule.summary,
        "message": rule.message,
        "why": rule.why,
        "help": rule.help,
        "severity": (rule.severity or rule.family.severity).value,
        "preset": rule.preset,
        "in_tests": rule.in_tests,
        "since": rule.since,
        "fixes": [_remedy_item(remedy) for remedy in rule.fixes],
        "settings": list(rule.settings),
        "same_as": list(rule.same_as),
        "cwe": list(rule.cwe),
        "supersedes": list(rule.supersedes),
        "bad": [{**_example_item(example), "fixed": example.fixed_code} for example in rule.bad],
        "good": [_example_item(example) for example in rule.good],
        "url": documentation(rule.code),
    }


def _remedy_item(remedy: Remedy) -> dict[str, Any]:
    because = remedy.because if isinstance(remedy, Unsafe) else None
    return {"title": remedy.title, "applicability": remedy.applicability.value, "because": because}


def _example_item(example: Example) -> dict[str, Any]:
    return {"code": example.shown, "path": example.path, "settings": example.settings}

"""The settings that `errlint init` writes: every line with why it is there.

What is active differs from what errlint does by itself. The rest is commented out, with the values that were found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from errlint.cli.init.project import Facts, all_tests
from errlint.output.words import counted
from errlint.settings.values import written

_MOST = 8
"""Names and globs in one line; there may be thousands."""

_FEW = 4
"""Dotted names in one line, which are long."""


def settings_of(facts: Facts) -> dict[str, Any]:
    """What is active in the text."""
    found: dict[str, Any] = {}
    if facts.unseen_environment is not None:
        found["python"] = facts.unseen_environment
    if facts.test_folders:
        found["tests"] = list(all_tests(facts))
    return found


def text_of(facts: Facts) -> str:
    """The lines below the header of the table."""
    active = settings_of(facts)
    parts = [_head(facts), _rules(facts), _twins(facts), _tests(facts, active), _python(facts, active)]
    parts += [_layers(facts), _reporters(facts), _linters(facts), _tail()]
    return "\n\n".join(part for part in map("\n".join, parts) if part) + "\n"


def _head(facts: Facts) -> Iterator[str]:
    files = f"{counted(facts.files, 'Python file')}, {counted(facts.tests, 'test')} among them"
    where = f"; code is in {_listed(facts.source_folders)}" if facts.source_folders else ""
    yield f"# Written by `errlint init` after a look at {files}{where}."
    yield "# A setting behind a `#` is what errlint does by itself, or an example with what was found here."


def _rules(facts: Facts) -> Iterator[str]:
    frameworks = facts.inventory.frameworks
    if frameworks:
        yield f"# HTTP is spoken with {_listed(frameworks)}. `production` adds rules for services, such as those about"
        yield "# errors that are answered with a value; `critical` adds more, for where each error is an incident."
        yield '# preset = "production"'
    else:
        yield "# `production` and `critical` add rules to the recommended ones; `errlint rule` lists them all."
        yield '# preset = "recommended"'


def _twins(facts: Facts) -> Iterator[str]:
    """What ruff finds too. A code with several rules says less than they do together, so they are no example."""
    if facts.ruff:
        yield "# ruff is set up to find some of these faults too:"
        for code, rules in facts.ruff.items():
            yield f"#   {code}: {', '.join(rules)}"
        single = dict.fromkeys(rules[0] for rules in facts.ruff.values() if len(rules) == 1)
        if single:
            yield "# To leave to ruff what it has a code of its own for:"
            yield f"# ignore = {written(list(single))}"


def _tests(facts: Facts, active: dict[str, Any]) -> Iterator[str]:
    if "tests" in active:
        folders = _listed(facts.test_folders)
        yield f"# Tests are in {folders} too, which errlint would take for code of the application."
        yield f"tests = {written(active['tests'])}"


def _python(facts: Facts, active: dict[str, Any]) -> Iterator[str]:
    since = facts.oldest_python
    if since is not None:
        yield f"# The code runs on Python {since} and later, says `requires-python`; errlint goes by it."
    if "python" in active:
        yield "# What libraries' exceptions derive from is read in this environment, which errlint would not find."
        yield f"python = {written(active['python'])}"
    else:
        yield f"# What libraries' exceptions derive from is read in {facts.environment}."
        yield '# python = ".venv"'
    if facts.inventory.libraries:
        yield f"# errlint has facts about these libraries in use: {_listed(facts.inventory.libraries)}."


def _layers(facts: Facts) -> Iterator[str]:
    if facts.layers:
        yield "# Which modules are domain code and which speak HTTP is inferred; `errlint config --layers` says why."
        shortened = [name for name, globs in facts.layers.items() if len(globs) > _MOST]
        if shortened:
            yield f"# Too many to list here: {_listed(shortened)}."
        rest = {name: list(globs) for name, globs in facts.layers.items() if name not in shortened}
        if rest:
            yield f"# layers = {written(rest)}"


def _reporters(facts: Facts) -> Iterator[str]:
    found = facts.inventory
    if found.reporting:
        calls = [f"{name} ({counted(count, 'call')})" for name, count in found.reporting.most_common(_MOST)]
        yield f"# Handlers report to {', '.join(calls)}."
    if found.reporters:
        yield "# They call these too, which report; errlint looks into them. Name those that it cannot look into."
        yield f"# reporters = {_named(found.reporters)}"
    if found.loggers:
        yield "# Handlers call these like loggers, and errlint does not know what they are. If they are loggers:"
        yield f"# loggers = {_named(found.loggers)}"


def _linters(facts: Facts) -> Iterator[str]:
    tools = [*(["ruff"] if facts.ruff is not None else []), *facts.linters]
    if tools:
        yield f"# Ignore comments of {_listed(tools)} silence the rules of errlint that mean the same."
        yield "# honor-foreign-ignores = true"


def _tail() -> Iterator[str]:
    yield "# `errlint config` shows all settings, `errlint config --setting reporters` explains one."


def _named(found: Counter[str]) -> str:
    return written([name for name, _ in found.most_common(_FEW)])


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _MOST} more" if len(words) > _MOST else ""
    return ", ".join(words[:_MOST]) + more

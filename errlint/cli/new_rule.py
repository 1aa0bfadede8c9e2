"""`errlint new-rule FAMILY NAME`: the files of a new rule, ready to be filled in."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from errlint import __version__
from errlint.cli.streams import output
from errlint.engine.registry import Catalogue, catalogue
from errlint.errors import UsageError
from errlint.rule import Family, families
from errlint.suggestions import choice

_RULE = '''"""{code}: say in one sentence what is wrong."""

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule

rule = Rule(
    code="{code}",
    name="{name}",
    since="{version}",
    preset=None,
    words=("except",),
    summary="What is wrong, in a few words",
    message="`{{header}}` is wrong; do this instead",
    help="what to do, in a few words",
    why="What the caller or the operator loses.",
    bad=(
        Bad("""
            try:
                work()
            except {placeholder}:  # expect: {code}
                pass
        """),
    ),
    good=(
        Good("""
            try:
                work()
            except OSError:
                raise
        """),
    ),
)


@rule.on(cst.ExceptHandler)
def check(node: cst.ExceptHandler, ctx: Context) -> Findings:
    """Cheap questions first: shape, then what stands around, then names and types."""
    if node.type is not None and ctx.code(node.type) == "{placeholder}":
        yield rule.at(node, header=ctx.header(node))
'''
_FIXTURE = '''"""{code} {name}: what is found. Negative cases come first and outnumber these."""


def leaves_this_alone():
    try:
        work()
    except OSError:  # ok: another type
        raise


def and_this():
    try:
        work()
    except ValueError:  # ok: another type
        raise


def finds_this():
    try:
        work()
    except {placeholder}:  # expect: {code}
        pass
'''


def new_rule(options: argparse.Namespace) -> int:
    """Write the files; never over existing ones."""
    rules = catalogue()
    family = _family(options.family)
    name = options.name
    if not re.fullmatch(r"[a-z]+(-[a-z]+)+", name):
        raise UsageError(f"'{name}' is not a rule name; use lower-case words with dashes, as in raise-without-cause")
    if rules.rule(name) is not None:
        raise UsageError(f"there is a rule '{name}' already")
    root = Path(options.root)
    if not (root / "errlint" / "rules").is_dir():
        raise UsageError(f"{root}: has no folder errlint/rules; run this in a checkout of errlint, or give --root")
    module = name.replace("-", "_")
    folder = root / "errlint" / "rules" / family.name
    values = {
        "code": _next_code(rules, family),
        "name": name,
        "version": __version__.rpartition(".")[0],
        "placeholder": "".join(word.title() for word in name.split("-")),
    }
    files = {
        folder / f"{module}.py": _RULE.format(**values),
        root / "tests" / "fixtures" / "rules" / family.name / module / f"{module}.py": _FIXTURE.format(**values),
    }
    for path in files:
        if path.exists():
            raise UsageError(f"{path}: exists already")
    package = folder / "__init__.py"
    if not package.exists():
        files[package] = f'"""The {family.name} family: say what its rules have in common."""\n'
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with output(None) as stream:
        stream.writelines(f"{path}\n" for path in files)
        print(f"{values['code']} is in no preset until its `preset` says so; the tests run it already", file=stream)
    return 0


def _family(name: str) -> Family:
    names = [family.name for family in families()]
    if name not in names:
        raise UsageError(f"'{name}' is not a family{choice(name, names)}")
    return next(family for family in families() if family.name == name)


def _next_code(rules: Catalogue, family: Family) -> str:
    """The first free code of the family's hundred, after the highest one in use."""
    used = [int(rule.code[3:]) for rule in rules.rules if rule.family == family]
    return f"ERR{max(used, default=family.hundred * 100) + 1:03}"

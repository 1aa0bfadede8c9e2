"""docs/proofs.md, made from the proofs: `python -m tests.proofs docs/proofs.md` writes it, a test holds it in step."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import packages_distributions, version

from errlint.engine.registry import catalogue
from errlint.rule import families
from tests.proofs.proof import Proof

MEASURED = "Measured with "
"""How the one line begins that depends on what is installed."""


def proofs_page(proofs: Sequence[Proof], versions: str) -> str:
    """The whole page."""
    return "\n".join(_page(proofs, versions)) + "\n"


def _page(proofs: Sequence[Proof], versions: str) -> Iterator[str]:
    yield "# Proofs"
    yield ""
    yield "Written by `python -m tests.proofs docs/proofs.md` from `tests/proofs/rules`. Each program was run, and what"
    yield "is said here came out; the tests run them all again. A record is a log record at WARNING or above; *with no"
    yield "traceback* or *with* the error whose traceback it carries, and those behind it. The fixed program is what"
    yield "errlint makes of the bad one. errlint finds the bad program, and neither of the others."
    yield ""
    yield f"{MEASURED}{versions}."
    for family in families():
        members = [proof for proof in proofs if proof.rule.startswith(f"ERR{family.hundred}")]
        if members:
            yield ""
            yield f"## ERR{family.hundred}xx: {family.name}"
            yield ""
            yield "| rule | what goes wrong | run | bad | good | fixed |"
            yield "|---|---|---|---|---|---|"
            yield from map(_row, members)


def _row(proof: Proof) -> str:
    rule = next(rule for rule in catalogue().rules if rule.code == proof.rule)
    file = f"tests/proofs/rules/{rule.name.replace('-', '_')}.py"
    link = f"[{rule.code}](rules.md#{rule.code.lower()}) [{rule.name}](../{file})"
    shown = [_cell(program.shows) for program in (proof.bad, proof.good)]
    libraries = ", ".join(proof.libraries)
    run = f"{proof.run}" + (f" ({libraries})" if libraries else "")
    fixed = "-" if proof.fixed is None else _cell(proof.fixed)
    return f"| {link} | {proof.claim} | {run} | {' | '.join(shown)} | {fixed} |"


def _cell(shows: str) -> str:
    """An outcome in a table, a line for each part."""
    return shows.replace("|", r"\|").replace("__", r"\_\_").replace("; ", ";<br>")


def versions(proofs: Sequence[Proof]) -> str:
    """The versions of all that is needed to run the programs."""
    distributions = packages_distributions()
    needed = sorted({distributions[library][0] for proof in proofs for library in proof.libraries}, key=str.lower)
    return ", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in needed)])

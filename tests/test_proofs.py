"""What the rules claim is true: programs are run, and the fault comes out of the bad ones only."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from errlint.engine.registry import catalogue
from tests.proofs.page import VERSIONS, proofs_page
from tests.proofs.proof import Proof, all_proofs

PAGE = Path(__file__).parent.parent / "docs" / "proofs.md"
PROOFS = all_proofs()

each_proof = pytest.mark.parametrize("proof", PROOFS, ids=[f"{proof.rule}-{proof.run}" for proof in PROOFS])


@pytest.fixture(autouse=True)
def can_be_run(request: pytest.FixtureRequest) -> None:
    """A proof needs its frameworks, which `pip install errlint[proofs]` brings, and a system that can fork."""
    proof = getattr(request.node, "callspec", None) and request.node.callspec.params["proof"]
    if isinstance(proof, Proof):
        missing = [library for library in proof.libraries if find_spec(library) is None]
        if missing or not hasattr(os, "fork"):
            pytest.skip(f"not here: {', '.join(missing) or 'fork'}")


@each_proof
def test_the_fault_comes_out_of_the_bad_program_only(proof: Proof) -> None:
    assert not list(proof.faults_of_measurement())


@each_proof
def test_errlint_finds_the_bad_program_only(proof: Proof) -> None:
    assert not list(proof.faults_of_finding())


@each_proof
def test_a_proof_of_the_opposite_fails(proof: Proof) -> None:
    measured = " ".join(proof.inverted.faults_of_measurement())
    assert "bad: the fault is not there" in measured
    assert "good: the fault is there" in measured
    found = " ".join(proof.inverted.faults_of_finding())
    assert "bad: nothing found" in found
    assert "good: [" in found


@each_proof
def test_what_is_shown_tells_bad_from_good(proof: Proof) -> None:
    swapped = proof.bad.shows, proof.good.shows
    assert swapped[0] != swapped[1]


def test_the_page_of_proofs_is_in_step() -> None:
    here, page = (
        [line for line in text.splitlines() if not line.startswith(VERSIONS)]
        for text in (proofs_page(PROOFS), PAGE.read_text(encoding="utf-8"))
    )
    assert here == page, "docs/proofs.md is not what the proofs say; run `python -m tests.proofs docs/proofs.md`"


def test_proofs_stand_in_the_module_of_their_rule() -> None:
    names = {rule.code: rule.name.replace("-", "_") for rule in catalogue().rules}
    folder = Path(__file__).parent / "proofs" / "rules"
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == {names[proof.rule] for proof in PROOFS}

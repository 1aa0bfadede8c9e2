"""What the rules claim is true: programs are run, and the fault comes out of the bad ones only."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from errlint.engine.registry import catalogue
from tests.proofs.outcome import Outcome
from tests.proofs.page import MEASURED, proofs_page
from tests.proofs.proof import Proof, all_proofs
from tests.proofs.running.plain import Call, Script
from tests.proofs.stage import CannotRunError, measure

PAGE = Path(__file__).parent.parent / "docs" / "proofs.md"
PROOFS = all_proofs()

NOT_PROVED = {
    "ERR311": "a status has one meaning, whether it is written as a number or as a name",
}
"""Rules of ERR3 and ERR4 that claim nothing about what happens, and why."""

can_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="programs are run in forks")
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
    page = PAGE.read_text(encoding="utf-8").splitlines()
    (measured,) = [line for line in page if line.startswith(MEASURED)]
    here = proofs_page(PROOFS, measured.removeprefix(MEASURED).removesuffix(".")).splitlines()
    assert here == page, "docs/proofs.md is not what the proofs say; run `python -m tests.proofs docs/proofs.md`"


def test_proofs_stand_in_the_module_of_their_rule() -> None:
    names = {rule.code: rule.name.replace("-", "_") for rule in catalogue().rules}
    folder = Path(__file__).parent / "proofs" / "rules"
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == {names[proof.rule] for proof in PROOFS}


def test_rules_about_answers_and_reports_are_proved() -> None:
    claiming = {rule.code for rule in catalogue().rules if rule.code.startswith(("ERR3", "ERR4"))}
    proved = {proof.rule for proof in PROOFS}
    assert claiming - proved == set(NOT_PROVED), "a proof is missing; docs/writing-rules.md says how it is written"


@can_fork
def test_programs_leave_nothing_behind() -> None:
    leaving = "import builtins, logging\ndef run():\n    builtins.left = 1\n    logging.disable()\n"
    finding = "import builtins, logging\ndef run():\n    logging.error('seen')\n    return hasattr(builtins, 'left')\n"
    assert measure(Call("run()"), leaving).words() == "returns None; no record"
    assert measure(Call("run()"), finding).words() == "returns False; 1 record: ERROR of root with no traceback"


@can_fork
def test_a_record_is_told_once_wherever_it_is_written() -> None:
    code = """
import logging, sys
logging.basicConfig(force=True)
logging.getLogger("shop").addHandler(logging.StreamHandler(sys.stderr))
logging.getLogger("shop").propagate = False
def run():
    logging.getLogger("shop").error("once")
    logging.getLogger("other").warning("once")
"""
    told = "returns None; 2 records: ERROR of shop 'once' with no traceback, WARNING of other 'once' with no traceback"
    assert measure(Call("run()"), code).words("messages", "stderr") == f"{told}; nothing on stderr"


@can_fork
def test_scripts_end_as_the_interpreter_ends_them() -> None:
    assert measure(Script(("3",)), "import sys; sys.exit(int(sys.argv[1]))").exit_code == 3
    assert measure(Script(), "import sys; sys.exit('no orders')") == Outcome(exit_code=1, stderr="no orders")
    assert measure(Script(), "1 / 0").words() == "exit code 1; no record; 1 traceback on stderr"


@can_fork
def test_what_cannot_be_run_is_told() -> None:
    with pytest.raises(CannotRunError, match="No module named 'nowhere'"):
        measure(Call("run()"), "import nowhere")
    with pytest.raises(CannotRunError, match="no end within 30 seconds, or a crash"):
        measure(Call("run()"), "import os\ndef run():\n    os._exit(1)\n")

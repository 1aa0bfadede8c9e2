"""`python -m tests.proofs ERR202` tells what comes out of the programs of a rule. With `docs/proofs.md` in the place of
the code all are run, and the page is written if all proofs hold."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.proofs.page import proofs_page, versions
from tests.proofs.proof import Proof, all_proofs


def main(arguments: list[str]) -> int:
    """The exit code: 1 if a proof does not hold."""
    pages = [argument for argument in arguments if argument.endswith(".md")]
    codes = [argument for argument in arguments if argument not in pages]
    proofs = [proof for proof in all_proofs() if not codes or proof.rule in codes]
    faulty = [proof for proof in proofs if not _holds(proof)]
    if pages and not codes and not faulty:
        Path(pages[0]).write_text(proofs_page(proofs, versions(proofs)), encoding="utf-8", newline="\n")
        print(pages[0])
    return int(bool(faulty))


def _holds(proof: Proof) -> bool:
    """Tells what came out of a proof's programs, and what is wrong with it."""
    print(f"{proof.rule} {proof.run}")
    for name in proof.programs:
        print(f"    {name:5} {proof.shown(name)}")
    faults = [*proof.faults_of_measurement(), *proof.faults_of_finding()]
    for fault in faults:
        print(f"    !     {fault}")
    return not faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Faults that more than one rule is about: questions about an outcome."""

from __future__ import annotations

from tests.proofs.outcome import Outcome


def unreported(outcome: Outcome) -> bool:
    """Nothing tells an operator of the error."""
    return outcome.reports == 0


def reported_twice(outcome: Outcome) -> bool:
    """An operator is told of one error more than once."""
    return outcome.reports > 1


def without_traceback(outcome: Outcome) -> bool:
    """No record tells where the error came from."""
    return not outcome.errors


def cause_is_lost(outcome: Outcome) -> bool:
    """What came out does not name its cause."""
    told = [*outcome.errors, *([outcome.raised] if outcome.raised else [])]
    return not any(" from " in error for error in told)

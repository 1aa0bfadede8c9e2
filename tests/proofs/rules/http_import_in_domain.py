"""ERR302: domain code cannot be had without a framework."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def needs_the_framework(outcome: Outcome) -> bool:
    """Without it the code cannot be imported."""
    return "ModuleNotFoundError" in (outcome.raised or "")


proofs = (
    Proof(
        rule="ERR302",
        claim="a job without the web framework cannot import the code that it needs",
        fault=needs_the_framework,
        run=Call("price_without_a_framework()"),
        path="shop/domain/prices.py",
        caller="""
            import sys

            def price_without_a_framework():
                sys.modules["fastapi"] = None
                from program import price
                return price(7)
        """,
        bad=Program(
            """
            from fastapi import HTTPException

            def price(article):
                try:
                    return {7: 12}[article]
                except KeyError as error:
                    raise HTTPException(404, "no such article") from error
            """,
            shows="raises ModuleNotFoundError; no record",
        ),
        good=Program(
            """
            class ArticleNotFoundError(Exception):
                pass

            def price(article):
                try:
                    return {7: 12}[article]
                except KeyError as error:
                    raise ArticleNotFoundError(f"no article {article}") from error
            """,
            shows="returns 12; no record",
        ),
    ),
)

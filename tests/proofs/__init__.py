"""Proofs: programs that are run with real frameworks, and show that what a rule claims is true."""

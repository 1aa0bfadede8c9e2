"""What the sieves of rules are made of: the helpers of `errlint.source.sieve`."""

from errlint.source.sieve import calls_method, names_one_of, statements_below

__all__ = ["calls_method", "names_one_of", "statements_below"]

"""What the sieves of rules are made of: the helpers of `errlint.source.sieve`."""

from errlint.source.sieve import CATCH_ALL, calls_method, names_one_of, statements_below

__all__ = ["CATCH_ALL", "calls_method", "names_one_of", "statements_below"]

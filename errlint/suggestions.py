"""'Did you mean ...?', for everything that people spell: rules, keys, options, commands."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def suggestion(word: str, known: Iterable[str]) -> str:
    """A half-sentence to put behind an error: `; did you mean 'select'?`, or nothing."""
    import difflib  # only on the way to an error: 5 ms

    candidates = sorted(set(known))
    by_fold = {candidate.casefold(): candidate for candidate in reversed(candidates)}
    close = difflib.get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=0.6)
    return f"; did you mean '{by_fold[close[0]]}'?" if close else ""


def choice(word: str, known: Collection[str]) -> str:
    """The same where there are few: what may be meant, or else all of them: `; use bash, zsh or fish`."""
    return suggestion(word, known) or f"; use {one_of(known)}"


def one_of(words: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last

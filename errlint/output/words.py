"""Numbers with their nouns."""


def counted(number: int, word: str) -> str:
    """`1 file`, `2 files`, `1,200 files`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"

"""Source text for messages: flattened to one line, and cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from errlint.source.tree import children, walk

_LONGEST = 60
_EMPTY = cst.Module(body=[])


def code(node: cst.CSTNode, longest: int = _LONGEST) -> str:
    """The code of a node on one line, at most `longest` characters."""
    text = _EMPTY.code_for_node(node)
    text = " ".join(re.sub(r"([(\[{])\s*\n\s*", r"\1", text).split())
    return text if len(text) <= longest else text[: longest - 3] + "..."


def is_same_code(one: cst.CSTNode, other: cst.CSTNode) -> bool:
    """Whether two pieces of code are the same but for comments, spaces and redundant brackets."""
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        below = children(left), children(right)
        if type(left) is not type(right) or len(below[0]) != len(below[1]) or _own_text(left) != _own_text(right):
            return False
        pairs.extend(zip(*below, strict=True))
    return True


def _own_text(node: cst.CSTNode) -> tuple[str | bool, ...]:
    """What a node says without the nodes below it."""
    texts = (getattr(node, name, "") for name in ("value", "star", "start", "end", "conversion"))
    return (*(text for text in texts if isinstance(text, str)), getattr(node, "asynchronous", None) is None)


def identifiers(node: cst.CSTNode) -> Iterator[str]:
    """The names in some code, those of attributes and keywords too: `task` and `done` in `task.done()`."""
    return (part.value for part in walk(node) if isinstance(part, cst.Name))

"""Source text for messages: flattened to one line, and cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from errlint.source.tree import walk

_LONGEST = 60
_EMPTY = cst.Module(body=[])


def code(node: cst.CSTNode, longest: int = _LONGEST) -> str:
    """The code of a node on one line, at most `longest` characters."""
    text = _EMPTY.code_for_node(node)
    text = " ".join(re.sub(r"([(\[{])\s*\n\s*", r"\1", text).split())
    return text if len(text) <= longest else text[: longest - 3] + "..."


def identifiers(node: cst.CSTNode) -> Iterator[str]:
    """The names in some code, those of attributes and keywords too: `task` and `done` in `task.done()`."""
    return (part.value for part in walk(node) if isinstance(part, cst.Name))

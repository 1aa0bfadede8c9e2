"""Source text for messages: flattened to one line, and cut."""

from __future__ import annotations

import libcst as cst

_LONGEST = 60
_EMPTY = cst.Module(body=[])


def code(node: cst.CSTNode, longest: int = _LONGEST) -> str:
    """The code of a node on one line, at most `longest` characters."""
    text = " ".join(_EMPTY.code_for_node(node).split())
    return text if len(text) <= longest else text[: longest - 3] + "..."

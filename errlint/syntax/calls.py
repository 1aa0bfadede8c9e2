"""What a call is given."""

from __future__ import annotations

import libcst as cst


def keyword_argument(call: cst.Call, name: str) -> cst.Arg | None:
    """The argument that is given by a keyword."""
    return next((each for each in call.args if each.keyword is not None and each.keyword.value == name), None)


def is_literal(value: cst.BaseExpression, *texts: str) -> bool:
    """Whether an expression is one of `True`, `False`, `None`, as `texts` has them."""
    return isinstance(value, cst.Name) and value.value in texts

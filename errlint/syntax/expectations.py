"""What code says about the errors that it expects: tests that want a failure."""

from __future__ import annotations

import libcst as cst

from errlint.source.tree import NESTED_SCOPES
from errlint.syntax.enclosing import Enclosing
from errlint.syntax.raises import last_name

_EXPECTING = frozenset(
    {
        *("raises", "raises_regex", "assertRaises", "assertRaisesRegex", "assertRaisesMessage", "assert_raises"),
        *("expect_raises", "expect_raises_message", "warns", "assertWarns", "assertWarnsRegex"),
    }
)


def is_expected_to_fail(node: cst.CSTNode, around: Enclosing) -> bool:
    """Whether a node stands in `with pytest.raises(...):` or a block like it, which wants an error of its code."""
    for outer in around.ancestors(node):
        if isinstance(outer, NESTED_SCOPES):
            return False
        if isinstance(outer, cst.With) and any(_expects(item.item) for item in outer.items):
            return True
    return False


def _expects(item: cst.BaseExpression) -> bool:
    return isinstance(item, cst.Call) and last_name(item.func) in _EXPECTING

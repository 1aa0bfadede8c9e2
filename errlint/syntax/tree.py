"""The walk over a tree, for rules: what `errlint.source.tree` offers."""

from errlint.source.tree import NESTED_SCOPES, children, walk

__all__ = ["NESTED_SCOPES", "children", "walk"]

"""Pure questions about the nodes of a libcst tree; they know Python, and nothing about libraries."""

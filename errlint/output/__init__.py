"""How findings are shown: one file a format, each a function from findings to text."""

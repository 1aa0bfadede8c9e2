"""errlint: a linter for the way Python code raises, handles and reports errors."""

__version__ = "0.1.0"

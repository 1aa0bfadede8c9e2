"""How findings are shown: one file a format, each with `write(report, stream)`, imported only when it is asked for."""

FORMATS = ("full", "concise", "json", "jsonl", "sarif", "rdjson", "gitlab")
"""The names of the formats, each that of its module."""

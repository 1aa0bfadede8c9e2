"""How findings are shown: one file a format, each with `write(report, stream)`, imported only when it is asked for."""

FORMATS = (
    "full",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "rdjson",
    "azure",
    "pylint",
    "markdown",
    "html",
)
"""The names of the formats, each that of its module."""

COLOURS = ("auto", "always", "never")
"""Who decides about colours: the terminal and the environment, or the person."""

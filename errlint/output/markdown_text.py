"""Markdown for people: with colours and highlighted code on a terminal, as it is elsewhere."""

from __future__ import annotations

from typing import IO

from pygments.token import Comment, Keyword, Name, Number, Operator, String
from rich.console import Console
from rich.markdown import Markdown
from rich.style import Style
from rich.syntax import ANSISyntaxTheme
from rich.theme import Theme

_COLOURS = Theme({"markdown.code": "cyan", "markdown.block_quote": "yellow"})
_CODE = ANSISyntaxTheme(
    {
        Comment: Style(color="green"),
        Keyword: Style(color="magenta"),
        Name.Exception: Style(color="cyan"),
        Number: Style(color="cyan"),
        Operator.Word: Style(color="magenta"),
        String: Style(color="yellow"),
    }
)
"""The terminal's own colours, without a background: they are readable on light and on dark."""


def write(text: str, stream: IO[str]) -> None:
    """Print Markdown; rich decides whether there is a terminal."""
    console = Console(file=stream, theme=_COLOURS, legacy_windows=False)
    if console.is_terminal:
        console.print(Markdown(text, code_theme=_CODE))  # type: ignore[arg-type] # rich takes themes as well as names
    else:
        stream.write(text)

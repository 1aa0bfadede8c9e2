"""Text as HTML: nothing in it is ever taken for markup, and nothing in it hides."""

from __future__ import annotations

import re
from html import escape

_CODE = re.compile(r"`([^`]+)`")
_SHOWN: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *range(0xFDD0, 0xFDF0)), 0xFFFD),
    **{plane + last: 0xFFFD for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)},
    **{
        code: f"[U+{code:04X}]"
        for code in (0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    },
    **{code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)},
}
"""Characters that HTML may not hold, that cannot be encoded, or that change how the text around them looks."""


def text(value: str) -> str:
    """Plain text as HTML, in an element or in a quoted attribute.

    Characters that cannot stand in HTML, and those that would turn the direction of the text, are shown by others.
    """
    return escape(value.translate(_SHOWN))


def breakable(path: str) -> str:
    """A path, in HTML, that may go on in the next line after a `/`."""
    return path.replace("/", "/<wbr>")


def prose(value: str) -> str:
    """A sentence as HTML, with `code` in it."""
    return _CODE.sub(r"<code>\1</code>", text(value))


def in_ascii(page: str) -> str:
    """The same page in ASCII, which any stream can hold. Not for what stands in a script or a stylesheet."""
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def number(value: float) -> str:
    """`1,234`, `3.4`: whole numbers in groups, others with one place."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"

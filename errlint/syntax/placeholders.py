"""Placeholders of message texts: which values a text asks for, read as the formatting of Python itself reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

import libcst as cst

_PERCENT = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?[#0\- +]*(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d*))?"
    r"[hlL]?(?P<kind>[diouxXeEfFgGcrsa%])"
)
_NUMBERED = re.compile(r"(?P<first>\d*)(?:\Z|[.\[])")


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What a text asks for: so many values by their position, and others by name."""

    positional: int
    named: frozenset[str] = frozenset()


def percent_placeholders(text: str) -> Placeholders | None:
    """What `text % values` asks for; `None` where that fails whatever the values are: `"100% %s"`."""
    positional = 0
    named: set[str] = set()
    at = text.find("%")
    while at >= 0:
        field = _PERCENT.match(text, at)
        if field is None:
            return None
        stars = (field["width"], field["precision"]).count("*")
        if field["kind"] == "%":
            positional += stars
        elif field["key"] is not None:
            named.add(field["key"])
        else:
            positional += 1 + stars
        at = text.find("%", field.end())
    return Placeholders(positional, frozenset(named))


def brace_placeholders(text: str) -> Placeholders | None:
    """What `text.format(...)` asks for; `None` where that fails whatever the values are: `"{"`, `"{} {0}"`."""
    try:
        found = [_NUMBERED.match(field) or field for field in _brace_fields(text)]
    except ValueError:
        return None
    numbers = [each["first"] for each in found if isinstance(each, re.Match)]
    named = frozenset(re.split(r"[.\[]", each, maxsplit=1)[0] for each in found if isinstance(each, str))
    automatic = numbers.count("")
    if automatic and automatic < len(numbers):
        return None
    return Placeholders(automatic or max((int(number) + 1 for number in numbers), default=0), named)


def _brace_fields(text: str) -> Iterator[str]:
    """The names in the fields of a text, those inside the format of another field too."""
    for _, name, layout, _ in Formatter().parse(text):
        if name is not None:
            yield name
            yield from _brace_fields(layout or "")


def message_text(message: cst.BaseExpression) -> str | None:
    """What a message says as far as it is written down: expressions in an f-string are left out."""
    if isinstance(message, cst.SimpleString):
        return message.evaluated_value if isinstance(message.evaluated_value, str) else None
    if isinstance(message, cst.FormattedString):
        parts = (part.value for part in message.parts if isinstance(part, cst.FormattedStringText))
        return "".join(parts).replace("{{", "{").replace("}}", "}")
    if isinstance(message, cst.ConcatenatedString):
        left, right = message_text(message.left), message_text(message.right)
        return None if left is None or right is None else left + right
    return None


def is_interpolated(message: cst.BaseExpression) -> bool:
    """Whether a part of a message is an f-string."""
    if isinstance(message, cst.ConcatenatedString):
        return is_interpolated(message.left) or is_interpolated(message.right)
    return isinstance(message, cst.FormattedString)

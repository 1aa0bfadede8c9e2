"""Message texts: a field at their end taken out, so that what is left still reads as a message."""

from __future__ import annotations

import re

import libcst as cst

PERCENT_FIELD = re.compile(r"%(?!%)(?:\(\w+\))?[#0\- +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[a-zA-Z]")
BRACE_FIELD = re.compile(r"\{[^{}]*\}")

_FIELD = "\0"
"""Stands for a field of an f-string: no text holds it."""
_CLOSING = re.compile(r"(?:[\s.!)\]>'\"`]|\\[nrt'\"])*")
_SEPARATORS = re.compile(r"(?P<all>(?:\s|[:=,;|>(\[<'\"`\u2013\u2014-]|\\[nrt'\"])*)\Z")
_LINK = re.compile(r"\W(?:because of|due to|because|caused by|with error|with exception|reason|with)\Z", re.IGNORECASE)
_DANGLING = re.compile(
    r"(?:\A|\W)(?:a|an|and|as|at|be|by|for|from|got|in|into|is|of|on|or|raised|than|that|the|to|was|with)\Z",
    re.IGNORECASE,
)
_NAMES_THE_FAULT = re.compile(r"(?:error|exception|failed|failure|traceback)\Z", re.IGNORECASE)
_FEWEST_LETTERS = 3


def without_last_field(literal: cst.BaseExpression, fields: re.Pattern[str], *, is_only: bool) -> str | None:
    """The source of a plain string without the field at its end; `None` if it would not read well.

    `is_only` says that no values are left to format: then `%%` and `{{` are no longer read as one character.
    """
    leaves = _leaves(literal)
    if leaves is None:
        return None
    last = leaves[-1]
    found = list(fields.finditer(last.raw_value))
    if not found:
        return None
    earlier = "".join(leaf.raw_value for leaf in leaves[:-1])
    kept = _cut(earlier + last.raw_value[: found[-1].start()], last.raw_value[found[-1].end() :], fields)
    if kept is None or len(kept) < len(earlier):
        return None
    source = [_source(leaf, leaf.raw_value) for leaf in leaves[:-1]]
    source.append(_source(last, kept[len(earlier) :]))
    if is_only:
        source = [_unescaped(text, fields) for text in source]
    return source[0] if len(source) == 1 else None if "#" in _code(literal) else _joined(literal, source)


def number_of_fields(literal: cst.BaseExpression, fields: re.Pattern[str]) -> int:
    """How many values a plain string formats."""
    return sum(len(fields.findall(leaf.raw_value)) for leaf in _leaves(literal) or ())


def without_last_expression(text: cst.FormattedString) -> str | None:
    """The source of an f-string without the expression at its end; a plain string if it was the only one."""
    expressions = [number for number, part in enumerate(text.parts) if not isinstance(part, cst.FormattedStringText)]
    if not expressions:
        return None
    at = expressions[-1]
    before = "".join(_shown(part) for part in text.parts[:at])
    kept = _cut(before, "".join(_shown(part) for part in text.parts[at + 1 :]), re.compile(_FIELD))
    if kept is None:
        return None
    source = "".join(_code(part) for part in text.parts[:at])
    source = source[: len(source) - (len(before) - len(kept))]
    prefix, quote = text.prefix, text.quote
    if len(expressions) == 1:
        prefix = re.sub("[fF]", "", prefix)
        source = source.replace("{{", "{").replace("}}", "}")
    return f"{prefix}{quote}{source}{quote}"


def without_colon(literal: cst.BaseExpression) -> str | None:
    """The source of a plain string that something was added to: `"cannot load"` for `"cannot load: "`."""
    if not isinstance(literal, cst.SimpleString) or "b" in literal.prefix.lower():
        return None
    kept = _cut(literal.raw_value, "", re.compile(_FIELD))
    return None if kept is None else _source(literal, kept)


def _cut(before: str, after: str, fields: re.Pattern[str]) -> str | None:
    """What can stand alone of the text before a field, if nothing but closing marks comes after it."""
    if not _CLOSING.fullmatch(after) or before.endswith("\\"):
        return None
    kept = _SEPARATORS.sub("", before, count=1)
    separated = any(mark in before[len(kept) :] for mark in ":=,;|>(-\u2013\u2014")
    link = _LINK.search(kept)
    if link:
        kept, separated = _SEPARATORS.sub("", kept[: link.start()], count=1), True
    ends_in_field = [field for field in fields.finditer(kept) if field.end() == len(kept)]
    if not (separated or ends_in_field or _NAMES_THE_FAULT.search(kept)) or _DANGLING.search(kept):
        return None
    letters = sum(character.isalpha() for character in fields.sub("", kept))
    return kept if letters >= _FEWEST_LETTERS and not kept.endswith(("{", "\\")) else None


def _leaves(literal: cst.BaseExpression) -> list[cst.SimpleString] | None:
    """The parts of a plain string that is written in several; `None` for others."""
    if isinstance(literal, cst.SimpleString):
        return None if "b" in literal.prefix.lower() else [literal]
    if isinstance(literal, cst.ConcatenatedString):
        left, right = _leaves(literal.left), _leaves(literal.right)
        return None if left is None or right is None else [*left, *right]
    return None


def _source(leaf: cst.SimpleString, raw: str) -> str:
    return f"{leaf.prefix}{leaf.quote}{raw}{leaf.quote}"


def _unescaped(text: str, fields: re.Pattern[str]) -> str:
    if fields is PERCENT_FIELD:
        return text.replace("%%", "%")
    return text.replace("{{", "{").replace("}}", "}")


def _joined(literal: cst.BaseExpression, source: list[str]) -> str | None:
    """Several strings with the space that stood between them."""
    if not isinstance(literal, cst.ConcatenatedString):
        return source[0]
    between = cst.Module(body=[]).code_for_node(literal.whitespace_between)
    rest = _joined(literal.right, source[1:])
    return None if rest is None else f"{source[0]}{between}{rest}"


def _shown(part: cst.BaseFormattedStringContent) -> str:
    return part.value if isinstance(part, cst.FormattedStringText) else _FIELD


def _code(node: cst.CSTNode) -> str:
    return cst.Module(body=[]).code_for_node(node)

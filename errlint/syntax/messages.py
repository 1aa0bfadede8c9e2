"""Message texts: a field at their end taken out, so that what is left still reads as a message."""

from __future__ import annotations

import re

import libcst as cst

PERCENT = re.compile(r"%%|(?P<field>%(?:\(\w+\))?[#0\- +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[a-zA-Z])")
BRACES = re.compile(r"\{\{|\}\}|(?P<field>\{[^{}]*\})")
"""Styles of fields. What is no field stands for one character of the text: `%%`, `{{`."""

_EXPRESSION = "\0"
"""Stands for an expression of an f-string: no text holds it."""
_IN_F_STRING = re.compile(rf"(?P<field>{_EXPRESSION})")
_CLOSING = re.compile(r"(?:[\s.!)\]>'\"`]|\\[nrt'\"])*")
_SEPARATORS = re.compile(r"(?:\s|[:=,;|>(\[<'\"`\u2013\u2014-]|\\[nrt'\"])*\Z")
_LINK = re.compile(
    r"\W(?:(?:because of|due to|caused by|with)(?: (?:an? |the )?(?:error|exception))?|because|reason)\Z", re.IGNORECASE
)
_DANGLING = re.compile(
    r"(?:\A|\W)(?:a|an|and|as|at|be|by|for|from|got|in|into|is|of|on|or|raised|than|that|the|to|was|with)\Z",
    re.IGNORECASE,
)
_NAMES_THE_FAULT = re.compile(r"(?:error|exception|failed|failure|traceback)\Z", re.IGNORECASE)
_FAULT = r"(?:the )?(?:error|err|exception|exc|reason|cause|message|msg|details?)"
_LABEL = re.compile(rf"(?:\s*[:=,;(\[]|\s[-\u2013\u2014]|(?<=[.!]))\s*{_FAULT}\Z", re.IGNORECASE)
"""What announces the exception and nothing else: `cannot load: error=`, `Cannot load. Error: `."""
_ONLY_LABEL = re.compile(_FAULT, re.IGNORECASE)
_FEWEST_LETTERS = 3


def without_last_field(
    literal: cst.BaseExpression, style: re.Pattern[str], *, is_only: bool
) -> list[tuple[cst.SimpleString, str]]:
    """The parts of a plain string that change if the field at its end goes, with their new source.

    There are none if what is left would not read well. `is_only` says that no values are left to format: then `%%`
    and `{{` are no longer read as one character.
    """
    leaves = _leaves(literal)
    found = _fields(style, leaves[-1].raw_value) if leaves else []
    if not found:
        return []
    last = leaves[-1]
    earlier = "".join(leaf.raw_value for leaf in leaves[:-1])
    kept = _cut(earlier + last.raw_value[: found[-1].start()], last.raw_value[found[-1].end() :], style)
    if kept is None or len(kept) < len(earlier):
        return []
    texts = [*(leaf.raw_value for leaf in leaves[:-1]), kept[len(earlier) :]]
    if is_only:
        texts = [text.replace("%%", "%") if style is PERCENT else _without_double_braces(text) for text in texts]
    return [(leaf, _source(leaf, text)) for leaf, text in zip(leaves, texts, strict=True) if text != leaf.raw_value]


def number_of_fields(literal: cst.BaseExpression, style: re.Pattern[str]) -> int:
    """How many values a plain string formats."""
    return sum(len(_fields(style, leaf.raw_value)) for leaf in _leaves(literal))


def without_last_expression(text: cst.FormattedString) -> str | None:
    """The source of an f-string without the expression at its end; a plain string if it was the only one."""
    expressions = [number for number, part in enumerate(text.parts) if not isinstance(part, cst.FormattedStringText)]
    if not expressions:
        return None
    at = expressions[-1]
    before = "".join(_shown(part) for part in text.parts[:at])
    kept = _cut(before, "".join(_shown(part) for part in text.parts[at + 1 :]), _IN_F_STRING)
    if kept is None:
        return None
    source = "".join(_code(part) for part in text.parts[:at])
    source = source[: len(source) - (len(before) - len(kept))]
    start = text.start
    if len(expressions) == 1:
        start = re.sub("[fF]", "", start)
        source = _without_double_braces(source)
    return f"{start}{source}{text.end}"


def with_field_at_end(literal: cst.BaseExpression, field: str) -> tuple[cst.BaseString, str] | None:
    """The part of a text that ends it, and its source with a field behind: `"cannot load: %s"` for `"cannot load"`."""
    while isinstance(literal, cst.ConcatenatedString):
        literal = literal.right
    if isinstance(literal, cst.FormattedString):
        source = "".join(_code(part) for part in literal.parts)
        kept = _with_separator(source)
        return None if kept is None else (literal, f"{literal.start}{kept}{field}{literal.end}")
    if not isinstance(literal, cst.SimpleString) or "b" in literal.prefix.lower():
        return None
    kept = _with_separator(literal.raw_value)
    return None if kept is None else (literal, _source(literal, f"{kept}{field}"))


def _with_separator(text: str) -> str | None:
    """A text as it stands before a value: `cannot load: `. `None` where it ends in what is no word."""
    bare = text.rstrip()
    if not bare or "\\" in text[-2:]:
        return None
    if bare[-1] == "=":
        return bare
    if bare[-1] in ":,-":
        return text if text != bare else f"{text} "
    kept = bare.rstrip(".!")
    return f"{kept}: " if kept and kept[-1] not in "([{<'\"`" else None


def without_colon(literal: cst.BaseExpression) -> str | None:
    """The source of a plain string that something was added to: `"cannot load"` for `"cannot load: "`."""
    if not isinstance(literal, cst.SimpleString) or "b" in literal.prefix.lower():
        return None
    kept = _cut(literal.raw_value, "", _IN_F_STRING)
    return None if kept is None else _source(literal, kept)


def _cut(before: str, after: str, style: re.Pattern[str]) -> str | None:
    """What can stand alone of the text before a field, if nothing but closing marks comes after it."""
    if not _CLOSING.fullmatch(after) or before.endswith("\\"):
        return None
    kept = _SEPARATORS.sub("", before, count=1)
    separated = bool(before[len(kept) :].strip())
    for announcing in (_LABEL, _LINK):
        if found := announcing.search(kept):
            kept, separated = _SEPARATORS.sub("", kept[: found.start()], count=1), True
    if _ONLY_LABEL.fullmatch(kept) or kept.count("(") > kept.count(")") or kept.count("[") > kept.count("]"):
        return None
    fields = _fields(style, kept)
    stands_alone = separated or (fields and fields[-1].end() == len(kept)) or _NAMES_THE_FAULT.search(kept)
    if not stands_alone or _DANGLING.search(kept) or kept.endswith(("{", "\\")):
        return None
    letters = sum(map(str.isalpha, kept)) - sum(sum(map(str.isalpha, field[0])) for field in fields)
    return kept if letters >= _FEWEST_LETTERS else None


def _fields(style: re.Pattern[str], text: str) -> list[re.Match[str]]:
    return [match for match in style.finditer(text) if match["field"]]


def _without_double_braces(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def _leaves(literal: cst.BaseExpression) -> list[cst.SimpleString]:
    """The parts of a plain string, which may be written in several; none for other expressions."""
    if isinstance(literal, cst.SimpleString):
        return [] if "b" in literal.prefix.lower() else [literal]
    if isinstance(literal, cst.ConcatenatedString):
        left, right = _leaves(literal.left), _leaves(literal.right)
        return [*left, *right] if left and right else []
    return []


def _source(leaf: cst.SimpleString, raw: str) -> str:
    prefix = leaf.value[: len(leaf.prefix)]  # `leaf.prefix` is in lower case
    return f"{prefix}{leaf.quote}{raw}{leaf.quote}"


def _shown(part: cst.BaseFormattedStringContent) -> str:
    return part.value if isinstance(part, cst.FormattedStringText) else _EXPRESSION


def _code(node: cst.CSTNode) -> str:
    return cst.Module(body=[]).code_for_node(node)

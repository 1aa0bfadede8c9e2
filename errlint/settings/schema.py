"""A JSON Schema of the settings, for editors: it accepts what the reader accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from errlint.settings.keys import KEYS, default_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(names: Iterable[str], folded: Iterable[str]) -> dict[str, Any]:
    """The schema of an `errlint.toml`, and of the table `[tool.errlint]`.

    Rules are selected by `names` as they are spelled, and by `folded` words in upper or lower case.
    """
    exact, any_case = sorted(names), sorted(folded)
    return {
        "$schema": DIALECT,
        "title": "errlint.toml, and [tool.errlint] in pyproject.toml",
        "type": "object",
        "properties": {key: _property(key) for key in KEYS},
        "additionalProperties": False,
        "$defs": {
            "selector": {
                "description": "a code, prefix, family or name of rules, or ALL",
                "anyOf": [{"enum": [*any_case, *exact]}, {"pattern": _in_any_case(any_case), "type": "string"}],
            }
        },
    }


def _property(key: str) -> dict[str, Any]:
    setting = KEYS[key]
    default = default_of(key)
    described = {"description": setting.about, **setting.kind.schema}
    return described if default is None else {**described, "default": default}


def _in_any_case(words: Iterable[str]) -> str:
    """An expression for some words in upper or lower case: JSON Schema knows no flags.

    The last part is for readers, such as Python's, to whom `$` may also be before a line end.
    """
    return f"^(?:{'|'.join(map(_folded, words))})$(?!\\n)"


def _folded(word: str) -> str:
    return "".join(f"[{each.upper()}{each.lower()}]" if each.isalpha() else re.escape(each) for each in word)

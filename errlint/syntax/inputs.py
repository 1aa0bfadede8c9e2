"""Code that does no more than read what a client has sent: its errors are the client's."""

from __future__ import annotations

import re

import libcst as cst

from errlint.source.tree import walk
from errlint.syntax.raises import last_name, reads_like_class

_READS = frozenset(
    {
        *("json", "loads", "safe_load", "model_validate", "model_validate_json", "parse_obj", "parse_raw", "int"),
        *("float", "bool", "Decimal", "UUID", "fromisoformat", "strptime", "b64decode", "unhexlify", "fromhex"),
        *("urlsafe_b64decode", "is_valid", "validate", "decode", "encode", "body", "form", "get", "strip", "split"),
        *("lower", "str", "dict", "list", "isinstance", "len", "parse", "get_json", "validate_python", "compile"),
        *("model_dump", "keys", "values", "items", "pop", "append", "endswith", "startswith", "StringIO", "BytesIO"),
        *("DictReader", "reader", "enumerate", "range", "cast"),
    }
)


def only_reads_input(block: cst.BaseSuite, or_calls: re.Pattern[str] | None = None) -> bool:
    """Whether all calls of a block turn an input into values, or are of functions whose names say so by a pattern; what
    it raises itself does not count.
    """
    calls = [part for part in walk(block, skip=(cst.Raise,)) if isinstance(part, cst.Call)]
    return all(_reads(call) or _is_called(call, or_calls) for call in calls)


def _is_called(call: cst.Call, pattern: re.Pattern[str] | None) -> bool:
    return pattern is not None and pattern.search(last_name(call.func) or "") is not None


def _reads(call: cst.Call) -> bool:
    made_of_it = reads_like_class(call.func) and any(each.star == "**" for each in call.args)
    return made_of_it or last_name(call.func) in _READS

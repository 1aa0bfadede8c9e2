"""How many findings there are: of each rule, of each family, or in each folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from errlint.engine.run import Result
from errlint.model import Diagnostic

STATISTICS = ("full", "concise", "json")
"""The formats that statistics can be written in."""


def write_statistics(result: Result, by: str, output_format: str, stream: IO[str]) -> None:
    """The number of findings of each group, the most first; `[*]` where some can be fixed safely."""
    counts = Counter(_group(finding, by) for finding in result.findings)
    fixable = Counter(_group(finding, by) for finding in result.findings if finding.is_safely_fixable)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines = _lines_of_folders(result.lines) if by == "folder" else {}
    if output_format == "json":
        rows = [_item(group, count, fixable[group], by, lines) for group, count in ordered]
        print(json.dumps(rows, indent=2), file=stream)
        return
    width = max((len(str(count)) for count in counts.values()), default=1)
    if lines:
        print("findings, findings per 1,000 lines, folder", file=stream)
    for group, count in ordered:
        mark = ("[*] " if fixable[group] else "    ") if fixable else ""
        rate = f"{_rate(count, lines[group[0]]):8.1f}  " if lines else ""
        *code, name = group
        print(f"{count:>{width}}  {rate}{''.join(f'{each}  ' for each in code)}{mark}{name}", file=stream)


def _group(finding: Diagnostic, by: str) -> tuple[str, ...]:
    if by == "rule":
        return finding.code, finding.name
    return (finding.family,) if by == "family" else (_folder(finding.path),)


def _folder(path: str) -> str:
    return str(Path(path).parent)


def _lines_of_folders(lines: Mapping[str, int]) -> Counter[str]:
    """The lines of the files in each folder, those without findings too; not of the folders below."""
    found: Counter[str] = Counter()
    for path, count in lines.items():
        found[_folder(path)] += count
    return found


def _rate(count: int, lines: int) -> float:
    return round(1000 * count / max(lines, 1), 1)


def _item(group: Sequence[str], count: int, fixable: int, by: str, lines: Mapping[str, int]) -> dict[str, Any]:
    names = dict(zip(("code", "name"), group, strict=True)) if by == "rule" else {by: group[0]}
    found = {**names, "count": count, "fixable": bool(fixable), "fixable_count": fixable}
    if by == "folder":
        found |= {"lines": lines[group[0]], "per_1000_lines": _rate(count, lines[group[0]])}
    return found

"""Where something is, as SARIF says it: an address below the root of the sources, a region, and its text."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from errlint.model import Span
from errlint.output.links import relative
from errlint.source.discovery import repository_above
from errlint.source.lines import Lines

ROOT = "SRCROOT"
"""What addresses are relative to. GitHub takes them as relative to the root of the repository, whatever a log says."""
_AROUND = 2
"""Lines shown before and behind a region."""
_LONGEST_SNIPPET = 20
"""Lines of a region that are shown; more can be looked up in the file."""


class Places:
    """Says places in SARIF's words."""

    def __init__(self, line: Lines) -> None:
        self._line = line
        self._artifacts: dict[str, dict[str, Any]] = {}
        self._root = repository_above(Path.cwd()) or Path.cwd()

    @property
    def root(self) -> str:
        """The address of the folder that addresses are relative to: the repository's, or the current one."""
        return f"{self._root.as_uri().rstrip('/')}/"

    def artifact(self, path: str) -> dict[str, Any]:
        """The address of a file: below the root if it is there, else absolute."""
        if path not in self._artifacts:
            self._artifacts[path] = self._artifact(path)
        return self._artifacts[path]

    def _artifact(self, path: str) -> dict[str, Any]:
        if path == "-":
            return {"uri": "-", "description": {"text": "Standard input."}}
        inside = relative(os.path.abspath(path), str(self._root))
        if os.path.isabs(inside):
            return {"uri": Path(inside).as_uri()}
        return {"uri": quote(os.fsencode(inside)), "uriBaseId": ROOT}

    def location(self, path: str, span: Span) -> dict[str, Any]:
        """A place with its text, if that can be had and is not long."""
        physical = {"artifactLocation": self.artifact(path), "region": region(span)}
        source = [self._line(path, number) for number in range(span.start.line, span.end.line + 1)]
        if any(source) and len(source) <= _LONGEST_SNIPPET:
            physical["region"]["snippet"] = {"text": _text(span, source)}
        return {"physicalLocation": physical}

    def location_in_context(self, path: str, span: Span) -> dict[str, Any]:
        """The same, with the lines around it."""
        found = self.location(path, span)
        if "snippet" in found["physicalLocation"]["region"]:
            found["physicalLocation"]["contextRegion"] = self._around(path, span)
        return found

    def _around(self, path: str, span: Span) -> dict[str, Any]:
        first, last = max(span.start.line - _AROUND, 1), span.end.line + _AROUND
        lines = [self._line(path, number) for number in range(first, last + 1)]
        while len(lines) > span.end.line - first + 1 and not lines[-1]:
            lines.pop()  # the file may have ended before
        return {"startLine": first, "endLine": first + len(lines) - 1, "snippet": {"text": "\n".join(lines)}}


def region(span: Span) -> dict[str, Any]:
    """A stretch of source: lines and columns are 1-based, the end is exclusive."""
    return {
        "startLine": span.start.line,
        "startColumn": span.start.column + 1,
        "endLine": span.end.line,
        "endColumn": span.end.column + 1,
    }


def _text(span: Span, lines: list[str]) -> str:
    last = lines[-1][: span.end.column]
    return "\n".join([*lines[:-1], last])[span.start.column :]

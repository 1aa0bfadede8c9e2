"""A code quality report of GitLab: a JSON array of what it shows in merge requests.

GitLab takes paths from the root of the repository, lines from 1, and drops all but one of the entries that share a
fingerprint. Its severities run from `info` over `minor`, `major` and `critical` to `blocker`; errlint's are `info`,
`warning` and `error`, written as the first three. A finding that is silenced is left out: there is no word for it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from typing import IO, Any

from errlint.model import Diagnostic, Position, Severity
from errlint.output.links import relative
from errlint.output.report import Report

_SEVERITIES = {Severity.INFO: "info", Severity.WARNING: "minor", Severity.ERROR: "major"}


def write(report: Report, stream: IO[str]) -> None:
    """Print the findings as one JSON document; an empty array for none. In ASCII, which any stream can hold."""
    root = os.environ.get("CI_PROJECT_DIR") or os.curdir
    seen: Counter[tuple[str, str, str]] = Counter()
    issues = [_issue(finding, relative(finding.path, root), seen) for finding in report.findings]
    print(json.dumps(issues, indent=2), file=stream)


def _issue(finding: Diagnostic, path: str, seen: Counter[tuple[str, str, str]]) -> dict[str, Any]:
    return {
        "description": f"{finding.code}: {finding.message}",
        "check_name": finding.code,
        "fingerprint": _fingerprint(finding, path, seen),
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": path,
            "positions": {"begin": _place(finding.span.start), "end": _place(finding.span.end)},
        },
    }


def _fingerprint(finding: Diagnostic, path: str, seen: Counter[tuple[str, str, str]]) -> str:
    """What tells the finding from all others of the report: failures of errlint itself have none of their own."""
    key = (path, finding.code, finding.fingerprint)
    digest = hashlib.sha256("\0".join((*key, str(seen[key]))).encode("utf-8", "surrogatepass"))
    seen[key] += 1
    return digest.hexdigest()[:32]


def _place(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column + 1}

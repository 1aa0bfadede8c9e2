"""One finding as a result; a failure of errlint itself, which is no result, as a notification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from errlint.model import CRASH, Diagnostic, Fix, Severity, Silenced
from errlint.output.sarif.places import Places, region
from errlint.output.words import APPLIED_WITH

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
FINGERPRINT = "errlint/v1"
"""The version is of the way in which fingerprints are made, not of errlint."""
LEFT_OUT = "left-out"


def result(found: Diagnostic | Silenced, indices: Mapping[str, int], places: Places) -> dict[str, Any]:
    """A finding. `indices` say where among the rules of the log a code is described."""
    finding = found.finding if isinstance(found, Silenced) else found
    place = places.location_in_context(finding.path, finding.span)
    if finding.scope:
        place["logicalLocations"] = [{"fullyQualifiedName": finding.scope}]
    said: dict[str, Any] = {
        "ruleId": finding.code,
        "level": LEVELS[finding.severity],
        "message": sentence(finding.message),
        "locations": [place],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "suppressions": [_suppression(found, places)] if isinstance(found, Silenced) else [],
    }
    if finding.code in indices:
        said["ruleIndex"] = indices[finding.code]
    if finding.related:
        said["relatedLocations"] = [
            {"id": number, **places.location(finding.path, related.span), "message": sentence(related.message)}
            for number, related in enumerate(finding.related, 1)
        ]
    if finding.fix is not None:
        said["fixes"] = [_fix(finding.fix, finding.path, places)]
    return said


def failure(finding: Diagnostic, places: Places) -> dict[str, Any]:
    """What errlint could not do, and where."""
    return {
        "level": "error",
        "descriptor": {"id": CRASH, "index": 0},
        "message": sentence(finding.message),
        "locations": [places.location(finding.path, finding.span)],
    }


def warning(text: str) -> dict[str, Any]:
    """What is not in the log although it was found."""
    return {"level": "warning", "descriptor": {"id": LEFT_OUT, "index": 1}, "message": sentence(text)}


def sentence(text: str) -> dict[str, str]:
    """A message, with the full stop that SARIF wants and errlint's messages do without."""
    text = text.replace("](", "] (")  # a link to a reader, where the source has `errors[name](1)`
    return {"text": text if text.endswith((".", "!", "?")) else f"{text}."}


def _suppression(silenced: Silenced, places: Places) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": "external" if silenced.comment is None else "inSource", "status": "accepted"}
    if silenced.reason:
        said["justification"] = silenced.reason
    if silenced.comment is not None:
        said["location"] = places.location(silenced.finding.path, silenced.comment)
    return said


def _fix(fix: Fix, path: str, places: Places) -> dict[str, Any]:
    edits = [{"deletedRegion": region(edit.span), "insertedContent": {"text": edit.text}} for edit in sorted(fix.edits)]
    how = f"{fix.applicability.value}: `{APPLIED_WITH[fix.applicability]}`"
    return {
        "description": {"text": f"{fix.title[0].upper()}{fix.title[1:]} ({how})."},
        "artifactChanges": [{"artifactLocation": places.artifact(path), "replacements": edits}],
    }

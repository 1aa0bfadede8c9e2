"""The log: one run, its tool with the rules that found something, its results, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from errlint import __version__
from errlint.model import CRASH, Diagnostic, Silenced
from errlint.output.report import Report
from errlint.output.sarif.places import ROOT, Places
from errlint.output.sarif.results import failure, result, warning
from errlint.output.sarif.rules import NOTIFICATIONS, described, taxonomy

_HOME = "https://github.com/errlint/errlint"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def log(report: Report, kept: Sequence[Diagnostic | Silenced], said: Iterable[str]) -> dict[str, Any]:
    """A report as a log. `kept` become results, in their order; `said` is what a reader must know about them."""
    codes = {(each.finding if isinstance(each, Silenced) else each).code for each in kept}
    rules = [rule for rule in report.rules if rule.code in codes]
    weaknesses = taxonomy(rules)
    places = Places(report.line)
    failures = [failure(finding, places) for finding in report.findings if finding.code == CRASH]
    indices = {rule.code: index for index, rule in enumerate(rules)}
    driver = {
        "name": "errlint",
        "organization": "errlint",
        "fullName": f"errlint {__version__}",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": _HOME,
        "shortDescription": {"text": "Finds where Python code raises, handles and reports errors badly."},
        "rules": [described(rule) for rule in rules],
        "notifications": NOTIFICATIONS,
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "defaultSourceLanguage": "python",
        "originalUriBaseIds": {ROOT: {"uri": places.root, "description": {"text": "The root of the sources."}}},
        "invocations": [
            {
                "executionSuccessful": not failures,
                "toolExecutionNotifications": [*failures, *map(warning, said)],
            }
        ],
        "results": [result(each, indices, places) for each in kept],
    }
    if weaknesses is not None:
        driver["supportedTaxonomies"] = [{"name": weaknesses["name"], "index": 0}]
        run["taxonomies"] = [weaknesses]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}

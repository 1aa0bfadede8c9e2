"""Rules as SARIF describes them, with their texts and the weaknesses that they find."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from errlint.docs import rule_text_alone
from errlint.model import CRASH, Severity
from errlint.output.links import documentation
from errlint.output.sarif.results import LEFT_OUT, LEVELS
from errlint.rule import Rule

WEAKNESSES = {
    209: "Generation of Error Message Containing Sensitive Information",
    252: "Unchecked Return Value",
    390: "Detection of Error Condition Without Action",
    391: "Unchecked Error Condition",
    393: "Return of Wrong Status Code",
    396: "Declaration of Catch for Generic Exception",
    397: "Declaration of Throws for Generic Exception",
    460: "Improper Cleanup on Thrown Exception",
    584: "Return Inside Finally Block",
}
"""The names of the weaknesses that rules find, from CWE 4.18."""
_CWE = "https://cwe.mitre.org/data"
_GITHUB_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}

NOTIFICATIONS = [
    {
        "id": CRASH,
        "name": "InternalError",
        "shortDescription": {"text": "Errlint could not do its job at this place."},
        "fullDescription": {"text": "A rule crashed or a file could not be read; the rest was checked."},
        "help": {"text": "Errlint or the file system failed. Mend the file, or report a bug of errlint."},
        "defaultConfiguration": {"level": "error"},
    },
    {
        "id": LEFT_OUT,
        "name": "ResultsLeftOut",
        "shortDescription": {"text": "More was found than a log may hold."},
        "fullDescription": {"text": "The least severe results are left out; GitHub takes no more."},
        "help": {"text": "Check fewer folders in one run, or fewer rules."},
        "defaultConfiguration": {"level": "warning"},
    },
]


def described(rule: Rule) -> dict[str, Any]:
    """A rule with all that a reader may want to show about it."""
    severity = rule.severity or rule.family.severity
    weaknesses = [f"external/cwe/cwe-{weakness}" for weakness in rule.cwe]  # as GitHub reads them
    said: dict[str, Any] = {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": f"{rule.summary}."},
        "fullDescription": {"text": f"{rule.summary}. {rule.why}"},
        "help": {"text": f"{rule.summary}. {rule.why} What to do: {rule.help}.", "markdown": rule_text_alone(rule)},
        "helpUri": documentation(rule.code),
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {
            "tags": ["error-handling", rule.family.name, *weaknesses],
            "precision": "high",
            "problem.severity": _GITHUB_SEVERITIES[severity],
        },
    }
    if rule.cwe:
        said["relationships"] = [
            {"target": {"id": str(weakness), "toolComponent": {"name": "CWE", "index": 0}}, "kinds": ["relevant"]}
            for weakness in rule.cwe
        ]
    return said


def taxonomy(rules: Iterable[Rule]) -> dict[str, Any] | None:
    """MITRE's catalogue of weaknesses, as far as some rules need it."""
    numbers = sorted({weakness for rule in rules for weakness in rule.cwe})
    if not numbers:
        return None
    return {
        "name": "CWE",
        "organization": "MITRE",
        "version": "4.18",
        "informationUri": f"{_CWE}/index.html",
        "shortDescription": {"text": "The Common Weakness Enumeration."},
        "taxa": [
            {
                "id": str(number),
                "name": WEAKNESSES[number].title().replace(" ", ""),
                "shortDescription": {"text": f"{WEAKNESSES[number]}."},
                "helpUri": f"{_CWE}/definitions/{number}.html",
            }
            for number in numbers
        ],
    }

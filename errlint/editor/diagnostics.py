"""Findings as the protocol has them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from errlint.editor.documents import Document
from errlint.editor.encoding import Encoding
from errlint.model import Diagnostic, Severity
from errlint.output.links import documentation

SOURCE = "errlint"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_DOES_NOTHING = frozenset({"unused-suppression", "useless-handler", "unreachable-handler", "unused-exception"})
"""The rules that flag what could be taken away: editors show it faded."""


@dataclass(frozen=True)
class Found:
    """The findings in one version of a text."""

    document: Document
    findings: tuple[Diagnostic, ...]

    @property
    def result_id(self) -> str:
        """The same for the same findings at the same places, and for no others."""
        told = repr([(each.code, each.span, each.message, each.related, each.fix) for each in self.findings])
        return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:16]


@dataclass(frozen=True)
class Shown:
    """What the client can show of a diagnostic."""

    related: bool = False
    tags: bool = False
    links: bool = False
    data: bool = False

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> Shown:
        """Read what a client says about itself, for whichever way it is told of diagnostics."""
        about = capabilities.text_document
        ways = [way for way in (about.publish_diagnostics, about.diagnostic) if way is not None] if about else []
        return cls(
            related=any(way.related_information for way in ways),
            tags=any(way.tag_support is not None for way in ways),
            links=any(way.code_description_support for way in ways),
            data=any(way.data_support for way in ways),
        )


def diagnostics(found: Found, encoding: Encoding, shown: Shown) -> list[types.Diagnostic]:
    """All findings of a text for the client."""
    return [_diagnostic(finding, found.document, encoding, shown) for finding in found.findings]


def _diagnostic(finding: Diagnostic, document: Document, encoding: Encoding, shown: Shown) -> types.Diagnostic:
    source = document.source
    tags = [types.DiagnosticTag.Unnecessary] if finding.name in _DOES_NOTHING and shown.tags else None
    return types.Diagnostic(
        range=encoding.range(source, finding.span),
        message=finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(documentation(finding.code)) if shown.links else None,
        source=SOURCE,
        tags=tags,
        related_information=_related(finding, document, encoding) if shown.related else None,
        data=_data(finding, document) if shown.data else None,
    )


def _related(
    finding: Diagnostic, document: Document, encoding: Encoding
) -> Sequence[types.DiagnosticRelatedInformation] | None:
    return [
        types.DiagnosticRelatedInformation(
            types.Location(document.uri, encoding.range(document.source, each.span)), each.message
        )
        for each in finding.related
    ] or None


def _data(finding: Diagnostic, document: Document) -> dict[str, Any]:
    """What names a finding to a client's extensions: the version of the text, and which finding of it."""
    return {"version": document.version, "fingerprint": finding.fingerprint, "name": finding.name}

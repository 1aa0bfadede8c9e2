"""What the client is answered when it asks about a text: its diagnostics, what can be done, what a rule says."""

from __future__ import annotations

from lsprotocol import types

from errlint.editor import actions
from errlint.editor.background import Background
from errlint.editor.client import Client
from errlint.editor.documents import Documents
from errlint.editor.findings import Findings
from errlint.editor.hover import hover
from errlint.model import CRASH, Span
from errlint.source.file import decode


class Answers:
    """Answers requests, each about the text as it is now."""

    def __init__(self, client: Client, documents: Documents, background: Background, findings: Findings) -> None:
        self._client = client
        self._documents = documents
        self._background = background
        self._findings = findings

    async def pull(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        """The diagnostics of a text, for a client that asks for them."""
        found = await self._findings.find_if_due(params.text_document.uri)
        if found is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        if found.result_id == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(found.result_id)
        return types.RelatedFullDocumentDiagnosticReport(self._client.diagnostics(found), result_id=found.result_id)

    async def offer(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """What can be done in a stretch of a text."""
        found = await self._findings.find(params.text_document.uri)
        if found is None:
            return []
        client = self._client
        options = self._background.options_of(found.document)
        only = params.context.only
        offered: list[types.CodeAction] = []
        if actions.wants(only, types.CodeActionKind.QuickFix):
            source, encoding = found.document.source, client.encoding
            ends = (encoding.from_client(source, place) for place in (params.range.start, params.range.end))
            offered += actions.quick_fixes(found, Span(*ends), options, client.editing, client.shown)
        if options.fix_all and actions.safely_fixable(found):
            kinds = [actions.FIX_ALL] if actions.wants(only, actions.FIX_ALL) else []
            if offered and actions.safely_fixable(found) > 1 and actions.wants(only, types.CodeActionKind.QuickFix):
                kinds.append(types.CodeActionKind.QuickFix)
            for kind in kinds:
                action = actions.fix_all(found.document, kind)
                offered.append(action if client.editing.resolves else await self.resolve(action))
        return offered

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """The edit of an action that fixes all; no edit if the text has changed, or the fixes would do harm."""
        about = action.data if isinstance(action.data, dict) else {}
        document = self._documents.get(str(about.get("uri")))
        if document is None or about.get("version") != document.version:
            return action
        fixed = await self._background.fix(document, self._findings.is_current(document))
        if fixed is None:
            return action
        crashed = [each.message for each in fixed.findings if each.code == CRASH]
        if crashed:
            self._client.warn("; ".join(crashed))
        after = decode(fixed.data, document.source.path, document.name).text
        action.edit = self._client.editing.made(document, actions.edits_between(document, after))
        return action

    async def explain(self, params: types.HoverParams) -> types.Hover | None:
        """The text of a rule."""
        found = await self._findings.find(params.text_document.uri)
        if found is None:
            return None
        source, encoding = found.document.source, self._client.encoding
        told = hover(found, encoding.from_client(source, params.position))
        if told is None:
            return None
        text, span = told
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), encoding.range(source, span))

"""What is open, and when it is checked: as texts are opened, changed, saved, closed, and as files change beside them.

A client that is told of diagnostics is told when they are known; one that pulls them checks when it asks, and is told
that it should ask again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from lsprotocol import types

from errlint.editor.background import Background
from errlint.editor.client import Client
from errlint.editor.diagnostics import Found
from errlint.editor.documents import Document, Documents
from errlint.editor.findings import Findings
from errlint.editor.tasks import Tasks

DEBOUNCE = 0.01
"""Seconds without a change after which a text is checked. Short, since a newer text ends the work on an older one."""
PAUSE = 0.5
"""Seconds without a change after which everything is worked out anew, if a file was saved."""


class Schedule:
    """Has texts checked at the right time, and the client shown what comes of it."""

    def __init__(
        self, client: Client, tasks: Tasks, documents: Documents, background: Background, findings: Findings
    ) -> None:
        self._client = client
        self._tasks = tasks
        self._documents = documents
        self._background = background
        self._findings = findings
        self._edits = 0

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text has been opened."""
        self._edited(self._documents.open(params.text_document), 0)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text has been changed."""
        about = params.text_document
        document = self._documents.change(about.uri, about.version, params.content_changes)
        if document is not None:
            is_due = self._background.options_of(document).run == "onType"
            self._edited(document, DEBOUNCE if is_due else None)

    def saved(self, uri: str) -> None:
        """A text has been saved: other files may mean something else now."""
        document = self._documents.get(uri)
        if document is not None and self._background.options_of(document).run == "onSave":
            self._push_soon(uri, 0)
        self.renew_soon()

    def closed(self, uri: str) -> None:
        """A text is not open any more."""
        document = self._documents.close(uri)
        if document is not None:
            self._background.closed(document)
        self._findings.forget(uri)
        self._tasks.cancel(uri)
        if not self._client.pulls:
            self._client.publish_for(uri, [])
        self.renew_soon()

    async def check_all(self) -> None:
        """Check all texts anew: other settings hold."""
        self._findings.forget_all()
        if self._client.pulls:
            await self._client.refresh()
        else:
            for document in self._documents:
                self._push_soon(document.uri, 0)

    def renew_soon(self) -> None:
        """Work everything out anew as soon as nobody types."""
        self._tasks.spawn("renew", self._renew())

    def _edited(self, document: Document, delay: float | None) -> None:
        self._edits += 1
        self._background.changed(document)
        if delay is not None:
            self._push_soon(document.uri, delay)
        self._tasks.spawn("others", self._check_others(document))

    def _push_soon(self, uri: str, delay: float) -> None:
        if not self._client.pulls:
            self._tasks.spawn(uri, self._push(uri, delay))

    async def _push(self, uri: str, delay: float) -> None:
        await asyncio.sleep(delay)
        found = await self._findings.find(uri)
        if found is not None:
            self._client.publish(found)

    async def _check_others(self, changed: Document) -> None:
        """Other texts may lead into one that has changed: check them too as soon as nobody types."""
        await asyncio.sleep(PAUSE)
        others = [document.uri for document in self._documents if document.uri != changed.uri]
        await self._show(await self._findings.find_again(others))

    async def _renew(self) -> None:
        await self._findings.is_ready.wait()
        while True:
            await asyncio.sleep(PAUSE)
            edits = self._edits
            texts = list(self._documents)
            findings = await self._background.renew(texts, lambda edits=edits: self._edits == edits)  # type: ignore[misc]
            if findings is not None:
                break
        await self._show(self._findings.replace(Found(text, findings[text.uri]) for text in texts))

    async def _show(self, changed: Sequence[Found]) -> None:
        """Show findings that are others than before though their text is not."""
        if not self._client.pulls:
            for each in changed:
                self._client.publish(each)
        elif changed:
            await self._client.refresh()

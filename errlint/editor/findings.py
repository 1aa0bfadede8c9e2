"""What was found in the texts that are open, each checked once as long as it is the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from errlint.editor.background import Background
from errlint.editor.diagnostics import Found
from errlint.editor.documents import Document, Documents


class Findings:
    """The findings in each open text, found when they are asked for."""

    def __init__(self, documents: Documents, background: Background) -> None:
        self._documents = documents
        self._background = background
        self._found: dict[str, Found] = {}
        self.is_ready = asyncio.Event()
        """Set as soon as the settings are known; nothing is checked before."""

    async def find(self, uri: str) -> Found | None:
        """The findings in a text as it is now, or will be when this is done; `None` if it is not open."""
        await self.is_ready.wait()
        while (document := self._documents.get(uri)) is not None:
            known = self._found.get(uri)
            if known is not None and known.document is document:
                return known
            findings = await self._background.check(document, self.is_current(document))
            if findings is not None:
                self._found[uri] = Found(document, findings)
                return self._found[uri]
        return None

    async def find_if_due(self, uri: str) -> Found | None:
        """The same; where texts are checked when they are saved, those of the last check."""
        document, known = self._documents.get(uri), self._found.get(uri)
        if document is not None and known is not None and self._background.options_of(document).run == "onSave":
            return known
        return await self.find(uri)

    def is_current(self, document: Document) -> Callable[[], bool]:
        """The question whether a text is still the one that is open."""
        return lambda: self._documents.get(document.uri) is document

    def forget(self, uri: str) -> None:
        """A text is not open any more."""
        self._found.pop(uri, None)

    def forget_all(self) -> None:
        """Other settings hold: all texts are to be checked again."""
        self._found.clear()

    async def find_again(self, uris: Iterable[str]) -> list[Found]:
        """Check texts again though they are the same; those in which the findings are others than before."""
        before = {uri: self._found.pop(uri) for uri in uris if uri in self._found}
        again = [found for uri in before if (found := await self.find(uri)) is not None]
        return [found for found in again if not _same(before[found.document.uri], found)]

    def replace(self, found: Iterable[Found]) -> list[Found]:
        """All was worked out anew: these hold from now on. Those that are others than before are the answer."""
        before, self._found = self._found, {each.document.uri: each for each in found}
        return [each for uri, each in self._found.items() if not _same(before.get(uri), each)]


def _same(one: Found | None, other: Found) -> bool:
    return one is not None and one.document is other.document and one.findings == other.findings

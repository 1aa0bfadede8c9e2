"""The texts that are open in the editor."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls import uris

from errlint.editor.encoding import Encoding
from errlint.source.file import SourceFile


@dataclass(frozen=True)
class Document:
    """One text as it is in the editor; a change makes a new one."""

    uri: str
    text: str
    version: int

    @cached_property
    def path(self) -> Path | None:
        """The file; `None` if the text was never saved."""
        path = uris.to_fs_path(self.uri)
        return None if path is None else Path(path)

    @cached_property
    def name(self) -> str:
        """What to call a text that has no file: `Untitled-1.py`."""
        name = Path(unquote(urlsplit(self.uri).path)).name or "untitled"
        return name if name.endswith(".py") else f"{name}.py"

    @cached_property
    def source(self) -> SourceFile:
        """The text with its lines."""
        return SourceFile(self.path or Path(self.name), self.name, self.text)

    @cached_property
    def data(self) -> bytes:
        """The bytes that saving would write, as the text itself declares its encoding; UTF-8 if it cannot be that."""
        plain = self.text.encode("utf-8", "surrogatepass")
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(plain).readline)
            return self.text.encode(encoding)
        except (SyntaxError, LookupError, UnicodeError):  # ERR001 says which it is
            return plain


class Documents:
    """All texts that are open, by URI."""

    def __init__(self) -> None:
        self.encoding = Encoding("utf-16")
        self._open: dict[str, Document] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._open.values()))

    def get(self, uri: str) -> Document | None:
        """The text as it is now; `None` if it is not open."""
        return self._open.get(uri)

    def open(self, item: types.TextDocumentItem) -> Document:
        """A text has been opened."""
        document = Document(item.uri, item.text, item.version)
        self._open[item.uri] = document
        return document

    def change(
        self, uri: str, version: int, changes: Sequence[types.TextDocumentContentChangeEvent]
    ) -> Document | None:
        """A text has been changed, in places or as a whole; each change is made to what the one before it left."""
        document = self._open.get(uri)
        if document is None:
            return None
        for change in changes:
            document = replace(document, text=self._changed(document.source, change), version=version)
        self._open[uri] = document
        return document

    def _changed(self, source: SourceFile, change: types.TextDocumentContentChangeEvent) -> str:
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            return change.text
        start = source.offset(self.encoding.from_client(source, change.range.start))
        end = source.offset(self.encoding.from_client(source, change.range.end))
        return source.text[:start] + change.text + source.text[end:]

    def close(self, uri: str) -> Document | None:
        """A text is not open any more; this is what it was."""
        return self._open.pop(uri, None)

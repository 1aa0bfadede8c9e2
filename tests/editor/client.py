"""A client that starts the real server and talks to it over standard input and output, as an editor does."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls import uris
from pygls.lsp.client import LanguageClient

from tests.cli.command import environment

T = TypeVar("T")
LIMIT = 30
"""Seconds after which an answer counts as never coming."""

_EDITS = types.WorkspaceEditClientCapabilities(document_changes=True)
_RESOLVES = types.CodeActionClientCapabilities(
    data_support=True, resolve_support=types.ClientCodeActionResolveOptions(["edit"])
)
_TAGS = types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary, types.DiagnosticTag.Deprecated])
NEOVIM = types.ClientCapabilities(
    general=types.GeneralClientCapabilities(position_encodings=["utf-8", "utf-16", "utf-32"]),
    text_document=types.TextDocumentClientCapabilities(
        diagnostic=types.DiagnosticClientCapabilities(
            dynamic_registration=True, tag_support=_TAGS, related_information=True, data_support=True
        ),
        code_action=_RESOLVES,
    ),
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=_EDITS,
        configuration=True,
        workspace_folders=True,
        diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
    ),
)
"""What Neovim 0.11 says of itself, as far as it matters here: bytes, and it pulls diagnostics."""
CODE = types.ClientCapabilities(
    general=types.GeneralClientCapabilities(position_encodings=["utf-16"]),
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
            related_information=True,
            tag_support=_TAGS,
            code_description_support=True,
            data_support=True,
            version_support=True,
        ),
        code_action=_RESOLVES,
    ),
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True, snippet_edit_support=True),
        configuration=True,
        workspace_folders=True,
        did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
    ),
)
"""The same for an editor like VS Code that is told of diagnostics: units of UTF-16."""
PLAIN = types.ClientCapabilities()
"""A client that says nothing of itself."""


class Client(LanguageClient):
    """Keeps what the server tells, and answers what it asks."""

    def __init__(self) -> None:
        super().__init__("errlint-tests", "1")
        self.published: dict[str, list[types.PublishDiagnosticsParams]] = defaultdict(list)
        self.messages: list[str] = []
        self.logged: list[str] = []
        self.registered: list[str] = []
        self.refreshes = 0
        self.configuration: Any = None
        self.hello: types.InitializeResult | None = None
        self._news = asyncio.Condition()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def _(params: types.PublishDiagnosticsParams) -> None:
            await self._note(lambda: self.published[params.uri].append(params))

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        async def _(params: types.ShowMessageParams) -> None:
            await self._note(lambda: self.messages.append(params.message))

        @self.feature(types.WINDOW_LOG_MESSAGE)
        async def _(params: types.LogMessageParams) -> None:
            await self._note(lambda: self.logged.append(params.message))

        @self.feature(types.CLIENT_REGISTER_CAPABILITY)
        async def _(params: types.RegistrationParams) -> None:
            await self._note(lambda: self.registered.extend(each.method for each in params.registrations))

        @self.feature(types.WORKSPACE_CONFIGURATION)
        def _(params: types.ConfigurationParams) -> list[Any]:
            return [self.configuration for _ in params.items]

        @self.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        async def _(params: None) -> None:
            def count() -> None:
                self.refreshes += 1

            await self._note(count)

    async def _note(self, what: Any) -> None:
        async with self._news:
            what()
            self._news.notify_all()

    async def until(self, is_so: Any) -> None:
        """Wait until what the server has told makes something true."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(is_so), LIMIT)

    def open(self, uri: str, text: str, version: int = 1) -> None:
        item = types.TextDocumentItem(uri, "python", version, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def replace(self, uri: str, text: str, version: int) -> None:
        """Change the whole text."""
        self.change(uri, version, types.TextDocumentContentChangeWholeDocument(text))

    def change(self, uri: str, version: int, *changes: types.TextDocumentContentChangeEvent) -> None:
        about = types.VersionedTextDocumentIdentifier(version, uri)
        self.text_document_did_change(types.DidChangeTextDocumentParams(about, list(changes)))

    def save(self, uri: str) -> None:
        self.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def pull(self, uri: str, before: str | None = None) -> Any:
        about = types.TextDocumentIdentifier(uri)
        asked = self.text_document_diagnostic_async(types.DocumentDiagnosticParams(about, previous_result_id=before))
        return await asyncio.wait_for(asked, LIMIT)

    async def pushed(self, uri: str, version: int) -> list[types.Diagnostic]:
        """The diagnostics that were published for a version of a text."""

        def is_there() -> bool:
            return any(each.version == version for each in self.published[uri])

        await self.until(is_there)
        return list([each for each in self.published[uri] if each.version == version][-1].diagnostics)

    async def diagnostics(self, uri: str, version: int) -> list[types.Diagnostic]:
        """The diagnostics of a text, pulled or pushed as the client was said to do it."""
        about = self.protocol_capabilities.text_document
        if about is not None and about.diagnostic is not None:
            return list((await self.pull(uri)).items)
        return await self.pushed(uri, version)

    protocol_capabilities: types.ClientCapabilities = PLAIN

    async def actions(
        self, uri: str, at: types.Range, only: Sequence[str] | None = None, told: Sequence[types.Diagnostic] = ()
    ) -> list[types.CodeAction]:
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri), at, types.CodeActionContext(list(told), only=only)
        )
        found = await asyncio.wait_for(self.text_document_code_action_async(params), LIMIT)
        return [each for each in found or [] if isinstance(each, types.CodeAction)]

    async def hover(self, uri: str, line: int, character: int) -> types.Hover | None:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        return await asyncio.wait_for(self.text_document_hover_async(params), LIMIT)


def uri_of(path: Path) -> str:
    uri = uris.from_fs_path(str(path))
    assert uri is not None
    return uri


def _environment(first: Path | None) -> dict[str, str]:
    usual = environment()
    return usual if first is None else {**usual, "PYTHONPATH": os.pathsep.join((str(first), usual["PYTHONPATH"]))}


@asynccontextmanager
async def connected(
    *folders: Path,
    capabilities: types.ClientCapabilities = CODE,
    options: Any = None,
    configuration: Any = None,
    first: Path | None = None,
) -> AsyncIterator[Client]:
    """A client whose server is ready, with some folders open; at the end the server must leave with exit code 0.

    Python looks in the folder `first` before it looks elsewhere.
    """
    client = Client()
    client.protocol_capabilities = capabilities
    client.configuration = configuration
    await client.start_io(sys.executable, "-m", "errlint", "server", env=_environment(first))
    process = client._server
    assert process is not None
    try:
        client.hello = await client.initialize_async(
            types.InitializeParams(
                capabilities,
                workspace_folders=[types.WorkspaceFolder(uri_of(each), each.name) for each in folders] or None,
                initialization_options=options,
            )
        )
        client.initialized(types.InitializedParams())
        yield client
        await asyncio.wait_for(client.shutdown_async(None), LIMIT)
        client.exit(None)
        assert await asyncio.wait_for(process.wait(), LIMIT) == 0
    finally:
        if process.returncode is None:
            process.kill()
        await client.stop()


def talk(conversation: Coroutine[Any, Any, T]) -> T:
    """Run a conversation to its end; it has limits of its own, so nothing waits for ever."""

    async def bounded() -> T:
        return await asyncio.wait_for(conversation, 2 * LIMIT)

    return asyncio.run(bounded())


def applied(text: str, edit: types.WorkspaceEdit | None, encoding: str) -> str:
    """What an editor makes of an edit of one text."""
    assert edit is not None
    if edit.document_changes:
        (change,) = edit.document_changes
        edits: Sequence[Any] = change.edits  # type: ignore[union-attr]
    else:
        (edits,) = (edit.changes or {}).values()
    codec, size = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2)}[encoding]
    lines = text.split("\n")

    def offset(place: types.Position) -> int:
        before = sum(len(line) + 1 for line in lines[: place.line])
        line = lines[place.line] if place.line < len(lines) else ""
        return before + len(line.encode(codec)[: place.character * size].decode(codec))

    for each in sorted(edits, key=lambda each: offset(each.range.start), reverse=True):
        new = each.snippet.value if isinstance(each, types.SnippetTextEdit) else each.new_text
        text = text[: offset(each.range.start)] + new + text[offset(each.range.end) :]
    return text

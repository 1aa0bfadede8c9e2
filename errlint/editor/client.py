"""The client: what it can do and show, and all that it is told and asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound
from pygls.lsp.server import LanguageServer

from errlint.editor.actions import Editing
from errlint.editor.diagnostics import SOURCE, Found, Shown, diagnostics
from errlint.editor.encoding import Encoding

PATIENCE = 5.0
"""Seconds to wait for an answer of the client before going on without it."""
_WATCHED = ("**/pyproject.toml", "**/errlint.toml", "**/.gitignore", "**/*.py", "**/*.pyi")


class Client:
    """The other end of a server."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._workspace = types.WorkspaceClientCapabilities()
        self._told_errors: set[str] = set()
        self.encoding = Encoding("utf-16")
        self.shown = Shown()
        self.editing = Editing(self.encoding)
        self.pulls = False
        """Whether it asks for diagnostics, and is not to be told of them unasked."""

    def introduce(self, capabilities: types.ClientCapabilities, encoding: Encoding) -> None:
        """It has said what it can do, and how places are counted is agreed."""
        self._workspace = capabilities.workspace or self._workspace
        self.encoding = encoding
        self.shown = Shown.of(capabilities)
        self.editing = Editing.of(capabilities, encoding)
        self.pulls = bool(capabilities.text_document and capabilities.text_document.diagnostic)

    # Diagnostics

    def diagnostics(self, found: Found) -> list[types.Diagnostic]:
        """The findings in a text as it can show them."""
        return diagnostics(found, self.encoding, self.shown)

    def publish(self, found: Found) -> None:
        """Tell it the findings in a text."""
        self.publish_for(found.document.uri, self.diagnostics(found), found.document.version)

    def publish_for(self, uri: str, items: Sequence[types.Diagnostic], version: int | None = None) -> None:
        """Tell it diagnostics, be they findings or not."""
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, items, version))

    async def refresh(self) -> None:
        """Have it ask for all diagnostics again, if it can be told to."""
        about = self._workspace.diagnostics
        if about and about.refresh_support:
            await asyncio.wait_for(self._server.workspace_diagnostic_refresh_async(None), PATIENCE)

    # Messages

    def warn(self, text: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        """Show the user a message."""
        self._server.window_show_message(types.ShowMessageParams(kind, f"errlint: {text}"))

    def report(self, error: Exception) -> None:
        """A request, notification or task failed: say so in the log each time, and to the user once."""
        if isinstance(error, JsonRpcMethodNotFound):  # the client has its answer, and asked for what nobody offered
            self._log(str(error), types.MessageType.Warning)
            return
        what = str(error) if isinstance(error, JsonRpcException) else f"{type(error).__name__}: {error}"
        self._log(what, types.MessageType.Error)
        if what not in self._told_errors:
            self._told_errors.add(what)
            self.warn(f"this is a bug of errlint, which goes on: {what}", types.MessageType.Error)

    def _log(self, text: str, kind: types.MessageType) -> None:
        self._server.window_log_message(types.LogMessageParams(kind, f"errlint: {text}"))

    # Questions

    async def configuration(self, folders: Sequence[Path | None]) -> list[object]:
        """What it has configured for each folder; `None` where it says nothing."""
        if not self._workspace.configuration:
            return [None] * len(folders)
        items = [
            types.ConfigurationItem(None if folder is None else uris.from_fs_path(str(folder)), SOURCE)
            for folder in folders
        ]
        try:
            asked = self._server.workspace_configuration_async(types.ConfigurationParams(items))
            given = await asyncio.wait_for(asked, PATIENCE)
        except asyncio.TimeoutError:
            self.warn("the editor does not tell its configuration; errlint goes on without it")
            return [None] * len(folders)
        return [value or None for value in given] if len(given) == len(folders) else [None] * len(folders)

    async def register(self) -> None:
        """Ask to be told of changes to files and to the configuration, if it can be asked."""
        wanted: list[types.Registration] = []
        files, configuration = self._workspace.did_change_watched_files, self._workspace.did_change_configuration
        if files and files.dynamic_registration:
            watchers = [types.FileSystemWatcher(glob) for glob in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            wanted.append(types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
        if configuration and configuration.dynamic_registration:
            section = types.DidChangeConfigurationRegistrationOptions(SOURCE)
            wanted.append(types.Registration("configuration", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
        if wanted:
            asked = self._server.client_register_capability_async(types.RegistrationParams(wanted))
            await asyncio.wait_for(asked, PATIENCE)

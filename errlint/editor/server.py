"""The server: which messages of the protocol it knows, and who deals with each."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import BinaryIO

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from errlint import __version__
from errlint.editor import actions
from errlint.editor.answers import Answers
from errlint.editor.background import Background
from errlint.editor.client import Client
from errlint.editor.configuration import Configuration, is_about_settings
from errlint.editor.diagnostics import SOURCE
from errlint.editor.documents import Documents
from errlint.editor.encoding import Encoding
from errlint.editor.findings import Findings
from errlint.editor.protocol import Protocol
from errlint.editor.schedule import Schedule
from errlint.editor.tasks import Tasks
from errlint.settings import Problem


class Server(LanguageServer):
    """One client, and those who deal with what it says."""

    def __init__(self) -> None:
        super().__init__("errlint", __version__, protocol_cls=Protocol)
        self.client = Client(self)
        self.documents = Documents()
        self.background = Background()
        self.findings = Findings(self.documents, self.background)
        self.tasks = Tasks(self.client.report)
        self.schedule = Schedule(self.client, self.tasks, self.documents, self.background, self.findings)
        self.configuration = Configuration(self.client, self.background, self.schedule.check_all)
        self.answers = Answers(self.client, self.documents, self.background, self.findings)

    def begin(self, params: types.InitializeParams) -> None:
        """The client has said who it is and what it can do."""
        encoding = Encoding(str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding)))
        self.client.introduce(params.capabilities, encoding)
        self.documents.encoding = encoding
        self.configuration.begin(params.initialization_options)
        loop = asyncio.get_running_loop()

        def tell(problems: frozenset[Problem]) -> None:
            loop.call_soon_threadsafe(self.configuration.show_problems, problems)

        self.background.on_problems = tell

    async def ready(self) -> None:
        """The client listens: ask for its configuration, and to be told of changes to files."""
        try:
            self.tasks.spawn("register", self.client.register())
            await self.configure()
        finally:
            self.findings.is_ready.set()

    async def configure(self) -> None:
        """Other settings or folders may hold."""
        await self.configuration.read(self.workspace.folders)

    def report_server_error(self, error: Exception, source: object) -> None:
        """What pygls calls when a request or notification failed."""
        self.client.report(error)


def make_server() -> Server:
    """A server that knows what to do with every message."""
    server = Server()
    feature = server.feature

    @feature(types.INITIALIZE)
    def _(params: types.InitializeParams) -> None:
        server.begin(params)

    @feature(types.INITIALIZED)
    async def _(params: types.InitializedParams) -> None:
        await server.ready()

    @feature(types.SHUTDOWN)
    def _(params: None) -> None:
        server.background.stop()

    @feature(types.TEXT_DOCUMENT_DID_OPEN)
    def _(params: types.DidOpenTextDocumentParams) -> None:
        server.schedule.opened(params)

    @feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def _(params: types.DidChangeTextDocumentParams) -> None:
        server.schedule.changed(params)

    @feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _(params: types.DidSaveTextDocumentParams) -> None:
        server.schedule.saved(params.text_document.uri)

    @feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _(params: types.DidCloseTextDocumentParams) -> None:
        server.schedule.closed(params.text_document.uri)

    @feature(types.TEXT_DOCUMENT_DIAGNOSTIC, types.DiagnosticOptions(True, False, SOURCE))
    async def _(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        return await server.answers.pull(params)

    @feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(actions.KINDS, resolve_provider=True))
    async def _(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await server.answers.offer(params)

    @feature(types.CODE_ACTION_RESOLVE)
    async def _(params: types.CodeAction) -> types.CodeAction:
        return await server.answers.resolve(params)

    @feature(types.TEXT_DOCUMENT_HOVER)
    async def _(params: types.HoverParams) -> types.Hover | None:
        return await server.answers.explain(params)

    @feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def _(params: types.DidChangeConfigurationParams) -> None:
        server.configuration.change(params.settings)
        await server.configure()

    @feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def _(params: types.DidChangeWorkspaceFoldersParams) -> None:
        await server.configure()

    @feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def _(params: types.DidChangeWatchedFilesParams) -> None:
        if is_about_settings(params.changes):
            await server.configure()
        else:
            server.schedule.renew_soon()

    return server


def serve(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Talk to a client until it says goodbye. Nothing else may write to standard output meanwhile."""
    sys.stdout = sys.stderr
    gc.freeze()
    make_server().start_io(stdin, stdout)

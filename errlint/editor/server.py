"""The server: what the client asks and tells, and what it is answered and told."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine, Generator, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from errlint import __version__
from errlint.editor import actions
from errlint.editor.actions import Editing
from errlint.editor.background import Background
from errlint.editor.diagnostics import SOURCE, Found, Shown, diagnostics
from errlint.editor.documents import Document, Documents
from errlint.editor.encoding import Encoding
from errlint.editor.hover import hover
from errlint.editor.options import Options, options_of
from errlint.model import CRASH, Span
from errlint.settings import Problem
from errlint.source.file import decode

DEBOUNCE = 0.01
"""Seconds without a change after which a text is checked. Short, since a newer text ends the work on an older one."""
PAUSE = 0.5
"""Seconds without a change after which everything is worked out anew, if a file was saved."""
PATIENCE = 5.0
"""Seconds to wait for the client's configuration before going on without it."""
_SETTINGS_FILES = ("pyproject.toml", "errlint.toml", ".gitignore")
_WATCHED = ("**/pyproject.toml", "**/errlint.toml", "**/.gitignore", "**/*.py", "**/*.pyi")


class _Protocol(LanguageServerProtocol):
    """pygls without its own copy of the texts: its lines end at form feeds and U+2028 too, those of errlint do not."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class Server(LanguageServer):
    """One client, its texts, and what was found in them."""

    def __init__(self) -> None:
        super().__init__("errlint", __version__, protocol_cls=_Protocol)
        self.documents = Documents()
        self.background = Background()
        self.shown = Shown()
        self.editing = Editing(Encoding("utf-16"))
        self._options = Options()
        self._is_ready = asyncio.Event()
        self._found: dict[str, Found] = {}
        self._edits = 0
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._problems: frozenset[Problem] = frozenset()
        self._told_of_settings: set[str] = set()
        self._told_errors: set[str] = set()
        self._is_pulled = False

    def begin(self, params: types.InitializeParams) -> None:
        """The client has said who it is and what it can do."""
        capabilities = params.capabilities
        encoding = Encoding(str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding)))
        self.documents.encoding = encoding
        self.shown = Shown.of(capabilities)
        self.editing = Editing.of(capabilities, encoding)
        self._is_pulled = bool(capabilities.text_document and capabilities.text_document.diagnostic)
        self._options = options_of(params.initialization_options)
        loop = asyncio.get_running_loop()
        self.background.on_problems = lambda problems: _tell(loop, lambda: self._show_problems(problems))

    async def ready(self) -> None:
        """The client listens: ask for its configuration, and to be told of changes to files."""
        try:
            await self._register()
            await self.configure()
        finally:
            self._is_ready.set()

    async def configure(self) -> None:
        """Read the client's configuration and all settings files anew."""
        folders = [Path(path) for uri in self.workspace.folders if (path := uris.to_fs_path(uri)) is not None]
        asked: list[Path | None] = [*folders, None]
        given = await self._configuration(asked)
        each = [self._options if value is None else options_of(value) for value in given]
        await self.background.configure(dict(zip(folders, each, strict=False)), each[-1])
        self._found.clear()
        await self._all_again()

    def set_options(self, given: object) -> None:
        """What a client without `workspace/configuration` says instead."""
        section = given.get(SOURCE, given) if isinstance(given, dict) else given
        self._options = options_of(section)

    async def _configuration(self, folders: list[Path | None]) -> list[object]:
        """What the client has configured for each folder; `None` where it says nothing."""
        about = self.client_capabilities.workspace
        if about is None or not about.configuration:
            return [None] * len(folders)
        items = [
            types.ConfigurationItem(None if folder is None else uris.from_fs_path(str(folder)), SOURCE)
            for folder in folders
        ]
        try:
            asked = self.workspace_configuration_async(types.ConfigurationParams(items))
            given = await asyncio.wait_for(asked, PATIENCE)
        except asyncio.TimeoutError:
            self._warn("the editor does not tell its configuration; errlint goes on without it")
            return [None] * len(folders)
        return [value or None for value in given] if len(given) == len(folders) else [None] * len(folders)

    async def _register(self) -> None:
        about = self.client_capabilities.workspace
        wanted: list[types.Registration] = []
        if about and about.did_change_watched_files and about.did_change_watched_files.dynamic_registration:
            watchers = [types.FileSystemWatcher(glob) for glob in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            wanted.append(types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
        if about and about.did_change_configuration and about.did_change_configuration.dynamic_registration:
            section = types.DidChangeConfigurationRegistrationOptions(SOURCE)
            wanted.append(types.Registration("configuration", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
        if wanted:
            registered = self.client_register_capability_async(types.RegistrationParams(wanted))
            self.spawn("register", asyncio.wait_for(registered, PATIENCE))

    # Texts

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text has been opened."""
        self._edited(self.documents.open(params.text_document), 0)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text has been changed."""
        about = params.text_document
        document = self.documents.change(about.uri, about.version, params.content_changes)
        if document is not None:
            is_due = self.background.options_of(document).run == "onType"
            self._edited(document, DEBOUNCE if is_due else None)

    def saved(self, uri: str) -> None:
        """A text has been saved: other files may mean something else now."""
        document = self.documents.get(uri)
        if document is not None and self.background.options_of(document).run == "onSave":
            self._push_soon(uri, 0)
        self.renew_soon()

    def closed(self, uri: str) -> None:
        """A text is not open any more."""
        document = self.documents.close(uri)
        if document is not None:
            self.background.closed(document)
        self._found.pop(uri, None)
        self._cancel(uri)
        if not self._is_pulled:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        self.renew_soon()

    def _edited(self, document: Document, delay: float | None) -> None:
        self._edits += 1
        self.background.changed(document)
        if delay is not None:
            self._push_soon(document.uri, delay)
        self.spawn("others", self._check_others(document))

    # Findings

    async def find(self, uri: str) -> Found | None:
        """The findings in a text as it is now, or will be when this is done; `None` if it is not open."""
        await self._is_ready.wait()
        while (document := self.documents.get(uri)) is not None:
            known = self._found.get(uri)
            if known is not None and known.document is document:
                return known
            findings = await self.background.check(document, self._is_current(document))
            if findings is not None:
                self._found[uri] = Found(document, findings)
                return self._found[uri]
        return None

    async def find_if_due(self, uri: str) -> Found | None:
        """The same; where texts are checked when they are saved, those of the last check."""
        document, known = self.documents.get(uri), self._found.get(uri)
        if document is not None and known is not None and self.background.options_of(document).run == "onSave":
            return known
        return await self.find(uri)

    async def pull(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        """Answer a client that asks for diagnostics."""
        found = await self.find_if_due(params.text_document.uri)
        if found is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        if found.result_id == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(found.result_id)
        items = diagnostics(found, self.documents.encoding, self.shown)
        return types.RelatedFullDocumentDiagnosticReport(items, result_id=found.result_id)

    def _is_current(self, document: Document) -> Callable[[], bool]:
        return lambda: self.documents.get(document.uri) is document

    def _push_soon(self, uri: str, delay: float) -> None:
        if not self._is_pulled:
            self.spawn(uri, self._push(uri, delay))

    async def _push(self, uri: str, delay: float) -> None:
        await asyncio.sleep(delay)
        found = await self.find(uri)
        if found is not None:
            self._publish(found)

    def _publish(self, found: Found) -> None:
        items = diagnostics(found, self.documents.encoding, self.shown)
        document = found.document
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, items, document.version))

    async def _all_again(self) -> None:
        """All texts are to be shown anew."""
        if not self._is_pulled:
            for document in self.documents:
                self._push_soon(document.uri, 0)
        else:
            await self._refresh()

    async def _refresh(self) -> None:
        about = self.client_capabilities.workspace
        if about and about.diagnostics and about.diagnostics.refresh_support:
            await asyncio.wait_for(self.workspace_diagnostic_refresh_async(None), PATIENCE)

    async def _check_others(self, changed: Document) -> None:
        """Other texts may lead into one that has changed: check them too as soon as nobody types."""
        await asyncio.sleep(PAUSE)
        before = {uri: self._found.pop(uri) for uri in list(self._found) if uri != changed.uri}
        again = [found for uri in before if (found := await self.find(uri)) is not None]
        await self._show_again(before, again)

    async def _show_again(self, before: dict[str, Found], after: Iterable[Found]) -> None:
        """Show the findings that are others than before though the text is not."""
        changed = [each for each in after if not _same(before.get(each.document.uri), each)]
        if not self._is_pulled:
            for each in changed:
                self._publish(each)
        elif changed:
            await self._refresh()

    def renew_soon(self) -> None:
        """Work everything out anew as soon as nobody types."""
        self.spawn("renew", self._renew())

    async def _renew(self) -> None:
        await self._is_ready.wait()
        while True:
            await asyncio.sleep(PAUSE)
            edits = self._edits
            texts = list(self.documents)
            findings = await self.background.renew(texts, lambda edits=edits: self._edits == edits)  # type: ignore[misc]
            if findings is not None:
                break
        before = dict(self._found)
        self._found = {each.uri: Found(each, findings[each.uri]) for each in texts}
        await self._show_again(before, self._found.values())

    # Actions and hovers

    async def offer(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """What can be done in a stretch of a text."""
        found = await self.find(params.text_document.uri)
        if found is None:
            return []
        options = self.background.options_of(found.document)
        only = params.context.only
        offered: list[types.CodeAction] = []
        if actions.wants(only, types.CodeActionKind.QuickFix):
            source, encoding = found.document.source, self.documents.encoding
            ends = (encoding.from_client(source, place) for place in (params.range.start, params.range.end))
            offered += actions.quick_fixes(found, Span(*ends), options, self.editing, self.shown)
        if options.fix_all and actions.safely_fixable(found):
            kinds = [actions.FIX_ALL] if actions.wants(only, actions.FIX_ALL) else []
            if offered and actions.safely_fixable(found) > 1 and actions.wants(only, types.CodeActionKind.QuickFix):
                kinds.append(types.CodeActionKind.QuickFix)
            for kind in kinds:
                action = actions.fix_all(found.document, kind)
                offered.append(action if self.editing.resolves else await self.resolve(action))
        return offered

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """The edit of an action that fixes all; no edit if the text has changed, or the fixes would do harm."""
        about = action.data if isinstance(action.data, dict) else {}
        document = self.documents.get(str(about.get("uri")))
        if document is None or about.get("version") != document.version:
            return action
        fixed = await self.background.fix(document, self._is_current(document))
        if fixed is None:
            return action
        crashed = [each.message for each in fixed.findings if each.code == CRASH]
        if crashed:
            self._warn("; ".join(crashed))
        after = decode(fixed.data, document.source.path, document.name).text
        action.edit = self.editing.made(document, actions.edits_between(document, after))
        return action

    async def explain(self, params: types.HoverParams) -> types.Hover | None:
        """The text of a rule."""
        found = await self.find(params.text_document.uri)
        if found is None:
            return None
        source, encoding = found.document.source, self.documents.encoding
        told = hover(found, encoding.from_client(source, params.position))
        if told is None:
            return None
        text, span = told
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), encoding.range(source, span))

    # What goes wrong

    def report_server_error(self, error: Exception, source: object) -> None:
        """A request or notification failed: say so in the log each time, and to the user once."""
        if isinstance(error, JsonRpcMethodNotFound):  # the client has its answer, and asked for what nobody offered
            self.window_log_message(types.LogMessageParams(types.MessageType.Warning, f"errlint: {error}"))
            return
        what = str(error) if isinstance(error, JsonRpcException) else f"{type(error).__name__}: {error}"
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"errlint: {what}"))
        if what not in self._told_errors:
            self._told_errors.add(what)
            self._warn(f"this is a bug of errlint, which goes on: {what}", types.MessageType.Error)

    def spawn(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        """Begin work that nobody waits for; it ends earlier work of the same name."""
        self._cancel(name)

        async def watched() -> None:
            try:
                await work
            except Exception as error:  # told to the log and the user, and the server goes on
                self.report_server_error(error, None)

        self._tasks[name] = asyncio.ensure_future(watched())

    def _cancel(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()

    def _warn(self, text: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        self.window_show_message(types.ShowMessageParams(kind, f"errlint: {text}"))

    def _show_problems(self, problems: frozenset[Problem]) -> None:
        """Mistakes in the settings: a message for each new one, and a diagnostic at its line."""
        for problem in sorted(problems - self._problems, key=str):
            self._warn(f"{problem}; the last good settings hold", types.MessageType.Error)
        self._problems = problems
        by_uri: dict[str, list[types.Diagnostic]] = {uri: [] for uri in self._told_of_settings}
        for problem in problems:
            uri = uris.from_fs_path(problem.source) if Path(problem.source).is_file() else None
            if uri is not None:
                by_uri.setdefault(uri, []).append(_of_settings(problem))
        for uri, items in by_uri.items():
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, items))
        self._told_of_settings = {uri for uri, items in by_uri.items() if items}


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    loop.call_soon_threadsafe(what)


def _same(one: Found | None, other: Found) -> bool:
    return one is not None and one.document is other.document and one.findings == other.findings


def _of_settings(problem: Problem) -> types.Diagnostic:
    line = max(problem.line - 1, 0)
    whole = types.Range(types.Position(line, 0), types.Position(line + 1, 0))
    return types.Diagnostic(whole, problem.message, severity=types.DiagnosticSeverity.Error, source=SOURCE)


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
        server.opened(params)

    @feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def _(params: types.DidChangeTextDocumentParams) -> None:
        server.changed(params)

    @feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _(params: types.DidSaveTextDocumentParams) -> None:
        server.saved(params.text_document.uri)

    @feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @feature(types.TEXT_DOCUMENT_DIAGNOSTIC, types.DiagnosticOptions(True, False, SOURCE))
    async def _(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        return await server.pull(params)

    @feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(actions.KINDS, resolve_provider=True))
    async def _(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await server.offer(params)

    @feature(types.CODE_ACTION_RESOLVE)
    async def _(params: types.CodeAction) -> types.CodeAction:
        return await server.resolve(params)

    @feature(types.TEXT_DOCUMENT_HOVER)
    async def _(params: types.HoverParams) -> types.Hover | None:
        return await server.explain(params)

    @feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def _(params: types.DidChangeConfigurationParams) -> None:
        server.set_options(params.settings)
        await server.configure()

    @feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def _(params: types.DidChangeWorkspaceFoldersParams) -> None:
        await server.configure()

    @feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def _(params: types.DidChangeWatchedFilesParams) -> None:
        if _is_about_settings(params.changes):
            await server.configure()
        else:
            server.renew_soon()

    return server


def _is_about_settings(changes: Iterable[types.FileEvent]) -> bool:
    """Whether other settings may hold, or other files be in a folder."""
    return any(change.uri.endswith(_SETTINGS_FILES) for change in changes)


def serve(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Talk to a client until it says goodbye. Nothing else may write to standard output meanwhile."""
    sys.stdout = sys.stderr
    gc.freeze()
    make_server().start_io(stdin, stdout)

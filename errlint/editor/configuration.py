"""Which settings hold: those of the client and those of the folders that are open, read anew when either changes."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris

from errlint.editor.background import Background
from errlint.editor.client import Client
from errlint.editor.diagnostics import SOURCE
from errlint.editor.options import Options, options_of
from errlint.settings import Problem

_SETTINGS_FILES = ("pyproject.toml", "errlint.toml", ".gitignore")


class Configuration:
    """Asks for settings, and shows what is wrong with them."""

    def __init__(
        self, client: Client, background: Background, on_change: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """`on_change` runs whenever other settings may hold."""
        self._client = client
        self._background = background
        self._on_change = on_change
        self._options = Options()
        self._problems: frozenset[Problem] = frozenset()
        self._told_of: set[str] = set()

    def begin(self, given: object) -> None:
        """What the client says at the start; it holds where the client says nothing later."""
        self._options = options_of(given)

    def change(self, given: object) -> None:
        """What a client without `workspace/configuration` says instead."""
        section = given.get(SOURCE, given) if isinstance(given, dict) else given
        self._options = options_of(section)

    async def read(self, folder_uris: Iterable[str]) -> None:
        """Read the client's configuration for the folders that are open, and all settings files, anew."""
        folders = [Path(path) for uri in folder_uris if (path := uris.to_fs_path(uri)) is not None]
        given = await self._client.configuration([*folders, None])
        each = [self._options if value is None else options_of(value) for value in given]
        await self._background.configure(dict(zip(folders, each, strict=False)), each[-1])
        await self._on_change()

    def show_problems(self, problems: frozenset[Problem]) -> None:
        """Mistakes in the settings: a message for each new one, and a diagnostic at its line."""
        for problem in sorted(problems - self._problems, key=str):
            self._client.warn(f"{problem}; the last good settings hold", types.MessageType.Error)
        self._problems = problems
        by_uri: dict[str, list[types.Diagnostic]] = {uri: [] for uri in self._told_of}
        for problem in problems:
            uri = uris.from_fs_path(problem.source) if Path(problem.source).is_file() else None
            if uri is not None:
                by_uri.setdefault(uri, []).append(_diagnostic(problem))
        for uri, items in by_uri.items():
            self._client.publish_for(uri, items)
        self._told_of = {uri for uri, items in by_uri.items() if items}


def is_about_settings(changes: Iterable[types.FileEvent]) -> bool:
    """Whether other settings may hold, or other files be in a folder."""
    return any(change.uri.endswith(_SETTINGS_FILES) for change in changes)


def _diagnostic(problem: Problem) -> types.Diagnostic:
    line = max(problem.line - 1, 0)
    whole = types.Range(types.Position(line, 0), types.Position(line + 1, 0))
    return types.Diagnostic(whole, problem.message, severity=types.DiagnosticSeverity.Error, source=SOURCE)

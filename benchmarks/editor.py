"""The round trip of an editor: one edit of a file until its diagnostics are there, for errlint and for ruff.

    python benchmarks/editor.py [FILE] [--folder FOLDER] [--edits N]

Starts both servers in turn, opens FILE (default: the standard library's subprocess.py, about 2000 lines) in FOLDER
(default: a folder that holds nothing else), and makes edits, each at another place: a statement is put in, and taken
out again. What is measured is the time from `textDocument/didChange` to `textDocument/publishDiagnostics` for that
version (pushed, the server's own delay included), and to the answer of `textDocument/diagnostic` (pulled).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.client import LanguageClient

DEFAULT = Path(sysconfig.get_paths()["stdlib"]) / "subprocess.py"
SERVERS = {"errlint": [sys.executable, "-m", "errlint", "server"], "ruff": ["ruff", "server"]}
LIMIT = 60


class Client(LanguageClient):
    """Notes when diagnostics come."""

    def __init__(self) -> None:
        super().__init__("benchmark", "1")
        self.published: asyncio.Queue[tuple[int | None, int, float]] = asyncio.Queue()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _(params: types.PublishDiagnosticsParams) -> None:
            self.published.put_nowait((params.version, len(params.diagnostics), time.perf_counter()))

    async def until(self, version: int) -> tuple[float, int]:
        """When the diagnostics of a version came, and how many they were."""
        while True:
            told, count, when = await asyncio.wait_for(self.published.get(), LIMIT)
            if told == version:
                return when, count


def capabilities(*, pulls: bool) -> types.ClientCapabilities:
    """What the client says of itself."""
    push = types.PublishDiagnosticsClientCapabilities(version_support=True, related_information=True, data_support=True)
    pull = types.DiagnosticClientCapabilities(data_support=True) if pulls else None
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(publish_diagnostics=push, diagnostic=pull)
    )


def edits(lines: Sequence[str], count: int) -> list[tuple[types.Range, str]]:
    """Pairs of edits at random lines: a statement is put in, and taken out again."""
    drawn = random.Random(7)  # the same places for both servers
    places = [number for number, line in enumerate(lines) if line.startswith(("        return", "        self."))]
    found: list[tuple[types.Range, str]] = []
    for number in (drawn.choice(places) for _ in range(count // 2)):
        start, end = types.Position(number, 0), types.Position(number + 1, 0)
        found += [(types.Range(start, start), "        print(number)\n"), (types.Range(start, end), "")]
    return found


async def measured(command: Sequence[str], file: Path, folder: Path, count: int, *, pulls: bool) -> list[float]:
    """Milliseconds of each round trip; the first ones, in which a server gets to know the file, do not count."""
    client = Client()
    await client.start_io(*command)
    uri, root = uris.from_fs_path(str(file)) or "", uris.from_fs_path(str(folder)) or ""
    text = file.read_text(encoding="utf-8")
    await client.initialize_async(
        types.InitializeParams(capabilities(pulls=pulls), workspace_folders=[types.WorkspaceFolder(root, folder.name)])
    )
    client.initialized(types.InitializedParams())
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, text)))
    about = types.TextDocumentIdentifier(uri)
    if pulls:
        await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(about))
    else:
        await client.until(1)
    times: list[float] = []
    for version, (place, new) in enumerate(edits(text.split("\n"), count), start=2):
        change = types.TextDocumentContentChangePartial(place, new)
        began = time.perf_counter()
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(version, uri), [change])
        )
        if pulls:
            await asyncio.wait_for(client.text_document_diagnostic_async(types.DocumentDiagnosticParams(about)), LIMIT)
            times.append((time.perf_counter() - began) * 1000)
        else:
            when, _ = await client.until(version)
            times.append((when - began) * 1000)
        await asyncio.sleep(0.05)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return times[4:]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--edits", type=int, default=60)
    options = parser.parse_args()
    beside = Path(sys.executable).parent / "ruff"
    SERVERS["ruff"][0] = str(beside) if beside.exists() else shutil.which("ruff") or "ruff"
    with tempfile.TemporaryDirectory() as scratch:
        folder, file = options.folder, options.file
        if folder is None:
            folder = Path(scratch)
            file = Path(shutil.copy(options.file, folder))
        lines = len(file.read_bytes().splitlines())
        version = subprocess.run([SERVERS["ruff"][0], "--version"], capture_output=True, text=True, check=True).stdout
        print(f"{file.name}: {lines} lines, {options.edits} edits; milliseconds; {version.strip()}\n")
        print(f"{'':9}{'':8}{'median':>8}{'p95':>8}{'max':>8}")
        for way, pulls in (("pushed", False), ("pulled", True)):
            medians: dict[str, float] = {}
            for name, command in SERVERS.items():
                times = asyncio.run(measured(command, file.absolute(), folder.absolute(), options.edits, pulls=pulls))
                medians[name] = statistics.median(times)
                p95 = statistics.quantiles(times, n=20)[-1]
                print(f"{name:9}{way:8}{medians[name]:8.0f}{p95:8.0f}{max(times):8.0f}")
            print(f"{'ratio':9}{way:8}{medians['errlint'] / medians['ruff']:8.1f}")


if __name__ == "__main__":
    main()

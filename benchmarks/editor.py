"""The round trip of an editor: one edit of a file until its diagnostics are there, for errlint and for ruff.

    python benchmarks/editor.py [FILE] [--folder FOLDER] [--edits N]

Starts both servers in turn, opens FILE (default: the standard library's subprocess.py, about 2000 lines) in FOLDER
(default: a folder that holds nothing else), and makes edits, each at another place: a statement is put in, and taken
out again. What is measured is the time from `textDocument/didChange` to `textDocument/publishDiagnostics` for that
version (pushed, the server's own delay included), and to the answer of `textDocument/diagnostic` (pulled). `cpu` is the
processor time of the server per edit, which other work on the machine disturbs least (only where there is /proc).
"""

from __future__ import annotations

import argparse
import json
import os
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
from typing import Any

DEFAULT = Path(sysconfig.get_paths()["stdlib"]) / "subprocess.py"
FIRST = 4
"""Edits in which a server gets to know the file; they do not count."""


class Client:
    """Speaks the protocol with a server, one message after the other."""

    def __init__(self, command: Sequence[str]) -> None:
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._asked = 0

    def send(self, method: str, params: Any, **more: Any) -> None:
        """Tell the server something."""
        assert self._server.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._server.stdin.flush()

    def ask(self, method: str, params: Any) -> Any:
        """Ask the server, and wait for the answer."""
        self._asked += 1
        self.send(method, params, id=self._asked)
        while True:
            message = self.receive()
            if message.get("id") == self._asked and "method" not in message:
                return message.get("result")

    def receive(self) -> Any:
        """The next message of the server."""
        assert self._server.stdout is not None
        length = 0
        while (line := self._server.stdout.readline().strip()) or not length:
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return json.loads(self._server.stdout.read(length))

    def until_published(self, version: int) -> None:
        """Wait for the diagnostics of a version of the text."""
        while True:
            message = self.receive()
            is_told = message.get("method") == "textDocument/publishDiagnostics"
            if is_told and message["params"].get("version") == version:
                return

    def cpu(self) -> float:
        """Milliseconds of processor time that the server has used."""
        try:
            fields = Path(f"/proc/{self._server.pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            return float("nan")
        return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def leave(self) -> None:
        """Say goodbye."""
        self.ask("shutdown", None)
        self.send("exit", None)
        self._server.wait(30)


def edits(lines: Sequence[str], count: int) -> list[dict[str, Any]]:
    """Edits at random lines: a statement is put in, and taken out again."""
    drawn = random.Random(7)  # the same places for both servers
    places = [number for number, line in enumerate(lines) if line.startswith(("        return", "        self."))]
    found: list[dict[str, Any]] = []
    for number in (drawn.choice(places) for _ in range(count // 2)):
        start, end = {"line": number, "character": 0}, {"line": number + 1, "character": 0}
        found.append({"range": {"start": start, "end": start}, "text": "        print(number)\n"})
        found.append({"range": {"start": start, "end": end}, "text": ""})
    return found


def measured(command: Sequence[str], file: Path, folder: Path, count: int, *, pulls: bool) -> tuple[list[float], float]:
    """Milliseconds of each round trip, and of processor time for one."""
    client = Client(command)
    uri, text = file.as_uri(), file.read_text(encoding="utf-8")
    about: dict[str, Any] = {"publishDiagnostics": {"versionSupport": True, "relatedInformation": True}}
    if pulls:
        about["diagnostic"] = {"dynamicRegistration": False}
    folders = [{"uri": folder.as_uri(), "name": folder.name}]
    capabilities = {"textDocument": about, "general": {"positionEncodings": ["utf-16"]}}
    client.ask("initialize", {"processId": None, "capabilities": capabilities, "workspaceFolders": folders})
    client.send("initialized", {})
    item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    client.send("textDocument/didOpen", {"textDocument": item})
    if pulls:
        client.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    else:
        client.until_published(1)
    times: list[float] = []
    used = 0.0
    for version, change in enumerate(edits(text.split("\n"), count + FIRST), start=2):
        if version == FIRST + 2:
            used = client.cpu()
        began = time.perf_counter()
        document = {"uri": uri, "version": version}
        client.send("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        if pulls:
            client.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        else:
            client.until_published(version)
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(0.05)
    used = client.cpu() - used
    client.leave()
    return times[FIRST:], used / count


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--edits", type=int, default=60)
    options = parser.parse_args()
    beside = Path(sys.executable).parent / "ruff"
    ruff = str(beside) if beside.exists() else shutil.which("ruff") or "ruff"
    servers = {"errlint": [sys.executable, "-m", "errlint", "server"], "ruff": [ruff, "server"]}
    with tempfile.TemporaryDirectory() as scratch:
        folder, file = options.folder, options.file
        if folder is None:
            folder = Path(scratch)
            file = Path(shutil.copy(options.file, folder))
        lines = len(file.read_bytes().splitlines())
        version = subprocess.run([ruff, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        print(f"{file.name}: {lines} lines, {options.edits} edits; milliseconds; {version}\n")
        print(f"{'':9}{'':8}{'median':>8}{'p95':>8}{'max':>8}{'cpu':>8}")
        for way, pulls in (("pushed", False), ("pulled", True)):
            medians: dict[str, float] = {}
            for name, command in servers.items():
                times, cpu = measured(command, file.absolute(), folder.absolute(), options.edits, pulls=pulls)
                medians[name] = statistics.median(times)
                p95 = statistics.quantiles(times, n=20)[-1]
                print(f"{name:9}{way:8}{medians[name]:8.0f}{p95:8.0f}{max(times):8.0f}{cpu:8.0f}", flush=True)
            print(f"{'ratio':9}{way:8}{medians['errlint'] / medians['ruff']:8.1f}", flush=True)


if __name__ == "__main__":
    main()

"""Runs programs, each in a process of its own, and gathers what comes out.

Frameworks are slow to import, and keep settings and registries that cannot be undone. So one process, the stage,
imports them, and forks for every program, which starts warm and leaves nothing behind.
"""

from __future__ import annotations

import ast
import atexit
import gc
import logging
import os
import pickle
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO, TypeAlias

from tests.proofs.outcome import TRACEBACK, Outcome, Record, story
from tests.proofs.running import Runner

ROOT = Path(__file__).parent.parent.parent
CONSOLE = (sys.stdout, sys.stderr)
PATIENCE = 30
"""Seconds that a program may take."""

Modules: TypeAlias = dict[str, str]
"""The text of each module; the last one is run."""


class CannotRunError(Exception):
    """A program that gave no outcome: it does not fit how it is run, or did not end in time."""


@cache
def measure(run: Runner, program: str, caller: str = "") -> Outcome:
    """What comes out of a program, run in a process of its own; of its caller, if there is one."""
    stage = _stage()
    assert stage.stdin is not None
    assert stage.stdout is not None
    modules = {"program": program, **({"caller": caller} if caller else {})}
    pickle.dump((run, modules), stage.stdin)
    stage.stdin.flush()
    answer = pickle.load(stage.stdout)
    if isinstance(answer, str):
        raise CannotRunError(f"{answer}\nin the program\n{program}")
    assert isinstance(answer, Outcome)
    return answer


@cache
def _stage() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", __name__]
    stage = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(_leave, stage)
    return stage


def _leave(stage: subprocess.Popen[bytes]) -> None:
    """The stage ends when nobody can ask it any more."""
    with stage:
        assert stage.stdin is not None
        stage.stdin.close()


def main() -> None:
    """The stage: reads what is to be run and writes what came out, until there is nothing more to read."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(EOFError):
        while True:
            run, modules = pickle.load(sys.stdin.buffer)
            _warm_up(run, "\n".join(modules.values()))
            answers.write(_forked(run, modules))
            answers.flush()


def _warm_up(run: Runner, code: str) -> None:
    """Imports what the program will; what cannot be imported is told by the program itself."""
    imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module.partition(".")[0] for node in imports if isinstance(node, ast.ImportFrom) and node.module}
    for name in (*run.libraries, *run.warm, *names):
        with suppress(ImportError):
            import_module(name)
    gc.freeze()  # the program's collections need not look at all that was imported


def _forked(run: Runner, modules: Modules) -> bytes:
    with TemporaryDirectory() as folder:
        for name, code in modules.items():
            Path(folder, f"{name}.py").write_text(code, encoding="utf-8")
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            signal.alarm(PATIENCE)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(_guarded(run, list(modules)[-1], Path(folder)))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
        os.waitpid(child, 0)
    return answer or pickle.dumps(f"no end within {PATIENCE} seconds, or a crash")


def _guarded(run: Runner, module: str, folder: Path) -> bytes:
    """The outcome, or the traceback of a failure to get one; both pickled."""
    try:
        return pickle.dumps(_performed(run, module, folder))
    except BaseException:
        return pickle.dumps(traceback.format_exc())


def _performed(run: Runner, module: str, folder: Path) -> Outcome:
    atexit._clear()  # what the stage does at its end is none of the program's business
    sys.path.insert(0, str(folder))
    stderr = folder / "stderr"
    _redirect(stderr)
    recorder = Recorder()
    recorder.listen()
    outcome = run(module)
    gc.collect()  # a task tells of an error that nobody asked for when it is let go
    atexit._run_exitfuncs()
    written = stderr.read_text(encoding="utf-8")
    tracebacks = written.count(TRACEBACK)
    return replace(outcome, records=tuple(recorder.records), tracebacks=tracebacks, stderr=written.strip())


def _redirect(stderr: Path) -> None:
    """What the program prints is out of the way, what it writes to stderr goes to a file."""
    nowhere, file = os.open(os.devnull, os.O_RDWR), os.open(stderr, os.O_WRONLY | os.O_CREAT)
    for source, target in ((nowhere, 0), (nowhere, 1), (file, 2)):
        os.dup2(source, target)


class Recorder(logging.Handler):
    """Keeps the records at WARNING and above that reach the root logger, or the console by a handler of their own."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[Record] = []
        self._seen: list[logging.LogRecord] = []

    def listen(self) -> None:
        """Listens on the root logger, and in place of handlers that write to the console."""
        logging.getLogger().addHandler(self)
        write = logging.StreamHandler.emit

        def emit(handler: logging.StreamHandler[TextIO], record: logging.LogRecord) -> None:
            (self.emit if handler.stream in CONSOLE else partial(write, handler))(record)

        logging.StreamHandler.emit = emit  # type: ignore[method-assign]
        if loguru := sys.modules.get("loguru"):
            loguru.logger.remove()
            loguru.logger.add(self._of_loguru, level="WARNING", format="{message}")

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps a record, if it can be formatted as other handlers would."""
        if record.levelno < self.level or record in self._seen:
            return
        self._seen.append(record)
        try:
            message = record.getMessage()
        except Exception:
            self.handleError(record)
            return
        self._keep(record.levelname, record.name, message, record.exc_info)

    def _of_loguru(self, message: Any) -> None:
        record = message.record
        self._keep(record["level"].name, record["name"], record["message"], record["exception"])

    def _keep(self, level: str, logger: str, message: str, traceback: tuple[Any, Any, Any] | None) -> None:
        error = story(traceback[1]) if traceback and traceback[1] else "`NoneType: None`" if traceback else None
        if error is None and TRACEBACK in message:  # a queue has formatted it
            error = message.rstrip().rpartition("\n")[2].partition(":")[0].rpartition(".")[2]
        self.records.append(Record(level, logger, message, error))


if __name__ == "__main__":
    main()

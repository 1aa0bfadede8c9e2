"""The work on code, one piece after the other, in a thread of its own; what nobody waits for any more is given up.

What is known between requests, and when it is thrown away:

- The text of an open file changes: its trees stay for the functions that are written as before. All that was found out
  about names, classes and reports is worked out anew, in every file; the outlines of the other files stay, and so does
  what a look at all files found in each of the others (`Survey`).
- A file is saved, or changed by another program: after a pause everything of its folder is worked out anew, and all its
  open files are checked again. The old knowledge serves until that is done.
- A settings file, the client's configuration, or the set of files changes: the folder is read anew at once.

The text of an open file stands for the file wherever another file leads into it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from errlint.editor.documents import Document
from errlint.editor.folders import Folder
from errlint.editor.options import Options
from errlint.engine.fixing import Fixed
from errlint.engine.memory import Memory
from errlint.engine.run import without_collector
from errlint.model import Diagnostic, crash
from errlint.semantics.kept import Abandoned
from errlint.settings import Problem

T = TypeVar("T")


class Background:
    """Checks and fixes texts. All methods that begin with `_` run in the thread."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="errlint")
        self._is_wanted: Callable[[], bool] = _always
        self._is_over = False
        self._changed: dict[Path, bytes | None] = {}
        self._unsaved: dict[Path, bytes] = {}
        self._memory = Memory(self._unsaved, self._checkpoint)
        self._folders: list[Folder] = []
        self._elsewhere = Folder(None, Options(), self._memory)
        self._must_renew = False
        self.on_problems: Callable[[frozenset[Problem]], None] = lambda problems: None
        """Told, in the thread, what is wrong with the settings whenever that changes."""
        self._problems: frozenset[Problem] = frozenset()

    def changed(self, document: Document) -> None:
        """This is what the file holds from now on."""
        if document.path is not None:
            self._changed[document.path] = document.data

    def closed(self, document: Document) -> None:
        """The file holds again what is on disk."""
        if document.path is not None:
            self._changed[document.path] = None

    def stop(self) -> None:
        """Give up what is being done, and all that waits."""
        self._is_over = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def check(self, document: Document, is_wanted: Callable[[], bool]) -> tuple[Diagnostic, ...] | None:
        """The findings in a text; `None` if nobody wants them any more."""
        return await self._run(lambda: self._check(self._folder_of(document), document), is_wanted)

    async def fix(self, document: Document, is_wanted: Callable[[], bool]) -> Fixed | None:
        """A text with all its safe fixes."""
        return await self._run(lambda: self._folder_of(document).fix(document), is_wanted)

    async def configure(self, folders: Mapping[Path, Options], elsewhere: Options) -> None:
        """The folders that are open, each with what the client has configured for it; all are read anew."""
        await self._run(lambda: self._configure(folders, elsewhere), _always)

    async def renew(
        self, documents: Iterable[Document], is_wanted: Callable[[], bool]
    ) -> dict[str, tuple[Diagnostic, ...]] | None:
        """Work out everything anew, and check all texts again; `None` if it was given up before it was done."""
        return await self._run(lambda: self._renew(documents), is_wanted)

    def options_of(self, document: Document) -> Options:
        """What the client has configured for a text."""
        return self._folder_of(document).options

    async def _run(self, work: Callable[[], T], is_wanted: Callable[[], bool]) -> T | None:
        cancelled = threading.Event()

        def job() -> T | None:
            self._is_wanted = lambda: not cancelled.is_set() and is_wanted()
            try:
                self._checkpoint()
                self._take_changes()
                with without_collector():
                    done = work()
            except Abandoned:
                self._must_renew = True  # what was half worked out must not be taken for an answer
                return None
            self._tell_problems()
            return done

        try:
            return await asyncio.wrap_future(self._pool.submit(job))
        except asyncio.CancelledError:
            cancelled.set()
            raise

    def _checkpoint(self) -> None:
        if self._is_over or not self._is_wanted():
            raise Abandoned

    def _take_changes(self) -> None:
        changed, self._changed = self._changed, {}
        for path, data in changed.items():
            if data is None:
                self._unsaved.pop(path, None)
                self._memory.forget(path)
            else:
                self._unsaved[path] = data
        if changed or self._must_renew:
            for folder in (*self._folders, self._elsewhere):
                folder.renew(changed)
        self._must_renew = False

    def _check(self, folder: Folder, document: Document) -> tuple[Diagnostic, ...]:
        try:
            return folder.check(document)
        except Exception as error:  # it is reported as a finding, where the user looks
            what = f"errlint crashed: {type(error).__name__}: {error}".splitlines()[0]
            return (crash(document.name, 1, what),)

    def _folder_of(self, document: Document) -> Folder:
        if document.path is None:
            return self._folders[0] if self._folders else self._elsewhere
        holding = [folder for folder in self._folders if folder.holds(document.path)]
        return max(holding, key=lambda folder: len(str(folder.root)), default=self._elsewhere)

    def _configure(self, folders: Mapping[Path, Options], elsewhere: Options) -> None:
        before = {folder.root: folder for folder in self._folders}
        self._folders = [Folder(root, each, self._memory, before.get(root)) for root, each in folders.items()]
        self._elsewhere = Folder(None, elsewhere, self._memory, self._elsewhere)
        for folder in self._folders:
            folder.look()

    def _renew(self, documents: Iterable[Document]) -> dict[str, tuple[Diagnostic, ...]]:
        before = (self._folders, self._elsewhere)
        self._folders = [folder.again() for folder in self._folders]
        self._elsewhere = self._elsewhere.again()
        try:
            return {document.uri: self._check(self._folder_of(document), document) for document in documents}
        except Abandoned:
            self._folders, self._elsewhere = before
            raise

    def _tell_problems(self) -> None:
        problems = frozenset().union(*(folder.problems for folder in (*self._folders, self._elsewhere)))
        if problems != self._problems:
            self._problems = problems
            self.on_problems(problems)


def _always() -> bool:
    return True

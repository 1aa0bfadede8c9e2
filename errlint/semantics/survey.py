"""What only a look at all files can tell: what is registered where, which error types there are and their use.

A run may hold a part of a project only. What is set up once, in whatever file, is looked for in the files around it
too; what needs the whole (`is_whole`) is not said of a part, and error types are those of the run: to read the
hierarchy of every class of a project takes seconds, which a commit hook does not have.
Each answer is worked out when it is first asked for, once a run. Files are opened one after the other and let go again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from errlint.knowledge import knowledge_of
from errlint.semantics.frameworks import frameworks_in, packages_in
from errlint.semantics.kept import Answers
from errlint.semantics.names import Found, Names
from errlint.semantics.registrations import Boundary, Key, Registrations, Words, registering
from errlint.settings import Settings
from errlint.source.outline import Class, Definition, last_part
from errlint.syntax.guarded import guards_its_yield

if TYPE_CHECKING:
    from errlint.semantics.module import Module
    from errlint.semantics.project import Project

T = TypeVar("T")
_THREAD_HOOK = re.compile(r"\bthreading\.excepthook\s*=|\bsentry_sdk\.init\(")
"""A hook for what threads let out. Crash reporters bring their own."""
_LOGGER_CLASS = re.compile(
    r"\bset(?:LoggerClass|LogRecordFactory)\b|^\s*class\s+\w+\([^)]*\b(?:Logger|LoggerAdapter|LogRecord)\b",
    re.MULTILINE,
)
"""What makes loggers or records that may format messages in another way than `logging` does."""
_MENTIONS = re.compile(r"\b([A-Za-z_]\w*)(?:\(|\.(?:connect|append|extend)\(|\s*=)")
"""What may register a function: something that is called, added to, or assigned."""
_CLASSES = re.compile(r"^[ \t]*class\s+\w+\s*\(", re.MULTILINE)
_ROOT = ("builtins.BaseException",)
_NO_ERRORS = ("builtins.Warning", "builtins.KeyboardInterrupt", "builtins.SystemExit", "builtins.GeneratorExit")
_CODES = ("code", "error_code", "err_code", "errcode")
EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})
"""The classes of which a handler is given every error that nobody else handles."""
GIVEN_ERRORS = frozenset({"exception_handler", "error_observer"})
"""Kinds of boundaries that a framework gives its errors to."""
_DOCUMENTS = ("*.md", "*.rst", "docs/**/*.md", "docs/**/*.rst", "doc/**/*.md", "doc/**/*.rst")


@dataclass(frozen=True, slots=True)
class ErrorType:
    """An exception class of the project that is no warning and no signal. `line` is 1-based."""

    name: str
    """Its dotted name."""
    place: PurePosixPath
    line: int
    ancestors: tuple[str, ...]
    """The exception classes of the project that it derives from, nearest first, itself included."""
    code: str | None
    """The machine-readable code that its body sets, as it is written."""

    @property
    def root(self) -> str:
        """The farthest class of the project that it derives from; itself if there is none."""
        return self.ancestors[-1]

    @property
    def package(self) -> str:
        """The top-level package that it belongs to."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class ErrorHandler:
    """A function that the project registers to be given errors: it answers them, or only looks on."""

    name: str
    """Its dotted name."""
    kind: str
    """`exception_handler` or `error_observer`."""
    library: str
    handles: tuple[str, ...]
    """Dotted names of classes, and statuses as numbers; empty if not known."""
    reports: bool
    """Whether it may report, by itself or through functions that it calls."""
    surely_reports: bool = field(default=False, compare=False)
    """Whether it calls a logger at error level itself."""

    @property
    def handles_everything(self) -> bool:
        """Whether it is given every error that nobody else handles."""
        return not EVERYTHING.isdisjoint(self.handles)

    @property
    def handles_failure(self) -> bool:
        """Whether it is given what the framework answers with a status of 500."""
        return any(each == "500" or last_part(each) == "InternalServerError" for each in self.handles)


class Survey:
    """The files of one run together, and those around it."""

    def __init__(
        self, project: Project, settings: Settings, files: Iterable[Path], others: Iterable[Path], answers: Answers
    ) -> None:
        """`answers` are what earlier surveys found out of files that are as they were."""
        self._project = project
        self._settings = settings
        self._files = frozenset(files)
        self._all = self._files.union(others)
        self._answers = answers
        self._held: dict[Hashable, bool] = {}

    @cached_property
    def registrations(self) -> Registrations:
        """What the calls in all files register as boundaries.

        Only files that mention such a call of a library that the run imports are parsed for it.
        """
        found: dict[Key, tuple[Boundary, ...]] = {}
        words = frozenset(entry for entries in self.registering.values() for entry in entries)
        for each in self._of_each(("registrations", words), self._registered_in):
            for key, boundaries in each.items():
                found[key] = (*found.get(key, ()), *boundaries)
        return found

    def _registered_in(self, path: Path, text: str) -> Registrations:
        if not any(mention[1] in self.registering for mention in _MENTIONS.finditer(text)):
            return {}
        with self._project.opened(path) as module:
            return {} if module is None else module.boundaries.registrations

    @cached_property
    def hears_of_threads(self) -> bool:
        """Whether some file sees to it that errors which leave a thread are reported."""
        return self.holds(_THREAD_HOOK)

    def holds(self, pattern: re.Pattern[str]) -> bool:
        """Whether the text of some file matches a pattern: for what is set up once, in whatever file."""
        if pattern not in self._held:
            self._held[pattern] = any(self._of_each(pattern, lambda _, text: pattern.search(text) is not None))
        return self._held[pattern]

    @cached_property
    def has_reporting_dependencies(self) -> bool:
        """Whether a dependency of the project may report what leaves the functions that ask for it: one that yields is
        given that first, HTTP exceptions too.
        """
        for (name, qualname), boundaries in self.registrations.items():
            held = self._project.holding(name) if any(each.kind == "dependency" for each in boundaries) else None
            definition = None if held is None else held[0].outline.find(qualname)
            if held is None or definition is None or not guards_its_yield(definition.node):
                continue
            if self._project.reporters(held[0]).function_reports(Found(held[0], definition)):
                return True
        return False

    @cached_property
    def makes_loggers(self) -> bool:
        """Whether some file has loggers or records of its own kind: `logging.getLogger()` may then give one of them."""
        return self.holds(_LOGGER_CLASS)

    @cached_property
    def registering(self) -> Words:
        """What registers functions in the libraries that the files import."""
        return registering(knowledge_of(self.packages).extended(self._settings).entries)

    @cached_property
    def packages(self) -> frozenset[str]:
        """The top-level packages that the files import."""
        return frozenset().union(*self._of_each(("packages",), lambda _, text: packages_in(text)))

    @cached_property
    def frameworks(self) -> frozenset[str]:
        """The HTTP frameworks that the files import."""
        return frozenset().union(*self._of_each(("frameworks",), lambda _, text: frameworks_in(text)))

    @cached_property
    def error_handlers(self) -> tuple[ErrorHandler, ...]:
        """The exception handlers and observers that the files register."""
        words = "|".join(sorted(self._handler_words))
        pattern = re.compile(rf"\b(?:{words})\b") if words else None
        found: dict[ErrorHandler, None] = {}
        if pattern is not None:
            own = partial(self._handlers_in, pattern)
            found.update(dict.fromkeys(chain.from_iterable(self._of_each(("handlers", pattern), own))))
        for (name, qualname), boundaries in self.registrations.items():
            held = self._project.holding(name)
            if held is not None:
                definition = held[0].outline.find(qualname)
                found.update(dict.fromkeys(self._handlers_among((held[0], definition, each) for each in boundaries)))
        return tuple(found)

    def _handlers_in(self, words: re.Pattern[str], path: Path, text: str) -> tuple[ErrorHandler, ...]:
        """The handlers of which a file itself tells."""
        if words.search(text) is None:
            return ()
        with self._project.opened(path) as module:
            if module is None:
                return ()
            own = ((module.names, function, each) for function, each in module.boundaries.own())
            return tuple(self._handlers_among(own))

    def _handlers_among(self, given: Iterable[tuple[Names, Definition | None, Boundary]]) -> Iterator[ErrorHandler]:
        for names, definition, boundary in given:
            if boundary.kind in GIVEN_ERRORS and definition is not None:
                name = f"{names.module}.{definition.qualname}"
                reporters = self._project.reporters(names)
                reports = reporters.function_reports(Found(names, definition))
                surely = reports and reporters.logs_error(definition)
                yield ErrorHandler(name, boundary.kind, boundary.library, boundary.handles, reports, surely)

    @cached_property
    def _handler_words(self) -> frozenset[str]:
        """The words without which a file registers no exception handler in the way of a library that is imported."""
        entries = [entry for entry in knowledge_of(self.packages).entries if entry.kind in GIVEN_ERRORS]
        named = (last_part(name) for entry in entries for name in entry.names if not (entry.keyword or entry.methods))
        others = (word for entry in entries for word in (*entry.methods, entry.keyword, *entry.function_names) if word)
        return frozenset((*named, *others))

    def mentions_word(self, word: str) -> bool:
        """Whether some file holds a word."""
        if word not in self._held:
            self._held[word] = any(self._of_each(word, lambda _, text: word in text))
        return self._held[word]

    @cached_property
    def error_types(self) -> tuple[ErrorType, ...]:
        """The exception classes that the files of the run define outside of tests, scripts and functions, by place and
        line.
        """
        found = chain.from_iterable(self._of_each("error types", self._error_types_in, self._files))
        return tuple(sorted(found, key=lambda each: (each.place, each.line)))

    def _error_types_in(self, path: Path, text: str) -> tuple[ErrorType, ...]:
        if not _CLASSES.search(text) or self._settings.tests.matches(self._settings.place(path)):
            return ()
        with self._project.opened(path) as module:
            return () if module is None else tuple(_error_types(module))

    def mentions(self, error: ErrorType) -> int:
        """How often the files of the run, and the project's documents, hold the last part of an error type's name."""
        return self._mentions[last_part(error.name)]

    @cached_property
    def _mentions(self) -> Counter[str]:
        names = frozenset(last_part(error.name) for error in self.error_types)

        def count(_: Path, text: str) -> Counter[str]:
            return Counter(word for word in re.findall(r"\w+", text) if word in names)

        found: Counter[str] = Counter()
        for each in self._of_each(("mentions", names), count, self._files):
            found.update(each)
        for path in self._listed(self._settings.root, *_DOCUMENTS):
            for each in self._answers.about(path, ("mentions", names), partial(self._asked, path, count)):
                found.update(each)
        return found

    def is_whole(self, place: PurePosixPath) -> bool:
        """Whether the run holds all Python files of the top-level folder of a place: without that, nobody can say that
        nothing uses what is defined there.
        """
        if len(place.parts) < 2:
            return False
        folder = self._settings.root / place.parts[0]
        return all(path in self._files for path in self._listed(folder, "**/*.py"))

    def _listed(self, folder: Path, *globs: str) -> tuple[Path, ...]:
        """The files below a folder; one that fits two globs is there twice."""
        return self._answers.about(folder, globs, lambda: tuple(path for glob in globs for path in folder.glob(glob)))

    def _of_each(
        self, question: Hashable, ask: Callable[[Path, str], T], files: Iterable[Path] | None = None
    ) -> Iterator[T]:
        """The answers to a question about each file that can be read: all, unless said."""
        for path in sorted(self._all if files is None else files):
            self._project.checkpoint()
            yield from self._answers.about(path, question, partial(self._asked, path, ask))

    def _asked(self, path: Path, ask: Callable[[Path, str], T]) -> tuple[T, ...]:
        text = self._project.text(path)
        return () if text is None else (ask(path, text),)


def _error_types(module: Module) -> Iterator[ErrorType]:
    hierarchy = module.exceptions
    for definition in () if module.kind.is_script else module.outline.definitions:
        if not isinstance(definition, Class) or not definition.bases or "<locals>" in definition.qualname:
            continue
        name = f"{module.name}.{definition.qualname}"
        if not hierarchy.surely_derives(name, _ROOT) or hierarchy.surely_derives(name, _NO_ERRORS):
            continue
        ancestors = tuple(
            each
            for each in hierarchy.named_bases(name)
            if each == name or (hierarchy.class_of(each) is not None and hierarchy.surely_derives(each, _ROOT))
        )
        facts = module.outline.facts(definition)
        codes = [binding.literal for each in _CODES for binding in facts.bindings.get(each, ())]
        yield ErrorType(name, module.place, definition.line, ancestors, codes[0] if codes else None)

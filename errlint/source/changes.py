"""Which lines were changed since a git revision, as the files stand now, committed or not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from errlint.errors import UsageError
from errlint.model import Diagnostic, Position, Span
from errlint.source.git import GitError, ask, repository

_DIFF = (
    "diff",
    *("-U0", "--inter-hunk-context=0", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv"),
    *("--no-relative", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--ignore-submodules=none"),
)
"""Says what each user's git settings might say otherwise."""
_HUNK = re.compile(rb"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_BINARY = re.compile(rb"Binary files .* differ")
_ESCAPE = re.compile(rb'\\([abtnvfr"\\]|[0-7]{3})')
_ESCAPED = dict(zip(b'abtnvfr"\\', b'\a\b\t\n\v\f\r"\\', strict=True))
_SUBMODULE = b"160000"


@dataclass(frozen=True)
class Changes:
    """The lines of a working tree that differ from a revision.

    What git does not know counts as changed as a whole: files that are not tracked, or not in the repository.
    """

    since: str
    root: Path
    lines: Mapping[str, tuple[range, ...]]
    """By path below the root."""
    tracked: frozenset[str]
    submodules: frozenset[str]
    whole: frozenset[str] = frozenset()
    """Paths about whose lines the diff says nothing: binary to git, or a submodule that was changed."""
    _places: dict[str, str | None] = field(default_factory=dict, repr=False)

    def touch(self, finding: Diagnostic) -> bool:
        """Whether a line of what a finding is about was changed, or lines next to it were taken away."""
        place = self._place(finding.path)
        if place is None or place in self.whole:
            return True
        changed = self.lines.get(place, ())
        return any(lines.start < each.stop and each.start < lines.stop for lines in _lines(finding) for each in changed)

    def has(self, path: str) -> bool:
        """Whether anything in a file was changed."""
        place = self._place(path)
        return place is None or place in self.whole or place in self.lines

    def _place(self, path: str) -> str | None:
        """Where git sees a file; `None` if it does not know it."""
        if path not in self._places:
            self._places[path] = self._known(Path(os.path.realpath(path)))
        return self._places[path]

    def _known(self, path: Path) -> str | None:
        if not path.is_relative_to(self.root):
            return None
        place = path.relative_to(self.root)
        if place.as_posix() in self.tracked:
            return place.as_posix()
        return next((up.as_posix() for up in place.parents if up.as_posix() in self.submodules), None)


def changes_since(revision: str, folder: Path) -> Changes:
    """What was changed in the repository of a folder since it left a revision's history.

    Compared are the files on disk and the merge base of the revision with HEAD, so that what others have added to the
    revision since does not count. Raises `GitError`, or `UsageError` for what is no revision.
    """
    if not revision or revision.startswith("-"):
        raise UsageError(f"--diff-base takes a revision of git, such as origin/main, not '{revision}'")
    try:
        root = repository(folder)
    except GitError as error:
        raise GitError(f"--diff-base {revision}: {error}") from error
    base = _merge_base(revision, root)
    try:
        files = list(_files(ask(root, *_DIFF, base, "--")))
        entries = [entry.partition(b"\t") for entry in ask(root, "ls-files", "--stage", "-z").split(b"\0") if entry]
    except GitError as error:
        raise GitError(f"--diff-base {revision}: {error}") from error
    submodules = frozenset(os.fsdecode(path) for stage, _, path in entries if stage.startswith(_SUBMODULE))
    return Changes(
        since=revision,
        root=root,
        lines={path: changed for path, changed, _ in files if path not in submodules},
        tracked=frozenset(os.fsdecode(path) for stage, _, path in entries if not stage.startswith(_SUBMODULE)),
        submodules=submodules,
        whole=frozenset(path for path, _, is_whole in files if is_whole or path in submodules),
    )


def _merge_base(revision: str, root: Path) -> str:
    try:
        ask(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except GitError as error:
        raise GitError(
            f"--diff-base {revision}: git knows no such revision here; fetch it (`git fetch origin "
            f"{revision.removeprefix('origin/')}`), or name another one"
        ) from error
    try:
        return ask(root, "merge-base", revision, "HEAD").decode().strip()
    except GitError as error:
        words = f"--diff-base {revision}: {revision} and HEAD have no commit in common"
        if ask(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
            words += " in this shallow clone; fetch the rest of its history with `git fetch --unshallow`"
        raise GitError(words) from error


def _files(diff: bytes) -> Iterator[tuple[str, tuple[range, ...], bool]]:
    """The files of a diff without context: each path, its changed lines, and whether git shows no lines of it."""
    for part in re.split(rb"^diff --git ", diff, flags=re.MULTILINE)[1:]:
        header, *rows = part.split(b"\n")
        shown, changed, is_whole = header[(len(header) + 1) // 2 :], [], False  # it names the file twice
        for row in rows:
            if hunk := _HUNK.match(row):
                changed.append(_changed(int(hunk[1]), int(hunk[2] or 1)))
            elif changed:
                continue
            elif row.startswith(b"rename to "):
                shown = b"b/" + row.removeprefix(b"rename to ")
            elif row.startswith(b"+++ "):
                shown = row.removeprefix(b"+++ ")
            is_whole = is_whole or _BINARY.match(row) is not None
        if shown != b"/dev/null":
            yield _path(shown), tuple(changed), is_whole


def _changed(first: int, count: int) -> range:
    """The lines of a hunk; those on both sides of a place where lines were taken away."""
    return range(first, first + count) if count else range(first, first + 2)


def _path(shown: bytes) -> str:
    """A path as a diff shows it: with `b/` in front, in quotes if it holds odd characters."""
    shown = shown.removesuffix(b"\t")
    if shown.endswith(b'"'):
        shown = _ESCAPE.sub(lambda match: bytes([_character(match[1])]), shown.replace(b'"', b"", 1)[:-1])
    return os.fsdecode(shown.removeprefix(b"b/"))


def _character(escape: bytes) -> int:
    return int(escape, 8) if escape.isdigit() else _ESCAPED[escape[0]]


def _lines(finding: Diagnostic) -> Iterable[range]:
    """The lines that a finding is about."""
    spans = [finding.span, *([] if finding.extent is None else [finding.extent])]
    spans.append(Span(Position(finding.lines[0], 0), Position(finding.lines[1], 1)))
    for span in spans:
        last = span.end.line - (span.end.column == 0 and span.end > span.start)
        yield range(span.start.line, last + 1)

"""Folders and how many findings they have for a thousand lines: a tree, the densest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_LINES_THAT_COUNT = 500


@dataclass
class Folder:
    """A folder with all that is below it. `name` is what it adds to the folder around it: `src/app`."""

    path: str
    name: str
    findings: int = 0
    lines: int = 0
    files: int = 0
    inside: list[Folder] = field(default_factory=list)

    @property
    def density(self) -> float:
        """Findings for a thousand lines."""
        return 1000 * self.findings / self.lines if self.lines else 0.0


@dataclass(frozen=True)
class Row:
    """A line of the table of folders, at a depth. `without` counts the folders that it stands for, if several."""

    folder: Folder
    depth: int
    without: int = 0

    @property
    def label(self) -> str:
        """What the folder is called in the table."""
        if self.without:
            return f"{self.without} folders without findings"
        return "files in no folder" if self.folder.path == "." else f"{self.folder.name}/"


def scale(found: Iterable[Row]) -> float:
    """What the longest bar stands for: the densest folder of some size. A handful of lines would dwarf the rest."""
    densities = [(row.folder.lines >= _LINES_THAT_COUNT, row.folder.density) for row in found]
    return max(densities, default=(False, 0.0))[1] or 1.0


def rows(files: Iterable[tuple[str, int, int]]) -> list[Row]:
    """The table, from the path, the findings and the lines of each file."""
    return list(_rows(_tree(files).inside, 0))


def folder_of(path: str) -> str:
    """The folder of a file, `.` for none."""
    return path.rpartition("/")[0] or "." if "/" in path.lstrip("/") else "."


def _tree(files: Iterable[tuple[str, int, int]]) -> Folder:
    top = Folder("", "")
    known: dict[str, Folder] = {"": top}
    for path, findings, lines in files:
        for folder in _with_parents(folder_of(path), known):
            folder.findings += findings
            folder.lines += lines
            folder.files += 1
    _join_lonely(top)
    return top


def _with_parents(path: str, known: dict[str, Folder]) -> Iterator[Folder]:
    """A folder and those around it, made where they are new."""
    if path not in known:
        parent, _, name = path.rpartition("/")
        known[path] = Folder(path, name or path)
        around = list(_with_parents(parent, known))
        around[0].inside.append(known[path])
    yield known[path]
    if path:
        yield from _with_parents(path.rpartition("/")[0], known)


def _join_lonely(folder: Folder) -> None:
    """A folder with nothing but one folder in it is shown with that as one."""
    for each in folder.inside:
        _join_lonely(each)
        while len(each.inside) == 1 and each.inside[0].files == each.files:
            (only,) = each.inside
            each.path, each.name, each.inside = only.path, f"{each.name}/{only.name}", only.inside


def _rows(folders: Iterable[Folder], depth: int) -> Iterator[Row]:
    ordered = sorted(folders, key=lambda folder: (-folder.density, folder.path))
    clean = [folder for folder in ordered if not folder.findings]
    for folder in ordered:
        if folder.findings:
            yield Row(folder, depth)
            yield from _rows(folder.inside, depth + 1)
    if len(clean) == 1:
        yield Row(clean[0], depth)
    elif clean:
        lines, files = sum(folder.lines for folder in clean), sum(folder.files for folder in clean)
        yield Row(Folder("", "", 0, lines, files), depth, len(clean))

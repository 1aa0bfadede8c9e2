"""A checker that is kept between edits finds what a new one does."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from errlint.engine.checking import Checker
from errlint.engine.memory import Memory
from errlint.engine.registry import catalogue
from errlint.engine.selection import Selection
from errlint.semantics.kept import Abandoned, go_on
from errlint.settings import Patterns, Selector, Settings
from tests import corpus
from tests.cli.command import tree

PROJECTS = Path(__file__).parent / "fixtures" / "projects"
SELECTION = Selection(catalogue())


def _edited(text: str, drawn: random.Random) -> str:
    """The text after one edit, as people make them: a line goes, comes twice, moves in, or is half written."""
    lines = text.splitlines(keepends=True)
    at = drawn.randrange(len(lines))
    line = lines[at]
    indentation = line[: len(line) - len(line.lstrip())]
    lines[at : at + 1] = drawn.choice(
        [
            [],
            [line, line],
            [f"{indentation}\n", line],
            [f"{indentation}# {drawn.random()} 🦊\n", line],
            [f"{indentation}raise ValueError\n", line],
            [line, *(f"{indentation}{new}\n" for new in ("try:", "    load()", "except Exception:", "    pass"))],
            [line[: len(line) // 2] + "\n"],
            [line.replace("Exception", "ValueError").replace("self", "this")],
        ]
    )
    return "".join(lines)


class _Editor:
    """A checker with its memory, and what a new checker says of the same files."""

    def __init__(self, files: list[Path], settings: Settings) -> None:
        self.settings = settings
        self.files = files
        self.unsaved = {path: path.read_bytes() for path in files}
        self.checker = Checker(SELECTION, files, memory=Memory(self.unsaved, go_on))

    def change(self, path: Path, text: str) -> None:
        self.unsaved[path] = text.encode()
        self.checker.renew([path])

    def agrees(self, path: Path) -> bool:
        new = Checker(SELECTION, self.files, memory=Memory(dict(self.unsaved), go_on))
        found, expected = (
            checker.check_text(self.unsaved[path], path, str(path), self.settings) for checker in (self.checker, new)
        )
        assert found == expected
        return bool(found)


@pytest.mark.parametrize("name", ["cgi.py" if (corpus.ROOT / "cgi.py").exists() else "shelve.py", "socketserver.py"])
def test_edits_of_a_file_of_the_standard_library(name: str) -> None:
    path = corpus.ROOT / name
    editor = _Editor([path], Settings(root=corpus.ROOT, select=(Selector("ALL"),), tests=Patterns()))
    drawn = random.Random(name)
    text = path.read_text(encoding="utf-8")
    seen = 0
    for _ in range(8):
        text = _edited(text, drawn) if drawn.random() < 0.7 else path.read_text(encoding="utf-8")
        editor.change(path, text)
        seen += editor.agrees(path)
    assert seen, "without a finding this would prove nothing"


@pytest.mark.parametrize("name", ["fastapi", "click"])
def test_edits_in_a_project_whose_files_lead_into_each_other(name: str) -> None:
    (root,) = sorted(PROJECTS.glob(f"{name}*/bad"))
    files = sorted(path for path in root.rglob("*.py") if path.read_bytes())
    editor = _Editor(files, Settings(root=root, select=(Selector("ALL"),), tests=Patterns()))
    drawn = random.Random(name)
    for _ in range(4):
        path = drawn.choice(files)
        editor.change(path, _edited(editor.unsaved[path].decode(), drawn))
        editor.agrees(path)
        editor.agrees(drawn.choice(files))


def _of(editor: _Editor, path: Path) -> list[str]:
    found = editor.checker.check_text(editor.unsaved[path], path, str(path), editor.settings)
    return [finding.code for finding in found]


def test_unsaved_text_of_another_file_counts(tmp_path: Path) -> None:
    silent, telling = "def tell():\n    return 1\n", "import logging\n\n\ndef tell():\n    logging.exception('no')\n"
    using = "import thing\n\n\ndef f():\n    try:\n        g()\n    except Exception:\n        thing.tell()\n"
    tree(tmp_path, {"thing.py": silent, "use.py": using})
    use, thing = tmp_path / "use.py", tmp_path / "thing.py"
    editor = _Editor([thing, use], Settings(root=tmp_path, select=(Selector("ERR203"),)))
    assert _of(editor, use) == ["ERR203"]
    editor.change(thing, telling)
    assert _of(editor, use) == []
    editor.change(thing, silent)
    assert _of(editor, use) == ["ERR203"]


def _stops_at(number: int) -> Callable[[], None]:
    passed = 0

    def checkpoint() -> None:
        nonlocal passed
        passed += 1
        if passed == number:
            raise Abandoned

    return checkpoint


@pytest.mark.parametrize("number", [1, 2, 5, 9])
def test_work_that_is_given_up_leaves_nothing_behind(number: int) -> None:
    path = corpus.ROOT / "socketserver.py"
    settings = Settings(root=corpus.ROOT, select=(Selector("ALL"),), tests=Patterns())
    data = path.read_bytes()
    checker = Checker(SELECTION, [path], memory=Memory({path: data}, _stops_at(number)))
    with pytest.raises(Abandoned):
        checker.check_text(data, path, path.name, settings)
    checker.renew(())
    again = checker.check_text(data, path, path.name, settings)
    assert again == Checker(SELECTION, [path]).check_text(data, path, path.name, settings)

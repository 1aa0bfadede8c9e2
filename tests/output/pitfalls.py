"""Files in which columns, lines and names are easily got wrong, and what errlint writes about them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import run, tree

NAME = "weiß 100% #1/été.py"
"""A path that few formats can write as it stands."""
EMOJI = """\
def check():
\tx = "😀é"; raise


def load(path):
    try:
        return open(path)
    except OSError:
        raise RuntimeError(
            "😀 cannot be read", path)
"""
WINDOWS = (
    "def load(path):\r\n    try: return open(path)\r\n    except OSError:\r\n        raise RuntimeError('é', path)\r\n"
)
FILES = {
    f"project/{NAME}": EMOJI,
    "project/windows.py": WINDOWS,
    "project/broken.py": "def f(:\n",
    "project/unread.py": "def load(name):\n    (name): int\n    try:\n        pass\n    except:\n        pass\n",
    "project/silenced.py": 'def check():\n    raise  # errlint: ignore[ERR105] the "caller" handles it\n',
    "outside.py": "def check():\n    raise\n",
}
"""Also a file that is not Python (ERR001) and one that errlint's parser does not know (ERR000)."""
PLACES = {
    ("broken.py", "ERR001", 1, 7, 1, 8),
    (NAME, "ERR105", 2, 12, 2, 17),
    (NAME, "ERR102", 9, 9, 10, 38),
    ("windows.py", "ERR102", 4, 9, 4, 38),
    ("../outside.py", "ERR105", 2, 5, 2, 10),
}
"""Path, code and where the findings are, in characters from 1."""
FAILURE = ("unread.py", "ERR000", 3, 1, 3, 1)
BYTES = {
    (NAME, "ERR105"): (2, 16, 2, 21),
    (NAME, "ERR102"): (9, 9, 10, 41),
    ("windows.py", "ERR102"): (4, 9, 4, 39),
}
"""The same in bytes of UTF-8, where that is something else."""
WRITTEN = ("sarif", "jsonl", "rdjson", "gitlab")


def outputs(folder: Path) -> dict[str, str]:
    """What errlint writes about the files, by format, when it is started in `project`."""
    tree(folder, FILES)
    options = [option for name in WRITTEN for option in ("-o", f"{name}:../found.{name}")]
    done = run(folder / "project", "check", "--isolated", *options, ".", "../outside.py")
    assert done.code == 2, done.err  # there is an ERR000
    return {name: (folder / f"found.{name}").read_text(encoding="ascii") for name in WRITTEN}

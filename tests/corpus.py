"""The interpreter's standard library as test data: real code, always at hand."""

from __future__ import annotations

import ast
import os
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from errlint.source.file import SourceFile, Unreadable, read

ROOT = Path(os.__file__).parent
_LEFT_OUT = {"site-packages", "lib2to3", "__pycache__", "idlelib", "turtledemo"}


@cache
def paths() -> tuple[Path, ...]:
    """All files of the standard library but its own tests (which the crash test adds) and third parties."""
    return tuple(sorted(p for p in ROOT.rglob("*.py") if not (_LEFT_OUT | {"test", "tests"}).intersection(p.parts)))


def every_path() -> list[Path]:
    """All files, tests and all: these hold odd and broken code on purpose."""
    return sorted(p for p in ROOT.rglob("*.py") if "site-packages" not in p.parts)


def sources(every: int = 1) -> Iterator[tuple[SourceFile, ast.Module]]:
    """Each `every`-th file with its `ast` tree; files that Python itself refuses are left out."""
    for path in paths()[::every]:
        try:
            source = read(path, path.name)
        except Unreadable:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield source, ast.parse(source.parsable)
            except SyntaxError:
                continue

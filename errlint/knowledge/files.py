"""The files of the tables: which there are, and each of them read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import tomli

STANDARD_LIBRARY = "python"


@cache
def roots() -> Mapping[str, str]:
    """The library that a package belongs to, by the dotted name of the package: `google.cloud.logging`."""
    return {str(root): str(library) for root, library in library("roots").items()}


def library(name: str) -> dict[str, Any]:
    """The facts of a library."""
    return tomli.loads(files(__package__).joinpath("libraries", f"{name}.toml").read_text(encoding="utf-8"))


def hierarchy(name: str) -> dict[str, Any]:
    """The exception classes of a library; nothing if it has none of its own."""
    path = files(__package__).joinpath("hierarchies", f"{name}.toml")
    return tomli.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

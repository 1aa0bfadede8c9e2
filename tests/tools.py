"""Programs from outside that some tests need: Chromium, Neovim, validators from npm."""

from __future__ import annotations

import os

import pytest


def require(found: object, what: str) -> None:
    """Skip a test where a tool is missing; where all tools are promised (`ERRLINT_ALL_TOOLS=1`, as in CI), fail."""
    if found:
        return
    if os.environ.get("ERRLINT_ALL_TOOLS") == "1":
        pytest.fail(f"{what} is missing, and ERRLINT_ALL_TOOLS=1 promises it")
    pytest.skip(f"{what} is missing")

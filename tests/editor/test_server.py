"""The language server, asked by a real client over standard input and output."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.cli.command import tree
from tests.editor.client import CODE, NEOVIM, applied, connected, talk, uri_of

BAD = """def load(path):
    try:
        return open(path).read()
    except OSError:
        raise ValueError("🦊 no file")
"""


@pytest.mark.parametrize(("capabilities", "encoding"), [(NEOVIM, "utf-8"), (CODE, "utf-16")])
def test_a_finding_is_shown_and_its_fix_applied(tmp_path: Path, capabilities: types.ClientCapabilities, encoding: str) -> None:
    tree(tmp_path, {"a.py": BAD})
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, capabilities=capabilities) as client:
            client.open(uri, BAD)
            (told,) = await client.diagnostics(uri, 1)
            print(told)
            for each in await client.actions(uri, told.range): print(each)
            print(await client.hover(uri, 4, 10))
    talk(conversation())

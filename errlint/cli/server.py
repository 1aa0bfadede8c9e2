"""`errlint server`: the language server, for editors."""

from __future__ import annotations

import argparse
import sys

from errlint.errors import UsageError


def server(_: argparse.Namespace) -> int:
    """Run the command; the result is the exit code."""
    try:
        from errlint.editor.server import serve
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("pygls", "lsprotocol", "attrs", "cattrs"):
            raise
        raise UsageError(f"the language server needs {missing}: install errlint[lsp]") from error
    if sys.stdin is None:
        raise UsageError("the language server reads standard input, which is closed")
    serve(sys.stdin.buffer, sys.stdout.buffer)
    return 0

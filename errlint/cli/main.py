"""`errlint`: from arguments to an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from errlint.cli.parser import parser, with_default_command
from errlint.errors import ErrlintError

CLEAN = 0
FINDINGS = 1
FAILED = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command: 0 clean, 1 findings, 2 errlint could not do its job, 130 interrupted."""
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except ErrlintError as error:
        for line in str(error).splitlines():
            print(f"errlint: {line}" if not line.startswith("usage:") else line, file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever read our output has gone (`errlint | head`); keep the interpreter from failing at its last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except KeyboardInterrupt:
        print("errlint: interrupted", file=sys.stderr)
        return INTERRUPTED


def _run(arguments: Sequence[str]) -> int:
    options = parser().parse_args(with_default_command(arguments))
    if options.command == "new-rule":
        from errlint.cli.new_rule import new_rule

        return new_rule(options)
    from errlint.cli.check import check

    return check(options)

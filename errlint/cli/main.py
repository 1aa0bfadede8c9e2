"""`errlint`: from arguments to an exit code."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

from errlint.cli.arguments import gives_text_back, parser, with_default_command
from errlint.cli.parser import ArgumentsError
from errlint.cli.streams import give_back, prepare, say
from errlint.errors import ErrlintError

FAILED = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command: 0 clean, 1 findings, 2 errlint could not do its job, 130 interrupted."""
    prepare()
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except ErrlintError as error:
        say("\n".join(f"errlint: {line}" for line in str(error).splitlines()))
        return FAILED
    except KeyboardInterrupt:
        # If Ctrl-C strikes while Python executes text (dataclasses are made so, in late imports), CPython notes an
        # unhandled interrupt and at exit ends by the signal instead of our code; executing text again takes it back.
        exec("")  # noqa: S102
        say("errlint: interrupted")
        return INTERRUPTED
    except Exception:  # Python would end with 1, which means findings
        from traceback import format_exc

        say(f"{format_exc()}errlint: this is a bug of errlint, not of the code; the lines above say where")
        return FAILED
    finally:
        gc.freeze()  # the process ends: to look through what the run has left took a fifth of its time


def _run(arguments: Sequence[str]) -> int:
    """Each command is a function of its name in a module of its name, imported only when it is asked for."""
    try:
        options = parser().parse_args(with_default_command(arguments))
    except ArgumentsError:
        if "-" in arguments and gives_text_back(set(arguments)):
            give_back()
        raise
    name = options.command.replace("-", "_")
    code: int = getattr(import_module(f"errlint.cli.{name}"), name)(options)
    return code

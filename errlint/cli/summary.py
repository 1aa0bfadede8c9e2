"""The last lines of a run: what was found, what was fixed, what more could be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from errlint.engine.run import Result
from errlint.model import CRASH, Applicability, Diagnostic
from errlint.output.words import APPLIED_WITH, counted


def summary(result: Result, *, fixed: bool, unsafe: bool, done: str = "Fixed") -> str:
    """What a person wants to know at the end. `fixed` and `unsafe` say what the run was asked for, `done` what it did
    to findings.
    """
    return "\n".join(_sentences(result, fixed=fixed, unsafe=unsafe, done=done))


def _sentences(result: Result, *, fixed: bool, unsafe: bool, done: str) -> Iterator[str]:
    if not result.files:
        yield "No Python files found."
        return
    if result.mended:
        yield f"{done} {fixes(result)}."
    count = len(result.findings)
    left = " left" if result.mended else ""
    files = counted(result.files, "file")
    if not count:
        yield f"No findings{left} in {files} ({_pace(result)})."
        return
    touched = len({finding.path for finding in result.findings})
    yield f"{counted(count, 'finding')}{left} in {touched} of {files} ({_pace(result)})."
    yield from _offers(result.findings, fixed=fixed, unsafe=unsafe)


def _pace(result: Result) -> str:
    """How long it took; what that is in files a second can be told after a second."""
    seconds = f"{result.seconds:.1f} s"
    return seconds if result.seconds < 1 else f"{seconds}, {result.files / result.seconds:,.0f} files/s"


def _offers(findings: Sequence[Diagnostic], *, fixed: bool, unsafe: bool) -> Iterator[str]:
    """What else could be fixed, and how."""
    having = Counter(finding.fix.applicability for finding in findings if finding.fix is not None)
    safe, risky = having[Applicability.SAFE], having[Applicability.UNSAFE]
    if unsafe:
        safe, risky = safe + risky, 0
    if safe and not fixed:
        option = APPLIED_WITH[Applicability.UNSAFE if unsafe else Applicability.SAFE]
        more = f", {risky} more with `{APPLIED_WITH[Applicability.UNSAFE]}`" if risky else ""
        yield f"{safe} can be fixed with `{option}`{more}."
    elif risky:
        yield f"{risky}{' more' if fixed else ''} can be fixed with `{APPLIED_WITH[Applicability.UNSAFE]}`."


def fixes(result: Result) -> str:
    """How much was fixed, or would be: `3 findings in 2 files`."""
    return f"{counted(result.mended.total(), 'finding')} in {counted(result.fixed_files, 'file')}"


def failures(result: Result) -> str:
    """The places at which errlint could not do its job."""
    failed = [finding for finding in result.findings if finding.code == CRASH]
    return f"errlint: {counted(len(failed), 'place')} could not be checked or fixed; see {CRASH} above"

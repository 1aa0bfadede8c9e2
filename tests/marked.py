"""Marked code: `# expect: CODE "part of the message"` on the line of a finding, or alone on the line before it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import tomli

from errlint.engine.checking import Checker
from errlint.engine.fixing import Fixed, Fixer
from errlint.engine.registry import Catalogue, catalogue
from errlint.engine.selection import Selection
from errlint.model import Diagnostic
from errlint.settings import Selector, Settings
from errlint.settings.keys import attribute
from errlint.settings.reading import read_settings

_MARK = re.compile(r'#\s*expect:\s*(?P<codes>ERR\d{3}(?:\s*,\s*ERR\d{3})*)(?:\s+"(?P<part>[^"]*)")?')
_SETTINGS = re.compile(r"#\s*settings:\s*(\S+\s*=.*)")
_PATH = re.compile(r"#\s*path:\s*(\S+)")


@dataclass(frozen=True, order=True)
class Expected:
    line: int
    code: str
    part: str = ""


_NOTE = re.compile(r"[ \t]*#\s*(?:expect:|ok\b)[^\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")


def unmarked(code: str) -> str:
    """The code without its marks: a comment in a handler may excuse it, and a mark must not."""
    return _NOTE.sub("", code)


def expectations(code: str) -> list[Expected]:
    """What the marks in a piece of code say."""
    found: list[Expected] = []
    lines = _LINE_END.split(code)
    for number, text in enumerate(lines, start=1):
        for mark in _MARK.finditer(text):
            alone = not text[: mark.start()].strip()
            line = number + 1 if alone else number
            found += [Expected(line, c.strip(), mark["part"] or "") for c in mark["codes"].split(",")]
    return sorted(found)


def place_of(code: str, default: str) -> str:
    """Where the code is thought to stand: `# path: shop/domain/users.py` on its first lines."""
    match = _PATH.search("\n".join(code.splitlines()[:3]))
    return match[1] if match else default


def settings_of(code: str) -> dict[str, object]:
    """What the settings say for it: `# settings: reporters = ["tell_ops"]` on its first lines, in TOML."""
    match = _SETTINGS.search("\n".join(code.splitlines()[:3]))
    return read_toml(match[1]) if match else {}


def read_toml(text: str) -> dict[str, object]:
    """Settings in TOML, by the names that they have in `Settings`, as they are read from a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "errlint.toml")
        path.write_text(text, encoding="utf-8")
        settings, problems = read_settings(path)
    assert not problems, problems
    return {attribute(key): getattr(settings, attribute(key)) for key in tomli.loads(text)}


def findings(
    code: str | bytes,
    path: str = "package/module.py",
    select: Iterable[str] | None = None,
    rules: Catalogue | None = None,
    whole_files: bool = False,
    extend_select: Iterable[str] = (),
    **settings: object,
) -> tuple[Diagnostic, ...]:
    """The findings in a piece of code that is thought to stand at `path`."""
    settings["extend_select"] = tuple(Selector(text) for text in extend_select)
    selectors = None if select is None else tuple(Selector(text) for text in select)
    chosen = Settings(root=Path("/project"), select=selectors, **settings)  # type: ignore[arg-type]
    checker = Checker(Selection(rules or catalogue()), whole_files=whole_files)
    data = unmarked(code).encode() if isinstance(code, str) else code
    return checker.check_text(data, Path("/project") / path, path, chosen)


def fixed(
    code: str | bytes, path: str = "package/module.py", only: str = "", unsafe: bool = True, **settings: object
) -> Fixed:
    """A piece of code with the fixes of its findings applied: of all rules, or of one while the others look on."""
    others = [rule.code for rule in catalogue().rules if only and rule.code != only]
    chosen = Settings(
        root=Path("/project"),
        extend_select=(Selector(only),) if only else (),
        unfixable=tuple(Selector(other) for other in others),
        **settings,  # type: ignore[arg-type]
    )
    checker = Checker(Selection(catalogue()))
    data = unmarked(code).encode() if isinstance(code, str) else code
    place = Path("/project") / path
    found = checker.check_text(data, place, path, chosen)
    return Fixer(checker, unsafe).fix(data, place, path, chosen, found)


def complaint(code: str, found: Iterable[Diagnostic], expected: Iterable[Expected]) -> str:
    """Empty if the findings are as marked; else the code with what is missing or too much written into it."""
    left = list(found)
    missing: dict[int, list[str]] = {}
    for want in expected:
        match = next(
            (f for f in left if f.span.start.line == want.line and f.code == want.code and want.part in f.message), None
        )
        if match is None:
            missing.setdefault(want.line, []).append(f"missing: {want.code} {want.part!r}")
        else:
            left.remove(match)
    for extra in left:
        missing.setdefault(extra.span.start.line, []).append(f"not expected: {extra.code} {extra.message}")
    if not missing:
        return ""
    annotated = [
        f"{'>>' if number in missing else '  '} {number:3} {text}"
        + "".join(f"\n       ^^ {m}" for m in missing.get(number, []))
        for number, text in enumerate(_LINE_END.split(code), start=1)
    ]
    return "\n" + "\n".join(annotated)

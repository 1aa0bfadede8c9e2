"""Reports for tests of the page: a small project that errlint checks, and one with as many findings as are wanted."""

from __future__ import annotations

import io
from pathlib import Path

from errlint.engine.registry import catalogue
from errlint.model import Diagnostic, Position, Related, Severity, Silenced, Span
from errlint.output import html
from errlint.output.report import Report
from tests.cli.command import run, tree

ATTACK = "</script></style><img src=x onerror=alert(1)>"
FILES = {
    "errlint.toml": "preset = 'critical'\n",
    "shop/orders.py": (
        "def load(path):\n    try:\n        return open(path).read()\n    except Exception:\n        return None\n\n\n"
        "def parse(text):\n    try:\n        return int(text)\n    except ValueError:\n"
        "        raise RuntimeError('no number')\n"
    ),
    "shop/web/views.py": (
        "def show():\n    raise  # first\n\n\ndef quiet():\n"
        "    raise  # errlint: ignore[ERR105] tried <b>twice</b> & left\n"
    ),
    "shop/clean.py": "def fine():\n    return 1\n" * 20,
    "shop/static/deep/also.py": "x = 1\n",
    f"shop/{ATTACK.replace('/', '')}.py": f"def bad():\n    x = '{ATTACK}'; raise  # \U0001f600 \u202e\x0c{ATTACK}\r\n",
    "tools/broken.py": "def (:\n",
}


def project(folder: Path, *arguments: str) -> Path:
    """Check the small project; the result is the page."""
    done = run(tree(folder, FILES), "check", "-q", "-o", "html:report.html", *arguments)
    assert done.code in {0, 1, 2}, done.err
    return folder / "report.html"


def many(count: int) -> str:
    """A page with so many findings, in files of ten findings each, with ten lines of source around each."""
    rules = {rule.code: rule for rule in catalogue().rules}
    codes = ("ERR102", "ERR202", "ERR203", "ERR402")
    findings = []
    for number in range(count):
        rule = rules[codes[number % len(codes)]]
        line = 10 * (number % 10) + 5
        findings.append(
            Diagnostic(
                path=f"src/part{number // 100}/module{number // 10}.py",
                span=Span(Position(line, 4), Position(line, 21)),
                code=rule.code,
                name=rule.name,
                family=rule.family.name,
                severity=rule.severity or rule.family.severity,
                message=f"`except Exception` hides error number{number}",
                help=rule.help,
                lines=(line, line),
                related=(Related(Span(Position(line + 1, 8), Position(line + 1, 12)), "the silent path"),),
                fingerprint=f"{number:016x}",
            )
        )
    return page(findings, lines=110)


def page(
    findings: list[Diagnostic],
    lines: int = 10,
    silenced: tuple[Silenced, ...] = (),
    source: str = "    except Exception:  # x",
) -> str:
    """The page of some findings, in files that say the same on each line."""
    paths = tuple(dict.fromkeys(finding.path for finding in findings))
    stream = io.StringIO()
    report = Report(
        findings=tuple(findings),
        line=lambda path, number: source,
        rules=catalogue().rules,
        files=len(paths),
        silenced=silenced,
        lines=dict.fromkeys(paths, lines),
    )
    html.write(report, stream)
    return stream.getvalue()


def finding(
    path: str = "a.py", start: tuple[int, int] = (2, 4), end: tuple[int, int] = (2, 9), **more: object
) -> Diagnostic:
    """One finding of ERR105."""
    values: dict[str, object] = {
        "path": path,
        "span": Span(Position(*start), Position(*end)),
        "code": "ERR105",
        "name": "bare-raise-outside-handler",
        "family": "context",
        "severity": Severity.WARNING,
        "message": "`raise` alone",
        "help": "name it",
        "lines": (start[0], start[0]),
        "fingerprint": "0123456789abcdef",
        **more,
    }
    return Diagnostic(**values)  # type: ignore[arg-type]

"""One file from bytes to findings: crashes are kept apart, and silenced findings stay silent."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import libcst as cst
import pytest

from errlint.engine.checking import Checker
from errlint.engine.registry import catalogue, checked
from errlint.engine.run import run, run_text
from errlint.engine.selection import Selection
from errlint.model import Diagnostic, Position, Severity, Span
from errlint.rule import Bad, Context, Findings, Good, Rule
from errlint.settings import Selector, Settings
from errlint.source.discovery import Found


def _rule(code: str, name: str) -> Rule:
    bad, good = (Bad("raise  # expect: ERR105"),), (Good("x = 1"),)
    return Rule(
        code,
        name,
        since="0.1",
        summary="s",
        message="m {what}",
        why="w",
        help="h",
        bad=bad,
        good=good,
        words=("raise",),
    )


calm = _rule("ERR198", "calm-rule")
wild = _rule("ERR199", "wild-rule")


@calm.on(cst.Raise)
def _calm(node: cst.Raise, ctx: Context) -> Findings:
    yield calm.at(node, what="raised")


@wild.on(cst.Raise)
def _wild(node: cst.Raise, ctx: Context) -> Findings:
    yield wild.at(node, what="first")
    raise LookupError("on\npurpose")


RULES = checked([wild, calm])
CODE = b"x = 1\n\ndef f():\n    raise\n\nclass A:\n    def m(self):\n        raise A\n"


def _findings(code: bytes, **settings: object) -> tuple[Diagnostic, ...]:
    chosen = Settings(root=Path("/p"), **settings)  # type: ignore[arg-type]
    return Checker(Selection(RULES)).check_text(code, Path("/p/a.py"), "a.py", chosen)


def test_a_rule_that_raises_is_told_with_its_place_and_the_others_go_on() -> None:
    found = _findings(CODE)
    assert [(each.code, each.span.start) for each in found] == [
        ("ERR000", Position(4, 0)),
        ("ERR198", Position(4, 4)),
        ("ERR000", Position(8, 0)),
        ("ERR198", Position(8, 8)),
    ]
    told = found[0].message
    assert told.startswith(f"rule ERR199 (wild-rule) crashed at {__file__}:")
    assert told.endswith(": LookupError: on")
    assert (found[0].severity, found[0].family) == (Severity.ERROR, "meta")


@pytest.mark.parametrize(
    "comment", [b"# errlint: ignore-file\n", b"# errlint: ignore-file[ERR000]\n", b"# ruff: noqa\n"]
)
def test_no_comment_hides_a_crash(comment: bytes) -> None:
    assert [each.code for each in _findings(comment + CODE)].count("ERR000") == 2


def test_a_run_knows_that_it_failed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(CODE)
    (tmp_path / "b.py").write_bytes(b"x = 1\n")
    missing, settings = Found(tmp_path / "c.py", "c.py"), Settings(root=tmp_path)
    files = [(Found(tmp_path / name, name), settings) for name in ("a.py", "b.py")]
    told: list[tuple[int, str]] = []
    result = run(files, RULES, lambda done, name: told.append((done, name)))
    assert (result.files, result.crashed, told) == (2, True, [(0, "a.py"), (1, "b.py")])
    assert not run(files[1:], RULES).crashed
    gone = run([(missing, settings)], RULES)
    assert gone.crashed
    assert [each.message for each in gone.findings] == ["cannot be read: No such file or directory"]
    only_calm = Settings(root=tmp_path, select=(Selector("ERR198"),))
    assert not run_text(CODE, "a.py", only_calm, RULES).crashed


def test_findings_can_be_sent_to_another_process() -> None:
    found = _findings(CODE)
    assert pickle.loads(pickle.dumps(found)) == found


def test_regions_and_whole_files_give_the_same_findings() -> None:
    code = Path(__file__).read_bytes() + b"\ndef f():\n    try:\n        g()\n    except Exception:\n        pass\n"
    settings = Settings(root=Path("/p"), select=(Selector("ALL"),))
    selection = Selection(catalogue())
    by_region = Checker(selection).check_text(code, Path("/p/a.py"), "a.py", settings)
    whole = Checker(selection, whole_files=True).check_text(code, Path("/p/a.py"), "a.py", settings)
    assert by_region == whole
    assert "ERR202" in {each.code for each in by_region}


def test_the_lines_of_a_finding_are_those_of_its_header() -> None:
    code = b"def f():\n    try:\n        g()\n    except (\n        Exception,\n    ):\n        pass\n"
    chosen = Settings(root=Path("/p"), select=(Selector("ERR202"),))
    (found,) = Checker(Selection(catalogue())).check_text(code, Path("/p/a.py"), "a.py", chosen)
    assert found.lines == (4, 6)
    assert found.span == Span(Position(4, 4), Position(6, 6))


@pytest.mark.parametrize(("day", "codes"), [(date(2027, 1, 1), []), (date(2027, 1, 2), ["ERR105"])])
def test_the_day_by_which_comments_expire_is_given(day: date, codes: list[str]) -> None:
    code = b"def f():\n    raise  # errlint: ignore[ERR105] until=2027-01-01 a fix comes\n"
    checker = Checker(Selection(catalogue()), today=day)
    found = checker.check(code, Path("/project/a.py"), "a.py", Settings(root=Path("/project")))
    assert [finding.code for finding in found.findings] == codes
    assert len(found.silenced) == 1 - len(codes)
    assert found.ignores[0].lapsed == ("expired on 2027-01-01" if codes else "")

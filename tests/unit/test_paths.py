"""The ways through a handler, with made-up answers about what expressions do."""

from __future__ import annotations

import textwrap

import libcst as cst
import pytest

from errlint.syntax.handlers import TRIES, Try
from errlint.syntax.paths import Effect, Exit, Path, paths_of


class _Answers:
    """`report()` reports, `use()` uses, `stop()` ends the process; `suppress()` and `reraise()` do what they say."""

    def effects(self, node: cst.CSTNode) -> Effect:
        code = cst.Module([]).code_for_node(node)
        found = Effect.REPORTS if "report()" in code else Effect.NOTHING
        return found | (Effect.USES if "use()" in code else Effect.NOTHING)

    def leaves(self, node: cst.CSTNode) -> Exit | None:
        return Exit.END if cst.Module([]).code_for_node(node) == "stop()" else None

    def suppresses(self, item: cst.WithItem) -> bool:
        return "suppress()" in cst.Module([]).code_for_node(item)

    def reraises(self, item: cst.WithItem) -> bool:
        return "reraise()" in cst.Module([]).code_for_node(item)

    def is_option(self, test: cst.BaseExpression) -> bool:
        return "option" in cst.Module([]).code_for_node(test)

    def catches_all(self, statement: Try) -> bool:
        assert isinstance(statement, TRIES)
        return any(handler.type is None for handler in statement.handlers)


def _paths(code: str) -> tuple[Path, ...]:
    module = cst.parse_module("def f():\n" + textwrap.indent(textwrap.dedent(code).strip("\n"), "    ") + "\n")
    function = module.body[0]
    assert isinstance(function, cst.FunctionDef)
    return paths_of(function.body.body, _Answers())


def _shown(code: str) -> set[str]:
    names = {Effect.NOTHING: "", Effect.REPORTS: "reports, ", Effect.USES: "uses, "}
    return {f"{names[path.effects]}{path.exit.value}" for path in _paths(code)}


@pytest.mark.parametrize(
    ("code", "ways"),
    [
        ("pass", {"goes on"}),
        ("report()", {"reports, goes on"}),
        ("return report()", {"reports, returns"}),
        ("report(); return 1", {"reports, returns"}),
        ("return 1\nreport()", {"returns"}),
        ("raise", {"raises"}),
        ("stop()\nreport()", {"ends the process"}),
        ("if a:\n    report()", {"reports, goes on", "goes on"}),
        ("if a:\n    report()\nelse:\n    raise", {"reports, goes on", "raises"}),
        ("if a:\n    return\nelif b:\n    raise\nelse:\n    report()", {"returns", "raises", "reports, goes on"}),
        ("if report():\n    return\nraise", {"reports, returns", "reports, raises"}),
        ("if a: return\nif b: return\nreport()", {"returns", "reports, goes on"}),
        ("for a in b:\n    report()", {"reports, goes on"}),
        ("for a in b:\n    break\nelse:\n    report()", {"goes on"}),
        ("for a in b:\n    pass\nelse:\n    report()", {"reports, goes on"}),
        ("for a in b:\n    if a: break\nelse:\n    raise", {"goes on", "raises"}),
        ("for a in b:\n    return", {"returns"}),
        ("for a in b:\n    continue\nreport()", {"reports, goes on"}),
        ("while True:\n    if a: return\n    report()", {"returns"}),
        ("while True:\n    if a: break\n    if b: raise", {"goes on", "raises"}),
        ("while a:\n    report()\nelse:\n    return", {"reports, returns"}),
        ("with a:\n    report()\n    return", {"reports, returns"}),
        ("with suppress():\n    raise", {"goes on"}),
        ("with a, suppress():\n    report()\n    raise\nreturn", {"reports, returns"}),
        ("with reraise():\n    report()", {"reports, raises"}),
        ("with reraise():\n    return", {"returns"}),
        ("try:\n    a()\nfinally:\n    report()", {"reports, goes on"}),
        ("try:\n    return\nfinally:\n    report()", {"reports, returns"}),
        ("try:\n    raise\nfinally:\n    return", {"returns"}),
        ("try:\n    raise\nexcept:\n    report()", {"reports, goes on"}),
        ("try:\n    raise\nexcept A:\n    report()", {"reports, goes on", "raises"}),
        ("try:\n    report()\nexcept A:\n    pass", {"reports, goes on"}),
        ("try:\n    a()\nexcept A:\n    return\nelse:\n    report()", {"reports, goes on", "returns"}),
        ("match a:\n    case 1:\n        report()\n    case _:\n        return", {"reports, goes on", "returns"}),
        ("match a:\n    case 1:\n        report()", {"reports, goes on", "goes on"}),
        ("match a:\n    case _ if b:\n        report()", {"reports, goes on", "goes on"}),
        ("def inner():\n    return\nreport()", {"reports, goes on"}),
    ],
)
def test_the_ways_through_a_block_are_its_exits_and_effects(code: str, ways: set[str]) -> None:
    assert _shown(code) == ways


def test_ways_that_differ_in_nothing_are_one() -> None:
    code = "\n".join(f"if a{number}:\n    b{number}()" for number in range(40))
    assert len(_paths(code)) == 1


def test_effects_add_up_along_a_way() -> None:
    (path,) = _paths("report()\nuse()")
    assert path == Path(Exit.FALL, Effect.REPORTS | Effect.USES)


@pytest.mark.parametrize(
    ("code", "silent"),
    [("pass", True), ("report()", False), ("use()", False), ("raise", False), ("stop()", False), ("return", True)],
)
def test_a_way_is_silent_if_nobody_hears_and_nothing_is_raised(code: str, silent: bool) -> None:
    assert [path.is_silent for path in _paths(code)] == [silent]


@pytest.mark.parametrize(
    ("code", "taken"),
    [
        ("if a:\n    report()\nreturn 1", False),
        ("if a:\n    return\nelse:\n    use()", True),
        ("if a:\n    raise\nelse:\n    pass", False),
    ],
)
def test_a_silent_way_remembers_the_fork_that_made_it_silent(code: str, taken: bool) -> None:
    (silent,) = [path for path in _paths(code) if path.is_silent]
    assert silent.branch is not None
    assert isinstance(silent.branch.node, cst.If)
    assert silent.branch.taken is taken


def test_the_end_of_a_way_is_the_statement_that_leaves() -> None:
    (path,) = _paths("a()\nreturn 1")
    assert isinstance(path.end, cst.Return)
    (path,) = _paths("a()")
    assert path.end is None

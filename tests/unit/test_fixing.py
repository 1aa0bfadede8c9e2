"""Fixes of one file: what goes together, what waits for the next pass, and what is thrown away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import libcst as cst
import pytest

from errlint.engine.checking import Checker
from errlint.engine.fixing import MOST_PASSES, Fixed, Fixer
from errlint.engine.registry import checked
from errlint.engine.run import Fixing, run, run_text
from errlint.engine.selection import Selection
from errlint.errors import RuleDefinitionError
from errlint.model import Diagnostic, Position, Severity
from errlint.rule import Bad, Context, Edit, Findings, Fix, Good, Rule, Safe, Span, Unsafe
from errlint.settings import Settings
from errlint.source.discovery import Found

SAFE = Safe("write something else")
UNSAFE = Unsafe("write something else", because="it is something else")
TOP = Span(Position(1, 0), Position(1, 0))
Offer = Callable[[cst.Call, Context], "Fix | None"]


def _rule(number: int, word: str, offer: Offer) -> Rule:
    """A rule that flags each call of a name, and offers a fix for it."""
    rule = Rule(
        f"ERR{number}",
        f"calls-{word}",
        since="0.1",
        summary="s",
        message="m",
        why="w",
        help="h",
        bad=(Bad("x"),),
        good=(Good("y"),),
        words=(word,),
        fixes=(SAFE, UNSAFE),
    )

    @rule.on(cst.Call)
    def _check(node: cst.Call, ctx: Context) -> Findings:
        if isinstance(node.func, cst.Name) and node.func.value == word:
            yield rule.at(node, fix=offer(node, ctx))

    return rule


def _replacing(number: int, word: str, text: str, remedy: Safe | Unsafe = SAFE) -> Rule:
    return _rule(number, word, lambda node, ctx: remedy.by(ctx.edit.replace(node, text)))


def _argument(node: cst.Call, ctx: Context) -> Fix | None:
    """A call's first argument instead of the call, or `0`."""
    return SAFE.by(ctx.edit.replace(node, ctx.edit.text(node.args[0].value) if node.args else "0"))


class _Watched(Checker):
    """A checker that keeps the texts that it was given."""

    texts: list[bytes]

    def check_text(self, data: bytes, path: Path, name: str, settings: Settings) -> tuple[Diagnostic, ...]:
        self.texts.append(data)
        return super().check_text(data, path, name, settings)


def _fixed(code: bytes, *rules: Rule, unsafe: bool = False) -> tuple[Fixed, list[bytes]]:
    """A file after its fixes, and what each pass made of it."""
    checker = _Watched(Selection(checked(rules)))
    checker.texts = []
    path, settings = Path("/p/a.py"), Settings(root=Path("/p"))
    found = checker.check_text(code, path, "a.py", settings)
    done = Fixer(checker, unsafe).fix(code, path, "a.py", settings, found)
    return done, checker.texts[1:]


def _told(done: Fixed) -> list[str]:
    return [finding.message for finding in done.findings if finding.code == "ERR000"]


def _is_untouched(done: Fixed, code: bytes, number: int) -> bool:
    """Whether a file is as it was, with its findings and one more that says why."""
    codes = Counter(finding.code for finding in done.findings)
    return done.data == code and not done.mended and codes["ERR000"] == 1 and codes.total() == number + 1


def test_all_that_does_not_collide_is_mended_in_one_pass() -> None:
    code = b"a()\nif x:\n    b(1)\na()\n"
    done, passes = _fixed(code, _replacing(198, "a", "A"), _replacing(199, "b", "B"))
    assert done.data == b"A\nif x:\n    B\nA\n"
    assert done.findings == ()
    assert done.mended == {("ERR198", "calls-a"): 2, ("ERR199", "calls-b"): 1}
    assert passes == [done.data]


def test_nothing_to_apply_is_not_even_read_again() -> None:
    code = b"a()\n"
    for rule in (_replacing(198, "a", "A", UNSAFE), _rule(198, "a", lambda node, ctx: None)):
        done, passes = _fixed(code, rule)
        assert (done.data, len(done.findings), done.mended, passes) == (code, 1, Counter(), [])


def test_unsafe_fixes_are_applied_when_asked_for_and_safe_ones_with_them() -> None:
    rules = _replacing(198, "a", "A", UNSAFE), _replacing(199, "b", "B")
    done, _ = _fixed(b"a()\nb()\n", *rules)
    assert (done.data, [finding.code for finding in done.findings]) == (b"a()\nB\n", ["ERR198"])
    done, _ = _fixed(b"a()\nb()\n", *rules, unsafe=True)
    assert (done.data, done.findings) == (b"A\nB\n", ())


@pytest.mark.parametrize("text", ["(", "1 +", "(yield)", "x)"])
def test_a_fix_that_makes_code_that_does_not_parse_leaves_the_file_as_it_was(text: str) -> None:
    code = b"b()\n(a())\n"
    done, _ = _fixed(code, _replacing(198, "a", text), _replacing(199, "b", "B"))
    assert _is_untouched(done, code, 2)
    (told,) = _told(done)
    assert told.startswith("the fix of ERR198, ERR199 makes code that does not parse: ")
    assert told.endswith("; the file was left as it is")
    crashed = done.findings[-1]
    assert (crashed.path, crashed.name, crashed.severity) == ("a.py", "internal-error", Severity.ERROR)


def test_what_the_interpreter_refused_before_does_not_stop_a_fix() -> None:
    done, _ = _fixed(b"(yield)\na()\n", _replacing(198, "a", "A"))
    assert (done.data, done.findings) == (b"(yield)\nA\n", ())


def test_a_fix_that_makes_the_same_finding_again_leaves_the_file_as_it_was() -> None:
    code = b"x = 1\na()\n"
    done, passes = _fixed(code, _replacing(198, "a", "a(1)"))
    assert _is_untouched(done, code, 1)
    assert _told(done) == ["the fix of ERR198 on line 2 makes the same finding again; the file was left as it is"]
    assert passes == [b"x = 1\na(1)\n"]


def test_a_fix_that_adds_its_own_finding_beside_another_one_is_found_out() -> None:
    code = b"a(a())\n"

    def twice(node: cst.Call, ctx: Context) -> Fix | None:
        return SAFE.by(ctx.edit.replace(node, f"[{ctx.edit.text(node.args[0].value)}, a()]")) if node.args else None

    done, _ = _fixed(code, _rule(198, "a", twice))
    assert _is_untouched(done, code, 2)


def test_the_same_finding_inside_what_a_fix_edits_is_not_a_new_one() -> None:
    done, passes = _fixed(b"a(a(a()))\n", _rule(198, "a", _argument))
    assert (done.data, _told(done)) == (b"0\n", [])
    assert done.mended == {("ERR198", "calls-a"): 3}
    assert passes == [b"a(a())\n", b"a()\n", b"0\n"]


def test_the_same_finding_right_behind_an_edit_is_not_a_new_one() -> None:
    done, _ = _fixed(b"a(1) or a(2)\n[a(3),a(4)]\n", _rule(198, "a", _argument))
    assert (done.data, _told(done)) == (b"1 or 2\n[3,4]\n", [])


def test_another_finding_where_a_fix_edited_is_left_to_its_own_rule() -> None:
    done, _ = _fixed(b"a()\n", _replacing(198, "a", "b()"), _rule(199, "b", lambda node, ctx: None))
    assert (done.data, [finding.code for finding in done.findings]) == (b"b()\n", ["ERR199"])
    done, passes = _fixed(b"a()\n", _replacing(198, "a", "b()"), _replacing(199, "b", "c()"))
    assert (done.data, done.findings) == (b"c()\n", ())
    assert passes == [b"b()\n", b"c()\n"]


def test_fixes_that_work_against_each_other_leave_the_file_as_it_was() -> None:
    code = b"a()\nc()\n"
    rules = _replacing(197, "c", "C"), _replacing(198, "a", "b()"), _replacing(199, "b", "a()")
    done, passes = _fixed(code, *rules)
    assert _is_untouched(done, code, 2)
    (told,) = _told(done)
    assert told.startswith("the fixes of ERR198 did not settle in 10 passes; ")
    assert len(passes) == MOST_PASSES


def _one_a_pass(node: cst.Call, ctx: Context) -> Fix | None:
    return SAFE.by(ctx.edit.replace(node, "0"), Edit(TOP, f"{ctx.edit.text(node.args[0].value)}\n"))


def test_what_takes_as_many_passes_as_there_may_be_is_settled() -> None:
    code = "".join(f"a({number})\n" for number in range(MOST_PASSES))
    done, passes = _fixed(code.encode(), _rule(198, "a", _one_a_pass))
    assert (done.findings, len(passes)) == ((), MOST_PASSES)
    assert (
        done.data == "".join(f"{number}\n" for number in reversed(range(MOST_PASSES))).encode() + b"0\n" * MOST_PASSES
    )
    more = f"{code}a(99)\n".encode()
    done, _ = _fixed(more, _rule(198, "a", _one_a_pass))
    assert _is_untouched(done, more, MOST_PASSES + 1)


def test_equal_edits_of_two_fixes_are_one() -> None:
    def with_import(node: cst.Call, ctx: Context) -> Fix | None:
        return SAFE.by(ctx.edit.replace(node, "os.x"), Edit(TOP, "import os\n"))

    code = b"a()\nb()\na()\n"
    done, passes = _fixed(code, _rule(198, "a", with_import), _rule(199, "b", with_import))
    assert done.data == b"import os\nos.x\nos.x\nos.x\n"
    assert done.mended.total() == 3
    assert len(passes) == 1


def test_of_fixes_that_overlap_the_first_wins_and_the_second_comes_in_the_next_pass() -> None:
    rules = _rule(198, "a", _argument), _replacing(199, "b", "B")
    done, passes = _fixed(b"a(b())\nb()\n", *rules)
    assert passes == [b"b()\nB\n", b"B\nB\n"]
    assert (done.data, done.findings) == (b"B\nB\n", ())
    done, passes = _fixed(b"a(1, b())\n", *rules)
    assert (passes, done.findings) == ([b"1\n"], ()), "what the first took away needs no second"


def test_insertions_at_one_place_come_one_after_the_other() -> None:
    rules = [
        _rule(number, word, lambda node, ctx, word=word: SAFE.by(ctx.edit.replace(node, "0"), Edit(TOP, f"{word}\n")))
        for number, word in ((198, "a"), (199, "b"))
    ]
    done, passes = _fixed(b"a()\nb()\n", *rules)
    assert passes == [b"a\n0\nb()\n", b"b\na\n0\n0\n"]
    assert done.findings == ()


def test_the_edits_of_a_fix_are_applied_together_or_not_at_all() -> None:
    def both(node: cst.Call, ctx: Context) -> Fix | None:
        """The call on the first line, and this one."""
        return SAFE.by(Edit(Span(Position(1, 0), Position(1, 1)), "B"), ctx.edit.replace(node, "B"))

    code = b"a(1)\nx = 2\nb()\n"
    done, passes = _fixed(code, _rule(198, "a", _argument), _rule(199, "b", both))
    assert passes == [b"1\nx = 2\nb()\n", b"B\nx = 2\nB\n"]
    assert done.findings == ()


def test_a_fix_waits_if_what_it_keeps_is_edited_by_another() -> None:
    def as_before(node: cst.Call, ctx: Context) -> Fix | None:
        """As the first line says, which must stay."""
        first = ctx.file.source.line(1)
        return SAFE.by(ctx.edit.replace(node, first[0]), keeps=[Span(Position(1, 0), Position(1, len(first)))])

    rules = _replacing(198, "a", "A"), _rule(199, "b", as_before)
    done, passes = _fixed(b"a()\nb()\n", *rules)
    assert passes == [b"A\nb()\n", b"A\nA\n"]
    assert done.findings == ()
    done, passes = _fixed(b"x ; a()\nb()\n", *rules)
    assert passes == [b"x ; A\nb()\n", b"x ; A\nx\n"]


def test_what_an_earlier_fix_keeps_is_edited_in_the_next_pass() -> None:
    def as_below(node: cst.Call, ctx: Context) -> Fix | None:
        last = ctx.file.source.line(2)
        return SAFE.by(ctx.edit.replace(node, last[0]), keeps=[Span(Position(2, 0), Position(2, len(last)))])

    done, passes = _fixed(b"b()\na()\n", _replacing(198, "a", "A"), _rule(199, "b", as_below))
    assert passes == [b"a\na()\n", b"a\nA\n"]
    assert done.findings == ()


def test_two_fixes_may_keep_the_same_place() -> None:
    def kept(node: cst.Call, ctx: Context) -> Fix | None:
        return SAFE.by(ctx.edit.replace(node, "0"), keeps=[Span(Position(1, 0), Position(1, 1))])

    done, passes = _fixed(b"x\na()\na()\n", _rule(198, "a", kept))
    assert passes == [done.data] == [b"x\n0\n0\n"]


def _reader(group: Span | None, remedy: Safe | Unsafe = SAFE) -> Offer:
    """Replaces a reader of the name on the first line, and takes the name away if nobody else reads it."""

    def offer(node: cst.Call, ctx: Context) -> Fix | None:
        text = ctx.file.source.text
        is_last = text.count("(n)") == 1
        gone = [Edit(Span(Position(1, 0), Position(2, 0)), "")] if is_last and text.startswith("n = ") else []
        return remedy.by(ctx.edit.replace(node, "0"), *gone, group=group)

    return offer


def test_the_last_of_a_group_waits_for_what_the_others_leave() -> None:
    group = Span(Position(1, 0), Position(1, 1))
    code = b"n = 1\na(n)\na(n)\na(n)\n"
    done, passes = _fixed(code, _rule(198, "a", _reader(group)))
    assert passes == [b"n = 1\n0\n0\na(n)\n", b"0\n0\n0\n"]
    assert (done.findings, done.mended.total()) == ((), 3)
    done, passes = _fixed(code, _rule(198, "a", _reader(None)))
    assert passes == [b"n = 1\n0\n0\n0\n"], "without a group nobody waits, and the name stays"


def test_a_group_of_two_rules_is_one_group() -> None:
    group = Span(Position(1, 0), Position(1, 1))
    rules = _rule(198, "a", _reader(group)), _rule(199, "b", _reader(group))
    done, passes = _fixed(b"n = 1\na(n)\nb(n)\n", *rules)
    assert passes == [b"n = 1\n0\nb(n)\n", b"0\n0\n"]
    assert done.findings == ()


def test_what_is_not_applied_is_not_waited_for() -> None:
    group = Span(Position(1, 0), Position(1, 1))
    rules = _rule(198, "a", _reader(group)), _rule(199, "b", _reader(group, UNSAFE))
    for code in (b"n = 1\na(n)\nb(n)\n", b"n = 1\nb(n)\na(n)\n"):
        done, passes = _fixed(code, *rules)
        assert passes == [done.data] == [code.replace(b"a(n)", b"0")]
        assert [finding.code for finding in done.findings] == ["ERR199"]


def test_a_crash_of_one_rule_does_not_stop_the_fixes_of_others() -> None:
    def crash(node: cst.Call, ctx: Context) -> Fix | None:
        raise ZeroDivisionError("on purpose")

    done, _ = _fixed(b"a()\nb()\n", _rule(198, "a", crash), _replacing(199, "b", "B"))
    assert done.data == b"a()\nB\n"
    assert [finding.code for finding in done.findings] == ["ERR000"]
    assert done.mended == {("ERR199", "calls-b"): 1}


NO_WAY_BACK = {
    "spelled another way": b"# coding: utf-7\n+AHg- = 1\na()\n",
    "two bytes for one character": b"# coding: cp932\nx = '\x87\x90'\na()\n",
}


@pytest.mark.parametrize("name", NO_WAY_BACK)
def test_bytes_that_the_encoding_does_not_give_back_are_left_alone(name: str) -> None:
    code = NO_WAY_BACK[name]
    done, _ = _fixed(code, _replacing(198, "a", "A"))
    assert _is_untouched(done, code, 1)
    (told,) = _told(done)
    assert told.startswith("the file's bytes are not what its text is in ")


def test_what_the_encoding_lacks_is_not_written() -> None:
    code = b"# coding: latin-1\nx = '\xe9'\na()\n"
    done, _ = _fixed(code, _replacing(198, "a", "'漢'"))
    assert _is_untouched(done, code, 1)
    (told,) = _told(done)
    assert told.startswith("the fix of ERR198 cannot be written in iso-8859-1; ")


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (b"\n# coding: latin-1\nx = '\xc3\xa9'\na()\n", "import os\n"),
        (b"#!python\n# coding: latin-1\nx = '\xe9'\na()\n", "import os\n"),
        ("x = 'é'\na()\n".encode(), "# coding: latin-1\n"),
        ("x = 'é'\na()\n".encode(), "# coding: klingon\n"),
    ],
)
def test_a_fix_that_changes_how_the_file_is_decoded_is_thrown_away(code: bytes, line: str) -> None:
    rule = _rule(198, "a", lambda node, ctx: SAFE.by(ctx.edit.replace(node, "0"), Edit(TOP, line)))
    done, _ = _fixed(code, rule)
    assert _is_untouched(done, code, 1)


@pytest.mark.parametrize(
    ("code", "after"),
    [
        (b"x\r\na()\r\ny", b"import os\r\nx\r\n0\r\ny"),
        (b"x\ra()\ry\r", b"import os\rx\r0\ry\r"),
        (b"\xef\xbb\xbfx\na()", b"\xef\xbb\xbfimport os\nx\n0"),
        (b"\x0cx\n\x0ca()\n", b"import os\n\x0cx\n\x0c0\n"),
        ("x = '\u2028é漢'; a()\n\n".encode(), "import os\nx = '\u2028é漢'; 0\n\n".encode()),
        (b"\tx\n".replace(b"\t", b"if y:\n\t") + b"\ta()\n", b"import os\nif y:\n\tx\n\t0\n"),
    ],
)
def test_all_that_is_not_edited_keeps_its_bytes(code: bytes, after: bytes) -> None:
    rule = _rule(198, "a", lambda node, ctx: SAFE.by(ctx.edit.replace(node, "0"), Edit(TOP, "import os\n")))
    done, _ = _fixed(code, rule)
    assert (done.data, done.findings) == (after, ())


def test_a_run_writes_what_is_mended_and_leaves_what_would_be_harmed(tmp_path: Path) -> None:
    rules = checked([_replacing(198, "a", "A"), _replacing(199, "b", "(")])
    texts = {"good.py": b"a()\n", "harmed.py": b"a()\nb()\n", "clean.py": b"c()\n"}
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text)
    files = [(Found(tmp_path / name, name), Settings(root=tmp_path)) for name in texts]
    dry = run(files, rules, fixing=Fixing(unsafe=False, write=False))
    assert {name: (tmp_path / name).read_bytes() for name in texts} == texts
    assert [(change.name, change.before, change.after) for change in dry.changes] == [("good.py", b"a()\n", b"A\n")]
    result = run(files, rules, fixing=Fixing(unsafe=False, write=True))
    assert {name: (tmp_path / name).read_bytes() for name in texts} == {**texts, "good.py": b"A\n"}
    assert [(finding.path, finding.code) for finding in result.findings] == [
        ("harmed.py", "ERR198"),
        ("harmed.py", "ERR199"),
        ("harmed.py", "ERR000"),
    ]
    for each in (dry, result):
        assert (each.crashed, each.fixed_files, each.mended.total()) == (True, 1, 1)
    assert result.changes == ()


def test_a_file_that_is_changed_while_it_is_checked_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"a()\n")

    def meanwhile(node: cst.Call, ctx: Context) -> Fix | None:
        path.write_bytes(b"somebody()\n")
        return SAFE.by(ctx.edit.replace(node, "A"))

    rules = checked([_rule(198, "a", meanwhile)])
    files = [(Found(path, "a.py"), Settings(root=tmp_path))]
    result = run(files, rules, fixing=Fixing(unsafe=False, write=True))
    assert path.read_bytes() == b"somebody()\n"
    assert [finding.code for finding in result.findings] == ["ERR198", "ERR000"]
    assert "was changed by somebody else" in result.findings[-1].message
    assert (result.mended, result.fixed_files) == (Counter(), 0)


def test_text_is_fixed_without_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rules = checked([_replacing(198, "a", "A")])
    result = run_text(b"a()\n", "a.py", Settings(root=tmp_path), rules, Fixing(unsafe=False, write=True))
    assert [(change.before, change.after) for change in result.changes] == [(b"a()\n", b"A\n")]
    assert list(tmp_path.iterdir()) == []
    assert run_text(b"a()\n", "a.py", Settings(root=tmp_path), rules).changes == ()


@pytest.mark.parametrize("texts", [("x", "y"), ("x", "")])
def test_edits_of_one_fix_never_overlap(texts: tuple[str, str]) -> None:
    place = Span(Position(1, 0), Position(1, 4))
    with pytest.raises(RuleDefinitionError, match="two edits of one fix at the same place, line 1"):
        Safe("mend it").by(*(Edit(place, text) for text in texts))
    assert Safe("mend it").by(Edit(place, "x"), Edit(place, "x")) is not None

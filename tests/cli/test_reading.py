"""From bytes to text: encodings, line ends, what cannot be read, and what is nested too deeply."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import BAD, concise, run, tree

RAW = BAD.encode()
READABLE = {
    "bom.py": (b"\xef\xbb\xbf" + RAW, 2, 5),
    "bom_first_line.py": (b"\xef\xbb\xbfraise\n", 1, 1),
    "cookie.py": (b"# -*- coding: latin-1 -*-\nNAME = '\xe9'\n" + RAW, 4, 5),
    "cookie_line_two.py": (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'; raise\n", 3, 6),
    "carriage_return.py": (RAW.replace(b"\n", b"\r"), 2, 5),
    "crlf.py": (b"x = 1\r\n" + RAW.replace(b"\n", b"\r\n"), 3, 5),
    "form_feed_line.py": (b"x = 1\n\x0c\n" + RAW, 4, 5),
    "line_separator.py": ("x = 'a\u2028b\x85c'\n".encode() + RAW, 3, 5),
    "no_last_newline.py": (RAW.rstrip(), 2, 5),
    "odd_escape.py": (b"x = '\\d'\n" + RAW, 3, 5),
    "tabs.py": (b"def check():\n\traise\n", 2, 2),
    "utf7.py": (b"# coding: utf-7\nx = '+AOk-'\n" + RAW, 4, 5),
    "wide.py": ("def check():\n    'äöü漢字🎈'; raise\n".encode(), 2, 15),
}
UNREADABLE = {
    "colon.py": (b"x = 1\ndef f(a)\n    return a\n", 2, 9, "expected ':'"),
    "hex.py": (b"# coding: hex\nx = 1\n", 1, 1, "hex is not a text encoding"),
    "not_utf8.py": (b"x = 1\nz = 2\ny = 'ab\xff'\n", 3, 8, "byte 0xff is not utf-8"),
    "null.py": (b"x = 1\ny = 'a\0'\n", 2, 7, "the file holds a null byte"),
    "unclosed.py": (b"x = 1\ny = (1,\n", 2, 5, "'(' was never closed"),
    "unknown_cookie.py": (b"#!/usr/bin/python\n# coding: klingon\nx = 1\n", 2, 1, "unknown encoding: klingon"),
    "wide_before.py": ("x = 'äöü漢字' +* 2\n".encode(), 1, 14, "invalid syntax"),
}


def test_text_is_decoded_and_its_lines_counted_as_python_does(tmp_path: Path) -> None:
    tree(tmp_path, {name: data for name, (data, _, _) in READABLE.items()})
    found = concise(tmp_path, "--isolated")
    assert found.places == [f"{name}:{line}:{column} ERR105" for name, (_, line, column) in sorted(READABLE.items())]
    assert (found.code, found.err) == (1, "")


def test_what_cannot_be_read_is_one_finding_with_its_place_and_the_others_go_on(tmp_path: Path) -> None:
    tree(tmp_path, {name: data for name, (data, _, _, _) in UNREADABLE.items()} | {"good.py": RAW})
    found = run(tmp_path, "--isolated", "--output-format", "json")
    seen = {Path(item["filename"]).name: item for item in found.items}
    assert len(found.items) == len(UNREADABLE) + 1
    assert seen.pop("good.py")["code"] == "ERR105"
    for name, (_, line, column, reason) in UNREADABLE.items():
        item = seen[name]
        assert (item["code"], item["name"], item["severity"]) == ("ERR001", "syntax-error", "error")
        assert (name, item["location"]) == (name, {"row": line, "column": column})
        assert reason in item["message"]
    assert (found.code, found.err) == (1, "")


def test_empty_files_are_clean(tmp_path: Path) -> None:
    tree(tmp_path, {"empty.py": b"", "newline.py": b"\n", "bom.py": b"\xef\xbb\xbf", "comment.py": b"# nothing"})
    assert run(tmp_path, "--quiet").out == ""


DEEP = {
    "parentheses_100.py": "x = " + "(" * 100 + "1" + ")" * 100 + "\n",
    "plus.py": "x = " + "+".join(["1"] * 5000) + "\n",
    "plus_in_handler.py": "def f():\n    try:\n        g()\n    except:\n        return "
    + "+".join(["x"] * 5000)
    + "\n",
    "attributes.py": "def f():\n    return x" + ".a" * 5000 + "\n",
    "calls.py": "def f():\n    return x" + ".a()" * 3000 + "\n",
    "elifs.py": "if a:\n    pass\n" + "elif b:\n    pass\n" * 3000,
    "blocks.py": "".join(" " * depth + "if x:\n" for depth in range(90)) + " " * 90 + "pass\n",
    "functions.py": "".join(" " * depth + f"def f{depth}():\n" for depth in range(90)) + " " * 90 + "pass\n",
}


def test_nesting_that_is_too_deep_never_ends_the_run(tmp_path: Path) -> None:
    files = {f"a_{name}": text + BAD for name, text in DEEP.items()}
    tree(tmp_path, {**files, "z.py": BAD})
    found = concise(tmp_path, "--isolated", "--select", "ERR105,ERR001")
    assert (found.code, found.err) == (1, "")
    assert found.places[-1] == "z.py:2:5 ERR105"
    by_file = {place.partition(":")[0]: place for place in found.places}
    assert set(by_file) == {*files, "z.py"}
    assert len(found.places) == len(by_file), "each is either read, or one finding that says that it cannot be"
    assert by_file["a_parentheses_100.py"] == "a_parentheses_100.py:3:5 ERR105"
    assert by_file["a_blocks.py"] == "a_blocks.py:93:5 ERR105"
    assert by_file["a_functions.py"] == "a_functions.py:93:5 ERR105"


NEWER = {
    "pep646.py": ("def f(*args: *Ts):\n    a[*b]\n    raise\n", ["3:5 ERR105"]),
    "pep654.py": ("def f():\n    try:\n        g()\n    except* Exception:\n        pass\n", ["4:5 ERR202"]),
    "pep695.py": (
        "type A[T] = list[T]\ndef f[T](x: T) -> T:\n    raise\nclass C[T]:\n    @a\n    def m(self):\n        raise\n",
        ["3:5 ERR105", "7:9 ERR105"],
    ),
    "pep696.py": ("class C[T = int]:\n    x = 1\n    def m(self): raise\n", ["3:18 ERR105"]),
    "pep701_quotes.py": ('def f():\n    x = f"{\'a\' + f"{x}"}"\n    raise\n', ["3:5 ERR105"]),
    "pep701_comment.py": ('def f():\n    x = f"{\n        1  # one\n    }"\n    raise\n', ["5:5 ERR105"]),
    "pep701_backslash.py": ("def f():\n    x = f\"{'\\n'.join(a)}\"\n    raise\n", ["3:5 ERR105"]),
    "pep750.py": ('def f(name):\n    x = t"hello {name}"\n    raise\n', ["3:5 ERR105"]),
    "pep758.py": (
        "def f():\n    try:\n        g()\n    except OSError, Exception:\n        pass\n",
        ["4:5 ERR202"],
    ),
    "pep758_star.py": (
        "def f():\n    try:\n        g()\n    except* OSError, Exception:\n        pass\n",
        ["4:5 ERR202"],
    ),
}


def test_syntax_newer_than_the_interpreter_is_linted_all_the_same(tmp_path: Path) -> None:
    tree(tmp_path, {name: text for name, (text, _) in NEWER.items()})
    found = concise(tmp_path, "--isolated", "--select", "ERR105,ERR202,ERR001")
    assert found.places == [f"{name}:{place}" for name, (_, places) in sorted(NEWER.items()) for place in places]
    assert (found.code, found.err) == (1, "")


@pytest.mark.parametrize("newer", ["type A = int\n", "def f[T](): pass\n", 'x = t"{a}"\n'])
def test_a_fault_in_newer_syntax_is_a_finding(tmp_path: Path, newer: str) -> None:
    found = concise(tmp_path, "--isolated", "-", stdin=f"{newer}x = = 1\n".encode())
    assert (found.code, found.err) == (1, "")
    assert [place.rpartition(" ")[2] for place in found.places] == ["ERR001"]


def test_three_thousand_parentheses_do_not_end_the_run(tmp_path: Path) -> None:
    tree(tmp_path, {"deep.py": "x = " + "(" * 3000 + "1" + ")" * 3000 + "\n", "z.py": BAD})
    found = concise(tmp_path, "--isolated")
    assert (found.code, [place.rpartition(" ")[2] for place in found.places]) == (1, ["ERR001", "ERR105"])


@pytest.mark.parametrize(
    "code", ["x = " + "[" * 3000 + "]" * 3000, "x = " + "(" * 3000, "x = " + "-" * 100000 + "1", "a" + "[b" * 5000]
)
def test_other_deep_nesting_does_not_end_the_run(tmp_path: Path, code: str) -> None:
    found = concise(tmp_path, "--isolated", "-", stdin=f"{code}\n".encode())
    assert (found.code, [place.rpartition(" ")[2] for place in found.places]) == (1, ["ERR001"])


@pytest.mark.parametrize("codec", ["punycode", "undefined", "unicode_escape"])
def test_a_codec_that_fails_in_its_own_way_is_a_finding(tmp_path: Path, codec: str) -> None:
    tree(tmp_path, {"a.py": f"# coding: {codec}\nx = '\\x'\n", "z.py": BAD})
    found = concise(tmp_path, "--isolated")
    assert (found.code, found.err) == (1, "")
    assert [place.rpartition(" ")[2] for place in found.places] == ["ERR001", "ERR105"]


def test_a_form_feed_before_a_statement_does_not_move_columns(tmp_path: Path) -> None:
    found = concise(tmp_path, "--isolated", "-", stdin=b"x = 1\n\x0cdef check():\n    raise\n")
    assert found.places == ["-:3:5 ERR105"]


def test_form_feeds_before_methods_are_read(tmp_path: Path) -> None:
    code = b"class A:\n    def m(self):\n        raise\n\x0c    def o(self):\n        raise\n"
    compile(code, "a.py", "exec")
    found = concise(tmp_path, "--isolated", "-", stdin=code)
    assert (found.code, found.places) == (1, ["-:3:9 ERR105", "-:5:9 ERR105"])


def test_pep_701_format_specs_nest_deeper_than_before(tmp_path: Path) -> None:
    found = concise(tmp_path, "--isolated", "-", stdin=b'def f():\n    x = f"{a:{b:{c}}}"\n    raise\n')
    assert found.places == ["-:3:5 ERR105"]


IN_HANDLERS = {
    "brackets.py": "[" * 150 + "]" * 150,
    "calls.py": "x" + ".a()" * 450,
    "conditions.py": " and ".join(["x"] * 3000),
    "plus.py": "+".join(["x"] * 5000),
    "strings.py": "(" + "\n".join(["'x'"] * 3000) + ")",
    "subscripts.py": "x[" * 190 + "1" + "]" * 190,
}


def test_deep_nesting_in_a_region_is_read_or_told(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            name: f"def f():\n    try:\n        g()\n    except:\n        return {deep}\n"
            for name, deep in IN_HANDLERS.items()
        },
    )
    found = concise(tmp_path, "--isolated", "--select", "ERR201,ERR001")
    assert found.code in (1, 2)
    assert "Traceback" not in found.err
    places = {place.partition(":")[0]: place for place in found.places}
    assert set(places) == set(IN_HANDLERS), "silence about one of them is the worst answer"
    assert places["brackets.py"] == "brackets.py:4:5 ERR201"


def test_nesting_that_python_refuses_next_to_a_fault_does_not_end_the_run(tmp_path: Path) -> None:
    found = concise(tmp_path, "--isolated", "-", stdin=b"x = = 1\ny = " + b"not " * 900 + b"1\n")
    assert (found.code, found.places) == (1, ["-:1:5 ERR001"])

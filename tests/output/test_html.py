"""The page as a document: valid, whole, self-contained, and nothing in it is taken for markup."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest

from errlint.model import Applicability, Edit, Fix, Position, Related, Severity, Silenced, Span
from errlint.output.html import folders
from errlint.output.html.markup import text
from tests.cli.command import run, tree
from tests.output.pages import ATTACK, FILES, finding, page, project

ROOT = Path(__file__).parents[2]


def parsed(document: str) -> Element:
    """The document as a browser reads it. The parser raises for anything that HTML does not allow."""
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(document)
    assert isinstance(root, Element)
    return root


def words(element: Element) -> str:
    return "".join(element.itertext())


def having(root: Element, name: str, value: str) -> list[Element]:
    return [each for each in root.iter() if value in each.get(name, "").split()]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    return project(tmp_path_factory.mktemp("small")).read_bytes().decode("ascii")


def test_the_page_is_valid_html_in_ascii_and_all_findings_are_in_it(written: str, tmp_path: Path) -> None:
    root = parsed(written)
    items = run(tree(tmp_path, FILES), "check", "--output-format", "json").items
    found = having(root, "class", "finding")
    assert [each.get("data-rule") for each in found] == [item["code"] for item in items]
    assert {"ERR001", "ERR105", "ERR203", "ERR102"} <= {item["code"] for item in items}
    for each, item in zip(found, items, strict=True):
        assert item["message"].replace("`", "") in words(each)
        assert str(item["location"]["row"]) in words(each)
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    links = [each.get("href", "") for each in root.iter("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


def test_nothing_is_fetched_and_only_our_script_and_style_run(written: str) -> None:
    root = parsed(written)
    assert not [each.tag for each in root.iter() if each.get("src") or each.tag in {"iframe", "object", "embed", "img"}]
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on") or name == "style"]
    (policy,) = [each.get("content", "") for each in root.iter("meta") if each.get("http-equiv")]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        (element,) = root.iter(tag)
        digest = base64.b64encode(hashlib.sha256((element.text or "").encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_what_comes_from_code_is_text(written: str) -> None:
    root = parsed(written)
    (element,) = [each for each in having(root, "class", "finding") if "\U0001f600" in words(each)]
    shown = words(element)
    assert f"x = '{ATTACK}'; raise  # \U0001f600 [U+202E]\u240c{ATTACK}" in shown
    assert f"shop/{ATTACK.replace('/', '')}.py" in shown
    (silenced,) = having(root, "id", "silenced")
    assert "tried <b>twice</b> & left" in words(silenced)
    assert text('<a b="\'">&\x00\ud800') == "&lt;a b=&quot;&#x27;&quot;&gt;&amp;\u2400\\ud800"


def test_attacks_in_every_text_of_a_finding() -> None:
    fix = Fix(ATTACK, Applicability.UNSAFE, (Edit(Span(Position(2, 0), Position(2, 3)), ATTACK),))
    related = (Related(Span(Position(2, 0), Position(2, 3)), ATTACK),)
    bad = finding(f"{ATTACK}.py", message=ATTACK, help=ATTACK, scope=ATTACK, fix=fix, related=related)
    root = parsed(page([bad], silenced=(Silenced(bad, ATTACK),), source=ATTACK))
    assert len(list(root.iter("script"))) == 1
    assert not list(root.iter("img"))
    assert words(having(root, "class", "finding")[0]).count(ATTACK) >= 7


def test_a_finding_has_its_source_its_marks_and_its_fix(written: str) -> None:
    root = parsed(written)
    (silent,) = [each for each in having(root, "class", "finding") if each.get("data-rule") == "ERR203"]
    assert [words(mark) for mark in silent.iter("mark")] == ["except Exception:", "return None"]
    assert [words(note) for note in silent.iter("small")] == ["the silent path"]
    gutter = having(silent, "class", "gutter")[0]
    assert words(gutter).split() == ["1", "2", "3", "4", "5", "6", "7", "8"]
    (cause,) = [each for each in having(root, "class", "finding") if each.get("data-rule") == "ERR102"]
    assert cause.get("data-fix") == "safe"
    assert [words(line).strip() for line in cause.iter("del")] == [
        "- except ValueError:",
        "-     raise RuntimeError('no number')",
    ]
    assert [words(line).strip() for line in cause.iter("ins")] == [
        "+ except ValueError as err:",
        "+     raise RuntimeError('no number') from err",
    ]


def test_the_text_of_a_rule_is_there_with_its_examples(written: str) -> None:
    (article,) = having(parsed(written), "id", "ERR102")
    shown = words(article)
    for part in ("What to do:", "Fix (safe)", "Found", "Fixed", "Left alone", "since 0.1"):
        assert part in shown
    assert "# expect" not in shown
    assert list(article.iter("mark"))


def test_a_report_that_is_not_whole_says_so_first(tmp_path: Path) -> None:
    document = page([finding(code="ERR000", name="internal-error", fingerprint="", severity=Severity.ERROR)])
    (failure,) = having(parsed(document), "class", "failure")
    assert words(failure).startswith("This report is not whole. 1 place could not be checked")


def test_no_findings(tmp_path: Path) -> None:
    tree(tmp_path, {"clean.py": "x = 1\n"})
    done = run(tmp_path, "check", "--output-format", "html")
    assert done.code == 0
    root = parsed(done.out)
    assert words(next(root.iter("h1"))).startswith("No findings in ")
    assert "1 file, 1 line" in words(root)
    assert not having(root, "id", "by-rule")


def test_long_lines_are_cut_around_the_mark_and_line_ends_do_not_matter() -> None:
    line = "a = 1; " * 2000 + "raise" + " # b" * 2000
    root = parsed(page([finding(start=(2, 14_000), end=(2, 14_005))], lines=3, source=line))
    (code,) = having(having(root, "class", "finding")[0], "class", "code")
    shown = words(code).split("\n")[1]
    assert [words(mark) for mark in code.iter("mark")] == ["raise"]
    assert shown.startswith("\u2026")
    assert shown.endswith("\u2026")
    assert len(shown) < 400
    edit = Edit(Span(Position(1, 0), Position(1, 1)), "x\r\ny\r")
    fixed = parsed(page([finding(fix=Fix("do", Applicability.SAFE, (edit,)))], lines=1, source="zed"))
    assert [words(line).strip() for line in fixed.iter("ins")] == ["+ x", "+ y", "+ ed"]


def test_marks_that_overlap_and_places_behind_a_line() -> None:
    related = (
        Related(Span(Position(2, 6), Position(3, 3)), "over"),
        Related(Span(Position(9, 90), Position(9, 90)), "far"),
    )
    root = parsed(page([finding(related=related)], source="    abcdefgh"))
    marks = [(words(mark), mark.get("class")) for mark in having(root, "class", "finding")[0].iter("mark")]
    assert marks == [("abcde", None), ("fgh", "related")]
    assert parsed(page([finding(start=(9, 90), end=(9, 90))], lines=9)).find(".//mark") is not None


def test_the_same_fingerprint_in_two_files_gives_two_anchors() -> None:
    root = parsed(page([finding("a.py"), finding("b.py"), finding("c.py")]))
    anchors = [each.get("id", "") for each in having(root, "class", "finding")]
    assert anchors[0] == "0123456789abcdef"
    assert len(set(anchors)) == 3
    assert all(re.fullmatch("0123456789abcdef-[0-9a-f]{8}", anchor) for anchor in anchors[1:])


def test_folders_are_a_tree_with_the_densest_first() -> None:
    found = folders.rows(
        [
            ("src/app/web/a.py", 1, 100),
            ("src/app/core/b.py", 4, 100),
            ("src/app/clean/one/c.py", 0, 700),
            ("src/app/tidy/d.py", 0, 100),
            ("run.py", 0, 50),
        ]
    )
    assert [(row.label, row.depth, row.folder.findings, row.folder.lines) for row in found] == [
        ("src/app/", 0, 5, 1000),
        ("core/", 1, 4, 100),
        ("web/", 1, 1, 100),
        ("2 folders without findings", 1, 0, 800),
        ("files in no folder", 0, 0, 50),
    ]
    assert folders.scale(found) == 5.0
    assert folders.rows([("/abs/x/a.py", 1, 10)])[0].folder.path == "/abs/x"
    assert folders.rows([]) == []


def test_the_wheel_holds_the_page(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    tree(tmp_path / "code", {"bad.py": "def check():\n    raise\n"})
    done = run(tmp_path / "code", "check", "--output-format", "html", PYTHONPATH=str(tmp_path / "installed"))
    assert done.code == 1, done.err
    assert having(parsed(done.out), "class", "finding")


def test_the_page_is_named_when_it_is_written(tmp_path: Path) -> None:
    tree(tmp_path, {"bad.py": "def check():\n    raise\n"})
    done = run(tmp_path, "check", "-o", "html:report.html", "-o", "json:found.json")
    assert done.lines[-1] == "Written: report.html, found.json."
    assert "Written" not in run(tmp_path, "check", "-q", "-o", "html:report.html").out
    assert io.StringIO((tmp_path / "report.html").read_text(encoding="ascii")).readline() == "<!doctype html>\n"

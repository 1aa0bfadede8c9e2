"""The page for people: headers where there are several files, and repeats that do not push the rest away."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from errlint.output import full
from errlint.output.report import Report
from tests.cli.command import environment, run
from tests.output.odd import FIX, ODD, finding, report


def written(given: Report) -> list[str]:
    stream = io.StringIO()
    full.write(given, stream)
    return stream.getvalue().split("\n")


def test_a_clean_run_does_not_wait_for_rich(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text("x = 1\n")
    script = (
        "import sys; from errlint.cli.main import main; assert main(['clean.py']) == 0; print('rich' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True, check=True
    )
    assert done.stdout.decode().splitlines()[-1] == "False"


def test_files_have_headers_where_there_are_several() -> None:
    lines = written(report(finding("a.py"), finding("a.py", (4, 0), (4, 1)), finding("b.py")))
    assert [line for line in lines if ".py: " in line] == ["a.py: 2 findings", "b.py: 1 finding"]
    assert lines[lines.index("b.py: 1 finding") - 1] == ""
    assert not any(".py: " in line for line in written(report(finding("a.py"), finding("a.py", (4, 0), (4, 1)))))


def test_a_header_does_not_count_what_it_cannot_know() -> None:
    lines = written(replace(report(finding("a.py"), finding("b.py")), left_out=3))
    assert [line for line in lines if line.endswith(".py")] == ["a.py", "b.py"]


def test_from_the_fourth_on_a_repeat_takes_one_line() -> None:
    same = [finding("a.py", (n, 0), (n, 1), message=f"no {n}") for n in range(1, 6)]
    other = finding("a.py", (9, 0), (9, 1), code="ERR203", name="other", message="no 9")
    last = finding("a.py", (10, 4), (10, 5), message="no 10", fix=FIX)
    lines = written(report(*same, other, last, finding("b.py", message="no")))
    shown = [line for line in lines if " --> " in line or line.startswith("a.py:")]
    assert shown == [
        "a.py: 7 findings",
        " --> a.py:1:1",
        " --> a.py:2:1",
        " --> a.py:3:1",
        "a.py:4:1: ERR202 no 4",
        "a.py:5:1: ERR202 no 5",
        " --> a.py:9:1",
        "a.py:10:5: ERR202 [*] no 10",
        " --> b.py:3:3",
    ]
    fourth = lines.index("a.py:4:1: ERR202 no 4")
    assert lines[fourth - 1] == lines[fourth + 2] == ""
    assert lines[-2:] == ["", ""]


def test_odd_things_are_shown_and_do_no_harm() -> None:
    lines = written(ODD)
    assert " --> sp ace/ä%,:;]|💥.py:3:3" in lines
    marked = lines.index("3 |         read('💥', 漢)")
    assert lines[marked + 1] == "  |         ^^^^^^^^^^^^^^"


def test_every_finding_of_the_standard_library_has_its_place(standard_library: Report) -> None:
    text = "\n".join(written(standard_library))
    for found in standard_library.findings:
        place = f"{found.path}:{found.span.start.line}:{found.span.start.column + 1}"
        assert f" --> {place}\n" in text or f"\n{place}: {found.code} " in text


def test_two_places_in_one_line_share_it(tmp_path: Path) -> None:
    code = "try:\n    f()\nexcept Exception:  # errlint: ignore[ERR202] until=2020-01-01 old\n    pass\n"
    (tmp_path / "a.py").write_text(code)
    shown = run(tmp_path, "--isolated", "--select", "ERR202", "a.py").lines
    comment = "# errlint: ignore[ERR202] until=2020-01-01 old"
    assert shown[2:5] == [
        f"3 | except Exception:  {comment}",
        f"  | {'^' * len('except Exception:')}",
        f"  | {' ' * len('except Exception:  ')}{'^' * len(comment)} this ignore comment expired on 2020-01-01",
    ]

"""`errlint suppressions`, and comments that expire."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import BAD, CLEAN, concise, run, tree
from tests.cli.git import commit, git

SETTINGS = "extend-select = ['ERR105']\nrequire-reason = true\nextend-ignore = ['ERR104']\n"
FILES = {
    "errlint.toml": SETTINGS,
    "used.py": "def f():\n    raise  # errlint: ignore[ERR105] until=9999-12-31 the vendor | promises\n",
    "unused.py": "x = 1  # errlint: ignore[ERR105, ERR202] nobody knows\n",
    "expired.py": "def f():\n    raise  # errlint: ignore[bare-raise-outside-handler] a fix comes until=2020-02-29\n",
    "other.py": "raise Exception('a')  # errlint: ignore[ERR104] its rule does not run\n",
    "noqa.py": "def f():\n    raise  # noqa: ERR105\n",
    "foreign.py": "def f(a):\n    try:\n        a()\n    except Exception:  # noqa: BLE001\n        pass\n",
    "foreign_only.py": "x = 1  # pylint: disable=broad-except\n",
    "clean.py": CLEAN,
}


def _listed(folder: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    found = run(folder, "suppressions", "--output-format", "json", *arguments)
    assert (found.code, found.err) == (0, "")
    return {Path(item["filename"]).name: item for item in found.items}


def test_each_comment_is_listed_with_what_it_does(tmp_path: Path) -> None:
    found = _listed(tree(tmp_path, FILES))
    assert {name: (item["state"], item["hides"], item["until"], item["reason"]) for name, item in found.items()} == {
        "used.py": ("used", 1, "9999-12-31", "the vendor | promises"),
        "unused.py": ("unused", 0, None, "nobody knows"),
        "expired.py": ("expired", 0, "2020-02-29", "a fix comes"),
        "other.py": ("unknown", 0, None, "its rule does not run"),
        "noqa.py": ("used", 1, None, None),
    }
    assert found["unused.py"]["codes"] == ["ERR105", "ERR202"]
    assert found["unused.py"]["location"] == {"row": 1, "column": 8}
    assert {item["since"] for item in found.values()} == {None}
    with_all = _listed(tmp_path, "--all")
    assert {with_all[name]["state"] for name in ("foreign.py", "foreign_only.py")} == {"used", "unknown"}
    assert set(with_all) == {*found, "foreign.py", "foreign_only.py"}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (("--unused",), {"unused.py"}),
        (("--expired",), {"expired.py"}),
        (("--without-reason",), {"noqa.py"}),
        (("--unused", "--expired"), {"unused.py", "expired.py"}),
        (("--unused", "clean.py"), set()),
    ],
)
def test_filters_choose(tmp_path: Path, filters: tuple[str, ...], names: set[str]) -> None:
    assert set(_listed(tree(tmp_path, FILES), *filters)) == names


def test_people_and_pull_requests_get_a_list(tmp_path: Path) -> None:
    tree(tmp_path, FILES)
    assert run(tmp_path, "suppressions").lines == [
        "expired.py:2:12: bare-raise-outside-handler: expired on 2020-02-29",
        "    a fix comes",
        "noqa.py:2:12: ERR105: hides 1 finding",
        "    (no reason given)",
        "other.py:1:23: ERR104: not judged: its rules did not run",
        "    its rule does not run",
        "unused.py:1:8: ERR105, ERR202: hides nothing",
        "    nobody knows",
        "used.py:2:12: ERR105: hides 1 finding, until 9999-12-31",
        "    the vendor | promises",
        "5 ignore comments hide 2 findings: 1 not needed, 1 expired, 1 not judged, 1 without a reason.",
    ]
    table = run(tmp_path, "suppressions", "--output-format", "markdown").lines
    assert table[6] == "| used.py:2 | ERR105 | hides 1 finding | - | 9999-12-31 | the vendor \\| promises |"
    assert run(tmp_path, "suppressions", "clean.py").out == "No ignore comments.\n"


def test_git_tells_how_old_a_comment_is(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": SETTINGS, "a b.py": FILES["used.py"]})
    commit(tmp_path, when="2026-01-02T23:30:00-0500")
    tree(tmp_path, {"a b.py": FILES["unused.py"] + FILES["used.py"], "new.py": FILES["used.py"]})
    found = run(tmp_path, "suppressions", "--output-format", "json").items
    assert [item["since"] for item in found] == [None, "2026-01-02", None]
    assert found[1]["days"] > 300
    assert re.search(r"until 9999-12-31, \d+ days old", run(tmp_path, "suppressions").out)


def test_a_shallow_clone_does_not_make_up_ages(tmp_path: Path) -> None:
    origin = tree(tmp_path / "origin", {"errlint.toml": SETTINGS, "a.py": FILES["used.py"]})
    commit(origin)
    tree(origin, {"b.py": FILES["used.py"]})
    commit(origin, when="2026-03-04T00:00:00+0000")
    tree(origin, {"c.py": FILES["used.py"]})
    commit(origin, when="2026-04-05T00:00:00+0000")
    git(tmp_path, "clone", "--quiet", "--depth", "2", origin.as_uri(), "clone")
    found = _listed(tmp_path / "clone")
    assert {name: item["since"] for name, item in found.items()} == {"a.py": None, "b.py": None, "c.py": "2026-04-05"}


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    found = run(tree(tmp_path, {"broken.py": "x = = 1\n", **FILES}), "suppressions")
    assert (found.code, len(found.lines)) == (2, 11)
    assert found.err.startswith("errlint: broken.py:1: cannot be read as Python")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-",), "`-` has no history"),
        (("--unusd",), "there is no option '--unusd'; did you mean '--unused'?"),
        (("--output-format", "jsn"), "'jsn' is not a value of --output-format; did you mean 'json'?"),
        (("nowhere",), "nowhere: no such file or folder"),
    ],
)
def test_wrong_use_is_told(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    found = run(tmp_path, "suppressions", *arguments)
    assert (found.code, found.out) == (2, "")
    assert message in found.err


def test_an_expired_comment_hides_nothing_and_the_finding_says_so(tmp_path: Path) -> None:
    tree(tmp_path, FILES)
    found = concise(tmp_path, "--select", "ERR105,ERR0", "expired.py")
    assert found.places == ["expired.py:2:5 ERR105"]
    assert "; its ignore comment expired on 2020-02-29 [" in found.out
    (item,) = json.loads(run(tmp_path, "--output-format", "json", "--select", "ERR105", "expired.py").out)
    assert item["related"][0]["message"] == "this ignore comment expired on 2020-02-29"
    assert item["related"][0]["location"] == {"row": 2, "column": 12}


def test_a_comment_with_a_date_that_is_none_is_told_and_hides_nothing(tmp_path: Path) -> None:
    for day in ("2026-02-30", "soon", "", "20270101"):
        tree(tmp_path, {"bad.py": BAD.replace("raise", f"raise  # errlint: ignore[ERR105] until={day} a fix")})
        found = concise(tmp_path, "--isolated", "--select", "ERR105,ERR0", "bad.py")
        assert found.places == ["bad.py:2:5 ERR105", "bad.py:2:12 ERR004"]
        assert f"`until={day}` is not a date; write until=YYYY-MM-DD" in found.out


def test_a_date_is_no_reason(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "errlint.toml": "require-reason = true",
            "bad.py": BAD.replace("raise", "raise  # errlint: ignore[ERR105] until=9999-12-31"),
        },
    )
    assert concise(tmp_path, ".").places == ["bad.py:2:12 ERR003"]


def test_an_expired_comment_that_nothing_needs_is_unused(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": "x = 1  # errlint: ignore[ERR105] until=2020-01-01\n"})
    assert concise(tmp_path, "--isolated", ".").places == ["a.py:1:8 ERR002"]

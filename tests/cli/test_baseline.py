"""Old findings are let pass, new ones are caught: `errlint baseline` and `errlint check --baseline`."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from errlint.engine.registry import catalogue
from tests.cli.command import Outcome, concise, here, run, tree
from tests.cli.git import commit, git

FILE = "errlint-baseline.toml"
ORDERS = """\
import api


def load(number):
    try:
        return api.fetch(number)
    except Exception:
        return None


class Store:
    def price(self, text):
        try:
            return int(text)
        except ValueError:
            raise KeyError(text)
"""
"""ERR203 at 7:5 and ERR102 at 16:13."""
RATE = """\


def rate(text):
    try:
        return int(text)
    except ValueError as error:
        raise KeyError(text)
"""
"""ERR102, which can be fixed safely."""
PROJECT = {"pyproject.toml": "[project]\nname = 'shop'\n", "shop/orders.py": ORDERS, "shop/empty.py": ""}
HIDDEN = "2 findings are in the baseline."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project under git with two findings, both in its baseline."""
    tree(tmp_path, PROJECT)
    written = here(tmp_path, "baseline")
    assert (written.code, written.err) == (0, "")
    assert written.lines[0].startswith(f"Wrote {FILE}: 2 findings in 1 of 2 files (")
    commit(tmp_path)
    return tmp_path


def _rewrite(folder: Path, before: str, after: str, name: str = "shop/orders.py") -> None:
    path = folder / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def _check(folder: Path, *arguments: str) -> Outcome:
    return here(folder, "check", "--baseline", "--error-stale", *arguments)


def _really(folder: Path) -> Outcome:
    """The same, as a user starts it."""
    return run(folder, "check", "--baseline", "--error-stale")


def _new(folder: Path, *arguments: str) -> list[str]:
    return concise(folder, "--baseline", *arguments).places


def test_nothing_is_new_where_nothing_changed(project: Path) -> None:
    done = _really(project)
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].startswith("No findings in 2 files")
    assert done.lines[1:] == [HIDDEN]


# The five behaviours by which baselines differ.


def test_lines_inserted_above(project: Path) -> None:
    _rewrite(project, "import api\n", "import api\n\n# once\nLIMIT = 3\n")
    _rewrite(project, "    def price", "    limit = 3\n\n    def price")
    assert _really(project).code == 0


def test_a_block_indented_again(project: Path) -> None:
    block = "".join(ORDERS.splitlines(keepends=True)[4:8])
    _rewrite(project, block, "    if number:\n" + textwrap.indent(block, "    "))
    done = _really(project)
    assert (done.code, done.err) == (0, ""), done.out


def test_a_renamed_file(project: Path) -> None:
    git(project, "mv", "shop/orders.py", "shop/sales.py")
    done = _really(project)
    assert (done.code, done.err) == (0, "")
    assert done.lines[1:] == [HIDDEN, "2 entries belong to files that were renamed: run `errlint baseline`."]
    renewed = run(project, "baseline")
    assert renewed.lines == [f"Wrote {FILE}: 2 moved; 2 entries stand in it."]
    assert _really(project).lines[1:] == [HIDDEN]
    assert 'path = "shop/sales.py"' in (project / FILE).read_text()


def test_a_second_identical_finding(project: Path) -> None:
    _rewrite(project, "import api\n", f"import api\n{ORDERS.partition('api')[2].partition('class')[0]}")
    assert _new(project) == [f"{Path('shop/orders.py')}:17:5 ERR203"]
    tree(project, {"shop/copy.py": ORDERS})
    assert len(_new(project, "shop/copy.py")) == 2, "a copied file is no renamed one"


def test_a_renamed_file_and_its_copy(project: Path) -> None:
    git(project, "mv", "shop/orders.py", "shop/a.py")
    shutil.copy(project / "shop/a.py", project / "shop/b.py")
    assert {place.partition(":")[0] for place in _new(project)} == {str(Path("shop/b.py"))}


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("        return None", "        return 0", "7:5 ERR203"),
        ("raise KeyError(text)", "raise LookupError(text)", "16:13 ERR102"),
        ("except ValueError:\n            raise KeyError(text)", "except Exception:\n            pass", "15:9 ERR202"),
    ],
)
def test_another_fault_at_the_same_place(project: Path, before: str, after: str, place: str) -> None:
    _rewrite(project, before, after)
    assert _new(project) == [f"{Path('shop/orders.py')}:{place}"]
    assert "1 entry is gone" in _check(project).out


# What is gone.


def test_what_is_gone_is_said_listed_and_taken_out(project: Path) -> None:
    _rewrite(project, "raise KeyError(text)", "raise KeyError(text) from None")
    done = here(project, "check", "--baseline")
    assert (done.code, done.err) == (0, "")
    assert done.lines[1:] == ["1 finding is in the baseline, 1 entry is gone: run `errlint baseline --prune`."]
    stale = _check(project, "--output-format", "concise")
    assert (stale.code, stale.out) == (1, "")
    what = "ERR102 Store.price: `raise KeyError(text)` does not name its cause; add `from err`"
    assert stale.err == f"{FILE}:5: is gone: shop/orders.py: {what}\n"
    assert _check(project, "--exit-zero").code == 0
    pruned = here(project, "baseline", "--prune")
    assert (pruned.code, pruned.lines) == (
        0,
        [f"- shop/orders.py: {what}", f"Wrote {FILE}: 1 kept, 1 gone; 1 entry stands in it."],
    )
    assert _check(project).code == 0
    assert here(project, "baseline", "--prune").lines == [f"{FILE} is up to date: 1 entry stands in it."]


def test_pruning_adds_nothing(project: Path) -> None:
    tree(project, {"shop/more.py": ORDERS})
    before = (project / FILE).read_bytes()
    assert here(project, "baseline", "--prune").code == 0
    assert (project / FILE).read_bytes() == before


def test_only_what_was_looked_at_can_be_gone(project: Path) -> None:
    _rewrite(project, ORDERS, "")
    for arguments in (("shop/empty.py",), ("--select", "ERR4"), ("--per-file-ignores", "shop/*:ALL")):
        assert (_check(project, *arguments).code, _check(project, *arguments).err) == (0, ""), arguments
    assert len(_check(project, "--select", "ERR1").err.splitlines()) == 1
    assert len(_check(project, "shop/orders.py").err.splitlines()) == 2
    (project / "shop/orders.py").unlink()
    tree(project, {"tests/a.py": ""})
    assert _check(project, "tests").code == 0, "the missing file is not below what was checked"
    assert len(_check(project, "shop").err.splitlines()) == 2
    here(project, "baseline", "tests")
    assert (project / FILE).read_text().count("fingerprint = ") == 2


def test_a_file_that_does_not_parse_keeps_its_entries(project: Path) -> None:
    _rewrite(project, "import api", "import api(")
    done = _check(project)
    assert (done.code, done.err) == (1, "")
    assert "ERR001" in done.out
    assert "0 findings are in the baseline." in done.lines
    tree(project, {"shop/more.py": ORDERS})
    renewed = here(project, "baseline", "-q")
    assert (renewed.code, renewed.out) == (1, "")
    assert "shop/orders.py:1:11: ERR001 " in renewed.err.replace("\\", "/")
    assert (project / FILE).read_text().count("fingerprint = ") == 4
    assert "ERR001" not in (project / FILE).read_text()


def test_nothing_is_written_if_a_rule_crashed(project: Path) -> None:
    before = (project / FILE).read_bytes()
    tree(project, {"shop/more.py": ORDERS})
    with _crashing("ERR203"):
        done = here(project, "baseline")
        checked = _check(project)
    assert (done.code, done.out) == (2, "")
    assert "ERR000 rule ERR203 (broad-handler-unreported) crashed" in done.err
    remedy = "no baseline was written. Leave the files out with --exclude to go on without them"
    assert done.err.splitlines()[-1].endswith(f"see ERR000 above; {remedy}")
    assert (project / FILE).read_bytes() == before
    assert (checked.code, "gone" in checked.err) == (2, False), "nobody knows what the rule would have found"


@contextmanager
def _crashing(code: str) -> Iterator[None]:
    """A rule that crashes wherever it looks."""

    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError

    rule = catalogue().rule(code)
    assert rule is not None
    checks = list(rule.checks)
    rule.checks[:] = [(kind, fail) for kind, _ in checks]
    try:
        yield
    finally:
        rule.checks[:] = checks


# What people write into it.


def test_reasons_and_dates_are_kept(project: Path) -> None:
    path = project / FILE
    extra = 'reason = "the \\"vendor\\"", until = 2999-01-01'
    path.write_text(path.read_text().replace('add `from err`" }', f'add `from err`", {extra} }}'))
    git(project, "mv", "shop/orders.py", "shop/sales.py")
    tree(project, {"shop/more.py": ORDERS})
    renewed = here(project, "baseline")
    assert renewed.lines[-1] == f"Wrote {FILE}: 2 added, 2 moved; 4 entries stand in it."
    assert [line[0] for line in renewed.lines[:-1]] == ["+", "+"]
    (line,) = [line for line in path.read_text().splitlines() if "reason" in line and "path" in line]
    assert line.startswith('  { path = "shop/more.py", code = "ERR102", ')
    assert line.endswith(f", {extra} }},")


def test_an_entry_that_has_expired_counts_no_more(project: Path) -> None:
    path = project / FILE
    path.write_text(path.read_text().replace('add `from err`" }', 'add `from err`", until = 2020-01-01 }'))
    done = here(project, "--output-format", "concise", "--baseline")
    assert done.code == 1
    assert done.lines[0].endswith(
        "add `from err` (passed over until 2020-01-01, see errlint-baseline.toml:5) [raise-without-cause, warning]"
    )
    assert _check(project).lines[-2:] == [
        "1 finding is in the baseline.",
        "1 entry has expired: mend the code, or change `until`.",
    ]
    assert here(project, "baseline").lines == [f"{FILE} is up to date: 2 entries stand in it."]
    assert "(passed over" not in path.read_text()


# Where it stands.


def test_the_folder_from_which_a_run_is_started_does_not_matter(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = (project / FILE).read_bytes()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for folder, arguments in ((project / "shop", ()), (project / "shop", ("..",)), (elsewhere, (str(project),))):
        assert here(folder, "check", "--baseline", *arguments).code == 0
        done = here(folder, "baseline", *arguments)
        assert "is up to date" in done.out
    assert (project / FILE).read_bytes() == before
    assert b'path = "shop/orders.py"' in before


def test_the_settings_name_it_and_options_come_first(project: Path) -> None:
    (project / FILE).rename(project / "known.toml")
    tree(project, {"pyproject.toml": "[tool.errlint]\nbaseline = 'known.toml'\n"})
    assert here(project / "shop").code == 0
    assert here(project, "--baseline").code == 0
    assert here(project, "--no-baseline").code == 1
    assert here(project, "--isolated").code == 1
    assert here(project, "baseline").lines == ["known.toml is up to date: 2 entries stand in it."]
    other = here(project / "shop", "baseline", "--file", "../other.toml", "empty.py")
    assert other.lines[0].startswith(f"Wrote {project / 'other.toml'}: 0 findings in 0 of 1 file")
    assert other.lines[1] == "Now `errlint check --baseline=../other.toml` shows new findings only."
    assert here(project, "--baseline=other.toml").code == 1


def test_projects_in_one_run_have_their_own(tmp_path: Path) -> None:
    tree(tmp_path, {"a/pyproject.toml": "", "a/a.py": ORDERS, "b/pyproject.toml": "", "b/b.py": ORDERS})
    assert here(tmp_path, "baseline").code == 0
    assert 'path = "a.py"' in (tmp_path / "a" / FILE).read_text()
    done = here(tmp_path, "--baseline", "a", "b")
    assert (done.code, done.lines[1:]) == (0, ["4 findings are in baselines."])


def test_standard_input_is_known_by_its_name(project: Path) -> None:
    text = (project / "shop/orders.py").read_bytes()
    assert run(project, "--baseline", "--stdin-filename", "shop/orders.py", "-", stdin=text).code == 0
    mended = text.replace(b"KeyError(text)", b"KeyError(text) from None")
    done = run(project, "--baseline", "--error-stale", "--stdin-filename", "shop/orders.py", "-", stdin=mended)
    assert (done.code, len(done.err.splitlines())) == (1, 1)


# What else works on findings.


def test_what_is_let_pass_is_not_fixed(project: Path) -> None:
    _rewrite(project, "class Store:", "class Till(Store):\n    rate = 1\n\n\nclass Store:")
    with (project / "shop/orders.py").open("a") as stream:
        stream.write(RATE)
    done = here(project, "check", "--baseline", "--fix")
    assert (done.code, done.lines[0]) == (0, "Fixed 1 finding in 1 file.")
    text = (project / "shop/orders.py").read_text()
    assert text.count(" from error") == 1
    assert HIDDEN in done.lines
    assert "Fixed 1 finding in 1 file." in here(project, "check", "--fix", "--no-baseline").lines


def test_a_comment_that_hides_makes_its_entry_needless(project: Path) -> None:
    _rewrite(project, "raise KeyError(text)", "raise KeyError(text)  # errlint: ignore[ERR102] why")
    done = _check(project)
    assert done.code == 1
    assert "1 finding is in the baseline, 1 entry is gone" in done.out


def test_two_useless_comments_in_one_function_are_two_findings(tmp_path: Path) -> None:
    useless = "def f():\n    a = 1  # errlint: ignore[ERR102]\n"
    tree(tmp_path, {"pyproject.toml": "", "a.py": useless})
    assert here(tmp_path, "baseline").code == 0
    tree(tmp_path, {"a.py": f"{useless}    b = 1  # errlint: ignore[ERR102]\n"})
    assert here(tmp_path, "--output-format", "concise", "--baseline").places == ["a.py:3:12 ERR002"]


def test_branches_that_add_entries_merge(project: Path) -> None:
    """Each branch adds a finding of its own; entries between the two keep them apart."""
    for branch, name in (("left", "shop/a.py"), ("right", "shop/z.py")):
        git(project, "checkout", "-b", branch, "main")
        tree(project, {name: ORDERS})
        assert here(project, "baseline").code == 0
        commit(project)
    git(project, "merge", "left")
    done = _check(project)
    assert (done.code, done.lines[1:]) == (0, ["6 findings are in the baseline."])


def test_union_merges_need_no_hand(project: Path) -> None:
    """With `merge=union`, entries that would stand side by side merge too; what both branches added is there once."""
    tree(project, {".gitattributes": f"{FILE} merge=union\n"})
    commit(project)
    for branch, names in (("left", ("a", "b")), ("right", ("b", "c"))):
        git(project, "checkout", "-b", branch, "main")
        tree(project, {f"shop/{name}.py": ORDERS for name in names})
        assert here(project, "baseline").code == 0
        commit(project)
    git(project, "merge", "left")
    assert _check(project).lines[1:] == ["8 findings are in the baseline."]


# What cannot be used.


def test_a_merge_that_was_not_finished(project: Path) -> None:
    path = project / FILE
    lines = path.read_text().splitlines()
    path.write_text(
        "\n".join([*lines[:4], "<<<<<<< HEAD", *lines[4:5], "=======", *lines[5:6], ">>>>>>> b", *lines[6:]])
    )
    for arguments in (("check", "--baseline"), ("baseline",), ("baseline", "--prune")):
        done = here(project, *arguments)
        assert (done.code, done.out) == (2, "")
        remedy = "keep the entries of both sides, take out the marks, and run `errlint baseline --prune`"
        assert done.err == f"errlint: {FILE}:5: holds a merge that was not finished: {remedy}\n"


def test_no_other_file_is_written_over(project: Path) -> None:
    tree(project, {"notes.txt": "by hand\n", "other.toml": "a = 1\n"})
    for name, told in (
        ("notes.txt", "notes.txt:1: is not TOML: "),
        ("pyproject.toml", "pyproject.toml: is no baseline of errlint: it has no `version` and `findings`"),
        ("shop", "shop: cannot be read: "),
        ("none/a.toml", f"{Path('none/a.toml')}: cannot be written: No such file or directory"),
    ):
        done = here(project, "baseline", "--file", name)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"errlint: {told}")
    assert (project / "notes.txt").read_text() == "by hand\n"
    assert (project / "pyproject.toml").read_text() == PROJECT["pyproject.toml"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--baseline",), f"{FILE}: there is no such baseline; `errlint baseline` writes one"),
        (("--baseline", FILE), f"--baseline takes its file behind a `=`; did you mean `--baseline={FILE}`?"),
        (("--baseline", "--no-baseline"), "--no-baseline and --baseline cannot go together"),
        (("--error-stale",), "--error-stale is about a baseline; add --baseline, or set `baseline` in the settings"),
        (("--baseline", "-"), "a baseline knows files by their paths; name what `-` reads with --stdin-filename"),
        (("baseline", "--prune"), f"{FILE}: there is no such baseline; `errlint baseline` writes one"),
        (("baseline", "-"), "a baseline is about files; name files or folders instead of `-`"),
        (("baseline", "--prun"), "there is no option '--prun'; did you mean '--prune'?"),
        (("baseline", "--file="), f"--file names no file; leave it out for {FILE} at the project's root"),
        (("baselin",), "baselin: no such file or folder; did you mean 'baseline'?"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    tree(tmp_path, {"pyproject.toml": "", "a.py": ORDERS})
    done = here(tmp_path, *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == f"errlint: {told}"


def test_without_python_files_nothing_is_written(tmp_path: Path) -> None:
    done = here(tree(tmp_path, {"pyproject.toml": ""}), "baseline")
    assert (done.code, done.err) == (0, "errlint: no Python files found; no baseline was written\n")
    assert not (tmp_path / FILE).exists()


def test_a_clean_project_has_an_empty_baseline(tmp_path: Path) -> None:
    tree(tmp_path, {"pyproject.toml": "", "a.py": ""})
    assert here(tmp_path, "baseline").code == 0
    assert (tmp_path / FILE).read_text().endswith("version = 1\nfindings = [\n]\n")
    done = _check(tmp_path)
    assert (done.code, done.lines[1:]) == (0, ["0 findings are in the baseline."])


def test_of_clean_projects_inside_of_one_another_the_outermost_has_an_empty_baseline(tmp_path: Path) -> None:
    tree(tmp_path, {"pyproject.toml": "", "a.py": "", "inside/setup.py": "", "inside/b.py": ""})
    assert here(tmp_path, "baseline").code == 0
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob(FILE)] == [Path(FILE)]
    done = _check(tmp_path)
    assert (done.code, done.lines[1:]) == (0, ["0 findings are in the baseline."])


def test_a_project_inside_of_another_needs_no_baseline_of_its_own_while_it_is_clean(tmp_path: Path) -> None:
    tree(tmp_path, {"pyproject.toml": "", "a.py": ORDERS, "inside/setup.py": "", "inside/b.py": ""})
    done = here(tmp_path, "baseline")
    assert (done.code, done.lines[0][: len(f"Wrote {FILE}: 2 findings in 1 of 1 file")]) == (
        0,
        f"Wrote {FILE}: 2 findings in 1 of 1 file",
    )
    assert not (tmp_path / "inside" / FILE).exists()
    assert _check(tmp_path).lines[1:] == ["2 findings are in the baseline."]
    assert here(tmp_path, "baseline", "--prune").lines == [f"{FILE} is up to date: 2 entries stand in it."]
    tree(tmp_path, {"inside/b.py": ORDERS})
    new = here(tmp_path, "check", "--baseline")
    missing = Path("inside") / FILE
    assert new.code == 1
    assert new.lines[-1] == f"2 findings would be in {missing}, which is not there: run `errlint baseline`."
    assert here(tmp_path, "baseline").code == 0
    assert (tmp_path / missing).exists()
    assert _check(tmp_path).lines[1:] == ["4 findings are in baselines."]

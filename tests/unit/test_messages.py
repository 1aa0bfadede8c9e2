"""Messages that lose the field at their end: what is left must still read as a message, or nothing is."""

import re

import libcst as cst
import pytest

from errlint.syntax.messages import (
    BRACES,
    PERCENT,
    number_of_fields,
    without_colon,
    without_last_expression,
    without_last_field,
)


def shortened(before: str, style: re.Pattern[str], *, is_only: bool) -> str | None:
    """The source of a literal after `without_last_field`; `None` if it leaves the literal alone."""
    literal: cst.CSTNode = cst.parse_expression(before)
    assert isinstance(literal, cst.BaseExpression)
    changed = without_last_field(literal, style, is_only=is_only)
    for part, source in changed:
        literal = literal.deep_replace(part, cst.parse_expression(source))
        assert isinstance(literal, cst.CSTNode)
    return cst.Module(body=[]).code_for_node(literal) if changed else None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # what separates the field goes with it
        ('"cannot load: %s"', '"cannot load"'),
        ('"cannot load, %s"', '"cannot load"'),
        ('"cannot load; %s"', '"cannot load"'),
        ('"cannot load = %s"', '"cannot load"'),
        ('"cannot load - %s"', '"cannot load"'),
        ('"cannot load \u2013 %s"', '"cannot load"'),
        ('"cannot load \u2014 %s"', '"cannot load"'),
        ('"cannot load | %s"', '"cannot load"'),
        ('"cannot load -> %s"', '"cannot load"'),
        ('"cannot load (%s)"', '"cannot load"'),
        ('"cannot load:\\n%s"', '"cannot load"'),
        ('"cannot load:\\t%s\\n"', '"cannot load"'),
        # what closes it as well
        ('"cannot load: %s."', '"cannot load"'),
        ('"cannot load: %s!"', '"cannot load"'),
        ('"cannot load: [%s]"', '"cannot load"'),
        ('"cannot load: <%s>"', '"cannot load"'),
        ('"cannot load: `%s`"', '"cannot load"'),
        ("\"cannot load: '%s'\"", '"cannot load"'),
        ('"cannot load: \\"%s\\""', '"cannot load"'),
        ("\"cannot load '%s'\"", '"cannot load"'),
        ('"cannot load [%s]"', '"cannot load"'),
        # a bracket that is closed behind the field is opened before it
        ('"cannot load (error: %s)"', '"cannot load"'),
        ('"cannot load [error %s]"', '"cannot load"'),
        # labels go with what they name
        ('"cannot load: error=%s"', '"cannot load"'),
        ('"Cannot load. Error: %s"', '"Cannot load."'),
        # fields of all kinds
        ('"cannot load: %r"', '"cannot load"'),
        ('"cannot load: %-20.20s"', '"cannot load"'),
        ('"cannot load: %d"', '"cannot load"'),
        # words that name the fault end a message
        ('"load failed %s"', '"load failed"'),
        ('"load error %s"', '"load error"'),
        ('"unexpected exception %s"', '"unexpected exception"'),
        ('"Load Failure %s"', '"Load Failure"'),
        # links to the reason go
        ('"load failed with %s"', '"load failed"'),
        ('"skipped because of %s"', '"skipped"'),
        ('"skipped due to %s"', '"skipped"'),
        ('"skipped due to error: %s"', '"skipped"'),
        ('"skipped because of an exception: %s"', '"skipped"'),
        ('"skipped, because %s"', '"skipped"'),
        ('"stopped, caused by: %s"', '"stopped"'),
        ('"stopped with error: %s"', '"stopped"'),
        ('"Stopped. Reason: %s"', '"Stopped."'),
        # prefixes and quotes stay
        ("'cannot load: %s'", "'cannot load'"),
        ('"""cannot load: %s"""', '"""cannot load"""'),
        ('r"cannot load C:\\new: %s"', 'r"cannot load C:\\new"'),
        ('R"cannot load: %s"', 'R"cannot load"'),
        ('u"cannot load: %s"', 'u"cannot load"'),
        # no values are left to format
        ('"cannot load, 100%%: %s"', '"cannot load, 100%"'),
        ('"100%% of it lost: %s"', '"100% of it lost"'),
        # several strings are one
        ('"cannot " "load: %s"', '"cannot " "load"'),
        ("\"cannot \"  'load: %s'", "\"cannot \"  'load'"),
        # what would not read well stays
        ('"%s"', None),
        ('"%s."', None),
        ('": %s"', None),
        ('"E: %s"', None),
        ('"Error: %s"', None),
        ('"Exception %s"', None),
        ('"cannot load %s"', None),
        ('"error %s in the loader"', None),
        ('"cannot load: %s, giving up"', None),
        ('"the loader raised %s"', None),
        ('"the answer was: %s"', None),
        ('"got: %s"', None),
        ('"load ended in %s"', None),
        ('"an %s"', None),
        # no field, no text
        ('"cannot load"', None),
        ('"cannot load: %%s"', None),
        ('b"cannot load: %s"', None),
        ("message", None),
        ('message + ": %s"', None),
        ('f"cannot load: %s"', None),
        ('"cannot load " f"{path}: %s"', None),
        ('"cannot load: " "%s"', None),
    ],
)
def test_the_only_percent_field(before: str, after: str | None) -> None:
    assert shortened(before, PERCENT, is_only=True) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"cannot load %s: %s"', '"cannot load %s"'),
        ('"cannot load %s (%s)"', '"cannot load %s"'),
        ('"cannot load %s %s"', '"cannot load %s"'),
        ('"load of %s failed with %s"', '"load of %s failed"'),
        ('"cannot load %s because of %s"', '"cannot load %s"'),
        ('"100%%: %s is lost: %s"', '"100%%: %s is lost"'),
        ('"100%% of %s is lost: %s"', '"100%% of %s is lost"'),
        ('"cannot load %s " "now: %s"', '"cannot load %s " "now"'),
        ('"%s failed: %s"', '"%s failed"'),
        ('"cannot load (%s): %s"', '"cannot load (%s)"'),
        ('"cannot load: path=%s, error=%s"', '"cannot load: path=%s"'),
        ('"cannot load (%s, %s)"', None),
        ('"%s: %s"', None),
        ('"%s %s"', None),
        ('"%s in %s"', None),
        ('"cannot load %s from %s"', None),
        ('"cannot load %s, %s was there"', None),
    ],
)
def test_the_last_of_several_percent_fields(before: str, after: str | None) -> None:
    assert shortened(before, PERCENT, is_only=False) == after


@pytest.mark.parametrize(
    ("before", "is_only", "after"),
    [
        ('"cannot load: {}"', True, '"cannot load"'),
        ('"cannot load: {!r}"', True, '"cannot load"'),
        ('"cannot load: {0:.200}"', True, '"cannot load"'),
        ('"cannot load {}: {}"', False, '"cannot load {}"'),
        ('"cannot load {{all}}: {}"', True, '"cannot load {all}"'),
        ('"cannot load {{{}}}: {}"', False, '"cannot load {{{}}}"'),
        ('"cannot load 100%%: {}"', True, '"cannot load 100%%"'),
        ('"cannot load {}"', True, None),
        ('"{}"', True, None),
        ('"{}: {}"', False, None),
        ('"cannot load: {{}}"', True, None),
        ('"cannot load: {{{}}}"', True, None),
    ],
)
def test_brace_fields(before: str, is_only: bool, after: str | None) -> None:
    assert shortened(before, BRACES, is_only=is_only) == after


@pytest.mark.parametrize(
    ("text", "percent", "braces"),
    [
        ('"cannot load"', 0, 0),
        ('"cannot load %s: %s"', 2, 0),
        ('"cannot load {}: {error!r}"', 0, 2),
        ('"%s " "%(name)s {}"', 2, 1),
        ('"100%%: %s"', 1, 0),
        ('"100%% of %s"', 1, 0),
        ('"100%%s"', 0, 0),
        ('"{{all}} {}"', 0, 1),
        ('"{{{}}}"', 0, 1),
        ("message", 0, 0),
        ('b"%s"', 0, 0),
    ],
)
def test_the_number_of_fields(text: str, percent: int, braces: int) -> None:
    literal = cst.parse_expression(text)
    assert number_of_fields(literal, PERCENT) == percent
    assert number_of_fields(literal, BRACES) == braces


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('f"cannot load: {error}"', '"cannot load"'),
        ('f"cannot load: {error!r}"', '"cannot load"'),
        ('f"cannot load: {str(error)}"', '"cannot load"'),
        ('f"cannot load ({error})"', '"cannot load"'),
        ("f\"cannot load: '{error}'.\"", '"cannot load"'),
        ('f"cannot load: [{error}]"', '"cannot load"'),
        ('f"cannot load {path}: {error}"', 'f"cannot load {path}"'),
        ('f"cannot load {path} {error}"', 'f"cannot load {path}"'),
        ("f\"cannot load {data['path']}: {error}\"", "f\"cannot load {data['path']}\""),
        ('f"cannot load {path!r:>20}: {error}"', 'f"cannot load {path!r:>20}"'),
        ('f"load of {path} failed with {error}"', 'f"load of {path} failed"'),
        ('f"skipped {path} because of {error}"', 'f"skipped {path}"'),
        ('f"cannot load {{all}}: {error}"', '"cannot load {all}"'),
        ('f"cannot load {{{path}}}: {error}"', 'f"cannot load {{{path}}}"'),
        ('rf"cannot load \\d: {error}"', 'r"cannot load \\d"'),
        ('fr"cannot load {path}: {error}"', 'fr"cannot load {path}"'),
        ('FR"cannot load {path}: {error}"', 'FR"cannot load {path}"'),
        ("f'''cannot load: {error}'''", "'''cannot load'''"),
        ('f"""cannot load\n  {path}: {error}\n"""', 'f"""cannot load\n  {path}"""'),
        ('f"cannot load:\\n{error}"', '"cannot load"'),
        ('f"{error}"', None),
        ('f"{path}: {error}"', None),
        ('f"cannot load {error}"', None),
        ('f"cannot load: {error}, giving up"', None),
        ('f"the loader raised {error}"', None),
        ('f"cannot load: {{{error}}}"', None),
        ('f"cannot load"', None),
        ('f""', None),
    ],
)
def test_f_strings(before: str, after: str | None) -> None:
    text = cst.parse_expression(before)
    assert isinstance(text, cst.FormattedString)
    assert without_last_expression(text) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"cannot load: "', '"cannot load"'),
        ('"cannot load:"', '"cannot load"'),
        ("'cannot load - '", "'cannot load'"),
        ('"load failed "', '"load failed"'),
        ('"load failed with "', '"load failed"'),
        ('r"cannot load \\d: "', 'r"cannot load \\d"'),
        ('"cannot load 100%: "', '"cannot load 100%"'),
        ('"cannot load "', None),
        ('"the loader raised "', None),
        ('": "', None),
        ('""', None),
        ('b"cannot load: "', None),
        ('"cannot " "load: "', None),
        ('f"cannot load: "', None),
        ("message", None),
    ],
)
def test_texts_that_something_was_added_to(before: str, after: str | None) -> None:
    assert without_colon(cst.parse_expression(before)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('("cannot load "\n        "now: %s")', '("cannot load "\n        "now")'),
        ('("cannot load "  # the feed\n  "now: %s")', '("cannot load "  # the feed\n  "now")'),
        ('("cannot load "\n  # the feed\n  "now: %s"\n)', '("cannot load "\n  # the feed\n  "now"\n)'),
    ],
)
def test_what_stands_between_strings_stays(before: str, after: str) -> None:
    assert shortened(before, PERCENT, is_only=True) == after


def test_only_the_strings_that_differ_are_named() -> None:
    literal = cst.parse_expression('"cannot " "load" " it: %s"')
    assert [source for _, source in without_last_field(literal, PERCENT, is_only=True)] == ['" it"']

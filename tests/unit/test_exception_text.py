"""Where the text of the exception `err` is, in expressions and after statements."""

from __future__ import annotations

import libcst as cst
import pytest

from errlint.source.tree import walk
from errlint.syntax.exception_text import ExceptionText
from errlint.syntax.raises import last_name
from errlint.syntax.texts import code

HOLDS = {
    "str(err)": "str(err)",
    "repr(err)": "repr(err)",
    "f'no: {err}'": "f'no: {err}'",
    "f'no: {err!r}'": "f'no: {err!r}'",
    "'no: %s' % err": "'no: %s' % err",
    "'no %s: %s' % (name, err)": "'no %s: %s' % (name, err)",
    "'no: {}'.format(err)": "'no: {}'.format(err)",
    "'no: ' + str(err)": "'no: ' + str(err)",
    "('no: ' f'{err}')": "('no: ' f'{err}')",
    "str(err)[:200]": "str(err)[:200]",
    "str(err).strip()": "str(err).strip()",
    "str(err) or 'no'": "str(err) or 'no'",
    "err.args": "err.args",
    "err.args[0]": "err.args[0]",
    "err.__str__()": "err.__str__()",
    "str(err.__cause__)": "str(err.__cause__)",
    "str(err.orig)": "str(err.orig)",
    "getattr(err, 'message', str(err))": "getattr(err, 'message', str(err))",
    "format_exc()": "format_exc()",
    "''.join(format_exc())": "''.join(format_exc())",
    "format_exc().splitlines()": "format_exc().splitlines()",
    "[line for line in format_exc().splitlines()]": "[line for line in format_exc().splitlines()]",
    "[str(each) for each in found] + [str(err)]": "[str(each) for each in found] + [str(err)]",
    "{'error': str(err)}": "str(err)",
    "{'error': {'text': f'{err}'}}": "f'{err}'",
    "{'error': err}": "err",
    "[1, str(err)]": "str(err)",
    "dict(error=str(err))": "str(err)",
    "json.dumps({'error': str(err)})": "str(err)",
    "Problem(detail=str(err))": "str(err)",
    "await Problem(detail=str(err))": "str(err)",
    "str(err) if known else 'no'": "str(err)",
    "'no' if isinstance(err, Known) else str(err)": "str(err)",
}


@pytest.mark.parametrize("expression", HOLDS)
def test_an_expression_holds_the_text(expression: str) -> None:
    part = text_of("err").part(cst.parse_expression(expression))
    assert part is not None
    assert code(part) == HOLDS[expression]


HOLDS_NOT = [
    "err",
    "err.code",
    "err.message",
    "type(err).__name__",
    "f'{type(err).__name__}'",
    "err.__class__.__name__",
    "str(other)",
    "'err'",
    "translate(err)",
    "translate(str(err))",
    "redact(str(err))",
    "{'error': redact(str(err))}",
    "len(str(err))",
    "'timeout' in str(err)",
    "str(err) == 'x'",
    "lambda: str(err)",
    "str(err) if isinstance(err, Known) else 'no'",
    "{str(err): 1}",
]


@pytest.mark.parametrize("expression", HOLDS_NOT)
def test_an_expression_holds_none_of_it(expression: str) -> None:
    assert text_of("err").part(cst.parse_expression(expression)) is None


FOLLOWED = {
    "shown = str(err)": True,
    "shown: str = str(err)": True,
    "shown = first = str(err)": True,
    "text = str(err); shown = f'no: {text}'": True,
    "same = err; shown = str(same)": True,
    "shown = ''; shown += str(err)": True,
    "shown = {}; shown['error'] = str(err)": True,
    "shown = {}; shown['error'] = err": True,
    "shown = []; shown.append(str(err))": True,
    "shown = []; shown.append({'error': str(err)})": True,
    "shown = {}; shown.update(error=str(err))": True,
    "text = str(err); shown = {'error': text}": True,
    "shown = str(err); shown = 'no'": False,
    "shown = redact(str(err))": False,
    "logger.error(str(err))": False,
    "self.shown = str(err)": False,
    "shown = len(str(err))": False,
    "err = other(); shown = str(err)": False,
    "result = {'error': str(err)}; shown = result['count']": False,
    "errors = [str(err)]; shown = errors[0]": True,
    "errors = [str(err)]; shown = bool(errors)": False,
}


@pytest.mark.parametrize("statements", FOLLOWED)
def test_names_hold_the_text_by_what_they_are_given(statements: str) -> None:
    text = text_of("err")
    for node in walk(cst.parse_module(statements)):
        if isinstance(node, cst.BaseSmallStatement):
            text.follow(node)
    assert (text.part(cst.Name("shown")) is not None) is FOLLOWED[statements]


def test_a_handler_without_a_name_has_a_traceback_still() -> None:
    text = text_of(None)
    assert text.part(cst.parse_expression("format_exc()")) is not None
    assert text.part(cst.parse_expression("str(err)")) is None


def test_behind_its_handler_only_the_text_has_a_name() -> None:
    text = text_of("err")
    assert not text.is_held
    text.follow(cst.ensure_type(cst.parse_statement("shown = str(err)"), cst.SimpleStatementLine).body[0])
    text.forget_exception()
    assert text.is_held
    assert text.part(cst.Name("shown")) is not None
    assert text.part(cst.parse_expression("str(err)")) is None


def test_an_argument_that_is_the_exception_becomes_its_text() -> None:
    call = cst.ensure_type(cst.parse_expression("HttpError(500, err)"), cst.Call)
    assert text_of("err").part_of_argument(call.args[0]) is None
    assert text_of("err").part_of_argument(call.args[1]) is not None


def text_of(name: str | None) -> ExceptionText:
    return ExceptionText(
        name,
        makes_text=lambda call: last_name(call.func) == "format_exc",
        cleans=lambda call: last_name(call.func) == "redact",
    )

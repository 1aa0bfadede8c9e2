"""ERR113: a message has fields, and the values stand beside it."""

import ast
import re
from collections.abc import Sequence

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Found, Good, Rule, Safe
from errlint.syntax.raises import raised_callee

_FORMAT = Safe("put the values into the message")

rule = Rule(
    code="ERR113",
    name="unformatted-message",
    since="0.1",
    preset="recommended",
    words=("raise",),
    fixes=(_FORMAT,),
    in_tests=True,
    same_as=("pylint:raising-format-tuple", "pylint:W0715"),
    summary="A message has fields for values that are never put in",
    message="`{raised}` does not format its message, which keeps its `{field}`; put the values into the text",
    help="format the message where the exception is made",
    why="Exceptions do not format as loggers do: the reader gets the fields, and the values apart from them.",
    bad=(
        Bad(
            """
            def withdraw(account, amount):
                if amount > account.balance:
                    raise ValueError("cannot withdraw %s from %r", amount, account)  # expect: ERR113
        """,
            fixed="""
            def withdraw(account, amount):
                if amount > account.balance:
                    raise ValueError(f"cannot withdraw {amount} from {account!r}")
        """,
        ),
        Bad(
            """
            class QuotaExceeded(Exception):
                pass

            def reserve(user, size):
                if size > user.quota:
                    raise QuotaExceeded("{} is more than {}", size, user.limits["quota"])  # expect: ERR113
        """,
            fixed="""
            class QuotaExceeded(Exception):
                pass

            def reserve(user, size):
                if size > user.quota:
                    raise QuotaExceeded("{} is more than {}".format(size, user.limits["quota"]))
        """,
        ),
    ),
    good=(
        Good("""
            def withdraw(account, amount):
                if amount > account.balance:
                    raise ValueError("cannot withdraw %s from %r" % (amount, account))
        """),
        Good("""
            class QuotaExceeded(Exception):
                def __str__(self):
                    return self.args[0] % self.args[1:]

            def reserve(user, size):
                if size > user.quota:
                    raise QuotaExceeded("%d is more than %d", size, user.quota)
        """),
        Good("""
            def discount(rate):
                if rate > 100:
                    raise ValueError("more than 100% off", rate)
        """),
    ),
)

_PERCENT = re.compile(r"%%|(?P<field>%(?:\((?P<key>\w+)\))?(?P<spec>[#0+-]*\d*(?:\.\d+)?)(?P<kind>[sradifgeExX]))")
_BRACES = re.compile(r"\{\{|\}\}|(?P<field>\{(?P<key>\d*)(?:!(?P<kind>[sra]))?(?P<spec>(?::[^{}]+)?)\})")
"""Fields as people write them on purpose; `% o` of "100% off" is one to Python, and not to its author."""
_CANNOT_FAIL = frozenset({None, "s", "r", "a"})
"""Conversions that take every value."""
_SHOWN_AS_IT_IS = frozenset({*_CANNOT_FAIL, "d", "i"})
"""Conversions that an f-string does without or has too."""
_PLAIN_VALUES = (cst.Name, cst.Attribute, cst.Subscript, cst.Call)
_OTHER_ARGUMENTS = ("builtins.SyntaxError", "builtins.UnicodeError", "builtins.BaseExceptionGroup")
"""Classes whose arguments mean something else than a text and its values."""


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """A text that may have fields, and more behind it."""
    if not isinstance(node.exc, ast.Call) or len(node.exc.args) < 2 or node.exc.keywords:
        return False
    first = node.exc.args[0]
    return (
        isinstance(first, ast.Constant) and isinstance(first.value, str) and ("%" in first.value or "{" in first.value)
    )


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """As many fields as values, given to a class that surely does not format."""
    call = node.exc
    if not isinstance(call, cst.Call) or len(call.args) < 2 or any(arg.star or arg.keyword for arg in call.args):
        return
    text = _text(call.args[0].value)
    if text is None:
        return
    fields = _fields(_PERCENT, text, len(call.args) - 1) or _fields(_BRACES, text, len(call.args) - 1)
    callee = raised_callee(call)
    if fields and callee is not None and _keeps_its_arguments(ctx.resolve(callee), ctx):
        yield rule.at(
            node, fix=_formatted(call, fields, ctx), raised=f"raise {ctx.code(callee)}(...)", field=fields[0][0]
        )


def _text(value: cst.BaseExpression) -> str | None:
    """What a plain string says."""
    if not isinstance(value, (cst.SimpleString, cst.ConcatenatedString)):
        return None
    return value.evaluated_value if isinstance(value.evaluated_value, str) else None


def _fields(style: re.Pattern[str], text: str, number_of_values: int) -> list[re.Match[str]]:
    """The fields of a text, if they are there for the values."""
    found = [match for match in style.finditer(text) if match["field"]]
    keys = {match["key"] for match in found if match["key"]}
    if not keys:
        fits = len(found) == number_of_values
    elif style is _BRACES:
        fits = keys == set(map(str, range(number_of_values))) and all(match["key"] for match in found)
    else:
        fits = number_of_values == 1 and all(match["key"] for match in found)
    return found if fits else []


def _keeps_its_arguments(name: str | None, ctx: Context) -> bool:
    """Whether a class is a builtin exception, or one of the project that changes nothing about how those work."""
    lineage = ctx.exceptions.lineage(name)
    if lineage is None or "builtins.BaseException" not in lineage or not set(lineage).isdisjoint(_OTHER_ARGUMENTS):
        return False
    classes = [ctx.exceptions.class_of(each) for each in lineage if not each.startswith("builtins.")]
    return all(found is not None and not found.definition.decorators and not _has_methods(found) for found in classes)


def _has_methods(found: Found) -> bool:
    return any(each.parent is found.definition for each in found.names.outline.definitions)


def _formatted(call: cst.Call, fields: Sequence[re.Match[str]], ctx: Context) -> Fix | None:
    """The text with its values in it: an f-string where that is easy to read, else the operator of its style."""
    text = call.args[0].value
    values = [argument.value for argument in call.args[1:]]
    with_values = _f_string(text, fields, values, ctx) or _operation(text, fields, values, ctx)
    return None if with_values is None else _FORMAT.by(ctx.edit.replace_arguments(call, with_values))


def _f_string(
    text: cst.BaseExpression, fields: Sequence[re.Match[str]], values: Sequence[cst.BaseExpression], ctx: Context
) -> str | None:
    """`f"cannot load {path}"` for `"cannot load %s"`."""
    if not isinstance(text, cst.SimpleString) or not all(_fits(value, text.quote[0], ctx) for value in values):
        return None
    if any(_has_width(field) or field["kind"] not in _SHOWN_AS_IT_IS for field in fields):
        return None
    style = fields[0].re
    raw = [match for match in style.finditer(text.raw_value) if match["field"]]
    if [match[0] for match in raw] != [field[0] for field in fields] or "\\N{" in text.raw_value:
        return None
    parts = []
    at = 0
    for number, field in enumerate(raw):
        value = values[int(field["key"] or number)]
        conversion = f"!{field['kind']}" if field["kind"] in ("r", "a") else ""
        parts += [_escaped(text.raw_value[at : field.start()], style), f"{{{ctx.edit.text(value)}{conversion}}}"]
        at = field.end()
    parts.append(_escaped(text.raw_value[at:], style))
    prefix = "f" + text.prefix.lower().replace("u", "")
    return f"{prefix}{text.quote}{''.join(parts)}{text.quote}"


def _has_width(field: re.Match[str]) -> bool:
    """Whether a field asks for more than its value; a key of `%` does so too."""
    return bool(field["spec"]) or (field.re is _PERCENT and bool(field["key"]))


def _fits(value: cst.BaseExpression, quote: str, ctx: Context) -> bool:
    """Whether the source of a value may stand in an f-string, before Python 3.12 too."""
    source = ctx.edit.text(value)
    return isinstance(value, _PLAIN_VALUES) and not any(mark in source for mark in (quote, "\\", "\n", "{", "lambda"))


def _escaped(text: str, style: re.Pattern[str]) -> str:
    """Text beside fields, as f-strings have it."""
    return text if style is _BRACES else text.replace("%%", "%").replace("{", "{{").replace("}", "}}")


def _operation(
    text: cst.BaseExpression, fields: Sequence[re.Match[str]], values: Sequence[cst.BaseExpression], ctx: Context
) -> str | None:
    """`"cannot load %s" % (path,)`, where that cannot fail itself."""
    if any(field["kind"] not in _CANNOT_FAIL for field in fields):
        return None
    literal, sources = ctx.edit.text(text), [ctx.edit.text(value) for value in values]
    if fields[0].re is _BRACES:
        if any(field["spec"] for field in fields):
            return None
        literal = f"({literal})" if isinstance(text, cst.ConcatenatedString) and not text.lpar else literal
        return f"{literal}.format({', '.join(sources)})"
    if fields[0]["key"]:
        return f"{literal} % {sources[0]}" if _has_keys(values[0], fields) else None
    return f"{literal} % ({', '.join(sources)}{',' if len(sources) == 1 else ''})"


def _has_keys(value: cst.BaseExpression, fields: Sequence[re.Match[str]]) -> bool:
    """Whether a value is a dictionary that surely has what the fields ask for."""
    if not isinstance(value, cst.Dict):
        return False
    keys = {_text(element.key) for element in value.elements if isinstance(element, cst.DictElement)}
    return keys.issuperset(field["key"] for field in fields)

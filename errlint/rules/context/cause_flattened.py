"""ERR103: the caught exception is turned into text, and the rest of it is cut off."""

import ast
import re

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Handler, Rule, Unsafe, chained, ends_the_story
from errlint.syntax.calls import is_literal
from errlint.syntax.formatting import hands_on, is_name, states
from errlint.syntax.handlers import caught_name
from errlint.syntax.raises import last_name, mentions, raised_callee, rebinds
from errlint.syntax.tree import NESTED_SCOPES, walk

_CHAIN = Unsafe("name the cause", because="the traceback shows the caught exception again")

rule = Rule(
    code="ERR103",
    name="cause-flattened",
    since="0.1",
    preset="production",
    words=("except",),
    fixes=(_CHAIN,),
    summary="A handler for any exception keeps its text and cuts off its traceback",
    message="`from None` leaves only the text of `{name}`, whatever was caught; write `from {name}`",
    help="write `from err`; `from None` is for exceptions whose every detail is in the new message",
    why=(
        "A handler for any exception also catches bugs. Their text alone (`'id'` for a KeyError) says neither which "
        "kind of error it was nor where it was raised, and `from None` hides both."
    ),
    bad=(
        Bad(
            """
            def metric(version, settings):
                try:
                    return build(version, **settings)
                except Exception as err:
                    raise MetricError(f"cannot build {version}: {err}") from None  # expect: ERR103 "write `from err`"
        """,
            fixed="""
            def metric(version, settings):
                try:
                    return build(version, **settings)
                except Exception as err:
                    raise MetricError(f"cannot build {version}: {err}") from err
        """,
        ),
    ),
    good=(
        Good("""
            def port(text):
                try:
                    return int(text)
                except ValueError as err:
                    raise SettingsError(f"bad port: {err}") from None
        """),
        Good("""
            def login(user, password):
                try:
                    return directory.bind(user, password)
                except Exception:
                    raise LoginFailed("wrong name or password") from None
        """),
        Good("""
            import logging

            log = logging.getLogger(__name__)

            def charge(card, amount):
                try:
                    return bank.charge(card, amount)
                except Exception as err:
                    log.exception("charging failed")
                    raise PaymentFailed(str(err)) from None
        """),
    ),
)

_REDACTS = re.compile(r"redact|sanitiz|scrub|mask|clean|strip", re.IGNORECASE)
"""Whoever calls these hides something on purpose."""


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """A new exception `from None` in a handler."""
    return in_handler and isinstance(node.exc, ast.Call) and isinstance(node.cause, ast.Constant)


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """A narrow handler has made sure what the text says; a catch-all cannot have."""
    if not isinstance(node.exc, cst.Call) or node.cause is None or not is_literal(node.cause.item, "None"):
        return
    handler = ctx.handler_of(node)
    name = None if handler is None else caught_name(handler)
    if handler is None or name is None or not _is_flattened(node.exc, name, handler):
        return
    if not ctx.handlers.is_catch_all(handler) or rebinds(handler.body, name):
        return
    callee = raised_callee(node.exc)
    if callee is not None and ends_the_story(ctx.resolve(callee), ctx):
        return
    if not _has_looked(node, name, handler, ctx) and not _has_kept(node, name, handler, ctx):
        related = ((handler, "the exception is caught here"),)
        yield rule.at(node, related, chained(_CHAIN, node, handler, ctx), name=name)


def _has_looked(node: cst.Raise, name: str, handler: Handler, ctx: Context) -> bool:
    """Whether a raise depends on what was caught: `if isinstance(err, Refused):`."""
    return any(
        (isinstance(outer, cst.If) and mentions(outer.test, name))
        or (isinstance(outer, cst.Match) and mentions(outer.subject, name))
        for outer in ctx.around.between(node, handler)
    )


def _has_kept(node: cst.Raise, name: str, handler: Handler, ctx: Context) -> bool:
    """Whether a handler reported or wrote down the traceback, or handed the exception on, before it raises."""
    for part in walk(handler.body, skip=(*NESTED_SCOPES, cst.Raise)):
        if part is node:
            return False
        if isinstance(part, cst.Assign) and is_name(part.value, name):
            return True
        if isinstance(part, cst.Attribute) and part.attr.value == "__traceback__" and is_name(part.value, name):
            return True
        if isinstance(part, cst.Call):
            report = ctx.report(part)
            if hands_on(part, name) if report is None else report.counts and report.traced:
                return True
    return False


def _is_flattened(call: cst.Call, name: str, handler: Handler) -> bool:
    """Whether a new exception is given the text of a caught one, and nothing else of it."""
    texts = {
        target.target.value
        for node in walk(handler.body, skip=NESTED_SCOPES)
        if isinstance(node, cst.Assign) and states(node.value, name)
        for target in node.targets
        if isinstance(target.target, cst.Name)
    }
    holds_text = states(call, name) or any(mentions(call, text) for text in texts)
    return holds_text and not any(hands_on(argument, name) for argument in call.args) and not _is_redacted(handler)


def _is_redacted(handler: Handler) -> bool:
    return any(
        isinstance(part, cst.Call) and _REDACTS.search(last_name(part.func) or "")
        for part in walk(handler.body, skip=NESTED_SCOPES)
    )

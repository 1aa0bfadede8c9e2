"""ERR210: a handler, or a type of it, behind one that catches the same."""

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import takewhile

import libcst as cst

from errlint.rule import Bad, Context, Edit, Finding, Findings, Good, Handler, Rule, Safe, Severity, Unsafe
from errlint.syntax.handlers import HANDLERS, caught_types
from errlint.syntax.tree import walk

_LEAVE_OUT = Safe("leave out what the tuple catches anyway")
_NARROW = Unsafe("leave out what is caught above", because="this handler may have been meant to run for it")
_REMOVE = Unsafe("remove the handler that never runs", because="it may have been meant to stand further up")

rule = Rule(
    code="ERR210",
    name="unreachable-handler",
    since="0.1",
    preset="recommended",
    words=("except",),
    fixes=(_LEAVE_OUT, _NARROW, _REMOVE),
    same_as=(
        *("ruff:B014", "ruff:duplicate-handler-exception", "ruff:B025", "ruff:duplicate-try-block-exception"),
        *("pylint:bad-except-order", "pylint:E0701", "pylint:duplicate-except", "pylint:W0705"),
        *("pylint:overlapping-except", "pylint:W0714"),
    ),
    severity=Severity.WARNING,
    summary="A handler, or one of its types, comes too late: something else catches its exceptions",
    message="{types} caught already by {catchers}; {advice}",
    help="put the narrower handler first, and name each type once",
    why="Whoever wrote the handler believes that it runs. The error that it is for is treated as another one.",
    bad=(
        Bad(
            """
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:
                    raise StorageError(path) from error
                except FileNotFoundError:  # expect: ERR210 "this handler never runs"
                    return ""
        """,
            fixed="""
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:
                    raise StorageError(path) from error
        """,
        ),
        Bad(
            """
            def load(path):
                try:
                    return parse(path.read_text())
                except (IOError, OSError, UnicodeDecodeError) as error:  # expect: ERR210 "`IOError` is caught already"
                    raise StorageError(path) from error
        """,
            fixed="""
            def load(path):
                try:
                    return parse(path.read_text())
                except (OSError, UnicodeDecodeError) as error:
                    raise StorageError(path) from error
        """,
        ),
        Bad(
            """
            def load(path):
                try:
                    return parse(path.read_text())
                except ValueError as error:
                    raise ParseError(path) from error
                except (OSError, UnicodeDecodeError) as error:  # expect: ERR210 "by `except ValueError` above"
                    raise StorageError(path) from error
        """,
            fixed="""
            def load(path):
                try:
                    return parse(path.read_text())
                except ValueError as error:
                    raise ParseError(path) from error
                except OSError as error:
                    raise StorageError(path) from error
        """,
        ),
    ),
    good=(
        Good("""
            def load(path):
                try:
                    return path.read_text()
                except FileNotFoundError:
                    return ""
                except OSError as error:
                    raise StorageError(path) from error
        """),
        Good("""
            from vendor import StorageError

            def load(bucket, key):
                try:
                    return bucket.get(key)
                except OSError as error:
                    raise Unavailable(key) from error
                except StorageError:
                    return None
        """),
        Good("""
            import asyncio

            async def load(stream):
                try:
                    return await stream.read()
                except (TimeoutError, asyncio.TimeoutError):
                    return None
        """),
    ),
)

_APART_IN_3_10 = frozenset(
    {
        *("asyncio.TimeoutError", "asyncio.exceptions.TimeoutError"),
        *("concurrent.futures.TimeoutError", "concurrent.futures._base.TimeoutError"),
    }
)
"""Names of the builtin `TimeoutError` that stood for classes of their own before Python 3.11."""

_PLAIN = {
    kind.__name__: kind
    for kind in (
        *(ArithmeticError, AssertionError, AttributeError, BaseException, EOFError, Exception, ImportError, IndexError),
        *(KeyboardInterrupt, KeyError, LookupError, NameError, NotImplementedError, OSError, OverflowError),
        *(RuntimeError, StopIteration, SyntaxError, SystemExit, TypeError, UnicodeDecodeError, UnicodeEncodeError),
        *(UnicodeError, ValueError, ZeroDivisionError),
    )
}
"""Builtins whose names no library gives to a class of its own."""
_EVERYTHING = ("builtins.BaseException",)


@rule.sieve(ast.Try)
def may_apply(node: ast.Try, in_handler: bool) -> bool:
    """Several types, in one handler or in more, that are not all of them plain builtins in the right order."""
    clauses = [_spelled(handler.type) for handler in node.handlers]
    types = [kind for clause in clauses for kind in clause]
    if len(types) < 2:
        return False
    builtin = [[getattr(kind, "id", "") for kind in clause] for clause in clauses]
    return any(name not in _PLAIN for clause in builtin for name in clause) or _may_overlap(builtin)


def _spelled(kind: ast.expr | None) -> list[ast.expr | None]:
    return list(kind.elts) if isinstance(kind, ast.Tuple) else [kind]


def _may_overlap(clauses: list[list[str]]) -> bool:
    """Whether one of some builtins is caught further up, or by another one of its tuple."""
    above: list[type] = []
    for clause in clauses:
        classes = [_PLAIN[name] for name in clause]
        for number, kind in enumerate(classes):
            beside = (*classes[:number], *classes[number + 1 :])
            if issubclass(kind, (*above, *beside)):
                return True
        above += classes
    return False


@rule.on(cst.ExceptHandler, cst.ExceptStarHandler)
def check(node: cst.ExceptHandler | cst.ExceptStarHandler, ctx: Context) -> Findings:
    """First what the handlers above leave over, then whether one type of the rest catches another."""
    types, late = caught_types(node), _caught_above(node, ctx)
    if late:
        yield _late(node, late, ctx)
    if len(late) >= len(types):
        return
    doubled = _doubled([kind for kind in types if kind not in late], ctx)
    if doubled:
        beside = f"{_listed(doubled.values(), ctx)} in the same tuple"
        fix = _LEAVE_OUT.by(*_without(node, doubled, ctx))
        yield rule.at(node, fix=fix, types=_subject(doubled, ctx), catchers=beside, advice="leave it out")


def _late(node: Handler, late: Mapping[cst.CSTNode, Handler], ctx: Context) -> Finding:
    """The finding for types that are caught above: all of a handler's, or some."""
    catchers = tuple(dict.fromkeys(late.values()))
    above = f"{_joined(f'`{ctx.header(catcher)}`' for catcher in catchers)} above"
    if len(late) < len(caught_types(node)):
        advice = "leave it out here, or move this handler up"
        fix = _NARROW.by(*_without(node, late, ctx))
    else:
        above = f"{above}, so this handler never runs"
        is_equal = all(_takes(node, kind, ctx) for catcher in catchers for kind in caught_types(catcher))
        advice = "merge the two, or remove it" if is_equal else "move it up, or remove it"
        fix = _REMOVE.by(ctx.edit.delete_handler(node))
    types = "everything is" if node.type is None else _subject(late, ctx)
    related = tuple((catcher, "caught here") for catcher in catchers)
    return rule.at(node, related, fix, types=types, catchers=above, advice=advice)


def _caught_above(node: Handler, ctx: Context) -> dict[cst.CSTNode, Handler]:
    """The types of a handler that one further up takes, each with the first that does. A bare `except:` stands for
    its own type.
    """
    clauses: Sequence[Handler] = ctx.around.try_of(node).handlers
    above = list(takewhile(lambda clause: clause is not node, clauses))
    takers = {
        kind: next((clause for clause in above if _takes(clause, kind, ctx)), None)
        for kind in caught_types(node) or (node,)
    }
    return {kind: clause for kind, clause in takers.items() if clause is not None}


def _takes(clause: Handler, kind: cst.CSTNode, ctx: Context) -> bool:
    """Whether a handler is sure to take the exceptions of a type."""
    if isinstance(kind, HANDLERS):
        return _covers(_EVERYTHING, ctx.handlers.caught(clause), ctx)
    is_named = any(_is_same_path(kind, other) for other in caught_types(clause))
    return clause.type is None or is_named or _covers(_classes(kind, ctx), ctx.handlers.caught(clause), ctx)


def _doubled(types: Sequence[cst.BaseExpression], ctx: Context) -> dict[cst.CSTNode, cst.BaseExpression]:
    """The types of a tuple that another one of it takes in, each with that one; of equal ones the first stays."""
    found: dict[cst.CSTNode, cst.BaseExpression] = {}
    ranked = sorted(types, key=lambda kind: _is_alias(kind, ctx))
    for number, kind in enumerate(ranked):
        for other in ranked:
            if other is kind or other in found:
                continue
            if _is_within(kind, other, ctx) and (not _is_within(other, kind, ctx) or other in ranked[:number]):
                found[kind] = other
                break
    return found


def _is_within(kind: cst.BaseExpression, other: cst.BaseExpression, ctx: Context) -> bool:
    return _is_same_path(kind, other) or _covers(_classes(kind, ctx), _classes(other, ctx), ctx)


def _classes(kind: cst.CSTNode, ctx: Context) -> Sequence[str | None]:
    """The dotted names of the classes that a type stands for: several if it is the name of a tuple."""
    handler = ctx.around.parent(kind)
    if isinstance(handler, HANDLERS) and handler.type is kind:
        return ctx.handlers.caught(handler)
    return (ctx.resolve(kind),)


def _covers(names: Sequence[str | None], bases: Sequence[str | None], ctx: Context) -> bool:
    """Whether all of some classes are known to derive from some others; all do from `BaseException`."""
    if not names or "builtins.BaseException" in bases:
        return bool(names)
    known = [base for base in bases if base is not None and _is_one_class(base)]
    lowest = ("builtins.Exception" if name in _APART_IN_3_10 else name for name in names)
    return all(
        name is not None and _is_one_class(name) and ctx.exceptions.surely_derives(name, known) for name in lowest
    )


def _is_one_class(name: str) -> bool:
    """Whether a dotted name stands for the same class always: not what a call gives, nor what versions differ in."""
    return "(" not in name and "[" not in name and name not in _APART_IN_3_10


def _is_alias(kind: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a class has another name that is its own: `OSError` for `IOError`."""
    name = ctx.resolve(kind)
    lineage = ctx.exceptions.lineage(name)
    return lineage is not None and lineage[0] != name


def _is_same_path(kind: cst.CSTNode, other: cst.CSTNode) -> bool:
    """Whether two expressions are the same dotted name, known or not."""
    is_path = all(isinstance(part, (cst.Name, cst.Attribute, cst.Dot)) for part in walk(kind))
    return is_path and kind.deep_equals(other)


def _without(node: Handler, leaving: Collection[cst.CSTNode], ctx: Context) -> list[Edit | None]:
    """The tuple of a handler without some of its types."""
    if not isinstance(node.type, cst.Tuple):
        return [None]
    return ctx.edit.delete_elements(node.type, [each for each in node.type.elements if each.value in leaving])


def _subject(types: Collection[cst.CSTNode], ctx: Context) -> str:
    """The beginning of a sentence: `A` is, `A` and `B` are."""
    return f"{_listed(types, ctx)} {'is' if len(types) == 1 else 'are'}"


def _listed(types: Iterable[cst.CSTNode], ctx: Context) -> str:
    return _joined(dict.fromkeys(f"`{ctx.code(kind)}`" for kind in types))


def _joined(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last

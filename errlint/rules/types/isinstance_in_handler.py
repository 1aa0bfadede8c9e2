"""ERR512: a handler that finds out with `isinstance` what an `except` clause says."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from errlint.rule import Bad, Context, Findings, Fix, Good, Rule, Unsafe
from errlint.syntax.handlers import caught_name, raises_again
from errlint.syntax.raises import mentions, reads_like_class

_SPLIT = Unsafe(
    "give each type a clause of its own", because="tools that look at handled exceptions no longer see the others here"
)

rule = Rule(
    code="ERR512",
    name="isinstance-in-handler",
    since="0.1",
    preset=None,
    words=("isinstance",),
    in_tests=True,
    fixes=(_SPLIT,),
    summary="A handler sorts its exception with `isinstance` and raises the rest again",
    message="`{header}` looks for {types} with `isinstance` and raises the rest again; write a clause for {it}",
    help="write one `except` clause for each type",
    why="An `except` clause says which errors are handled where readers and tools look for it, and never takes the "
    "others in the first place.",
    bad=(
        Bad(
            """
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:  # expect: ERR512 "looks for `FileNotFoundError` and `PermissionError`"
                    if isinstance(error, FileNotFoundError):
                        return ""
                    elif isinstance(error, PermissionError):
                        raise Forbidden(path) from error
                    else:
                        raise
        """,
            fixed="""
            def load(path):
                try:
                    return path.read_text()
                except FileNotFoundError:
                    return ""
                except PermissionError as error:
                    raise Forbidden(path) from error
        """,
        ),
        Bad(
            """
            def load(path):
                try:
                    return path.read_text()
                except Exception as error:  # expect: ERR512
                    if not isinstance(error, (FileNotFoundError, UnicodeError)):
                        raise
                    return ""
        """,
            fixed="""
            def load(path):
                try:
                    return path.read_text()
                except (FileNotFoundError, UnicodeError):
                    return ""
        """,
        ),
    ),
    good=(
        Good("""
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:
                    if isinstance(error, FileNotFoundError) and path.is_optional:
                        return ""
                    raise
        """),
        Good("""
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:
                    if isinstance(error, FileNotFoundError):
                        return ""
                    logger.exception("cannot load %s", path)
                    raise
        """),
        Good("""
            def load(path):
                try:
                    return path.read_text()
                except OSError as error:
                    if error.errno == ENOENT:
                        return ""
                    raise
        """),
    ),
)


@dataclass(frozen=True)
class _Clause:
    """A type that is looked for, and what is done about it."""

    kind: cst.BaseExpression
    body: Sequence[cst.CSTNode]


@rule.sieve(ast.ExceptHandler)
def may_apply(node: ast.ExceptHandler, in_handler: bool) -> bool:
    """A name, and a test to begin with."""
    return node.name is not None and isinstance(node.body[0], ast.If)


@rule.on(cst.ExceptHandler)
def check(node: cst.ExceptHandler, ctx: Context) -> Findings:
    """Only where clauses say the same: all tests ask for types, and what is left is raised again."""
    clauses = _sorted(node)
    if not clauses or not all(_is_exception(each, ctx) for clause in clauses for each in _kinds(clause.kind)):
        return
    *others, last = (f"`{ctx.code(clause.kind)}`" for clause in clauses)
    types, it = (f"{', '.join(others)} and {last}", "each") if others else (last, "it")
    yield rule.at(node, fix=_split(node, clauses, ctx), header=ctx.header(node), types=types, it=it)


def _sorted(node: cst.ExceptHandler) -> list[_Clause]:
    """The clauses that a handler could be; none if it does anything else."""
    name, body = caught_name(node), list(node.body.body)
    if name is None or not body or not isinstance(body[0], cst.If):
        return []
    guarded = _guarded(body, name)
    if guarded is not None:
        return [guarded]
    clauses: list[_Clause] = []
    current: cst.If | cst.Else | None = body[0]
    while isinstance(current, cst.If):
        kind = _asked(current.test, name)
        if kind is None:
            return []
        clauses.append(_Clause(kind, current.body.body))
        current = current.orelse
    if isinstance(current, cst.Else):
        return clauses if len(body) == 1 and _only_raises_again(current.body.body, name) else []
    ends = all(_leaves(clause) for clause in clauses)
    return clauses if ends and _only_raises_again(body[1:], name) else []


def _guarded(body: Sequence[cst.CSTNode], name: str) -> _Clause | None:
    """`if not isinstance(error, A): raise`, and after it what is done about `A`."""
    guard = body[0]
    if not isinstance(guard, cst.If) or guard.orelse is not None or len(body) == 1:
        return None
    is_not = isinstance(guard.test, cst.UnaryOperation) and isinstance(guard.test.operator, cst.Not)
    if not is_not or not isinstance(guard.test, cst.UnaryOperation) or not _only_raises_again(guard.body.body, name):
        return None
    kind = _asked(guard.test.expression, name)
    return None if kind is None else _Clause(kind, body[1:])


def _asked(test: cst.BaseExpression, name: str) -> cst.BaseExpression | None:
    """The type in `isinstance(error, Type)`."""
    if not isinstance(test, cst.Call) or not isinstance(test.func, cst.Name) or test.func.value != "isinstance":
        return None
    given = [argument.value for argument in test.args]
    is_about = len(given) == 2 and isinstance(given[0], cst.Name) and given[0].value == name
    return given[1] if is_about else None


def _only_raises_again(body: Sequence[cst.CSTNode], name: str) -> bool:
    """Whether all that is done is to raise the exception again."""
    parts = [part for line in body for part in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])]
    return len(parts) == 1 and raises_again(parts[0], name)


def _leaves(clause: _Clause) -> bool:
    """Whether what is done ends in a jump, so that nothing after it runs."""
    last = clause.body[-1]
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, (cst.Return, cst.Raise, cst.Continue, cst.Break))


def _kinds(kind: cst.BaseExpression) -> Sequence[cst.BaseExpression]:
    return [element.value for element in kind.elements] if isinstance(kind, cst.Tuple) else [kind]


def _is_exception(kind: cst.BaseExpression, ctx: Context) -> bool:
    """Whether a type can stand in an `except` clause: protocols and mixins cannot, nor what is not known to be one."""
    lineage = ctx.exceptions.lineage(ctx.resolve(kind))
    return "builtins.BaseException" in lineage if lineage is not None else reads_like_class(kind)


def _split(node: cst.ExceptHandler, clauses: Sequence[_Clause], ctx: Context) -> Fix | None:
    """One handler for each type, where no other one would take what is left, and no type is wider than before."""
    name = caught_name(node)
    if node is not ctx.around.try_of(node).handlers[-1] or isinstance(node.body, cst.SimpleStatementSuite):
        return None
    caught = [each for each in ctx.handlers.caught(node) if each is not None]
    kinds = [each for clause in clauses for each in _kinds(clause.kind)]
    is_narrower = all(ctx.exceptions.surely_derives(ctx.resolve(kind), caught) for kind in kinds)
    if not (is_narrower or ctx.handlers.is_catch_all(node)) or any(_is_on_one_line(clause) for clause in clauses):
        return None
    parts = []
    for clause in clauses:
        is_read = any(mentions(part, name) for part in clause.body)
        header = f"except {ctx.edit.text(clause.kind)}{f' as {name}' if is_read else ''}:"
        parts.append((header, clause.body))
    return _SPLIT.by(ctx.edit.split_handler(node, parts))


def _is_on_one_line(clause: _Clause) -> bool:
    return isinstance(clause.body[0], cst.BaseSmallStatement)

"""ERR222: neighbouring handlers that do the same."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import libcst as cst

from errlint.rule import Bad, Context, Edit, Findings, Fix, Good, Rule, Safe
from errlint.syntax.handlers import caught_name, caught_types, comments, speaks_to_errlint, statements
from errlint.syntax.raises import reads_like_class, rebinds
from errlint.syntax.texts import is_same_code
from errlint.syntax.tree import walk

_MERGE = Safe("make it one handler")

rule = Rule(
    code="ERR222",
    name="identical-handlers",
    since="0.1",
    preset="production",
    words=("except",),
    fixes=(_MERGE,),
    summary="Neighbouring handlers of one `try` do the same",
    message="`{header}` does the same as `{first}` above; make it one handler",
    help="name all types in one tuple: `except (A, B)`",
    why="Who changes one of them forgets the other, and the same error is then treated in two ways.",
    bad=(
        Bad(
            """
            def load(path):
                try:
                    return parse(path.read_text())
                except OSError as error:
                    raise StorageError(path) from error
                except UnicodeDecodeError as error:  # expect: ERR222 "does the same as `except OSError` above"
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
    ),
    good=(
        Good("""
            def load(path):
                try:
                    return parse(path.read_text())
                except OSError as error:
                    raise StorageError(path) from error
                except UnicodeDecodeError as error:
                    raise FormatError(path) from error
        """),
        Good("""
            def load(path):
                try:
                    return parse(path.read_text())
                except FileNotFoundError:  # nobody has saved yet
                    return {}
                except UnicodeDecodeError:  # written by version 1
                    return {}
        """),
        Good("""
            async def serve(connection):
                try:
                    await connection.run()
                except asyncio.CancelledError:
                    raise
                except ConnectionClosed:
                    raise
                except Exception:
                    logger.exception("the connection failed")
        """),
    ),
)


@rule.sieve(ast.Try)
def may_apply(node: ast.Try, in_handler: bool) -> bool:
    """Two handlers next to each other with the same body."""
    return any(
        len(one.body) == len(other.body) and all(map(_is_same, one.body, other.body))
        for one, other in pairwise(node.handlers)
    )


def _is_same(one: ast.stmt, other: ast.stmt) -> bool:
    return type(one) is type(other) and ast.dump(one) == ast.dump(other)


@rule.on(cst.Try)
def check(node: cst.Try, ctx: Context) -> Findings:
    """Handlers of `except*` are left alone: two of them may both run, where one would run once."""
    for run in _runs(node.handlers):
        if any(_may_be_unbound(handler, node) for handler in run[1:]):
            continue
        fix = _merged(run, ctx)
        for handler in run[1:]:
            related = ((run[0], "the same"),)
            yield rule.at(handler, related, fix, header=ctx.header(handler), first=ctx.header(run[0]))


def _runs(handlers: Sequence[cst.ExceptHandler]) -> Iterator[list[cst.ExceptHandler]]:
    """The longest runs of two and more handlers that do the same."""
    run = list(handlers[:1])
    for one, other in pairwise(handlers):
        if _do_the_same(one, other):
            run.append(other)
            continue
        if len(run) > 1:
            yield run
        run = [other]
    if len(run) > 1:
        yield run


def _do_the_same(one: cst.ExceptHandler, other: cst.ExceptHandler) -> bool:
    """Whether two handlers differ in their types only, remarks included. Those that only raise again keep their
    errors from a handler below, and may well be listed one by one.
    """
    if one.type is None or other.type is None or caught_name(one) != caught_name(other):
        return False
    body = statements(one.body)
    if len(body) == 1 and _only_raises_again(body[0], caught_name(one)):
        return False
    return is_same_code(one.body, other.body) and _remarks(one) == _remarks(other)


def _only_raises_again(statement: cst.CSTNode, name: str | None) -> bool:
    if not isinstance(statement, cst.Raise) or statement.cause is not None:
        return False
    return statement.exc is None or (isinstance(statement.exc, cst.Name) and statement.exc.value == name)


def _may_be_unbound(handler: cst.ExceptHandler, attempt: cst.Try) -> bool:
    """Whether a type is first known in the `try`: where that fails, a tuple in an earlier handler fails too."""
    names = {part.value for kind in caught_types(handler) for part in walk(kind) if isinstance(part, cst.Name)}
    return any(rebinds(attempt.body, name) for name in names)


def _remarks(handler: cst.ExceptHandler) -> list[str]:
    """The comments in and above a handler."""
    return [text for place in (*handler.leading_lines, handler.body) for text in comments(place)]


def _merged(run: Sequence[cst.ExceptHandler], ctx: Context) -> Fix | None:
    """All types at the first handler. One that takes in another is enough for both."""
    types = [kind for handler in run for kind in caught_types(handler)]
    texts = {kind: text for kind in types if (text := _text(kind, ctx)) is not None}
    if len(texts) < len(types) or any(map(speaks_to_errlint, run[1:])):
        return None
    first_of = {texts[kind]: kind for kind in reversed(types)}
    kept = [kind for kind in types if first_of[texts[kind]] is kind and not _is_taken_in(kind, types, ctx)]
    gone = (ctx.edit.delete_handler(handler) for handler in run[1:])
    return _MERGE.by(*_naming(run[0], {kind: texts[kind] for kind in kept}, ctx), *gone)


def _naming(first: cst.ExceptHandler, kept: Mapping[cst.BaseExpression, str], ctx: Context) -> list[Edit | None]:
    """The types in the header of the first handler; a tuple that is there keeps its layout."""
    if first.type is None:
        return [None]
    own = caught_types(first)
    further = [text for kind, text in kept.items() if kind not in own]
    stays = all(kind in kept for kind in own)
    if stays and not further:
        return []
    if stays and isinstance(first.type, cst.Tuple) and first.type.lpar:
        return [ctx.edit.insert_after(own[-1], f", {', '.join(further)}")]
    text = ", ".join(kept.values())
    return [ctx.edit.replace(first.type, f"({text})" if len(kept) > 1 or first.type.lpar else text)]


def _text(kind: cst.BaseExpression, ctx: Context) -> str | None:
    """A type as a tuple holds it; `None` if it may be a tuple itself."""
    text = ctx.edit.bare_text(kind)
    is_tuple = ctx.file.names.members(text, ctx.scope_of(kind)) is not None
    if is_tuple or isinstance(ctx.around.parent(kind), cst.StarredElement):
        return f"*{text}"
    is_class = reads_like_class(kind) or ctx.exceptions.surely_derives(ctx.resolve(kind), ("builtins.BaseException",))
    return text if is_class else None


def _is_taken_in(kind: cst.BaseExpression, types: Sequence[cst.BaseExpression], ctx: Context) -> bool:
    """Whether another type stands for a class further up."""
    name = ctx.resolve(kind)
    names = (ctx.resolve(other) for other in types if other is not kind)
    above = [other for other in names if other is not None and not ctx.exceptions.surely_derives(other, [name or ""])]
    return ctx.exceptions.surely_derives(name, above)

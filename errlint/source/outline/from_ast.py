"""The outline by the standard library's parser: whole files at a quarter of a million lines a second."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from errlint.source.outline import (
    Binding,
    Binds,
    Call,
    Class,
    Definition,
    Facts,
    FactsBuilder,
    Function,
    Item,
    Outline,
    Parameter,
    Stands,
    TopStatement,
    Unit,
    is_dunder,
    joined,
    quoted_annotation,
)

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def outline(tree: ast.Module) -> Outline:
    """Read the structure of a parsed file."""
    definitions: list[Definition] = []
    units: list[Unit] = []
    imports: set[str] = set()
    _define(tree.body, None, definitions, imports)
    by_node = {d.node: d for d in definitions}
    _collect_units(tree.body, None, by_node, units)
    return Outline(
        definitions=tuple(definitions),
        units=joined(units),
        imported=frozenset(imports),
        main_guard=any(_is_main_guard(statement) for statement in tree.body),
        read_facts=lambda scope: _facts(tree if scope is None else scope.node, scope),
        read_top=lambda: [_top(statement, is_first=statement is tree.body[0]) for statement in tree.body],
    )


def path(node: ast.expr | None) -> str | None:
    """The path of an expression (see the package's docstring)."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = path(node.value)
        return None if base is None else f"{base}.{node.attr}"
    if isinstance(node, ast.Call):
        base = path(node.func)
        return None if base is None else f"{base}()"
    if isinstance(node, ast.Subscript):
        base = path(node.value)
        return None if base is None else f"{base}[]"
    if isinstance(node, ast.Await):
        return path(node.value)
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, type(None))):
        return repr(node.value)
    return None


def _annotation(node: ast.expr | None) -> str | None:
    """The class that an annotation names: through `Optional[X]`, `X | None`, `Annotated[X, ...]` and quotes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return quoted_annotation(node.value)
    if isinstance(node, ast.BinOp):
        sides = [found for side in (node.left, node.right) if (found := _annotation(side)) not in (None, "None")]
        return sides[0] if len(sides) == 1 else None
    if isinstance(node, ast.Subscript):
        wrapper = path(node.value)
        if wrapper is not None and wrapper.rpartition(".")[2] in ("Optional", "Annotated", "Final", "ClassVar"):
            inner = node.slice
            return _annotation(inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner)
        return wrapper
    return path(node)


def _marks(annotation: ast.expr | None, default: ast.expr | None) -> tuple[str, ...]:
    marked = [] if default is None else [default]
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        marked += annotation.slice.elts[1:]
    return tuple(found for node in marked if (found := path(node)) is not None)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statement lists directly inside a statement."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block
    for name in ("handlers", "cases"):
        for clause in getattr(node, name, ()):
            yield clause.body


def _define(body: list[ast.stmt], parent: Definition | None, out: list[Definition], imports: set[str]) -> None:
    for statement in body:
        if isinstance(statement, _SCOPES):
            definition = _definition(statement, parent)
            out.append(definition)
            _define(statement.body, definition, out, imports)
        elif isinstance(statement, ast.Import):
            imports.update(alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            if not statement.level and statement.module:
                imports.update(f"{statement.module}.{alias.name}" for alias in statement.names)
        elif not isinstance(statement, (ast.Expr, ast.Assign, ast.Return)):
            inner = sorted(_blocks(statement), key=lambda block: block[0].lineno if block else 0)
            for block in inner:
                _define(block, parent, out, imports)


def _definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, parent: Definition | None) -> Definition:
    qualname = node.name
    if parent is not None:
        qualname = f"{parent.qualname}.{'<locals>.' if isinstance(parent, Function) else ''}{node.name}"
    first_line = node.decorator_list[0].lineno if node.decorator_list else node.lineno
    decorators = tuple(found for d in node.decorator_list if (found := path(d)) is not None)
    documented = ast.get_docstring(node, clean=False) is not None
    calls = tuple(c for d in node.decorator_list if isinstance(d, ast.Call) and (c := _call(d)) is not None)
    last_line = node.end_lineno or node.lineno
    if isinstance(node, ast.ClassDef):
        bases = tuple(path(base) for base in node.bases)
        return Class(
            node.name, qualname, first_line, node.lineno, last_line, decorators, parent, documented, calls, node, bases
        )
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    positional = [*arguments.posonlyargs, *arguments.args]
    without = [None] * (len(positional) - len(arguments.defaults))
    defaults = [*without, *arguments.defaults, *arguments.kw_defaults]
    parameters = [
        Parameter(a.arg, _annotation(a.annotation), _marks(a.annotation, default))
        for a, default in zip(named, defaults, strict=True)
    ]
    parameters += [Parameter(a.arg, None) for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return Function(
        node.name,
        qualname,
        first_line,
        node.lineno,
        last_line,
        decorators,
        parent,
        documented,
        calls,
        node,
        tuple(parameters),
        _annotation(node.returns),
        isinstance(node, ast.AsyncFunctionDef),
    )


def _collect_units(body: list[ast.stmt], owner: Class | None, known: dict[object, Definition], out: list[Unit]) -> None:
    for statement in body:
        definition = known.get(statement)
        first_line = definition.first_line if definition is not None else statement.lineno
        last_line = statement.end_lineno or statement.lineno
        if isinstance(statement, ast.ClassDef) and isinstance(definition, Class) and not _is_one_line(statement.body):
            out.append(Unit(first_line, first_line - 1, owner))
            _collect_units(statement.body, definition, known, out)
        else:
            out.append(Unit(first_line, last_line, owner, (statement,)))


def _is_one_line(body: list[ast.stmt]) -> bool:
    """Whether a body is one line of simple statements, which may stand in the last line of its header: `): x = 1`."""
    if any(hasattr(statement, "body") or isinstance(statement, ast.Match) for statement in body):
        return False
    return all(after.lineno == before.end_lineno for before, after in pairwise(body))


def _is_main_guard(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.If) or not isinstance(statement.test, ast.Compare):
        return False
    sides = [statement.test.left, *statement.test.comparators]
    return any(isinstance(s, ast.Name) and s.id == "__name__" for s in sides) and any(
        isinstance(s, ast.Constant) and s.value == "__main__" for s in sides
    )


def _facts(node: object, scope: Definition | None) -> Facts:
    if not isinstance(node, (ast.Module, *_SCOPES)):
        raise TypeError(f"an ast outline holds {type(node).__name__}")
    receiver = None
    if isinstance(scope, Function) and scope.owner is not None and scope.parameters:
        receiver = scope.parameters[0].name
    builder = FactsBuilder(receiver)
    if isinstance(scope, Function):
        for parameter in scope.parameters:
            builder.bind(parameter.name, Binding(Binds.PARAMETER, annotation=parameter.annotation))
    qualname = "" if scope is None else scope.qualname + (".<locals>." if isinstance(scope, Function) else ".")
    for statement in node.body:
        _note(statement, builder, qualname, in_handler=False)
    builder.ends_in_raise = isinstance(node.body[-1], ast.Raise) if node.body else False
    return builder.finish()


def _note(node: ast.AST, builder: FactsBuilder, prefix: str, *, in_handler: bool) -> None:
    kind = type(node)
    if isinstance(node, _SCOPES):
        builder.bind(node.name, Binding(Binds.DEFINITION, prefix + node.name))
        for part in _header(node):
            _note(part, builder, prefix, in_handler=in_handler)
        return
    if kind is ast.ExceptHandler and isinstance(node, ast.ExceptHandler):
        _note_handler(node, builder, prefix)
        return
    if kind in _BINDING:
        _note_bindings(node, builder)
    elif kind is ast.Call and isinstance(node, ast.Call):
        call = _call(node, in_handler=in_handler)
        if call is not None:
            builder.calls.append(call)
    for name in node._fields:
        value = getattr(node, name, None)
        handling = in_handler or name == "finalbody"
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, ast.AST) and type(child) not in _LEAVES:
                _note(child, builder, prefix, in_handler=handling)


def _header(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[ast.AST]:
    """What of a definition runs in the scope around it: decorators, defaults, annotations, bases."""
    yield from node.decorator_list
    if isinstance(node, ast.ClassDef):
        yield from node.bases
    else:
        yield node.args


def _note_handler(node: ast.ExceptHandler, builder: FactsBuilder, prefix: str) -> None:
    if node.name is not None:
        builder.bind(node.name, Binding(Binds.OTHER))
    for statement in node.body:
        _note(statement, builder, prefix, in_handler=True)


_LEAVES = frozenset({ast.Name, ast.Constant, ast.Load, ast.Store, ast.Del, ast.Pass})
_BINDING = frozenset(
    {
        *(ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign, ast.For, ast.AsyncFor),
        *(ast.withitem, ast.MatchAs, ast.MatchStar, ast.Global, ast.Nonlocal),
    }
)
"""The types that `_note_bindings` knows; asking once here saves it a dozen questions per node."""


def _call(node: ast.Call, *, in_handler: bool = False) -> Call | None:
    callee = path(node.func)
    if callee is None:
        return None
    arguments = tuple(_argument(argument) for argument in node.args)
    return Call(callee, arguments, tuple(_keywords(node)), in_handler, tuple(_displays(node)))


def _displays(node: ast.Call) -> Iterator[tuple[str | int, tuple[Item, ...]]]:
    given = [*enumerate(node.args), *((keyword.arg, keyword.value) for keyword in node.keywords)]
    for place, value in given:
        if place is not None and isinstance(value, (ast.List, ast.Tuple, ast.Dict)):
            yield place, _items(value)


def _items(node: ast.List | ast.Tuple | ast.Dict) -> tuple[Item, ...]:
    if not isinstance(node, ast.Dict):
        return tuple((None, _argument(element)) for element in node.elts)
    keys = (None if key is None else _argument(key) for key in node.keys)
    return tuple(zip(keys, map(_argument, node.values), strict=True))


def _named_items(node: ast.expr | None) -> tuple[Item, ...] | None:
    """What is in a list or dict of names alone; tables of anything else are long, and nobody asks for them."""
    if not isinstance(node, (ast.List, ast.Dict)):
        return None
    values = node.values if isinstance(node, ast.Dict) else node.elts
    return _items(node) if all(isinstance(value, (ast.Name, ast.Attribute)) for value in values) else None


def _argument(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return str(node.value)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        return f"'{node.value}'"
    return path(node)


def _keywords(node: ast.Call) -> Iterator[tuple[str, str | None]]:
    for keyword in node.keywords:
        yield keyword.arg or "**", _argument(keyword.value)
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        yield from _keywords(node.func.value)


def _note_bindings(node: ast.AST, builder: FactsBuilder) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            builder.bind_import(alias.name, 0, None, alias.asname)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            builder.bind_import(node.module or "", node.level, alias.name, alias.asname)
    elif isinstance(node, ast.Assign):
        members = tuple(path(e) for e in node.value.elts) if isinstance(node.value, ast.Tuple) else None
        items = _named_items(node.value)
        binding = Binding(Binds.ASSIGNMENT, path(node.value), None, members, _literal(node.value), items)
        for target in node.targets:
            _assign(target, binding, builder)
    elif isinstance(node, ast.AnnAssign):
        members = tuple(path(e) for e in node.value.elts) if isinstance(node.value, ast.Tuple) else None
        annotation, literal, items = _annotation(node.annotation), _literal(node.value), _named_items(node.value)
        binding = Binding(Binds.ASSIGNMENT, path(node.value), annotation, members, literal, items)
        _assign(node.target, binding, builder)
    elif isinstance(node, ast.NamedExpr):
        _assign(node.target, Binding(Binds.ASSIGNMENT, path(node.value)), builder)
    elif isinstance(node, (ast.AugAssign, ast.For, ast.AsyncFor)):
        _assign(node.target, Binding(Binds.OTHER), builder)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        entered = path(node.context_expr)
        _assign(node.optional_vars, Binding(Binds.ASSIGNMENT, entered), builder)
    elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name is not None:
        builder.bind(node.name, Binding(Binds.OTHER))
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        builder.outer.update(node.names)


def _literal(node: ast.expr | None) -> str | None:
    is_plain = isinstance(node, ast.Constant) and type(node.value) in (int, str)
    return repr(node.value) if is_plain and isinstance(node, ast.Constant) else None


def _assign(target: ast.expr, binding: Binding, builder: FactsBuilder) -> None:
    if isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            _assign(element, Binding(Binds.OTHER), builder)
    elif isinstance(target, ast.Starred):
        _assign(target.value, Binding(Binds.OTHER), builder)
    else:
        builder.assign(path(target), binding)


def _top(node: ast.stmt, *, is_first: bool) -> TopStatement:
    """A statement of the module, as the outline keeps it."""
    stands = Stands.OTHER
    binds: tuple[str, ...] = ()
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        builder = FactsBuilder(None)
        _note_bindings(node, builder)
        stands, binds = Stands.IMPORT, tuple(builder.bindings)
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        binds = tuple(target.id for target in targets if isinstance(target, ast.Name) and node.value is not None)
        stands = Stands.DUNDER if is_dunder(binds) else Stands.OTHER
    elif isinstance(node, (ast.If, ast.Try)) and _begins_with_import(node):
        stands = Stands.GUARDED
    elif is_first and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        stands = Stands.DOCSTRING if isinstance(node.value.value, str) else Stands.OTHER
    decorators = getattr(node, "decorator_list", None)
    first_line = decorators[0].lineno if decorators else node.lineno
    return TopStatement(stands, first_line, node.end_lineno or node.lineno, binds)


def _begins_with_import(node: ast.stmt) -> bool:
    while isinstance(node, (ast.If, ast.Try)):
        node = node.body[0]
    return isinstance(node, (ast.Import, ast.ImportFrom))

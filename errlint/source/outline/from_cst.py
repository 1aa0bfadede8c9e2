"""The outline by libcst: for files whose syntax is newer than the interpreter that runs errlint.

Also tells such files from broken ones: libcst accepts a little more than Python does, so a tree counts only
when it holds a construct that this interpreter does not know.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import libcst as cst

from errlint.source.file import SourceFile
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
from errlint.source.positions import Layout
from errlint.source.tree import children, walk

_Handler: TypeAlias = "cst.ExceptHandler | cst.ExceptStarHandler"


def path(node: cst.CSTNode | None) -> str | None:
    """The path of an expression (see the package's docstring)."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        base = path(node.value)
        return None if base is None else f"{base}.{node.attr.value}"
    if isinstance(node, cst.Call):
        base = path(node.func)
        return None if base is None else f"{base}()"
    if isinstance(node, cst.Subscript):
        base = path(node.value)
        return None if base is None else f"{base}[]"
    if isinstance(node, cst.Await):
        return path(node.expression)
    return None


def call_of(node: cst.Call, *, in_handler: bool = False) -> Call | None:
    """A call as the outline keeps it; `None` if its callee has no path."""
    callee = path(node.func)
    if callee is None:
        return None
    positional = tuple(
        None if a.star else _argument(a.value) for a in node.args if a.keyword is None and a.star != "**"
    )
    return Call(callee, positional, tuple(_keywords(node)), in_handler, tuple(_displays(node)))


def _displays(node: cst.Call) -> Iterator[tuple[str | int, tuple[Item, ...]]]:
    positional = [argument for argument in node.args if argument.keyword is None and argument.star != "**"]
    given: list[tuple[str | int, cst.Arg]] = list(enumerate(positional))
    given += [(argument.keyword.value, argument) for argument in node.args if argument.keyword is not None]
    for place, argument in given:
        if not argument.star and isinstance(argument.value, (cst.List, cst.Tuple, cst.Dict)):
            yield place, _items(argument.value)


def _items(node: cst.List | cst.Tuple | cst.Dict) -> tuple[Item, ...]:
    if not isinstance(node, cst.Dict):
        return tuple((None, _argument(e.value) if isinstance(e, cst.Element) else None) for e in node.elements)
    return tuple(
        (_argument(element.key) if isinstance(element, cst.DictElement) else None, _argument(element.value))
        for element in node.elements
    )


def _named_items(node: cst.CSTNode | None) -> tuple[Item, ...] | None:
    """What is in a list or dict of names alone (see `from_ast`)."""
    if not isinstance(node, (cst.List, cst.Dict)):
        return None
    return _items(node) if all(_is_named(element) for element in node.elements) else None


def _is_named(element: cst.BaseElement | cst.BaseDictElement) -> bool:
    if isinstance(element, cst.StarredElement):
        return False
    value = element.value
    return isinstance(value, cst.Attribute) or (isinstance(value, cst.Name) and value.value not in _CONSTANTS)


_CONSTANTS = frozenset({"None", "True", "False"})


def _argument(node: cst.BaseExpression) -> str | None:
    if isinstance(node, cst.Integer):
        return str(node.evaluated_value)
    if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)) and isinstance(node.evaluated_value, str):
        return f"'{node.evaluated_value}'" if node.evaluated_value.isidentifier() else None
    return path(node)


def _keywords(node: cst.Call) -> Iterator[tuple[str, str | None]]:
    for argument in node.args:
        if argument.keyword is not None:
            yield argument.keyword.value, _argument(argument.value)
        elif argument.star == "**":
            yield "**", _argument(argument.value)
    if isinstance(node.func, cst.Attribute) and isinstance(node.func.value, cst.Call):
        yield from _keywords(node.func.value)


def outline(module: cst.Module, source: SourceFile) -> Outline:
    """Read the structure of a whole file's tree; `source.parsable` is the text that it was parsed from."""
    return _Reader(module, source).outline()


def has_newer_syntax(module: cst.Module, version: tuple[int, int] | None = None) -> bool:
    """Whether the tree holds a construct that came after Python `version` (the running one by default)."""
    running = version or sys.version_info[:2]
    return any(_since(node, module) > running for node in walk(module))


def _since(node: cst.CSTNode, module: cst.Module) -> tuple[int, int]:
    """The Python version that brought a construct (PEP 654, 646, 695, 701, 750, 758)."""
    if isinstance(node, cst.TryStar):
        return (3, 11)
    if isinstance(node, (cst.TypeAlias, cst.TypeParameters)):
        return (3, 12)
    if isinstance(node, cst.TemplatedString):
        return (3, 14)
    if isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler)):
        return (3, 14) if isinstance(node.type, cst.Tuple) and not node.type.lpar else (3, 0)
    if isinstance(node, cst.FormattedString):
        inner = "".join(module.code_for_node(p) for p in node.parts if isinstance(p, cst.FormattedStringExpression))
        newer = any(mark in inner for mark in (node.quote, "\\", "#", "\n")) or _spec_depth(node.parts) > 2
        return (3, 12) if newer else (3, 6)
    if isinstance(node, cst.Index) and node.star:
        return (3, 11)
    return (3, 0)


def _spec_depth(parts: Sequence[cst.BaseFormattedStringContent]) -> int:
    """How deep expressions stand in the format specs of others: 2 for `{a:{b}}`."""
    inner = [part.format_spec or () for part in parts if isinstance(part, cst.FormattedStringExpression)]
    return max((1 + _spec_depth(spec) for spec in inner), default=0)


def _statements(body: cst.BaseSuite | cst.Module) -> Sequence[cst.CSTNode]:
    return body.body


def _annotation(node: cst.CSTNode | None) -> str | None:
    if isinstance(node, cst.Annotation):
        return _annotation(node.annotation)
    if isinstance(node, cst.SimpleString):
        return quoted_annotation(str(node.evaluated_value))
    if isinstance(node, cst.BinaryOperation):
        sides = [found for side in (node.left, node.right) if (found := _annotation(side)) not in (None, "None")]
        return sides[0] if len(sides) == 1 else None
    if isinstance(node, cst.Subscript):
        wrapper = path(node.value)
        if wrapper is not None and wrapper.rpartition(".")[2] in ("Optional", "Annotated", "Final", "ClassVar"):
            first = node.slice[0].slice
            return _annotation(first.value) if isinstance(first, cst.Index) else None
        return wrapper
    return path(node)


def _marks(parameter: cst.Param) -> tuple[str, ...]:
    marked: list[cst.CSTNode] = [] if parameter.default is None else [parameter.default]
    annotation = None if parameter.annotation is None else parameter.annotation.annotation
    if isinstance(annotation, cst.Subscript):
        marked += [part.slice.value for part in annotation.slice[1:] if isinstance(part.slice, cst.Index)]
    return tuple(found for node in marked if (found := path(node)) is not None)


class _Reader:
    def __init__(self, module: cst.Module, source: SourceFile) -> None:
        self.module = module
        self.source = source
        self.layout = Layout(module, source.parsable)
        self.definitions: list[Definition] = []
        self.by_node: dict[cst.CSTNode, Definition] = {}
        self.imports: set[str] = set()

    def outline(self) -> Outline:
        self.define(self.module.body, None)
        units: list[Unit] = []
        self.collect_units(self.module.body, None, units)
        return Outline(
            definitions=tuple(self.definitions),
            units=joined(units),
            imported=frozenset(self.imports),
            main_guard=any(_is_main_guard(statement) for statement in self.module.body),
            read_facts=self.facts,
            read_top=lambda: list(self.top()),
        )

    def top(self) -> Iterator[TopStatement]:
        for number, statement in enumerate(self.module.body):
            parts = statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]
            for node in parts:
                line, last_line = self.lines(node)
                definition = self.by_node.get(node)
                first_line = line if definition is None else definition.first_line
                stands, binds = _stands(node, is_first=number == 0 and node is parts[0])
                yield TopStatement(stands, first_line, last_line, binds)

    def lines(self, node: cst.CSTNode) -> tuple[int, int]:
        start, end = self.layout.span(node)
        return self.source.position(start).line, self.source.position(end).line

    def define(self, body: Sequence[cst.CSTNode], parent: Definition | None) -> None:
        for statement in body:
            if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
                definition = self.definition(statement, parent)
                self.definitions.append(definition)
                self.by_node[statement] = definition
                self.define(_statements(statement.body), definition)
            elif isinstance(statement, (cst.SimpleStatementLine, cst.BaseSmallStatement)):
                self.imports.update(_imported(statement))
            else:
                for block in _blocks(statement):
                    self.define(_statements(block), parent)

    def definition(self, node: cst.FunctionDef | cst.ClassDef, parent: Definition | None) -> Definition:
        name = node.name.value
        qualname = name
        if parent is not None:
            qualname = f"{parent.qualname}.{'<locals>.' if isinstance(parent, Function) else ''}{name}"
        line, last_line = self.lines(node)
        first_line = line
        if node.decorators:
            first_line = self.source.position(self.layout.span(node.decorators[0].decorator)[0]).line
        line = self.source.position(self.layout.span(node.name)[0]).line
        decorators = tuple(found for d in node.decorators if (found := path(d.decorator)) is not None)
        documented = node.get_docstring(clean=False) is not None
        worn = [d.decorator for d in node.decorators if isinstance(d.decorator, cst.Call)]
        calls = tuple(call for each in worn if (call := call_of(each)) is not None)
        if isinstance(node, cst.ClassDef):
            bases = tuple(path(base.value) for base in node.bases)
            return Class(
                name, qualname, first_line, line, last_line, decorators, parent, documented, calls, node, bases
            )
        listed = node.params
        named = [*listed.posonly_params, *listed.params, *listed.kwonly_params]
        parameters = [Parameter(p.name.value, _annotation(p.annotation), _marks(p)) for p in named]
        starred = [p for p in (listed.star_arg, listed.star_kwarg) if isinstance(p, cst.Param)]
        parameters += [Parameter(p.name.value, None) for p in starred]
        return Function(
            name,
            qualname,
            first_line,
            line,
            last_line,
            decorators,
            parent,
            documented,
            calls,
            node,
            tuple(parameters),
            _annotation(node.returns),
            node.asynchronous is not None,
        )

    def collect_units(self, body: Sequence[cst.CSTNode], owner: Class | None, out: list[Unit]) -> None:
        for statement in body:
            definition = self.by_node.get(statement)
            line, last_line = self.lines(statement)
            first_line = definition.first_line if definition is not None else line
            if (
                isinstance(statement, cst.ClassDef)
                and isinstance(definition, Class)
                and not _is_one_line(statement.body)
            ):
                out.append(Unit(first_line, first_line - 1, owner))
                self.collect_units(_statements(statement.body), definition, out)
            else:
                out.append(Unit(first_line, last_line, owner))

    def facts(self, scope: Definition | None) -> Facts:
        node = self.module if scope is None else scope.node
        if not isinstance(node, (cst.Module, cst.FunctionDef, cst.ClassDef)):
            raise TypeError(f"a libcst outline holds {type(node).__name__}")
        receiver = None
        if isinstance(scope, Function) and scope.owner is not None and scope.parameters:
            receiver = scope.parameters[0].name
        builder = FactsBuilder(receiver)
        if isinstance(scope, Function):
            for parameter in scope.parameters:
                builder.bind(parameter.name, Binding(Binds.PARAMETER, annotation=parameter.annotation))
        prefix = "" if scope is None else scope.qualname + (".<locals>." if isinstance(scope, Function) else ".")
        statements = _statements(node if isinstance(node, cst.Module) else node.body)
        for statement in statements:
            _note(statement, builder, prefix, in_handler=False)
        builder.ends_in_raise = bool(statements) and _is_raise(statements[-1])
        return builder.finish()


def _is_one_line(body: cst.BaseSuite) -> bool:
    """Whether a body is one line of simple statements, in its header's last line or below it."""
    if isinstance(body, cst.SimpleStatementSuite):
        return True
    statements = _statements(body)
    return len(statements) == 1 and isinstance(statements[0], cst.SimpleStatementLine)


def _imported(line: cst.SimpleStatementLine | cst.BaseSmallStatement) -> Iterator[str]:
    for statement in line.body if isinstance(line, cst.SimpleStatementLine) else [line]:
        if isinstance(statement, cst.Import):
            yield from (path(alias.name) or "" for alias in statement.names)
        elif isinstance(statement, cst.ImportFrom) and not statement.relative:
            aliases = [] if isinstance(statement.names, cst.ImportStar) else statement.names
            names = [path(alias.name) for alias in aliases] or ["*"]
            yield from (f"{path(statement.module)}.{name}" for name in names)


def _is_raise(statement: cst.CSTNode) -> bool:
    if isinstance(statement, cst.SimpleStatementLine):
        return isinstance(statement.body[-1], cst.Raise)
    return isinstance(statement, cst.Raise)


def _blocks(node: cst.CSTNode) -> Iterator[cst.BaseSuite]:
    for child in children(node):
        if isinstance(child, cst.BaseSuite):
            yield child
        elif isinstance(
            child, (cst.Else, cst.Finally, cst.If, cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchCase)
        ):
            yield from _blocks(child)


def _is_main_guard(statement: cst.CSTNode) -> bool:
    if not isinstance(statement, cst.If) or not isinstance(statement.test, cst.Comparison):
        return False
    sides = [statement.test.left, *(target.comparator for target in statement.test.comparisons)]
    return any(isinstance(s, cst.Name) and s.value == "__name__" for s in sides) and any(
        isinstance(s, cst.SimpleString) and s.evaluated_value == "__main__" for s in sides
    )


def _note(node: cst.CSTNode, builder: FactsBuilder, prefix: str, *, in_handler: bool) -> None:
    if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
        builder.bind(node.name.value, Binding(Binds.DEFINITION, prefix + node.name.value))
        header = [*node.decorators, *(node.bases if isinstance(node, cst.ClassDef) else [node.params])]
        for part in header:
            _note(part, builder, prefix, in_handler=in_handler)
        return
    if isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler)):
        _note_handler(node, builder, prefix)
        return
    if isinstance(node, cst.Finally):
        in_handler = True
    _note_bindings(node, builder)
    if isinstance(node, cst.Call):
        call = call_of(node, in_handler=in_handler)
        if call is not None:
            builder.calls.append(call)
    for child in children(node):
        _note(child, builder, prefix, in_handler=in_handler)


def _note_handler(node: _Handler, builder: FactsBuilder, prefix: str) -> None:
    if node.name is not None and isinstance(node.name.name, cst.Name):
        builder.bind(node.name.name.value, Binding(Binds.OTHER))
    for statement in _statements(node.body):
        _note(statement, builder, prefix, in_handler=True)


def _note_bindings(node: cst.CSTNode, builder: FactsBuilder) -> None:
    if isinstance(node, (cst.Import, cst.ImportFrom)):
        _note_imports(node, builder)
    elif isinstance(node, cst.Assign):
        members, literal, items = _members(node.value), _literal(node.value), _named_items(node.value)
        binding = Binding(Binds.ASSIGNMENT, path(node.value), None, members, literal, items)
        for target in node.targets:
            _assign(target.target, binding, builder)
    elif isinstance(node, cst.AnnAssign):
        annotation, literal, items = _annotation(node.annotation), _literal(node.value), _named_items(node.value)
        binding = Binding(Binds.ASSIGNMENT, path(node.value), annotation, _members(node.value), literal, items)
        _assign(node.target, binding, builder)
    elif isinstance(node, cst.NamedExpr):
        _assign(node.target, Binding(Binds.ASSIGNMENT, path(node.value)), builder)
    elif isinstance(node, (cst.AugAssign, cst.For)):
        _assign(node.target, Binding(Binds.OTHER), builder)
    elif isinstance(node, cst.WithItem) and node.asname is not None:
        _assign(node.asname.name, Binding(Binds.ASSIGNMENT, path(node.item)), builder)
    elif isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
        builder.bind(node.name.value, Binding(Binds.OTHER))
    elif isinstance(node, (cst.Global, cst.Nonlocal)):
        builder.outer.update(item.name.value for item in node.names)


def _literal(node: cst.CSTNode | None) -> str | None:
    if isinstance(node, (cst.Integer, cst.SimpleString, cst.ConcatenatedString)):
        value = node.evaluated_value
        return repr(value) if isinstance(value, (int, str)) else None
    return None


def _members(node: cst.CSTNode | None) -> tuple[str | None, ...] | None:
    if not isinstance(node, cst.Tuple):
        return None
    return tuple(path(element.value) if isinstance(element, cst.Element) else None for element in node.elements)


def _note_imports(node: cst.Import | cst.ImportFrom, builder: FactsBuilder) -> None:
    module, level = "", 0
    if isinstance(node, cst.ImportFrom):
        module, level = path(node.module) or "", len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        builder.bind_import(module, level, "*", None)
        return
    for alias in node.names:
        name = path(alias.name) or ""
        asname = alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else None
        if isinstance(node, cst.Import):
            builder.bind_import(name, 0, None, asname)
        else:
            builder.bind_import(module, level, name, asname)


def _assign(target: cst.CSTNode, binding: Binding, builder: FactsBuilder) -> None:
    if isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            _assign(element.value, Binding(Binds.OTHER), builder)
    elif isinstance(target, (cst.StarredElement, cst.Element)):
        _assign(target.value, Binding(Binds.OTHER), builder)
    else:
        builder.assign(path(target), binding)


def _stands(node: cst.CSTNode, *, is_first: bool) -> tuple[Stands, tuple[str, ...]]:
    """What a statement of the module is to the header, and the names that it binds."""
    if isinstance(node, (cst.Import, cst.ImportFrom)):
        builder = FactsBuilder(None)
        _note_imports(node, builder)
        return Stands.IMPORT, tuple(builder.bindings)
    if isinstance(node, (cst.Assign, cst.AnnAssign)):
        targets = [each.target for each in node.targets] if isinstance(node, cst.Assign) else [node.target]
        binds = tuple(target.value for target in targets if isinstance(target, cst.Name) and node.value is not None)
        return Stands.DUNDER if is_dunder(binds) else Stands.OTHER, binds
    if isinstance(node, (cst.If, cst.Try)) and _begins_with_import(node):
        return Stands.GUARDED, ()
    if is_first and isinstance(node, cst.Expr) and isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString)):
        is_text = isinstance(node.value.evaluated_value, str)
        return Stands.DOCSTRING if is_text else Stands.OTHER, ()
    return Stands.OTHER, ()


def _begins_with_import(node: cst.CSTNode) -> bool:
    while isinstance(node, (cst.If, cst.Try)):
        node = node.body.body[0]
        if isinstance(node, cst.SimpleStatementLine):
            node = node.body[0]
    return isinstance(node, (cst.Import, cst.ImportFrom))

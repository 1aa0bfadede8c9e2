"""What fixes promise, on random programs: they keep what a program does, settle, and touch only what they name."""

from __future__ import annotations

import ast
import io
import logging
import os
import tokenize
import warnings
from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from errlint.model import CRASH
from tests.marked import fixed
from tests.programs import outcome, programs

EXAMPLES = int(os.environ.get("ERRLINT_EXAMPLES", "120"))
"""Set `ERRLINT_EXAMPLES=5000` for a long search."""
PLANS = st.lists(
    st.sampled_from(
        [None, None, "ValueError", "KeyError", "OSError", "ConnectionError", "Failure", "KeyboardInterrupt"]
    ),
    min_size=1,
    max_size=7,
).map(tuple)

thorough = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("program").addHandler(logging.NullHandler())
    logging.getLogger("program").propagate = False


def _compiles(code: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "program.py", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _comments(code: bytes) -> Counter[str]:
    return Counter(t.string for t in tokenize.tokenize(io.BytesIO(code).readline) if t.type == tokenize.COMMENT)


@given(program=programs(), unsafe=st.booleans())
@thorough
def test_fixes_settle_compile_and_lose_no_comment(program: str, unsafe: bool) -> None:
    code = program.encode()
    assume(_compiles(code))
    made = fixed(code, unsafe=unsafe)
    assert not [found.message for found in made.findings if found.code == CRASH]
    assert _compiles(made.data)
    assert _comments(made.data) == _comments(code)
    assert made.data.endswith(b"\n") == code.endswith(b"\n")
    again = fixed(made.data, unsafe=unsafe)
    assert (again.data, sum(again.mended.values())) == (made.data, 0)


@given(program=programs(), plan=PLANS)
@thorough
@pytest.mark.filterwarnings("ignore")
def test_safe_fixes_keep_what_a_program_does(program: str, plan: tuple[str | None, ...]) -> None:
    code = program.encode()
    assume(_compiles(code))
    made = fixed(code, unsafe=False)
    assume(made.data != code)
    assert outcome(made.data, plan) == outcome(code, plan)


@given(program=programs(), plan=PLANS)
@thorough
@pytest.mark.filterwarnings("ignore")
def test_reports_are_all_that_their_fixes_add(program: str, plan: tuple[str | None, ...]) -> None:
    """Unsafe or not, the fixes of rules about reports log, and do nothing else."""
    code = program.encode()
    assume(_compiles(code))
    for rule in ("ERR202", "ERR203", "ERR402", "ERR404"):
        made = fixed(code, only=rule)
        assert outcome(made.data, plan) == outcome(code, plan)


WRITTEN = ("ERR002", "ERR102", "ERR106", "ERR107", "ERR201", "ERR202", "ERR203", "ERR204", "ERR402", "ERR404")
"""Rules that have fixes and whose faults the random programs hold."""


@pytest.mark.parametrize("rule", WRITTEN)
@given(program=programs())
@settings(thorough, max_examples=max(EXAMPLES // 3, 30))
def test_the_tree_differs_only_where_the_fix_says_so(rule: str, program: str) -> None:
    code = program.encode()
    assume(_compiles(code))
    made = fixed(code, only=rule)
    assume(made.data != code or rule == "ERR002")
    assert _reduced(made.data) == _reduced(code)


def _reduced(code: bytes) -> str:
    """The tree without all that the fixes may change: causes, names of handlers, useless handlers, reports."""
    tree = _Reducer().visit(ast.parse(code))
    return ast.dump(tree)


class _Reducer(ast.NodeTransformer):
    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        node.cause = None
        if isinstance(node.exc, ast.Name) and node.exc.id in ("e", "err", "error"):
            node.exc = None
        return node

    def visit_Module(self, node: ast.Module) -> ast.AST:
        node.body = [statement for statement in node.body if not self._is_added(statement)]
        self.generic_visit(node)
        return node

    def _is_added(self, node: ast.stmt) -> bool:
        return ast.unparse(node) in (
            "import logging",
            "import contextlib",
            "logger = logging.getLogger(__name__)",
            "logger = lg.getLogger(__name__)",
        )

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        called = ast.unparse(node.value)
        is_report = called.startswith(("log.", "logger.")) and "failed" in called
        return None if is_report else node

    def visit_With(self, node: ast.With) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        if "suppress(" not in ast.unparse(node.items[0].context_expr):
            return node
        call = node.items[0].context_expr
        assert isinstance(call, ast.Call)
        kind: ast.expr = call.args[0] if len(call.args) == 1 else ast.Tuple(call.args, ast.Load())
        return ast.Try(node.body, [ast.ExceptHandler(kind, None, [ast.Pass()])], [], [])

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        if len(node.body) > 1 and ast.unparse(node.body[-1]) == "raise":
            node.body.pop()
        self.generic_visit(node)
        node.name = None
        if isinstance(node.type, ast.Tuple) and len(node.type.elts) == 1:
            node.type = node.type.elts[0]
        if node.type is None or ast.unparse(node.type) == "BaseException":
            node.type = ast.Name("Exception", ast.Load())
        node.body = [statement for statement in node.body if not self._is_idle(statement)] or [ast.Pass()]
        return node

    def _is_idle(self, node: ast.stmt) -> bool:
        return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))

    def visit_Try(self, node: ast.Try) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        node.handlers = [handler for handler in node.handlers if not self._is_useless(handler)]
        if node.handlers:
            return node
        node.body, node.orelse = [*node.body, *node.orelse], []
        return node if node.finalbody else node.body

    def _is_useless(self, handler: ast.ExceptHandler) -> bool:
        return isinstance(handler.body[0], ast.Raise) and handler.body[0].exc is None

"""ERR105: `raise` with no exception to raise again."""

import ast

import libcst as cst

from errlint.rule import Bad, Context, Findings, Good, Rule

rule = Rule(
    code="ERR105",
    name="bare-raise-outside-handler",
    since="0.1",
    preset="recommended",
    words=("raise",),
    same_as=("ruff:PLE0704", "ruff:misplaced-bare-raise", "pylint:misplaced-bare-raise", "pylint:E0704"),
    in_tests=True,
    summary="A bare `raise` stands where no exception is being handled",
    message="no exception is being handled here, so this `raise` fails with RuntimeError; name what to raise",
    help="raise a named exception, or move the `raise` into the handler",
    why="Outside a handler a bare `raise` is itself an error, `RuntimeError: No active exception to reraise`.",
    bad=(
        Bad("""
            def check(age):
                if age < 0:
                    raise  # expect: ERR105
        """),
        Bad("""
            def load(path):
                try:
                    data = path.read_bytes()
                finally:
                    path.unlink()
                if not data:
                    raise  # expect: ERR105
                return data
        """),
    ),
    good=(
        Good("""
            def load(path):
                try:
                    return path.read_bytes()
                except OSError:
                    path.unlink()
                    raise
        """),
        Good("""
            def _give_up(attempt):
                if attempt > 3:
                    raise

            def fetch(url):
                for attempt in range(5):
                    try:
                        return get(url)
                    except TimeoutError:
                        _give_up(attempt)
        """),
    ),
)


@rule.sieve(ast.Raise)
def may_apply(node: ast.Raise, in_handler: bool) -> bool:
    """A bare one outside of handlers."""
    return node.exc is None and not in_handler


@rule.on(cst.Raise)
def check(node: cst.Raise, ctx: Context) -> Findings:
    """Quiet where the function may run while an exception is handled: called from a handler, or in a `finally`."""
    if node.exc is None and not ctx.may_handle_exception(node):
        yield rule.at(node)

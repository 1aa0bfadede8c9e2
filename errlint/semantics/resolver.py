"""The classes of installed modules, read by astroid, never imported. The only module that imports astroid.

For now it is asked about the standard library alone, which is the same wherever a project is checked.
"""

from __future__ import annotations

import sys
from functools import cache


@cache
def ancestors(name: str) -> tuple[str, ...] | None:
    """The dotted names of a class and of all that it derives from; `None` if that cannot be told.

    The cache is this module's own: `forget` empties it together with astroid's.
    """
    module, _, attribute = name.rpartition(".")
    if module.partition(".")[0] not in sys.stdlib_module_names or not attribute.isidentifier() or "(" in module:
        return None
    import astroid

    try:
        node = astroid.MANAGER.ast_from_module_name(module)
        found = next(node.igetattr(attribute), None)
        if not isinstance(found, astroid.nodes.ClassDef):
            return None
        lineage = found.mro()
    except (astroid.AstroidError, RecursionError):
        return None
    return tuple(dict.fromkeys([name, *(part.qname() for part in lineage)]))


def forget() -> None:
    """Drop everything that was read."""
    ancestors.cache_clear()
    import astroid

    astroid.MANAGER.clear_cache()

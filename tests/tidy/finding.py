"""What a tidy rule is and what it yields, with the questions about syntax that several rules ask."""

import ast
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Finding(NamedTuple):
    """One offence; `place` is a path, or path::function, and is what an exception names."""

    rule: str
    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule} {self.place}  # {self.detail}"


Rule = Callable[[str, str], Iterator[Finding]]


def import_statements(tree: ast.AST) -> Iterator[str]:
    """Yield the module that each import statement names, `a` for `from a import b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def is_standard(module: str) -> bool:
    """Tell whether a module belongs to the standard library."""
    return module.partition(".")[0] in sys.stdlib_module_names


def dotted(node: ast.AST | None) -> str:
    """Return `a.b.c` for a name or a chain of attributes, and nothing for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (left := dotted(node.value)):
        return f"{left}.{node.attr}"
    return ""

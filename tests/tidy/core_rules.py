"""What import-linter cannot see about the pure core: single calls, and imports that nobody thought of."""

import ast
from collections.abc import Iterator
from typing import Final

from tests.tidy.finding import Finding, dotted, import_statements, is_standard

# The calls that read a clock, chance or a file through modules that are otherwise pure.
_IMPURE_CALLS: Final = frozenset(
    {
        "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
        "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
        "uuid.uuid1", "uuid.uuid4", "uuid1", "uuid4", "uuid.getnode",
        "open", "print", "input", "breakpoint", "eval", "exec", "hash", "id",
    }
)  # fmt: skip
_IMPURE_MODULES: Final = frozenset({"time", "random", "secrets", "os", "socket", "subprocess", "sys"})


def impure_call(path: str, text: str) -> Iterator[Finding]:
    """The core reads no clock, no chance and no file; `hash` and `id` differ between processes."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            if name in _IMPURE_CALLS or name.partition(".")[0] in _IMPURE_MODULES:
                yield Finding("impure_call", path, f"line {node.lineno}: {name}")


def foreign_import(path: str, text: str) -> Iterator[Finding]:
    """The core imports itself, pydantic and the standard library."""
    for name in import_statements(ast.parse(text)):
        own = name == "engine.core" or name.startswith("engine.core.")
        if not own and name.partition(".")[0] != "pydantic" and not is_standard(name):
            yield Finding("foreign_import", path, name)


IN_CORE: Final = (impure_call, foreign_import)

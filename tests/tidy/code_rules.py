"""The rules of style for Python that no linter holds. Exceptions to them are lines of a golden file."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from typing import Final

from tests.tidy.finding import Finding, dotted, import_statements, is_standard

FILE_LINES: Final = 250
FILE_LINES_HARD: Final = 400
FUNCTION_LINES: Final = 50
FAN_OUT: Final = 12

_AVOIDED: Final = frozenset(
    {"manager", "managers", "helper", "helpers", "util", "utils", "base", "common"}
    | {"handler", "handlers", "data", "info", "impl", "types"}
)
_BY_NAME: Final = frozenset({"__import__", "importlib.import_module", "import_module"})
_ENVIRONMENT: Final = frozenset({"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"})
_SUPPRESSION: Final = re.compile(
    r"#\s*(?:type:\s*ignore(?:\[[^\]]*\])?|noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|pragma:\s*no \w+)"
)
_REASON: Final = re.compile(r"[A-Za-z`'].{7,}")
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


def long_file(path: str, text: str) -> Iterator[Finding]:
    """A file has at most 250 lines."""
    if (lines := text.count("\n")) > FILE_LINES:
        yield Finding("long_file", path, f"{lines} lines")


def huge_file(path: str, text: str) -> Iterator[Finding]:
    """A file has at most 400 lines, and nothing excepts it."""
    if (lines := text.count("\n")) > FILE_LINES_HARD:
        yield Finding("huge_file", path, f"{lines} lines")


def long_function(path: str, text: str) -> Iterator[Finding]:
    """A function has at most 50 lines, its docstring counted."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, _FUNCTIONS):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield Finding("long_function", f"{path}::{node.name}", f"{lines} lines")


def import_fan_out(path: str, text: str) -> Iterator[Finding]:
    """A module imports at most 12 others; the standard library does not count."""
    modules = {name for name in import_statements(ast.parse(text)) if not is_standard(name)}
    if len(modules) > FAN_OUT:
        yield Finding("import_fan_out", path, f"{len(modules)} modules")


def late_import(path: str, text: str) -> Iterator[Finding]:
    """Imports stand at the top: one inside a function, or by name at run time, hides a knot."""
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, _FUNCTIONS):
            for node in ast.walk(function):
                by_name = isinstance(node, ast.Call) and dotted(node.func) in _BY_NAME
                if by_name or isinstance(node, ast.Import | ast.ImportFrom):
                    yield Finding("late_import", f"{path}::{function.name}", "an import inside")


def module_docstring(path: str, text: str) -> Iterator[Finding]:
    """Every module says what it is."""
    if not ast.get_docstring(ast.parse(text)):
        yield Finding("module_docstring", path, "has none")


def avoided_name(path: str, _text: str) -> Iterator[Finding]:
    """A module is named after what it holds, never after nothing in particular."""
    words = {word for part in path.removesuffix(".py").split("/") for word in part.split("_")}
    for word in sorted(words & _AVOIDED):
        yield Finding("avoided_name", path, word)


def environment_read(path: str, text: str) -> Iterator[Finding]:
    """Only the settings read the environment."""
    if path == "server/settings.py":
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and dotted(node.value) == "os" and node.attr in _ENVIRONMENT:
            yield Finding("environment_read", path, f"line {node.lineno}: os.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            for alias in node.names:
                if alias.name in _ENVIRONMENT:
                    yield Finding("environment_read", path, f"line {node.lineno}: os.{alias.name}")


def broad_except(path: str, text: str) -> Iterator[Finding]:
    """An `except` names what it expects."""
    for node in ast.walk(ast.parse(text)):
        caught: list[ast.expr | None] = []
        if isinstance(node, ast.ExceptHandler):
            caught = [*node.type.elts] if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and dotted(node.func).endswith("suppress"):
            caught = [*node.args]
        if any(c is None or dotted(c) in {"Exception", "BaseException"} for c in caught):
            yield Finding("broad_except", path, f"line {getattr(node, 'lineno', 0)}")


def unreasoned_suppression(path: str, text: str) -> Iterator[Finding]:
    """A silenced check says why on the same line."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT or not _SUPPRESSION.search(token.string):
            continue
        if not _REASON.search(_SUPPRESSION.sub("", token.string)):
            yield Finding("unreasoned_suppression", path, f"line {token.start[0]}")


# Where each rule looks; `huge_file` cannot be excepted.
EVERYWHERE: Final = (
    long_file,
    huge_file,
    long_function,
    late_import,
    module_docstring,
    unreasoned_suppression,
)
IN_PACKAGES: Final = (import_fan_out, avoided_name, environment_read, broad_except)

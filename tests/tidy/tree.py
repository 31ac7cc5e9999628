"""The checkout as the tidy tests see it: tracked files, modules and their imports. Judges nothing."""

import ast
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("engine", "server")


@cache
def tracked_files() -> tuple[str, ...]:
    """Return every file that is, or is about to be, under version control, relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()}))


@cache
def texts() -> Mapping[str, str]:
    """Return the text of every tracked file that is UTF-8."""
    return dict(_readable(tracked_files()))


def python_sources(*folders: str) -> dict[str, str]:
    """Return path and source of the tracked Python files below `folders`."""
    prefixes = tuple(f"{folder}/" for folder in folders)
    return {
        path: text for path, text in texts().items() if path.endswith(".py") and path.startswith(prefixes)
    }


def module_name(path: str) -> str:
    """Return the dotted name of a source file."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported_names(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports: `a.b` for `import a.b`, and `a`, `a.b` for `from a import b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def unreachable_modules(sources: Mapping[str, str], roots: Mapping[str, str]) -> tuple[str, ...]:
    """Return the modules of `sources` that nothing in `roots` leads to, by imports or by name in a string.

    A string that is exactly a module's name counts, since worker processes are started by name.
    """
    modules = {module_name(path): source for path, source in sources.items()}
    seen: set[str] = set()
    pending = [name for source in roots.values() for name in _mentions(source)]
    pending += [module_name(path) for path in roots if path in sources]
    while pending:
        name = pending.pop()
        if name in modules and name not in seen:
            seen.add(name)
            pending += [*_parents(name), *_mentions(modules[name])]
    return tuple(sorted(modules.keys() - seen))


def _mentions(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    yield from imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    yield from (".".join(parts[:length]) for length in range(1, len(parts)))


def _readable(paths: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for path in paths:
        content = (ROOT / path).read_bytes()
        try:
            yield path, content.decode("utf-8")
        except UnicodeDecodeError:
            continue

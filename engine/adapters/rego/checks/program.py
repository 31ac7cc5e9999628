"""Sources that are evaluated together, with what the checks look up in them. Judges nothing."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

from engine.adapters.rego.names import Names, names_of
from engine.adapters.rego.parsing import Parsed
from engine.adapters.rego.rewrite.keywords import RESERVED
from engine.adapters.rego.syntax import Path, Rule, imports_of, package_of, rules_of
from engine.adapters.rego.wire import Flaw

# What imports that turn keywords on start with.
_NAME: Final = re.compile(r"[^\W\d]\w*")
_LINE_END: Final = re.compile(r"\n")
_LANGUAGE: Final = frozenset({"rego", "future"})


class Source:
    """One source with its package, imports and rules."""

    def __init__(self, name: str, parsed: Parsed) -> None:
        self.name = name
        self.rewritten = parsed.rewritten
        self.bytes = parsed.rewritten.text.encode()
        self.package: Path = ("data", *package_of(parsed.tree))
        self.all_imports = imports_of(parsed.tree, self.bytes)
        self.imports = {found.name: found for found in self.all_imports if found.path[0] not in _LANGUAGE}
        self.rules = list(rules_of(parsed.tree))
        self.is_v1 = bool(parsed.tree["rego_v1"])

    def path_of(self, rule: Rule) -> Path:
        """Return the full path of a rule's name."""
        return (*self.package, *rule.path)

    def written(self, start: int) -> str:
        """Return the name or the character as written that a byte of the text stands for."""
        at = self._origin(start)
        found = _NAME.match(self.rewritten.source, at)
        return found[0] if found else self.rewritten.source[at : at + 1]

    def flaw(  # a flaw has these parts
        self, start: int, code: str, message: str, hint: str, *, blocking: bool = True
    ) -> Flaw:
        """Return a flaw at a byte of the text, placed in the source as written."""
        at = self._origin(start)
        line = bisect_right(self._line_starts, at)
        return Flaw(line, at - self._line_starts[line - 1] + 1, code, message, hint, blocking)

    def _origin(self, start: int) -> int:
        at = start if self.rewritten.text.isascii() else len(self.bytes[:start].decode())
        return self.rewritten.offset(at)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_END.finditer(self.rewritten.source))]


class Program:
    """Sources that see each other's packages."""

    def __init__(self, parsed: Mapping[str, Parsed]) -> None:
        self.sources = [Source(name, source) for name, source in parsed.items()]
        self.rules: dict[Path, list[tuple[Source, Rule]]] = {}
        self._own: dict[Path, set[str]] = {}
        for source in self.sources:
            names = self._own.setdefault(source.package, set())
            for rule in source.rules:
                names.add(rule.path[0])
                self.rules.setdefault(source.path_of(rule), []).append((source, rule))

    @cached_property
    def names(self) -> list[tuple[Source, Rule, Names]]:
        """The names in each rule."""
        found = []
        for source in self.sources:
            outer = frozenset(self._own[source.package] | source.imports.keys())
            found += [(source, rule, names_of(rule, outer, source.bytes)) for rule in source.rules]
        return found

    def resolved(self, source: Source, path: Path) -> Path:
        """Return a path that leads out of a rule as one from `data` or `input`, or as a built-in's name."""
        first = path[0] if path else ""
        if first in source.imports:
            return (*source.imports[first].path, *path[1:])
        return (*source.package, *path) if first in self._own[source.package] else path

    def read_by(self, path: Path, rest: Sequence[str | None] = ()) -> Iterator[Path]:
        """Yield the rules that a full path reads, leads into or has below it.

        Args:
            path: constant segments.
            rest: those after them, None for each that may be anything.
        """
        for length in range(1, len(path) + 1):
            if path[:length] in self.rules:
                yield path[:length]
        for known in self.inside(path):
            if all(name in {None, given} for name, given in zip(rest, known[len(path) :], strict=False)):
                yield known

    def inside(self, path: Path) -> Iterator[Path]:
        """Yield the rules below a full path."""
        for known in islice(self._sorted, bisect_right(self._sorted, path), None):
            if known[: len(path)] != path:
                return
            yield known

    @cached_property
    def _sorted(self) -> list[Path]:
        return sorted(self.rules)


def shown(path: Path) -> str:
    """Return a path as people write it."""
    return ".".join(segment.removeprefix(RESERVED) for segment in path)

"""The rewriting that needs a syntax tree: names that imports gave, results that an argument takes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from engine.adapters.rego.builtins.table import IN_PYTHON, IN_PYTHON_V0
from engine.adapters.rego.names import Names, Use, names_of
from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.rewrite.keywords import KEYWORDS
from engine.adapters.rego.rewrite.tokens import Kind, Token, tokens_of
from engine.adapters.rego.syntax import Node, Path, imports_of, rules_of

_ARITIES: Final = {name: builtin.arity for name, builtin in [*IN_PYTHON.items(), *IN_PYTHON_V0.items()]}
_OPENING: Final = {"(", "[", "{"}
_CLOSING: Final = {")", "]", "}"}


def path_edits(text: str, tree: Node) -> list[Edit]:
    """Return the edits that write what `import data.a` gave a name at its full path.

    The engine would evaluate all of package `a` for `a.allow`; an unrelated error there would end the query.
    """
    source = text.encode()
    paths = {found.name: found.path for found in imports_of(tree, source) if found.path[0] == "data"}
    edits = []
    if paths:
        for use in _uses(tree, source, paths):
            if not use.local and use.path[:1] and use.path[0] in paths:
                start = len(source[: use.start].decode())
                edits.append(Edit(start, start + len(use.path[0]), _written(paths[use.path[0]])))
    return edits


def result_edits(text: str, tree: Node) -> list[Edit]:
    """Return the edits that turn `f(x, result)` into `result = f(x)`, for functions not the engine's own."""
    source = text.encode()
    edits: list[Edit] = []
    if not any(name in text for name in _ARITIES):
        return edits
    own = {".".join(rule.path) for rule in rules_of(tree)}
    for names in _all_names(tree, source):
        for call in names.calls:
            name = ".".join(call.function.path)
            takes_result = name not in own and len(call.arguments) - 1 == _ARITIES.get(name)
            if takes_result and call.is_statement and not call.function.declared:
                edits += _result_first(text, len(source[: call.function.start].decode()))
    return edits


def _result_first(text: str, start: int) -> list[Edit]:
    """Return the edits that move the last argument of the call at `start` in front of it."""
    written = _Arguments.read(tokens_of(text[start:]))
    if written is None:
        return []
    edges = [written.opening.end, *(comma.end for comma in written.commas), written.closing.end]
    segments = [(one, other - 1) for one, other in pairwise(edges)]
    while segments and not text[start + segments[-1][0] : start + segments[-1][1]].strip():
        segments.pop()  # a comma may follow the last argument
    first, end = segments[-1]
    last = text[start + first : start + end].strip()
    if "#" in last:  # what stands behind a comment's line would be lost in it
        return []
    cut = start + first - (len(segments) > 1)
    removed = text[cut : start + written.closing.start]
    return [
        Edit(start, start, f"{' '.join(last.splitlines())} = "),
        Edit(cut, start + written.closing.start, "\n" * removed.count("\n")),
    ]


class _Arguments(NamedTuple):
    """The brackets and the commas of a call's arguments."""

    opening: Token
    commas: Sequence[Token]
    closing: Token

    @classmethod
    def read(cls, tokens: Iterator[Token]) -> "_Arguments | None":
        opening: Token | None = None
        commas: list[Token] = []
        depth = 0
        for token in tokens:
            if token.kind is not Kind.OTHER:
                continue
            if token.text in _OPENING:
                depth += 1
                opening = opening or (token if token.text == "(" else None)
            elif token.text in _CLOSING:
                depth -= 1
                if depth == 0 and opening is not None:
                    return cls(opening, commas, token)
            elif token.text == "," and depth == 1:
                commas.append(token)
        return None


def _uses(tree: Node, source: bytes, imported: Mapping[str, Path]) -> Iterator[Use]:
    for names in _all_names(tree, source, frozenset(imported)):
        yield from names.uses
        yield from (call.function for call in names.calls)
        yield from (replaced.target for replaced in names.withs)


def _all_names(tree: Node, source: bytes, outer: frozenset[str] = frozenset()) -> Iterator[Names]:
    for rule in rules_of(tree):
        yield names_of(rule, outer, source)


def _written(path: Path) -> str:
    return path[0] + "".join(
        f'["{segment}"]' if not _is_plain(segment) else f".{segment}" for segment in path[1:]
    )


def _is_plain(segment: str) -> bool:
    tokens = list(tokens_of(segment))
    return len(tokens) == 1 and tokens[0].kind is Kind.NAME and segment not in KEYWORDS

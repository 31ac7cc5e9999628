"""Keywords as names inside references (`input.default`, `a.if.b`), which the engine cannot read."""

from collections.abc import Iterator, Sequence
from typing import Final

from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.rewrite.tokens import Kind, Token

# Stands for a keyword that leads a reference (`if.x := 1`). No name of a policy may start so.
RESERVED: Final = "__keyword_"

_ALWAYS: Final = frozenset(
    {"as", "default", "else", "false", "import", "not", "null", "package", "some", "true", "with"}
)
_V1: Final = frozenset({"contains", "every", "if", "in"})
KEYWORDS: Final = _ALWAYS | _V1
_REGO_V1: Final = ("rego", "v1")
_FUTURE: Final = ("future", "keywords")
_IMPORTS: Final = frozenset({_REGO_V1, _FUTURE, *((*_FUTURE, keyword) for keyword in _V1)})


def keyword_edits(tokens: Sequence[Token], *, rego_v0: bool) -> Iterator[Edit]:
    """Yield `.if` as `["if"]`, and a keyword that leads a reference under a name of its own.

    Nothing may stand between the keyword and its dots, as in OPA: `x in .y` keeps its meaning.
    """
    imports = list(_imports(tokens))
    leading = _ALWAYS if rego_v0 and not imports else KEYWORDS
    for before, token, after, last in _with_neighbours(tokens):
        if token.kind is not Kind.NAME or token.text not in KEYWORDS:
            continue
        if any(start <= token.start < end for _, start, end in imports):
            continue
        if before == ".":
            yield Edit(token.start - 1, token.end, f'["{token.text}"]')
        elif token.text in leading and after == "." and last is Kind.NAME:
            yield Edit(token.start, token.end, RESERVED + token.text)


def import_edits(tokens: Sequence[Token], *, rego_v0: bool) -> Iterator[Edit]:
    """Yield the edits that blank imports of keywords that are there anyway: the engine wants none twice."""
    imports = list(_imports(tokens))
    paths = [path for path, _, _ in imports]
    for number, (path, start, end) in enumerate(imports):
        general = {_REGO_V1, _FUTURE} if path[:-1] == _FUTURE else {_REGO_V1}
        if not rego_v0 or path in paths[:number] or general & set(paths) - {path}:
            yield Edit(start, end, " " * (end - start))


def _imports(tokens: Sequence[Token]) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Yield the path, start and end of each import of keywords that has no other name."""
    words = [token for token in tokens if token.kind not in {Kind.SPACE, Kind.COMMENT}]
    for at, word in enumerate(words):
        if word.text != "import":
            continue
        last = at + 1
        while last + 2 < len(words) and words[last + 1].text == ".":
            last += 2
        path = tuple(token.text for token in words[at + 1 : last + 1 : 2])
        renamed = last + 1 < len(words) and words[last + 1].text == "as"
        if path in _IMPORTS and not renamed:
            yield path, word.start, words[last].end


def _with_neighbours(tokens: Sequence[Token]) -> Iterator[tuple[str, Token, str, Kind]]:
    """Yield each token with the text before it, the text after it and the kind of what follows that."""
    texts = ["", *(token.text for token in tokens), ""]
    kinds = [*(token.kind for token in tokens), Kind.SPACE, Kind.SPACE]
    yield from zip(texts, tokens, texts[2:], kinds[2:], strict=False)

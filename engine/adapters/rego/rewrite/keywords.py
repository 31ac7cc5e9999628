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


def keyword_edits(tokens: Sequence[Token], *, rego_v0: bool) -> Iterator[Edit]:
    """Yield `.if` as `["if"]`, and a keyword that leads a reference under a name of its own.

    Nothing may stand between the keyword and its dots, as in OPA: `x in .y` keeps its meaning.
    """
    keywords = _ALWAYS | _V1
    leading = _ALWAYS if rego_v0 and not _has_new_keywords(tokens) else keywords
    for before, token, after, last in _with_neighbours(tokens):
        if token.kind is not Kind.NAME or token.text not in keywords:
            continue
        if before == ".":
            yield Edit(token.start - 1, token.end, f'["{token.text}"]')
        elif token.text in leading and after == "." and last is Kind.NAME:
            yield Edit(token.start, token.end, RESERVED + token.text)


def _with_neighbours(tokens: Sequence[Token]) -> Iterator[tuple[str, Token, str, Kind]]:
    """Yield each token with the text before it, the text after it and the kind of what follows that."""
    texts = ["", *(token.text for token in tokens), ""]
    kinds = [*(token.kind for token in tokens), Kind.SPACE, Kind.SPACE]
    yield from zip(texts, tokens, texts[2:], kinds[2:], strict=False)


def _has_new_keywords(tokens: Sequence[Token]) -> bool:
    names = [token.text for token in tokens if token.kind not in {Kind.SPACE, Kind.COMMENT}]
    return any(
        names[at] == "import" and names[at + 1 : at + 4] in (["rego", ".", "v1"], ["future", ".", "keywords"])
        for at in range(len(names))
    )

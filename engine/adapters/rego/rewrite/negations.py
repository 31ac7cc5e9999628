"""Negated bodies, `not { … }`, which a source has that imports `future.keywords.not` and the engine lacks."""

from collections.abc import Iterator, Sequence
from typing import Final

from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.rewrite.tokens import Kind, Token

_NOT: Final = "not"
_IMPORT: Final = ["import", "future", ".", "keywords", ".", _NOT]


def negation_edits(tokens: Sequence[Token]) -> Iterator[Edit]:
    """Yield the edits that say instead that the body holds in no way: `{} == {0: 0 | … }`."""
    if all(token.text != _IMPORT[1] for token in tokens):
        return
    words = [token for token in tokens if token.kind not in {Kind.SPACE, Kind.COMMENT}]
    if not _is_imported(words):
        return
    for earlier, before, word in zip([None, *words], words, words[1:], strict=False):
        if before.text == _NOT and word.text == "{" and (earlier is None or earlier.text != "."):
            yield Edit(before.start, before.end, "{} ==")
            yield Edit(word.start, word.end, "{0: 0 |")


def _is_imported(words: Sequence[Token]) -> bool:
    texts = [word.text for word in words]
    return any(texts[at : at + len(_IMPORT)] == _IMPORT for at, text in enumerate(texts) if text == "import")

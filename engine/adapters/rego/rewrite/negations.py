"""What is negated: `not { … }`, which the engine lacks, and `not a = b`, which gives `a` a value in it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from engine.adapters.rego.rewrite.edits import Edit
from engine.adapters.rego.rewrite.tokens import Kind, Token, tokens_of
from engine.adapters.rego.syntax import Node

_NOT: Final = "not"
_IMPORT: Final = ["import", "future", ".", "keywords", ".", _NOT]
# To walk through a tree takes time; this may find what is none, and leaves what is longer as it is.
_NEGATED_EQUALITY: Final = re.compile(r"\bnot\b[^\n=]{0,200}=[^=]")


def negation_edits(tokens: Sequence[Token]) -> Iterator[Edit]:
    """Yield the edits that say of a body that it holds in no way, `{} == {0: 0 | … }`.

    Only a source that imports `future.keywords.not` has negated bodies.
    """
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


def negated_equality_edits(text: str, tree: Node) -> list[Edit]:
    """Return the edits that make `not a = b` compare, so that it waits for what gives `a` a value.

    The engine would give `a` one there. Under `not` no name gets a value, in OPA; one with `_` stays.
    """
    source = text.encode()
    edits = []
    for equality in _negated_equalities(tree["rules"]) if _NEGATED_EQUALITY.search(text) else ():
        ends = [next(iter(equality[side].values()))["span"] for side in ("lhs", "rhs")]
        between = source[ends[0]["end"] : ends[1]["start"]]
        whole = source[ends[0]["start"] : ends[1]["end"]].decode()
        if between.count(b"=") == 1 and all(token.text != "_" for token in tokens_of(whole)):
            at = len(source[: ends[0]["end"] + between.index(b"=")].decode())
            edits.append(Edit(at, at + 1, "=="))
    return edits


def _negated_equalities(node: Node) -> Iterator[Node]:
    if isinstance(node, list):
        for part in node:
            yield from _negated_equalities(part)
    elif isinstance(node, dict):
        equality = node.get("NotExpr", {}).get("expr", {}).get("AssignExpr", {})
        if equality.get("op") == "Eq":
            yield equality
        for kind, part in node.items():
            if kind != "span":
                yield from _negated_equalities(part)

"""Where the parts of a syntax tree stand: in the text that the engine reads and in what a person wrote."""

from bisect import bisect_right
from typing import NamedTuple

from engine.adapters.rego.places import position
from engine.adapters.rego.rewrite.edits import Rewritten
from engine.adapters.rego.rewrite.tokens import Kind, tokens_of
from engine.adapters.rego.syntax import Node


class Span(NamedTuple):
    """A part of the engine's text, in characters."""

    start: int
    end: int


class Spans:
    """Reads the spans of one tree."""

    def __init__(self, rewritten: Rewritten) -> None:
        self._rewritten = rewritten
        self._text = rewritten.text
        self._bytes = rewritten.text.encode()
        self._literals = [token for token in tokens_of(rewritten.text) if token.kind is Kind.TEXT]
        self._starts = [token.start for token in self._literals]

    def of(self, span: Node) -> Span:
        """Return the part that a span of the tree means: the engine leaves out the quotes at its ends."""
        return Span(self._outside(self._index(span["start"]), 0), self._outside(self._index(span["end"]), 1))

    def node(self, node: Node) -> Span:
        """Return the part that an expression of the tree takes."""
        ((_, inner),) = node.items()
        return self.of(inner["span"])

    def text(self, span: Span) -> str:
        """Return what the engine reads there."""
        return self._text[span.start : span.end]

    def written(self, span: Span) -> str:
        """Return what a person wrote there."""
        start, end = (self._rewritten.offset(index) for index in span)
        return self._rewritten.source[start:end]

    def line(self, span: Span) -> int:
        """Return the line, from 1, on which a person wrote it."""
        return position(self._rewritten.source, self._rewritten.offset(span.start))[0]

    def _index(self, byte: int) -> int:
        return len(self._bytes[:byte].decode())

    def _outside(self, index: int, side: int) -> int:
        """Return an index moved out of a string literal that it lies in, to its start (0) or its end (1)."""
        found = bisect_right(self._starts, index - 1) - 1
        if found >= 0:
            literal = self._literals[found]
            if literal.start < index < literal.end:
                return (literal.start, literal.end)[side]
        return index

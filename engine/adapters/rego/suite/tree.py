"""Walks the engine's syntax tree and finds its places in the text. Judges nothing."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final

from engine.adapters.rego.syntax import Node, Path

_REFERENCES: Final = frozenset({"Var", "RefDot", "RefBrack"})
_QUOTES: Final = ('"', "`")


def nodes_in(node: Node) -> Iterator[tuple[str, Any]]:
    """Yield kind and body of everything below a node, outermost first."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, list):
            pending += reversed(current)
        elif isinstance(current, dict):
            for kind, body in current.items():
                if kind != "span" and isinstance(body, dict | list):
                    yield kind, body
            pending += [
                body for kind, body in current.items() if kind != "span" and isinstance(body, dict | list)
            ]


class Places:
    """The places of a tree, which are bytes, in its text, in characters."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._counts: dict[int, int] | None = None
        if not text.isascii():
            starts = accumulate((len(character.encode()) for character in text), initial=0)
            self._counts = {start: number for number, start in enumerate(starts)}

    def at(self, place: int) -> int:
        """Return the character that a byte starts."""
        return place if self._counts is None else self._counts[place]

    def span(self, node: Node) -> tuple[int, int]:
        """Return where a node starts and ends.

        The engine leaves out a quote that is first or last, lets an object start at its last key, and lets
        the empty set end after the next word.
        """
        kind, body = ("", node) if "span" in node else next(iter(node.items()))
        start, end = self.at(body["span"]["start"]), self.at(body["span"]["end"])
        if kind == "Object" and body["fields"]:
            key, _ = self.span(body["fields"][0][1])
            return self._text.rfind("{", 0, key), end
        if kind == "Set" and not body["items"]:
            return start, self._text.find(")", start) + 1
        if self._text[max(start - 1, 0)] in _QUOTES:
            start -= 1
        return start, end + (self._text[end : end + 1] in _QUOTES)

    def slice(self, node: Node) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self._text[start:end]


def path_of(node: Node) -> Path:
    """Return the constant leading segments of a reference, none where it is no reference to a name."""
    segments: list[str] = []
    while True:
        ((kind, body),) = node.items()
        if kind == "Var":
            return (body["value"], *reversed(segments))
        if kind == "RefDot":
            segments.append(body["field"][1])
        elif kind == "RefBrack" and "String" in body["index"]:
            segments.append(body["index"]["String"]["value"])
        elif kind == "RefBrack":
            segments.clear()
        else:
            return ()
        node = body["refr"]


def root_of(node: Node) -> Node | None:
    """Return the variable that a reference starts with."""
    while True:
        ((kind, body),) = node.items()
        if kind == "Var":
            return body
        if kind not in {"RefDot", "RefBrack"}:
            return None
        node = body["refr"]


def references_in(node: Node) -> Iterator[Node]:
    """Yield the outermost references below a node, outermost first; names of functions are none.

    Those inside a comprehension are left out: its names are known inside of it alone.
    """
    ((kind, body),) = node.items()
    if kind in _REFERENCES:
        yield node
        return
    if kind.endswith("Compr"):
        return
    parts = [part for name, part in body.items() if name != "fcn"] if isinstance(body, dict) else []
    for inner in parts:
        yield from _below(inner)


def _below(part: object) -> Iterator[Node]:
    if isinstance(part, list):
        for item in part:
            yield from _below(item)
    elif isinstance(part, dict) and len(part) == 1 and isinstance(next(iter(part.values())), dict):
        yield from references_in(part)

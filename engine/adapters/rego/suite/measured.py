"""Spreads rules over more lines, so that the coverage of the engine, which counts lines, tells them apart.

Covered is an expression that was evaluated, and the head of a rule where all of its body held: a rule on one
line that never held is not covered, though its body was evaluated.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from engine.adapters.rego.parsing import Parsed
from engine.adapters.rego.places import position
from engine.adapters.rego.rewrite.edits import Edit, Rewritten
from engine.adapters.rego.suite.tree import Places, nodes_in
from engine.adapters.rego.syntax import Node

# A text that holds, evaluated when the body of an `else` has held: the engine counts no value of an `else`.
_MARK: Final = '"held:'


class Measured(NamedTuple):
    """A module spread out.

    Attributes:
        rewritten: its text is what the engine reads.
        lines: for each of its lines the line of the source that it counts for.
    """

    rewritten: Rewritten
    lines: Mapping[int, int]


def measure(parsed: Parsed, edits: Iterable[Edit], *, rego_v0: bool) -> Measured:
    """Return a module spread out, with further edits of its text."""
    spreading = _Spreading(parsed, rego_v0=rego_v0)
    spread = parsed.rewritten.then([*edits, *spreading.edits()])
    lines = {}
    for number, line in enumerate(spread.text.split("\n"), 1):
        stripped = line.lstrip()
        mark = spreading.marks.get(stripped)
        lines[number] = mark or spread.place(number, len(line) - len(stripped) + 1)[0]
    return Measured(spread, lines)


class _Spreading:
    """The edits of one module; `marks` has, for each line that stands for another one, that line."""

    def __init__(self, parsed: Parsed, *, rego_v0: bool) -> None:
        self.marks: dict[str, int] = {}
        self._parsed = parsed
        self._places = Places(parsed.rewritten.text)
        self._rego_v0 = rego_v0

    def edits(self) -> Iterator[Edit]:
        breaks: set[int] = set()
        for kind, body in nodes_in(self._parsed.tree["rules"]):
            match kind:
                case "stmts":
                    breaks.update(self._start(statement) for statement in body)
                case "Spec":
                    yield from self._head(body)
                    for inner in body["bodies"]:
                        if inner["is_else"]:
                            yield from self._else(inner)
        yield from (Edit(place, place, "\n") for place in sorted(breaks))

    def _head(self, rule: Node) -> Iterator[Edit]:
        """Give a rule that says no value its value, which is evaluated when its body has held."""
        ((kind, head),) = rule["head"].items()
        old_set = self._rego_v0 and "RefBrack" in head["refr"]
        if kind != "Set" and head["assign"] is None and rule["bodies"] and not old_set:
            _, end = self._places.span(head)
            yield Edit(end, end, " := true")

    def _else(self, body: Node) -> Iterator[Edit]:
        """Add to the body of an `else` a text that is evaluated when the rest of the body has held."""
        query = body["query"]
        start, end = self._places.span(query)
        rewritten = self._parsed.rewritten
        line, _ = position(rewritten.source, rewritten.offset(self._start(body)))
        mark = f'{_MARK}{len(self.marks)}"'
        self.marks[mark] = line
        if not query["stmts"]:
            _, end = self._places.span(body)
            yield Edit(end, end, f"{'' if self._rego_v0 else ' if'} {{\n{mark}\n}}")
        elif self._start(query["stmts"][0]) > start:
            yield Edit(end - 1, end - 1, f"\n{mark}\n")
        else:
            yield Edit(start, start, "{\n")
            yield Edit(end, end, f"\n{mark}\n}}")

    def _start(self, node: Node) -> int:
        return self._places.span(node)[0]

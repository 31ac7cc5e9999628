"""Text that replaces spans of another, with the way from each of its places back. Decides no edit."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple, Self

from engine.adapters.rego.places import index_of, position


class Edit(NamedTuple):
    """Replaces the characters from `start` to `end`; equal ends insert."""

    start: int
    end: int
    text: str


class Rewritten:
    """A source after edits. Places in it map back to the source that a person wrote.

    Attributes:
        source: what was written.
        text: what the engine reads.
    """

    def __init__(self, source: str, edits: Iterable[Edit] = (), before: "Rewritten | None" = None) -> None:
        """Apply edits, which must not overlap, to `source`, which may itself be the text `before` gave."""
        self.source: str = before.source if before else source
        self._before = before
        # For each run of the text: where it starts in the text, where in the source, whether it is new.
        self._runs: list[tuple[int, int, bool]] = []
        parts: list[str] = []
        length = at = 0
        for edit in sorted(edits):
            for part, start, is_new in ((source[at : edit.start], at, False), (edit.text, edit.start, True)):
                if part:
                    self._runs.append((length, start, is_new))
                    parts.append(part)
                    length += len(part)
            at = edit.end
        self._runs.append((length, at, False))
        self.text = "".join([*parts, source[at:]])

    def then(self, edits: Iterable[Edit]) -> Self:
        """Return the text after more edits, whose offsets count in `text`."""
        return type(self)(self.text, edits, self)

    def offset(self, index: int) -> int:
        """Return the character of the source that the character at `index` of the text stands for.

        What an edit put in stands for the first character that it replaced.
        """
        run = bisect_right(self._runs, index, key=lambda run: run[0]) - 1
        start, origin, is_new = self._runs[max(run, 0)]
        mapped = origin if is_new else origin + index - start
        return self._before.offset(mapped) if self._before else mapped

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Return line and column, from 1, in the source of a line and column in the text."""
        return position(self.source, self.offset(index_of(self.text, line, column)))

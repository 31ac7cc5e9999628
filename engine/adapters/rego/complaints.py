"""Reads what the engine says when it refuses: which source, where in it, why. Judges nothing."""

import re
from typing import Final, NamedTuple

_PLACED: Final = re.compile(
    r"--> (?P<name>[^\n]+):(?P<line>\d+):(?P<column>\d+)\n[^\n]*\n\d+ \| (?P<text>[^\n]*)\n"
    r".*?^error: (?P<words>[^\n]*)",
    re.DOTALL | re.MULTILINE,
)
# The words of a built-in in Python come wrapped in the names of its exception.
_IN_PYTHON: Final = re.compile(r"extension '(?P<name>[^']+)' raises Python error: \w+: ")
# The engine knows the source by a name of ours, and no rewriting moves a line.
_ANOTHER_RULE: Final = re.compile(r"\brule at [^\n]+:(?P<line>\d+):\d+$")
_TAB_WIDTH: Final = 4


class Complaint(NamedTuple):
    """Why the engine refused.

    Attributes:
        name: of the source, as it was given to the engine; empty where it names no place.
        line, column: count from 1 and in characters, 0 where it names no place.
    """

    name: str
    line: int
    column: int
    message: str


def complaint_of(refused: RuntimeError) -> Complaint:
    """Return what an error of the engine says."""
    found = _PLACED.search(str(refused))
    if found is None:
        return Complaint("", 0, 0, str(refused).strip().partition("\n")[0])
    column = _column(found["text"], int(found["column"]))
    words = _IN_PYTHON.sub(r"\g<name>: ", _ANOTHER_RULE.sub(r"the rule in line \g<line>", found["words"]))
    return Complaint(found["name"], int(found["line"]), column, words)


def _column(text: str, shown: int) -> int:
    """Return the column in characters of what the engine shows in a column where tabs are four wide."""
    width = 1
    for column, character in enumerate(text, start=1):
        if width >= shown:
            return column
        width += _TAB_WIDTH if character == "\t" else 1
    return len(text) + 1

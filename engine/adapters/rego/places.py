"""Lines and columns of a text, both from 1 and in characters. Knows no Rego."""


def position(source: str, index: int) -> tuple[int, int]:
    """Return line and column of the character at `index`."""
    start = source.rfind("\n", 0, index) + 1
    return source.count("\n", 0, index) + 1, index - start + 1


def index_of(source: str, line: int, column: int) -> int:
    """Return the index of the character at a line and column; past the end, the end."""
    start = 0
    for _ in range(line - 1):
        found = source.find("\n", start)
        if found < 0:
            return len(source)
        start = found + 1
    return min(start + column - 1, len(source))

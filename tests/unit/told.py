"""Downloads that answer from a table, and JSON of any shape, for tests of what is read from answers."""

from typing import Final

from hypothesis import strategies as st

from engine.adapters.registry.exchange import NothingThere
from engine.adapters.registry.http import Document, Downloads

JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Told(Downloads):
    """Answers from a table of URLs, and remembers what it was asked."""

    def __init__(self, answers: dict[str, str]) -> None:
        super().__init__()
        self.answers = answers
        self.asked: list[str] = []

    async def document(self, url: str, limit: int = 0, fresh: float = 0.0) -> Document:
        """Return what the table has; see `Downloads`."""
        del limit, fresh  # a table has no bounds
        self.asked.append(url)
        if url not in self.answers:
            raise NothingThere("does not have it (HTTP 404)")
        return Document(url, self.answers[url].encode())

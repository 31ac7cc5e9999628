"""Waking the workers of this process. What they are told stands in the rows of their operations."""

from collections.abc import Iterator
from contextlib import contextmanager

import anyio


class Bells:
    """Wakes the workers of this process whose operation's row has something to tell them.

    Those of other processes look at it every few seconds.
    """

    def __init__(self) -> None:
        self._bells: dict[str, anyio.Event] = {}

    @contextmanager
    def listening(self, operation_id: str) -> Iterator[None]:
        """Let `ring` reach the worker of an operation."""
        self._bells[operation_id] = anyio.Event()
        try:
            yield
        finally:
            self._bells.pop(operation_id, None)

    async def rung(self, operation_id: str) -> None:
        """Return once the bell of an operation has rung; it can ring again."""
        await self._bells[operation_id].wait()
        self._bells[operation_id] = anyio.Event()

    def ring(self, operation_id: str) -> None:
        """Ring for the worker of an operation, if it works here."""
        if operation_id in self._bells:
            self._bells[operation_id].set()
